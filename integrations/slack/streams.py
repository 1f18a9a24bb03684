"""Answers that grow in their thread, sentence by sentence, where the workspace lets them.

In: a post with its sign, and the statements as the service gives them. Out: a message that is
stopped with sources and feedback below it. Whatever goes wrong on the way costs the growing only:
the end of the post is shown all the same (`integrations.slack.delivery`).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.answers import Reply
from integrations.slack.blocks import sentence
from integrations.slack.delivery import STOPPED, Delivery
from integrations.slack.errors import SLACK_ERRORS, reason
from integrations.slack.mrkdwn import in_markdown
from integrations.slack.threads import Event
from kb.state.clock import Clock, utc_now
from kb.state.slack import UNKNOWN_STREAM, Post, SlackPosts

#: Slack's limit of a text that is appended
_LONGEST = 12_000
#: seconds between two texts: Slack counts them over all threads of the workspace
_BETWEEN_S = 0.7
#: seconds for which a refusal is remembered, and one that may be passing
_REFUSED_S, _PASSING_S = 3_600.0, 60.0
#: refusals that may be passing, and after which something may have been sent all the same
_PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
_LIMITED = ("ratelimited", "rate_limited")
#: refusals that say nothing about other channels
_OF_CHANNEL = (
    "channel_type_not_supported",
    "method_not_supported_for_channel_type",
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "messages_tab_disabled",
    "user_not_found",
)
_MOST_REMEMBERED = 1_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who asked, for whom the message grows, and of which workspace that person is."""

    user: str
    team: str


class Streams:
    """Begins streams, and remembers where Slack takes none.

    `client` must not repeat a call by itself: of two starts, both may have come through.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        patient: AsyncWebClient,
        posts: SlackPosts,
        delivery: Delivery,
        team: str,
        clock: Clock = utc_now,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`patient` is a client that waits as long as Slack asks it to."""
        self.client = client
        self.patient = patient
        self.posts = posts
        self.delivery = delivery
        self.clock = clock
        self._team = team
        self._seconds = seconds
        #: until when streams are refused, by channel; "" is the whole workspace
        self._refused: dict[str, float] = {}

    def stream(self, post: Post, event: Event) -> "Stream":
        """The stream of a post, which is begun by its first statement."""
        team = str(event.get("user_team") or event.get("team") or self._team)
        return Stream(self, post, Recipient(event["user"], team))

    def takes(self, channel: str) -> bool:
        """Whether Slack has not refused streams there lately."""
        now = self._seconds()
        return all(self._refused.get(place, 0.0) <= now for place in ("", channel))

    def refused(self, channel: str, error: Exception) -> None:
        """Remember that Slack takes no stream: for how long, and where, as far as it says."""
        why = reason(error) if isinstance(error, SlackApiError) else type(error).__name__
        _log.info("Slack takes no stream: %s", why)
        pause = _REFUSED_S if _is_certain(error) else _PASSING_S
        if isinstance(error, SlackApiError) and why in _LIMITED:
            pause = asked_to_wait(error)
        if len(self._refused) >= _MOST_REMEMBERED:
            self._refused.clear()
        self._refused[channel if why in _OF_CHANNEL else ""] = self._seconds() + pause


