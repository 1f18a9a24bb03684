"""Requests from other websites: the listed ones may ask and give feedback, everything else is refused.

The script itself may be loaded from anywhere: it is the same for all and tells nothing. No answer
ever allows credentials, so no cookie of this service reaches a page of somebody else's.
"""

import json
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.web.guards import LOCAL
from integrations.web.widget.origins import is_own

#: In the scope of a request from a listed website: the headers with which it may read the answer.
GRANTED = "auskunft.granted"
#: What a listed website may call, and how.
OPEN_TO_LISTED: Mapping[str, str] = {
    "/api/v1/answers": "POST",
    "/api/v1/feedback": "POST",
    "/widget/v1/about": "GET",
}
SCRIPTS = "/widget/v1/auskunft"
_PREFLIGHT_SECONDS = "3600"
_REFUSAL = {
    "type": "about:blank",
    "title": "Diese Website ist nicht zugelassen.",
    "status": 403,
    "detail": "Von dieser Website aus darf hier nicht gefragt werden. Wer den Dienst betreibt, kann "
    "sie mit AUSKUNFT_WIDGET_ORIGINS zulassen.",
}


class OriginGuard:
    """Answers preflights, adds CORS headers for listed websites, refuses all others with 403."""

    def __init__(self, app: ASGIApp, listed: frozenset[str]) -> None:
        self._app = app
        self._listed = listed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get(LOCAL) or scope["path"].startswith(SCRIPTS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        method = OPEN_TO_LISTED.get(scope["path"], "")
        extra = {"vary": "Origin"} if method else {}
        foreign = origin and not is_own(
            origin, headers.get("host", ""), headers.get("sec-fetch-site", "")
        )
        if foreign and not (method and origin in self._listed):
            await _refuse(send, extra)
            return
        if foreign:
            extra |= {
                "access-control-allow-origin": origin,
                "access-control-expose-headers": "Retry-After",
            }
            scope[GRANTED] = extra
            if scope["method"] == "OPTIONS":
                await _permit(send, {**extra, "access-control-allow-methods": method})
                return

        async def with_extra(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_raw(extra)]
            await send(message)

        await self._app(scope, receive, with_extra)


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


async def _permit(send: Send, headers: Mapping[str, str]) -> None:
    permitted = {
        **headers,
        "access-control-allow-headers": "Content-Type",
        "access-control-max-age": _PREFLIGHT_SECONDS,
    }
    await send({"type": "http.response.start", "status": 204, "headers": _raw(permitted)})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send, headers: Mapping[str, str]) -> None:
    body = json.dumps(_REFUSAL, ensure_ascii=False).encode()
    described = {
        **headers,
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
    }
    await send({"type": "http.response.start", "status": 403, "headers": _raw(described)})
    await send({"type": "http.response.body", "body": body})
