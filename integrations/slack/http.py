"""What Slack sends over HTTP: checked for its signature and form, then handed to the app.

A request counts when Slack has signed it within the last five minutes. Nothing else gets as far as
slack-bolt, which answers some malformed requests with an exception.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_TIMESTAMP, _SIGNATURE = re.compile(r"[0-9]{1,12}"), re.compile(r"v0=[0-9a-f]{64}")
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


def check_signature(
    body: bytes, headers: Mapping[str, str], secret: str, clock: Clock | None = None
) -> None:
    """Raises HTTPException 401 unless Slack signed this body within the last five minutes."""
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    readable = _TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)
    if not readable or not _is_text(body):
        raise HTTPException(401)
    if not SignatureVerifier(secret, clock or Clock()).is_valid(body, timestamp, signature):
        raise HTTPException(401)


def check_form(body: bytes, content_type: str) -> None:
    """Raises HTTPException 415 or 400 for a body that is none of Slack's."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (_JSON, _FORM):
        raise HTTPException(415)
    try:
        usable = _is_event(json.loads(body)) if kind == _JSON else _is_deed(body.decode())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400) from error
    if not usable:
        raise HTTPException(400)


async def handed_on(app: AsyncApp, request: Request) -> Response:
    """The app's response to a request that was checked; raises HTTPException 400."""
    try:
        response = await AsyncSlackRequestHandler(app).handle(request)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise HTTPException(400) from error
    event = request.headers["content-type"].startswith(_JSON)
    # Slack ends the subscription of an app that refuses many events, so none is refused
    return Response() if event and response.status_code == 404 else response


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_event(content: Any) -> bool:
    if not isinstance(content, dict) or not isinstance(content.get("type"), str):
        return False
    event = content.get("event")
    inner = isinstance(event, dict) and isinstance(event.get("type"), str)
    return inner or content["type"] != "event_callback"


def _is_deed(body: str) -> bool:
    """A slash command, or a pressed button or sent modal."""
    fields = parse_qs(body)
    if "payload" not in fields:
        return "command" in fields
    payload = json.loads(fields["payload"][0])
    return isinstance(payload, dict) and isinstance(payload.get("type"), str)
