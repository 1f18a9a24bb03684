"""What the settings say on signing in: the service's public address, the OpenID provider, its groups.

Everything here is checked when the settings are read; a message names the variable that is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from integrations.pairs import pairs_in
from kb.audience import PUBLIC, STAFF, parse_audience
from kb.errors import InputError
from kb.roles import Role, parse_role


@dataclass(frozen=True, slots=True)
class OidcOptions:
    """An OpenID provider, and what its groups mean here; groups that are not named mean nothing."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str
    groups_claim: str
    roles: Mapping[str, Role]
    groups: Mapping[str, str]


def public_address(value: str) -> str:
    """An address without path, as browsers write an origin; empty stays empty. Raises InputError."""
    if not value:
        return ""
    parts = _parts("AUSKUNFT_PUBLIC_URL", value)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InputError(
            f"AUSKUNFT_PUBLIC_URL={value!r} ist ungültig: Die Adresse darf hinter dem Hostnamen "
            "nichts enthalten, zum Beispiel https://auskunft.example.org."
        )
    default = {"https": 443, "http": 80}[parts.scheme]
    port = f":{parts.port}" if parts.port not in (None, default) else ""
    host = (parts.hostname or "").lower()
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def issuer_address(value: str) -> str:
    """The address of an OpenID provider, as it names itself. Raises InputError."""
    parts = _parts("AUSKUNFT_OIDC_ISSUER", value)
    if parts.query or parts.fragment:
        raise InputError(
            f"AUSKUNFT_OIDC_ISSUER={value!r} ist ungültig: Gemeint ist die Adresse vor "
            "„/.well-known/openid-configuration“."
        )
    return value


def _parts(variable: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or parts.username is not None or parts.scheme not in ("https", "http"):
        raise InputError(
            f"{variable}={value!r} ist keine Webadresse, zum Beispiel https://auskunft.example.org."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise InputError(
            f"{variable}={value!r} ist ungültig: Ohne Verschlüsselung (http) ist nur dieser Rechner "
            "selbst erlaubt (localhost, 127.0.0.1). Bitte https verwenden."
        )
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host name, without port, means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def role_mapping(value: str) -> dict[str, Role]:
    """`admins=admin,redaktion=editor` as a mapping from the provider's groups. Raises InputError."""
    pairs = _pairs("AUSKUNFT_OIDC_ROLES", value)
    try:
        return {group: parse_role(role) for group, role in pairs}
    except InputError as error:
        raise InputError(f"AUSKUNFT_OIDC_ROLES={value!r} ist ungültig: {error}") from error


def group_mapping(value: str) -> dict[str, str]:
    """`allianz-koeln=allianz` as a mapping from the provider's groups to ours. Raises InputError."""
    pairs = _pairs("AUSKUNFT_OIDC_GROUPS", value)
    try:
        mapping = {group: parse_audience(audience) for group, audience in pairs}
    except InputError as error:
        raise InputError(f"AUSKUNFT_OIDC_GROUPS={value!r} ist ungültig: {error}") from error
    if {PUBLIC, STAFF} & set(mapping.values()):
        raise InputError(
            f"AUSKUNFT_OIDC_GROUPS={value!r} ist ungültig: „public“ und „staff“ sind keine Gruppen. "
            "Wer Dokumente für Mitarbeitende sehen darf, regelt AUSKUNFT_OIDC_ROLES."
        )
    return mapping


def _pairs(variable: str, value: str) -> list[tuple[str, str]]:
    try:
        return pairs_in(value)
    except ValueError as error:
        raise InputError(
            f"{variable}={value!r} ist ungültig: Erwartet werden Paare der Form Gruppe=Bedeutung, "
            "durch Komma getrennt."
        ) from error
