"""From what a provider says of somebody to an identity here: name, role, groups.

Only groups that the settings name mean something; the highest role among them counts, and without
any the person is a viewer.
"""

import logging
from collections.abc import Mapping
from typing import Any

from integrations.sign_in import OidcOptions
from kb.roles import ACCOUNT_ROLES, Role
from kb.state.accounts import Identity

_log = logging.getLogger(__name__)


def identity_of(claims: Mapping[str, Any], options: OidcOptions) -> Identity:
    """The identity that an ID token's (and userinfo's) claims prove."""
    theirs = _groups_in(claims, options.groups_claim)
    roles = {options.roles[group] for group in theirs if group in options.roles}
    return Identity(
        issuer=options.issuer,
        subject=claims["sub"],
        name=_text(claims, "name") or _text(claims, "preferred_username"),
        email=_text(claims, "email"),
        role=max(roles, key=ACCOUNT_ROLES.index, default=Role.VIEWER),
        groups=frozenset(options.groups[group] for group in theirs if group in options.groups),
    )


def _groups_in(claims: Mapping[str, Any], name: str) -> list[str]:
    """The groups in a claim; `a.b` is the claim of that name, else `b` in `a` (Keycloak's roles)."""
    value: Any = claims.get(name)
    if value is None and "." in name:
        value = claims
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    elsewhere = claims.get("_claim_names")
    if value is None and isinstance(elsewhere, Mapping) and name in elsewhere:
        _log.warning("the provider leaves out the groups of somebody who is in too many")
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, str)]


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
