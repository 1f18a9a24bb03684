"""The end of a post: shown once, in the one message that is its own, now or as soon as Slack takes it.

A post may have a sign, an answer that grows in a stream below it, or an address for what only one
person sees. Whatever of these a process leaves behind is found again and ended by the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from integrations.slack import phrases
from integrations.slack.answers import Reply
from integrations.slack.blocks import Block, is_whole
from integrations.slack.errors import SLACK_ERRORS, SlackBusyError, reason
from kb.state.clock import Clock, utc_now
from kb.state.slack import UNKNOWN_STREAM, Post, SlackPosts

#: Slack's reasons why a message cannot become the answer, so that the answer is a new one
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive")
#: and why a stream cannot be stopped: it has been, by whomever
STOPPED = ("message_not_in_streaming_state", "message_not_found")
_LOOKED_THROUGH = 100
_log = logging.getLogger(__name__)
#: ends a message in a way of its own; False where that is not possible
_Ending = Callable[[Reply], Awaitable[bool]]


class Delivery:
    """Shows what comes of posts; `bot` is the bot's own user id."""

    def __init__(
        self, client: AsyncWebClient, posts: SlackPosts, bot: str, clock: Clock = utc_now
    ) -> None:
        self._client = client
        self._posts = posts
        self._bot = bot
        self._clock = clock
        #: what could not be shown, and what could not even be looked at
        self._owed: list[tuple[Post, Reply]] = []
        self._left: list[tuple[Post, Reply]] = []

    async def deliver(self, post: Post, reply: Reply, ending: _Ending | None = None) -> bool:
        """Show the end of a post; whether it is shown now. Later otherwise, unless it is not ours."""
        if not await asyncio.to_thread(self._posts.holds, post, self._clock()):
            return False  # this process was taken for dead, and another one has apologised
        try:
            if ending is None or not await ending(reply):
                await self._show(post, reply.text, reply.blocks)
        except SLACK_ERRORS as error:
            _log.error("an answer could not be posted yet: %s", type(error).__name__)
            self._owed.append((post, reply))
            return False
        await asyncio.to_thread(self._posts.finish, post)
        return True

    async def inherit(self, post: Post, reply: Reply) -> None:
        """End what a dead process has left, by its own answer if that is whole."""
        try:
            post = await self.located(post)
        except SLACK_ERRORS as error:
            _log.warning("a thread cannot be read: %s", type(error).__name__)
            self._left.append((post, reply))
            return
        if not await self._has_end(post):
            await self.deliver(post, reply)
            return
        if post.stream and post.reply:
            await self._quietly_remove(post)
        await asyncio.to_thread(self._posts.finish, post)

    async def again(self) -> None:
        """Try once more what Slack did not take."""
        owed, self._owed = self._owed, []
        left, self._left = self._left, []
        for post, reply in owed:
            await self.deliver(post, reply)
        for post, reply in left:
            await self.inherit(post, reply)

    async def located(self, post: Post) -> Post:
        """The post with the message that was sent for it and not noted any more, if there is one.

        Raises SlackClientError where a stream is lost and Slack does not say what is in the thread.
        """
        lost_stream = post.stream == UNKNOWN_STREAM
        if post.respond or (not lost_stream and (post.reply or post.stream)):
            return post
        try:
            strays = await self._strays(post)
        except SLACK_ERRORS:
            if lost_stream:
                raise
            return post
        signs = [one["ts"] for one in strays if phrases.is_sign(one["text"])]
        grown = [one["ts"] for one in strays if one["ts"] not in signs and not _is_ours(one)]
        if lost_stream:
            post = replace(post, stream=grown[0] if grown else "")
            await asyncio.to_thread(self._posts.streaming, post, post.stream)
        elif signs:
            post = replace(post, reply=signs[0])
            await asyncio.to_thread(self._posts.replied, post, post.reply)
        return post

    async def remove_sign(self, post: Post) -> None:
        """Take the sign away, as the answer stands below; raises SlackClientError."""
        try:
            await self._client.chat_delete(channel=post.channel, ts=post.reply)
        except SlackApiError as error:
            if reason(error) == "ratelimited":
                raise
            if reason(error) not in _GONE:  # a workspace may forbid it
                await self._client.chat_update(
                    channel=post.channel, ts=post.reply, text=phrases.BELOW, blocks=[]
                )
        await asyncio.to_thread(self._posts.replied, post, "")

    async def _show(self, post: Post, text: str, blocks: list[Block]) -> None:
        """Make the post's message say this, or send one where there is none any more."""
        if post.stream == UNKNOWN_STREAM:
            post = await self.located(post)
        if post.stream:
            await self._stop(post)
        for ts in filter(None, (post.stream, post.reply)):
            if await self._changed(post.channel, ts, text, blocks):
                if ts == post.stream and post.reply:
                    await self.remove_sign(post)
                return
        if post.respond:
            await responded(post.respond, text, blocks)
            return
        sent = await self._client.chat_postMessage(
            channel=post.channel, thread_ts=post.thread, text=text, blocks=blocks or None
        )
        await asyncio.to_thread(self._posts.replied, post, sent["ts"])

    async def _changed(self, channel: str, ts: str, text: str, blocks: list[Block]) -> bool:
        try:
            await self._client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks)
        except SlackApiError as error:
            if reason(error) not in _GONE:
                raise
            _log.warning("the message cannot be changed: %s", reason(error))
            return False
        return True

    async def _stop(self, post: Post) -> None:
        """Slack changes nothing in a message that still grows."""
        try:
            await self._client.chat_stopStream(channel=post.channel, ts=post.stream)
        except SlackApiError as error:
            if reason(error) not in STOPPED:
                raise

    async def _quietly_remove(self, post: Post) -> None:
        try:
            await self.remove_sign(post)
        except SLACK_ERRORS as error:
            _log.warning("a sign could not be removed: %s", type(error).__name__)

    async def _has_end(self, post: Post) -> bool:
        """Whether a dead process had shown the answer and only not noted it."""
        shown = post.stream or post.reply
        if not shown:
            return False
        root = shown if post.respond else post.thread
        try:
            found = await self._client.conversations_replies(
                channel=post.channel,
                ts=root,
                oldest=shown,
                latest=shown,
                inclusive=True,
                limit=2,
            )
            there = [one for one in found["messages"] if one["ts"] == shown]
        except (*SLACK_ERRORS, KeyError, TypeError):
            return False
        if post.stream:
            return any(is_whole(one.get("blocks") or []) for one in there)
        return any(not phrases.is_sign(one["text"]) for one in there)

    async def _strays(self, post: Post) -> list[Mapping[str, Any]]:
        """The bot's messages since the post, in its thread, that no post is known to have."""
        known = await asyncio.to_thread(self._posts.messages, post.channel, post.thread)
        found = await self._client.conversations_replies(
            channel=post.channel, ts=post.thread, oldest=post.ts, limit=_LOOKED_THROUGH
        )
        return [
            one
            for one in found["messages"]
            if one.get("user") == self._bot and one["ts"] not in known and one["ts"] != post.thread
        ]


async def responded(
    address: str, text: str, blocks: list[Block], *, replacing: bool = False
) -> None:
    """Show something to one person; raises SlackBusyError where it is worth trying again."""
    sent = await AsyncWebhookClient(address, timeout=20).send(
        text=text, blocks=blocks or None, response_type="ephemeral", replace_original=replacing
    )
    if sent.status_code == 429 or sent.status_code >= 500:
        raise SlackBusyError(f"a response was refused: {sent.status_code}")
    if sent.status_code >= 400:
        # half an hour is over, or five responses were sent: nobody can be told any more
        _log.warning("a response is not taken any more: %s", sent.status_code)


def _is_ours(message: Mapping[str, Any]) -> bool:
    """Whether a message was sent as a whole: one that grows has none of these blocks."""
    return any(one["type"] in ("section", "actions") for one in message.get("blocks") or [])
