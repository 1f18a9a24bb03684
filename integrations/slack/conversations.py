"""From a post to its answer: taken on once, a sign at once, then the answer in the sign's place.

Whatever goes wrong ends in a sentence in the thread. What a process leaves unfinished is apologised
for by the next one that looks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.answers import Answers, Reply
from integrations.slack.audience import Audiences
from integrations.slack.blocks import LONGEST_VALUE, offer_blocks
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.line import Line, Place
from integrations.slack.owner import known_dead
from integrations.slack.pane import Pane
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

_AT_ONCE = 4
#: a process that has not said for so long that it lives is taken for dead
STALE = timedelta(seconds=60)
#: Slack's reasons why a message cannot become the answer, so that the answer is a new one
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive")
_KEPT = timedelta(days=7)
_log = logging.getLogger(__name__)
#: what could not be shown yet: the post, text and blocks
_Owed = tuple[Post, str, list[dict[str, Any]]]


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
        clock: Clock = utc_now,
    ) -> None:
        self._client = client
        self._bot = bot
        self._posts = posts
        self._audiences = audiences
        self._answers = answers
        self._recent = recent
        self._pane = pane
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()
        self._line = Line(_AT_ONCE)
        self._owed: list[_Owed] = []

    async def take(self, event: Event) -> None:
        """Answer a post unless somebody has taken it on already."""
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
        owed, self._owed = self._owed, []
        for post, text, blocks in owed:
            await self._deliver(post, text, blocks)
        for post in left:
            if await self._has_answer(post):
                await asyncio.to_thread(self._posts.finish, post)
            else:
                await self._deliver(post, phrases.INTERRUPTED, [])
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
        place, reply = self._line.join(), Reply(phrases.INTERRUPTED)
        try:
            post = await self._signed(post, place)
            reply, history = await self._replied(event, place)
            await self._deliver(post, reply.text, reply.blocks)
            await self._pane.done(event, first=not history)
        except asyncio.CancelledError:
            reply = Reply(phrases.INTERRUPTED)
            await self._deliver(post, reply.text, [])
        except Exception:
            _log.exception("a question in Slack could not be looked after")
            reply = self._answers.unexpected
            await self._deliver(post, reply.text, [])
        finally:
            self._line.leave(place)
        await self._afterwards(post, event, reply)

    async def _replied(self, event: Event, place: Place) -> tuple[Reply, list[dict[str, str]]]:
        """The reply, and the turns before it in the thread."""
        await self._pane.working(event)
        history = await said_before(self._client, event, self._bot)
        text, user = event.get("text", ""), event["user"]
        turn = self._line.turn(place)
        return await self._answers.reply(text, self._viewer(event), user, history, turn), history

    async def _signed(self, post: Post, place: Place) -> Post:
        """The post with its sign; without one where Slack does not take it, the answer may still be."""
        try:
            sign = await self._client.chat_postMessage(
                channel=post.channel, thread_ts=post.thread, text=phrases.sign(place.told)
            )
        except SLACK_ERRORS as error:
            _log.error("a sign could not be posted: %s", type(error).__name__)
            return post
        place.post = post = Post(post.channel, post.ts, post.thread, sign["ts"])
        await asyncio.to_thread(self._posts.replied, post, post.reply)
        return post

    async def _deliver(self, post: Post, text: str, blocks: list[dict[str, Any]]) -> None:
        """Show the end of a question once, now or as soon as Slack takes it."""
        if not await asyncio.to_thread(self._posts.holds, post, self._clock()):
            return  # this process was taken for dead, and another one has apologised
        try:
            await self._show(post, text, blocks)
        except SLACK_ERRORS as error:
            _log.error("an answer could not be posted yet: %s", type(error).__name__)
            self._owed.append((post, text, blocks))
            return
        await asyncio.to_thread(self._posts.finish, post)

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
        """Whether a post without a mention goes on asking in a thread in which the bot takes part."""
        channel, thread = event["channel"], event["thread_ts"]
        if not await asyncio.to_thread(self._posts.takes_part, channel, thread):
            return False
        try:
            return follows(event, await earlier_posts(self._client, event), self._bot)
        except (*SLACK_ERRORS, KeyError, TypeError) as error:
            _log.warning("a thread cannot be read: %s", type(error).__name__)
            return False

    async def _has_answer(self, post: Post) -> bool:
        """Whether a dead process had put the answer in the sign's place and only not noted it."""
        if not post.reply:
            return False
        try:
            found = await self._client.conversations_replies(
                channel=post.channel,
                ts=post.thread,
                oldest=post.reply,
                latest=post.reply,
                inclusive=True,
                limit=2,
            )
            there = [one["text"] for one in found["messages"] if one["ts"] == post.reply]
        except (*SLACK_ERRORS, KeyError, TypeError):
            return False
        return bool(there) and not phrases.is_sign(there[0])

    async def _show(
        self, post: Post, text: str, blocks: list[dict[str, Any]] | None = None
    ) -> None:
        """Put the text in the sign's place, or into the thread where there is no sign any more."""
        if post.reply:
            try:
                await self._client.chat_update(
                    channel=post.channel, ts=post.reply, text=text, blocks=blocks or []
                )
                return
            except SlackApiError as error:
                if error.response.get("error") not in _GONE:
                    raise
                _log.warning("the message cannot be changed: %s", error.response.get("error"))
        await self._client.chat_postMessage(
            channel=post.channel, thread_ts=post.thread, text=text, blocks=blocks or None
        )
