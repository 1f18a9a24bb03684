"""An OpenID provider made by hand that does what it is told, wrong things included.

Real HTTP on this machine, real signatures (joserfc), and it checks what the real one does not: the
verifier of PKCE, the client's secret, that a code is used once.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "auskunft-test", "ganz/geheim: ü"


class OddProvider:
    """What it says of itself and of people; tests put other things in place."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.served_keys = [self.key]
        self.address = ""
        #: changes the discovery document, the ID token's claims, the token's making
        self.document: Callable[[dict[str, Any]], object] = lambda document: None
        self.claims: Callable[[dict[str, Any]], object] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.userinfo: dict[str, Any] = {"sub": "erna", "groups": ["Redaktion"]}
        self.token_status = 200
        self.asked: dict[str, str] = {}
        self.requests: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."

    def with_secret(self, claims: dict[str, Any]) -> str:
        """Signed with what the client knows, too: the classic confusion of algorithms."""
        key = OctKey.import_key(SECRET.encode())
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key, algorithms=["HS256"])

    def consent(self, address: str) -> str:
        """What the browser does at the provider; the address to come back to."""
        parts = urlsplit(address)
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        code = f"code-{len(self._codes)}"
        self._codes[code] = dict(self.asked)
        return f"{self.asked['redirect_uri']}?code={code}&state={self.asked['state']}"

    def answer(self, path: str, form: dict[str, str], headers: Any) -> tuple[int, Any]:
        self.requests.append(path)
        if path == "/.well-known/openid-configuration":
            document = {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize?tenant=1",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "userinfo_endpoint": f"{self.address}/userinfo",
            }
            self.document(document)
            return 200, document
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.served_keys]}
        if path == "/userinfo":
            assert headers["authorization"] == "Bearer access"
            return 200, self.userinfo
        return self._token(form, headers)

    def _token(self, form: dict[str, str], headers: Any) -> tuple[int, Any]:
        if self.token_status != 200:
            return self.token_status, {"error": "server_error"}
        if not self._authentic(form, headers):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            asked is None
            or (asked["code_challenge_method"], asked["code_challenge"]) != ("S256", challenge)
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": "erna",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        self.claims(claims)
        return 200, {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.sign(claims),
        }

    @staticmethod
    def _authentic(form: dict[str, str], headers: Any) -> bool:
        if "authorization" not in headers:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        given = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        name, _, secret = given.partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET)


@contextmanager
def odd_provider() -> Iterator[OddProvider]:
    """The provider on a free port of this machine."""
    provider = OddProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: dict[str, str]) -> None:
            status, document = provider.answer(urlsplit(self.path).path, form, self.headers)
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
