"""An OpenID provider: where it is, where to send the browser, and what its tokens say.

The authorization code flow with PKCE (RFC 6749, RFC 7636) and OpenID Connect Core 1.0, sections 3.1
(flow), 3.1.3.7 (validation of the ID token) and 5.3 (userinfo). joserfc checks the signatures.
"""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import (
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jwk import KeySet

from integrations.sign_in import OidcOptions
from integrations.web.signin.discovery import Discovery, Endpoints, read_json
from integrations.web.signin.pending import Pending
from kb.errors import ProviderError, SignInError

_log = logging.getLogger(__name__)
#: signatures that only the provider can make; never `none`, never one with the client's secret
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
#: seconds by which the provider's clock may differ from ours
LEEWAY_S = 60
_TIMEOUT = httpx.Timeout(10.0)
_CLOCK = (
    "Die Uhren dieses Servers und des Anmeldedienstes gehen mehr als eine Minute auseinander. Bitte "
    "die Stelle verständigen, die diese Auskunft betreibt."
)
_UNPROVEN = (
    "Der Anmeldedienst hat keinen gültigen Nachweis geschickt, wer Sie sind. Bitte versuchen Sie es "
    "noch einmal; bleibt es dabei, hilft die Stelle, die diese Auskunft betreibt."
)


class _Tokens(NamedTuple):
    id_token: str
    access_token: str


class Provider:
    """One OpenID provider.

    `redirect_uri` is where it sends browsers back to, `home` where to after they have signed out.
    """

    def __init__(self, options: OidcOptions, redirect_uri: str, home: str) -> None:
        self._options = options
        self._redirect_uri = redirect_uri
        self._home = home
        self._discovery = Discovery(options.issuer)

    async def address_for(self, pending: Pending) -> str:
        """Where to send the browser to sign in; raises ProviderError."""
        async with _client() as client:
            endpoints = await self._discovery.endpoints(client)
        question = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._options.scopes,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(endpoints.authorization, question)

    async def address_to_leave(self) -> str:
        """Where to send the browser to sign out there, too; empty where the provider names nothing.

        Raises ProviderError.
        """
        async with _client() as client:
            endpoints = await self._discovery.endpoints(client)
        if not endpoints.end_session:
            return ""
        told = {"client_id": self._options.client_id, "post_logout_redirect_uri": self._home}
        return _with_query(endpoints.end_session, told)

    async def claims(self, code: str, pending: Pending) -> Mapping[str, Any]:
        """What the provider says of the person who came back with a code.

        Raises ProviderError when it does not answer, SignInError when its word is not proven.
        """
        async with _client() as client:
            endpoints = await self._discovery.endpoints(client)
            tokens = await self._exchange(client, endpoints, code, pending)
            claims = await self._proven(client, endpoints, tokens.id_token, pending)
            if endpoints.userinfo and tokens.access_token and self._incomplete(claims):
                more = await self._userinfo(client, endpoints.userinfo, tokens.access_token)
                if more.get("sub") != claims["sub"]:
                    raise _unproven("userinfo is about somebody else")
                claims = {**more, **claims}
        return claims

    def _incomplete(self, claims: Mapping[str, Any]) -> bool:
        root = self._options.groups_claim.partition(".")[0]
        return not {self._options.groups_claim, root} & set(claims) or "name" not in claims

    async def _exchange(
        self, client: httpx.AsyncClient, endpoints: Endpoints, code: str, pending: Pending
    ) -> _Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": pending.verifier,
        }
        auth = None
        identity, secret = self._options.client_id, self._options.client_secret
        if secret and endpoints.secret_in_header:
            auth = httpx.BasicAuth(quote_plus(identity), quote_plus(secret))  # RFC 6749, 2.3.1
        else:
            form |= {"client_id": identity, **({"client_secret": secret} if secret else {})}
        request = client.build_request("POST", endpoints.token, data=form)
        answer = await read_json(client, request, auth, refused=_exchange_refused)
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str):
            raise _unproven("no ID token")
        return _Tokens(id_token, access_token if isinstance(access_token, str) else "")

    async def _proven(
        self, client: httpx.AsyncClient, endpoints: Endpoints, token: str, pending: Pending
    ) -> dict[str, Any]:
        try:
            try:
                keys = await self._discovery.keys(client, endpoints)
                claims = _signed(token, keys)
            except InvalidKeyIdError:  # the provider may have new keys
                keys = await self._discovery.keys(client, endpoints, anew=True)
                claims = _signed(token, keys)
            self._registry(pending).validate(claims)
        except ExpiredTokenError as error:
            raise SignInError("Die Anmeldung ist schon abgelaufen.", _CLOCK) from error
        except ClaimError as error:
            if error.claim == "iat" and "future" in error.description:
                raise SignInError("Die Anmeldung liegt in der Zukunft.", _CLOCK) from error
            raise _unproven(f"claim {error.claim}") from error
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _unproven(type(error).__name__) from error
        self._require_meant_for_us(claims)
        return claims

    def _registry(self, pending: Pending) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._options.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self._options.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
        )

    def _require_meant_for_us(self, claims: Mapping[str, Any]) -> None:
        """Several audiences need an authorized party, and that is us (Core 3.1.3.7, 3 to 5)."""
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        party = claims.get("azp", None if several else self._options.client_id)
        if party != self._options.client_id:
            raise _unproven("claim azp")

    @staticmethod
    async def _userinfo(client: httpx.AsyncClient, address: str, token: str) -> Mapping[str, Any]:
        headers = {"authorization": f"Bearer {token}"}
        return await read_json(client, client.build_request("GET", address, headers=headers))


def _with_query(address: str, values: Mapping[str, str]) -> str:
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode(values)}"


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_TIMEOUT, headers={"accept": "application/json"})


def _signed(token: str, keys: KeySet) -> dict[str, Any]:
    return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)


def _exchange_refused(status: int, body: Mapping[str, Any]) -> SignInError:
    """A code that is used up or too old is the person's to repeat; everything else is ours to mend."""
    reason = str(body.get("error", ""))[:40]
    if reason == "invalid_grant":
        return SignInError(
            "Die Anmeldung ist schon abgelaufen.",
            "Der Anmeldedienst erkennt sie nicht mehr an. Bitte beginnen Sie noch einmal.",
        )
    _log.error("token endpoint refused the code: status %d, error %r", status, reason)
    return ProviderError(
        "Der Anmeldedienst hat abgelehnt.",
        "Vermutlich stimmen Kennung oder Geheimnis dieses Dienstes nicht. Bitte die Stelle "
        "verständigen, die diese Auskunft betreibt.",
    )


def _unproven(reason: str) -> SignInError:
    _log.warning("ID token refused: %s", reason)
    return SignInError("Die Anmeldung ist nicht nachgewiesen.", _UNPROVEN)
