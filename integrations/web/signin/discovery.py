"""What an OpenID provider publishes of itself: its endpoints and keys (OpenID Connect Discovery 1.0).

Both are kept for an hour; keys are fetched anew when a token names one that is not among them.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from integrations.sign_in import is_loopback
from kb.errors import ProviderError, SignInError

_log = logging.getLogger(__name__)
_KEPT_S = 3600.0
_LATER = (
    "Bitte versuchen Sie es in einigen Minuten noch einmal. Fragen zu öffentlichen Unterlagen "
    "können Sie auch ohne Anmeldung stellen."
)
_AWAY = "Der Anmeldedienst ist nicht erreichbar."
_ODD = "Der Anmeldedienst antwortet nicht, wie er soll."

Refused = Callable[[int, Mapping[str, Any]], SignInError]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where to go for what; `userinfo` and `end_session` may be empty."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    secret_in_header: bool


class Discovery:
    """One provider's endpoints and keys, by the address under which it names itself."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._endpoints: tuple[float, Endpoints] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def endpoints(self, client: httpx.AsyncClient) -> Endpoints:
        """Raises ProviderError."""
        now = time.monotonic()
        if self._endpoints is None or now - self._endpoints[0] > _KEPT_S:
            address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
            document = await read_json(client, client.build_request("GET", address))
            self._endpoints = now, self._read(document)
        return self._endpoints[1]

    async def keys(
        self, client: httpx.AsyncClient, endpoints: Endpoints, *, anew: bool = False
    ) -> KeySet:
        """Raises ProviderError."""
        now = time.monotonic()
        if anew or self._keys is None or now - self._keys[0] > _KEPT_S:
            document = await read_json(client, client.build_request("GET", endpoints.keys))
            try:
                keys = KeySet.import_key_set(cast("KeySetSerialization", document))
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise _odd("unreadable keys") from error
            self._keys = now, keys
        return self._keys[1]

    def _read(self, document: Mapping[str, Any]) -> Endpoints:
        if document.get("issuer") != self._issuer:
            _log.error(
                "the provider calls itself %r, AUSKUNFT_OIDC_ISSUER is %r",
                str(document.get("issuer"))[:200],
                self._issuer,
            )
            raise ProviderError(_ODD, _LATER)
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Endpoints(
            authorization=_address(document, "authorization_endpoint"),
            token=_address(document, "token_endpoint"),
            keys=_address(document, "jwks_uri"),
            userinfo=_address(document, "userinfo_endpoint", needed=False),
            end_session=_address(document, "end_session_endpoint", needed=False),
            secret_in_header="client_secret_basic" in methods,
        )


async def read_json(
    client: httpx.AsyncClient,
    request: httpx.Request,
    auth: httpx.Auth | None = None,
    refused: Refused | None = None,
) -> Mapping[str, Any]:
    """The JSON object that answers a request. Raises ProviderError, or what `refused` makes of a 4xx."""
    try:
        response = await client.send(request, auth=auth)
    except httpx.HTTPError as error:
        _log.error("%s %s: %s", request.method, request.url.copy_with(query=None), error)
        raise ProviderError(_AWAY, _LATER) from error
    try:
        body = response.json()
    except ValueError:
        body = None
    document: Mapping[str, Any] = body if isinstance(body, dict) else {}
    if response.is_client_error and refused is not None:
        raise refused(response.status_code, document)
    if not response.is_success or not isinstance(body, dict):
        raise _odd(f"status {response.status_code} at {request.url.copy_with(query=None)}")
    return document


def _address(document: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    value = document.get(name) or ""
    if not value and not needed:
        return ""
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or (parts.scheme != "https" and not local):
        raise _odd(f"{name} is no https address")
    return str(value)


def _odd(reason: str) -> ProviderError:
    _log.error("OpenID provider: %s", reason)
    return ProviderError(_ODD, _LATER)
