"""Clients of Slack's Web API, which differ in how long they keep trying."""

from typing import Any

from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.options import SLACK_API

_TIMEOUT_S, _MOST_WAITS = 20, 5
#: a second call of these is a second message, and the first may have come through
_SENDING = ("chat.postMessage", "chat.postEphemeral", "chat.startStream", "chat.appendStream")


class _Reconnecting(AsyncConnectionErrorRetryHandler):
    """Tries again after a lost connection, where that shows nothing twice."""

    async def _can_retry_async(self, *, request: HttpRequest, **about: Any) -> bool:
        if request.url.endswith(_SENDING):
            return False
        return await super()._can_retry_async(request=request, **about)


def slack_client(token: str, api: str = SLACK_API) -> AsyncWebClient:
    """A client that waits as long as Slack asks it to."""
    handlers = [_Reconnecting(), AsyncRateLimitErrorRetryHandler(max_retry_count=_MOST_WAITS)]
    return AsyncWebClient(token=token, base_url=api, timeout=_TIMEOUT_S, retry_handlers=handlers)


def impatient_client(token: str, api: str = SLACK_API) -> AsyncWebClient:
    """A client that makes each call once, and says when that was in vain."""
    return AsyncWebClient(token=token, base_url=api, timeout=_TIMEOUT_S, retry_handlers=[])
