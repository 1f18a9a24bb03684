"""From a post to its answer: taken on once, a sign at once, then the answer in the sign's place.

Whatever goes wrong ends in a sentence in the thread. What a process leaves unfinished is apologised
for by the next one that looks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.answers import Answers, Reply
from integrations.slack.audience import Audiences
from integrations.slack.blocks import LONGEST_VALUE, offer_blocks
from integrations.slack.delivery import Delivery
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.line import Line, Place
from integrations.slack.owner import known_dead
from integrations.slack.pane import Pane
from integrations.slack.streams import Stream, Streams
from integrations.slack.threads import (
    Event,
    earlier_posts,
    follows,
    is_question,
    kind_of,
    may_follow,
    said_before,
)
from kb.audience import Viewer
from kb.state.clock import Clock, utc_now
from kb.state.slack import Post, SlackPosts
from kb.state.slack_recent import SlackRecent

#: a process that has not said for so long that it lives is taken for dead
STALE = timedelta(seconds=60)
#: seconds for which a thread is read before Slack, which waits three, delivers the post again
_PATIENCE_S = 2.0
_KEPT = timedelta(days=7)
_log = logging.getLogger(__name__)


class Conversations:
    """Answers posts; `bot` is the bot's own user id."""

    def __init__(
        self,
        client: AsyncWebClient,
        bot: str,
        posts: SlackPosts,
        audiences: Audiences,
        answers: Answers,
        recent: SlackRecent,
        pane: Pane,
        delivery: Delivery,
        streams: Streams,
        clock: Clock = utc_now,
    ) -> None:
        self._client = client
        self._bot = bot
        self._posts = posts
        self._audiences = audiences
        self._answers = answers
        self._recent = recent
        self._pane = pane
        self._delivery = delivery
        self._streams = streams
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()
        self._line = Line()

    async def take(self, event: Event) -> None:
        """Answer a post unless somebody has taken it on already; it is taken on when this returns."""
        if not is_question(event) and not (may_follow(event) and await self._continues(event)):
            return
        post = Post(event["channel"], event["ts"], event.get("thread_ts") or event["ts"])
        if await asyncio.to_thread(self._posts.take, post, self._clock()):
            self.run(self._handle(post, event))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Work in the background that the end waits for."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def tick(self) -> None:
        """Say that this process lives, and apologise for what dead ones left; call it often."""
        now = self._clock()
        await asyncio.to_thread(self._posts.alive, now)
        others = await asyncio.to_thread(self._posts.others)
        dead = [owner for owner in others if known_dead(owner, self._posts.owner)]
        left = await asyncio.to_thread(self._posts.take_over, now - STALE, now, dead)
        await self._delivery.again()
        for post in left:
            await self._delivery.inherit(post, Reply(phrases.INTERRUPTED))
        await asyncio.to_thread(self._posts.forget, now - _KEPT)
        await asyncio.to_thread(self._recent.forget, now)

    async def tell_line(self) -> None:
        """Change one sign in the line, the one that is wrong by most: Slack counts the changes."""
        found = self._line.outdated()
        if found is None:
            return
        place, ahead = found
        async with place.telling:
            if place.waits and place.post is not None:
                place.told = ahead
                await self._client.chat_update(
                    channel=place.post.channel, ts=place.post.reply, text=phrases.sign(ahead)
                )

    async def drain(self, seconds: float) -> None:
        """Let running answers end; those that take longer end with an apology."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=seconds)

    async def _handle(self, post: Post, event: Event) -> None:
        if self._line.full:
            await self._delivery.deliver(post, self._answers.full)
            return
        place, reply = self._line.join(), Reply(phrases.INTERRUPTED)
        stream: Stream | None = None
        try:
            post = await self._signed(post, place)
            stream = self._streams.stream(post, event)
            reply, history = await self._replied(event, place, stream)
            await self._delivery.deliver(await stream.close(), reply, stream.end)
            await self._pane.done(event, first=not history)
        except asyncio.CancelledError:
            reply = Reply(phrases.INTERRUPTED)
            await self._given_up(post, stream, reply)
        except Exception:
            _log.exception("a question in Slack could not be looked after")
            reply = self._answers.unexpected
            await self._given_up(post, stream, reply)
        finally:
            self._line.leave(place)
        await self._afterwards(post, event, reply)

    async def _replied(
        self, event: Event, place: Place, stream: Stream
    ) -> tuple[Reply, list[dict[str, str]]]:
        """The reply, and the turns before it in the thread."""
        await self._pane.working(event)
        history = await said_before(self._client, event, self._bot)
        text, user = event.get("text", ""), event["user"]
        turn = self._line.turn(place)
        reply = await self._answers.reply(
            text, self._viewer(event), user, history, turn, stream.say
        )
        return reply, history

    async def _signed(self, post: Post, place: Place) -> Post:
        """The post with its sign; without one where Slack does not take it, the answer may still be."""
        try:
            sign = await self._client.chat_postMessage(
                channel=post.channel, thread_ts=post.thread, text=phrases.sign(place.told)
            )
        except SLACK_ERRORS as error:
            _log.error("a sign could not be posted: %s", type(error).__name__)
            # an answer of Slack's that was lost is no refusal
            return post if isinstance(error, SlackApiError) else await self._delivery.located(post)
        place.post = post = replace(post, reply=sign["ts"])
        await asyncio.to_thread(self._posts.replied, post, post.reply)
        return post

    async def _given_up(self, post: Post, stream: Stream | None, reply: Reply) -> None:
        """End a post that cannot be answered, with whatever was shown of it so far."""
        post = await self._delivery.located(post) if stream is None else await stream.close()
        await self._delivery.deliver(post, reply)

    async def _afterwards(self, post: Post, event: Event, reply: Reply) -> None:
        """What only the asker gets: the question on their start page, and maybe a fuller answer."""
        user = event["user"]
        if reply.question:
            await asyncio.to_thread(self._recent.add, user, reply.question, self._clock())
        if kind_of(event) == "im" or len(reply.question) not in range(1, LONGEST_VALUE + 1):
            return
        try:
            if await self._answers.fuller(reply, await self._audiences.of_person(user)):
                await self._client.chat_postEphemeral(
                    channel=post.channel,
                    user=user,
                    thread_ts=post.thread,
                    text=phrases.FULLER,
                    blocks=offer_blocks(reply.question),
                )
        except SLACK_ERRORS as error:
            _log.warning("a fuller answer could not be offered: %s", type(error).__name__)

    def _viewer(self, event: Event) -> Awaitable[Viewer]:
        return self._audiences.of_place(event["channel"], kind_of(event), event["user"])

    async def _continues(self, event: Event) -> bool:
        """Whether a post without a mention goes on asking in a thread in which the bot takes part.

        Raises TimeoutError where Slack is too slow to say so before it wants to know.
        """
        channel, thread = event["channel"], event["thread_ts"]
        if not await asyncio.to_thread(self._posts.takes_part, channel, thread):
            return False
        async with asyncio.timeout(_PATIENCE_S):
            try:
                return follows(event, await earlier_posts(self._client, event), self._bot)
            except TimeoutError:
                raise
            except (*SLACK_ERRORS, KeyError, TypeError) as error:
                _log.warning("a thread cannot be read: %s", type(error).__name__)
                return False
