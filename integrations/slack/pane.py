"""The assistant's pane beside Slack: suggestions at the start, status and title while it works.

A workspace without the pane refuses all of this, and nobody misses it there.
"""

import logging
from collections.abc import Awaitable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.service import Service
from integrations.slack.threads import Event, kind_of, question_in
from kb.errors import AuskunftError

_PROMPTS, _LONGEST_PROMPT, _LONGEST_TITLE = 4, 75, 60
_log = logging.getLogger(__name__)


class Pane:
    """What the pane shows around the conversation itself."""

    def __init__(self, client: AsyncWebClient, service: Service) -> None:
        self._client = client
        self._service = service

    async def suggest(self, channel: str, thread: str) -> None:
        """Suggest questions that the public documents answer."""
        try:
            questions = (await self._service.examples())[:_PROMPTS]
        except AuskunftError as error:
            _log.warning("no suggestions: %s", type(error).__name__)
            return
        prompts = [{"title": _short(one, _LONGEST_PROMPT), "message": one} for one in questions]
        if prompts:
            await _quietly(
                self._client.assistant_threads_setSuggestedPrompts(
                    channel_id=channel, thread_ts=thread, title=phrases.SUGGESTIONS, prompts=prompts
                )
            )

    async def working(self, event: Event) -> None:
        """Show that the bot works on a direct message in a thread."""
        if _in_pane(event):
            await self._status(event, phrases.STATUS)

    async def done(self, event: Event, *, first: bool) -> None:
        """Take the status away; a thread is named after its first question."""
        if not _in_pane(event):
            return
        await self._status(event, "")
        title = _short(question_in(event.get("text", "")), _LONGEST_TITLE)
        if first and title:
            await _quietly(
                self._client.assistant_threads_setTitle(
                    channel_id=event["channel"], thread_ts=event["thread_ts"], title=title
                )
            )

    async def _status(self, event: Event, status: str) -> None:
        await _quietly(
            self._client.assistant_threads_setStatus(
                channel_id=event["channel"], thread_ts=event["thread_ts"], status=status
            )
        )


def add_pane(app: AsyncApp, pane: Pane) -> None:
    """Listen to the opening of the pane."""

    @app.event("assistant_thread_started")
    async def started(event: Mapping[str, Any]) -> None:
        thread = event["assistant_thread"]
        await pane.suggest(thread["channel_id"], thread["thread_ts"])

    @app.event("assistant_thread_context_changed")
    async def changed() -> None:
        """Answers do not depend on the channel beside which the pane is open."""


def _in_pane(event: Event) -> bool:
    """Whether a post may be one in the pane; Slack gives those a thread from the first on."""
    return kind_of(event) == "im" and bool(event.get("thread_ts"))


async def _quietly(call: Awaitable[Any]) -> None:
    try:
        await call
    except SLACK_ERRORS as error:
        _log.debug("no assistant pane here: %s", type(error).__name__)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
