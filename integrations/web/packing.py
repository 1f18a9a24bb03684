"""Responses packed with gzip for callers that take it: pages, JSON and problems, whole and of text.

What is sent piece by piece (events), handed out as a file, or packed already goes as it is.

BREACH: whoever can put words into a page and watch its packed length can guess a secret that stands
beside them. The only secret in our pages is the token against forged forms, and only people who are
signed in have one; what they are sent is never packed. Invites stand in the address, which only
the invited know, and another website cannot have a browser send a program's API token.
"""

import asyncio
import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.web.signin.person import PERSON

#: below this number of bytes a packed response is hardly shorter
_WORTH = 600
#: from this number of bytes on packing takes long enough to be in other requests' way
_LONG = 64 * 1024
_LEVEL = 6
_TYPES = ("text/html", "text/plain", "application/json", "application/problem+json")
_AS_IT_IS = ("content-encoding", "content-disposition", "etag")


def takes_gzip(headers: Headers) -> bool:
    """Whether `Accept-Encoding` allows gzip (RFC 9110, 12.5.3)."""
    for each in headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "").removeprefix("q=") not in ("0", "0.0", "0.00", "0.000")
    return False


def packed(content: bytes, level: int = _LEVEL) -> bytes:
    """The content as gzip, the same for the same content."""
    return gzip.compress(content, level, mtime=0)


class Packing:
    """Packs what the app answers. Has to stand inside of what knows who is signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or PERSON in scope:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Packer(send, takes_gzip(Headers(scope=scope))))


class _Packer:
    """Sends one response; holds its beginning back until it is known whether that is all."""

    def __init__(self, send: Send, wanted: bool) -> None:
        self._send = send
        self._wanted = wanted
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _packable(message):
            MutableHeaders(raw=message["headers"]).add_vary_header("accept-encoding")
            self._start = message if self._wanted else None
            if self._wanted:
                return
        if self._start is not None:
            start, self._start = self._start, None
            body = message.get("body", b"")
            if not message.get("more_body", False) and len(body) >= _WORTH:
                body = await asyncio.to_thread(packed, body) if len(body) >= _LONG else packed(body)
                headers = MutableHeaders(raw=start["headers"])
                headers["content-encoding"] = "gzip"
                headers["content-length"] = str(len(body))
                message = {**message, "body": body}
            await self._send(start)
        await self._send(message)


def _packable(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return kind in _TYPES and not any(name in headers for name in _AS_IT_IS)