class Stream:
    """One answer that grows; a task of its own writes, so that nobody waits for Slack."""

    def __init__(self, streams: Streams, post: Post, recipient: Recipient) -> None:
        self._streams = streams
        self._post = post
        self._recipient = recipient
        self._said: list[str] = []
        #: how many of what was said Slack is known to have
        self._shown = 0
        self._unsure = False
        self._news, self._closed = asyncio.Event(), asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def say(self, statement: Mapping[str, Any]) -> None:
        """Append a statement soon; in vain where Slack takes no streams."""
        if self._writing is None:
            if not self._streams.takes(self._post.channel):
                return
            self._writing = asyncio.create_task(self._write())
        self._said.append(sentence(statement))
        self._news.set()

    async def close(self) -> Post:
        """Append nothing more; the post with the message that has grown, if one has."""
        self._closed.set()
        self._news.set()
        if self._writing is not None:
            await asyncio.shield(self._writing)
        return self._post

    async def end(self, reply: Reply) -> bool:
        """Stop with what is missing; False where the message has to be written anew.

        That is so where it says something else than the answer, or may look otherwise in Markdown.
        Raises SlackClientError.
        """
        post, rest = self._post, reply.sentences[self._shown :]
        same = self._said == reply.sentences[: len(self._said)] and not self._unsure
        plain = all(in_markdown(one) == one for one in reply.sentences)
        text = _paragraphs(rest)
        if not post.stream or not (same and plain and reply.ending) or len(text) > _LONGEST:
            return False
        try:
            await self._streams.patient.chat_stopStream(
                channel=post.channel,
                ts=post.stream,
                markdown_text=text or None,
                blocks=reply.ending,
            )
        except SlackApiError as error:
            if reason(error) in STOPPED:
                return False
            raise
        if post.reply:
            await self._streams.delivery.remove_sign(post)
        return True

    async def _write(self) -> None:
        """Whatever Slack does not take comes with the end."""
        try:
            if not await self._started():
                return
            while not self._closed.is_set():
                await self._pause(_BETWEEN_S)
                await self._news.wait()
                self._news.clear()
                if not self._closed.is_set():
                    await self._append()
        except SLACK_ERRORS as error:
            # it may have come through
            self._unsure = self._unsure or not _is_certain(error)
            _log.warning("an answer does not grow any more: %s", type(error).__name__)
        except Exception:
            self._unsure = True
            _log.exception("an answer does not grow any more")

    async def _started(self) -> bool:
        streams, post = self._streams, self._post
        if not await asyncio.to_thread(streams.posts.holds, post, streams.clock()):
            return False
        # noted before it is there, so that nobody overlooks it should this process end
        await asyncio.to_thread(streams.posts.streaming, post, UNKNOWN_STREAM)
        count, text = self._next()
        try:
            begun = await streams.client.chat_startStream(
                channel=post.channel,
                thread_ts=post.thread,
                recipient_user_id=self._recipient.user,
                recipient_team_id=self._recipient.team,
                markdown_text=text or None,
            )
            self._post = replace(post, stream=str(begun["ts"]))
            self._shown = count
            await asyncio.to_thread(streams.posts.streaming, post, self._post.stream)
        except SLACK_ERRORS as error:
            streams.refused(post.channel, error)
            await self._not_started(certain=_is_certain(error))
            return False
        if post.reply:
            await streams.delivery.remove_sign(self._post)
            self._post = replace(self._post, reply="")
        return True

    async def _not_started(self, *, certain: bool) -> None:
        """Without an answer of Slack's there may be a stream all the same."""
        if certain:
            await asyncio.to_thread(self._streams.posts.streaming, self._post, "")
            return
        self._unsure = True
        self._post = replace(self._post, stream=UNKNOWN_STREAM)
        self._post = await self._streams.delivery.located(self._post)

    async def _append(self) -> None:
        count, text = self._next()
        if not text:
            return
        try:
            await self._streams.client.chat_appendStream(
                channel=self._post.channel, ts=self._post.stream, markdown_text=text
            )
        except SlackApiError as error:
            if reason(error) not in _LIMITED:
                raise
            self._news.set()
            await self._pause(asked_to_wait(error))
            return
        self._shown += count

    def _next(self) -> tuple[int, str]:
        """As many sentences as Slack takes at once, and their text."""
        waiting = self._said[self._shown :]
        count = len(waiting)
        while count and len(_paragraphs(waiting[:count])) > _LONGEST:
            count -= 1
        return count, _paragraphs(waiting[:count])

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)


def asked_to_wait(error: SlackApiError) -> float:
    """The seconds for which Slack takes no more calls of this kind."""
    headers = {str(name).lower(): value for name, value in error.response.headers.items()}
    try:
        return max(1.0, float(headers.get("retry-after", _PASSING_S)))
    except (TypeError, ValueError):
        return _PASSING_S


def _is_certain(error: Exception) -> bool:
    """Whether Slack has refused, so that nothing was sent."""
    return isinstance(error, SlackApiError) and reason(error) not in _PASSING


def _paragraphs(sentences: list[str]) -> str:
    # Slack drops blanks at the beginning of a text
    return "".join(f"{in_markdown(one)}\n\n" for one in sentences)
