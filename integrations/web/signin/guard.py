"""The guard before all routes: looks the session's cookie up, and keeps foreign pages from using it.

Whatever changes something and comes with a session needs to come from our own pages (`Origin` or
`Sec-Fetch-Site`) and to carry the session's token, as a form's field or as a header. In the form
with files the token is the first field, so that it is checked before any file is read. Programs with a
token of their own and the Unix socket have no cookie that a foreign page could misuse.
"""

import hmac
from typing import Protocol
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.web.guards import LOCAL
from integrations.web.signin.cookie import Cookie
from integrations.web.signin.multipart import first_field
from integrations.web.signin.own_site import from_own_site
from integrations.web.signin.person import CSRF_FIELD, CSRF_HEADER, PERSON, Person, csrf_of
from kb.errors import AccessDeniedError, AuskunftError
from kb.state.sessions import Sessions

_SAFE = ("GET", "HEAD", "OPTIONS")
_WITHOUT_PERSON = ("/static/", "/healthz", "/readyz")
_FOREIGN = (
    "Diese Anfrage kam nicht von einer Seite dieser Auskunft und wurde deshalb nicht ausgeführt."
)
#: bytes of a form with files within which its first field has to end
_FIRST_FIELD = 4096
_STALE = (
    "Diese Seite gehört zu einer früheren Anmeldung. Bitte laden Sie sie neu und versuchen Sie es "
    "noch einmal. Programme senden das Kennzeichen der Sitzung als „X-CSRF-Token“."
)


class Refusal(Protocol):
    """Turns an error into a response, as a page or as problem+json."""

    def __call__(self, request: Request, error: Exception) -> Response: ...


class SessionGuard:
    """Puts the person who is signed in into the scope; refuses what a foreign page may have sent."""

    def __init__(
        self,
        app: ASGIApp,
        sessions: Sessions,
        cookie: Cookie,
        address: str,
        refusal: Refusal,
        file_form: str = "",
    ) -> None:
        """`file_form` is the path that the form with files is sent to."""
        self._app = app
        self._sessions = sessions
        self._cookie = cookie
        self._address = address
        self._refusal = refusal
        self._file_form = file_form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        value = self._value(scope)
        if not value:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            person = await run_in_threadpool(self._person, value)
            if person is None:
                await self._app(scope, receive, self._forgetting(send))
                return
            scope = {**scope, PERSON: person}
            receive = await self._from_our_pages(scope, receive, person)
        except (AuskunftError, HTTPException) as error:
            await self._refusal(request, error)(scope, receive, unstored(send))
            return
        await self._app(scope, receive, unstored(send))

    def _value(self, scope: Scope) -> str:
        if scope["type"] != "http" or scope.get(LOCAL):
            return ""
        if scope["path"].startswith(_WITHOUT_PERSON):
            return ""
        headers = Headers(scope=scope)
        return "" if "authorization" in headers else self._cookie.read(headers)

    def _person(self, value: str) -> Person | None:
        found = self._sessions.find(value)
        return Person(found[1], found[0], csrf_of(value)) if found else None

    async def _from_our_pages(self, scope: Scope, receive: Receive, person: Person) -> Receive:
        """Raises AccessDeniedError; what is left to be received goes on from the result."""
        if scope["method"] in _SAFE:
            return receive
        headers = Headers(scope=scope)
        if not from_own_site(headers, self._address):
            raise AccessDeniedError(_FOREIGN)
        token = headers.get(CSRF_HEADER, "")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if not token and kind == "application/x-www-form-urlencoded":
            body = await Request(scope, receive).body()
            fields = parse_qs(body.decode("utf-8", "replace"))
            token = fields.get(CSRF_FIELD, [""])[0]
            receive = _again([_whole(body)], receive)
        elif not token and kind == "multipart/form-data" and scope["path"] == self._file_form:
            messages, begin = await _beginning(receive)
            token = first_field(begin, headers["content-type"], CSRF_FIELD)
            receive = _again(messages, receive)
        if not hmac.compare_digest(token.encode(), person.csrf.encode()):
            raise AccessDeniedError(_STALE)
        return receive

    def _forgetting(self, send: Send) -> Send:
        """A cookie that is worth nothing any more is cleared, unless a new one is being set."""
        cleared = Response()
        self._cookie.clear(cleared)

        async def forgetting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if not any(line.startswith(self._cookie.name) for line in _set_in(headers)):
                    headers.append("set-cookie", cleared.headers["set-cookie"])
            await send(message)

        return forgetting


def unstored(send: Send) -> Send:
    """What a person sees who is signed in stays in no cache."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["cache-control"] = "no-store"
        await send(message)

    return sending


def _set_in(headers: MutableHeaders) -> list[str]:
    return [value for name, value in headers.items() if name.lower() == "set-cookie"]


async def _beginning(receive: Receive) -> tuple[list[Message], bytes]:
    """The first few kilobytes of a body and the messages that brought them: files come behind."""
    messages: list[Message] = []
    begin = b""
    while len(begin) < _FIRST_FIELD:
        message = await receive()
        messages.append(message)
        begin += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return messages, begin[:_FIRST_FIELD]


def _whole(body: bytes) -> Message:
    return {"type": "http.request", "body": body, "more_body": False}


def _again(messages: list[Message], receive: Receive) -> Receive:
    """What was received already, for the next reader; then whatever else comes."""
    left = list(messages)

    async def receiving() -> Message:
        return left.pop(0) if left else await receive()

    return receiving
