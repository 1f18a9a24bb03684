"""Plain ASGI guards around the app: host names that are answered, length of bodies, security headers.

The local socket is told apart from the network here: only the server on the Unix socket wraps the
app in `LocalCaller`, and nothing in a request can pretend to be that.
"""

import json

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = "auskunft.local"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_HEADERS = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())


class LocalCaller:
    """Marks every request as coming through the Unix socket, which only the owner can open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, LOCAL: True}
        await self._app(scope, receive, send)


class HostGuard:
    """Answers only under the allowed host names (protects against DNS rebinding)."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get(LOCAL) or self._named(scope) in self._allowed:
            await self._app(scope, receive, send)
            return
        body = json.dumps(
            {
                "type": "about:blank",
                "title": "Unbekannter Hostname",
                "status": 421,
                "detail": f"Unter dem Namen {self._named(scope)!r} antwortet dieser Dienst nicht. "
                "Weitere Namen erlaubt AUSKUNFT_HOSTS.",
            },
            ensure_ascii=False,
        ).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @staticmethod
    def _named(scope: Scope) -> str:
        for name, value in scope["headers"]:
            if name == b"host":
                host = str(value.decode("latin-1")).lower()
                if host.startswith("["):
                    return host.split("]")[0] + "]"
                return host.split(":")[0]
        return ""


class BodyLimit:
    """Ends reading a body with 413 as soon as it is, or says it is, longer than `longest` bytes.

    What goes to addresses that begin with one of `elsewhere` is limited there.
    """

    def __init__(self, app: ASGIApp, longest: int, elsewhere: tuple[str, ...]) -> None:
        self._app = app
        self._longest = longest
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._elsewhere):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        length = int(declared) if declared.isdecimal() else 0

        async def within_limit() -> Message:
            nonlocal length
            if length > self._longest:
                raise HTTPException(413)
            message = await receive()
            if not declared:
                length += len(message.get("body", b""))
            if length > self._longest:
                raise HTTPException(413)
            return message

        await self._app(scope, within_limit, send)


class SecurityHeaders:
    """Adds the content security policy and its companions to every response that has no own ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = [header for header in _HEADERS if header[0] not in given]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
