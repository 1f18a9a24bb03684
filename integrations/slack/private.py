"""What only one person sees: the slash command, and the fuller answer beside a channel's.

Whose answer it is decides anew with every press of a button who may see what.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.admin import Admin, is_admin_word
from integrations.slack.answers import Answers, Reply
from integrations.slack.audience import Audiences
from integrations.slack.blocks import (
    FULLER_ACTION,
    MOST_BLOCKS,
    SHOW_ACTION,
    asked_block,
    buttons,
    section_block,
)
from integrations.slack.conversations import Conversations
from integrations.slack.delivery import Delivery, responded
from integrations.slack.errors import reason
from integrations.slack.line import Line
from integrations.slack.mrkdwn import escaped
from kb.audience import Viewer
from kb.state.clock import Clock, utc_now
from kb.state.slack import Post, SlackPosts
from kb.state.slack_recent import SlackRecent

COMMAND = "/auskunft"
_HELP = ("", "hilfe", "help", "?")
_log = logging.getLogger(__name__)


class Private:
    """Answers to one person in place of a channel; each is taken on once, and ended as posts are."""

    def __init__(
        self,
        client: AsyncWebClient,
        posts: SlackPosts,
        audiences: Audiences,
        answers: Answers,
        recent: SlackRecent,
        delivery: Delivery,
        clock: Clock = utc_now,
    ) -> None:
        self._client = client
        self._posts = posts
        self._audiences = audiences
        self._answers = answers
        self._recent = recent
        self._delivery = delivery
        self._clock = clock
        self._line = Line()

    async def taken(self, what: str, name: str, body: Mapping[str, Any]) -> Post | None:
        """What was asked for as a post that is taken on; None when it has been before."""
        channel = body.get("channel_id") or body["channel"]["id"]
        mark = blake2b(f"{what} {name}".encode(), digest_size=16).hexdigest()
        post = Post(channel, mark, mark, respond=body["response_url"])
        return post if await asyncio.to_thread(self._posts.take, post, self._clock()) else None

    async def command(self, post: Post, body: Mapping[str, Any]) -> None:
        """Answer `/auskunft …` for the person's own audiences."""
        user, channel = body["user_id"], body["channel_id"]
        async with self._looked_after(post):
            reply = await self._reply(body["text"], user, self._person(user))
            if reply.question:
                await asyncio.to_thread(self._recent.add, user, reply.question, self._clock())
            await self._delivery.deliver(post, _to_be_shown(reply, channel))

    async def fuller(self, post: Post, body: Mapping[str, Any]) -> None:
        """Put the person's own answer in the place of its offer."""
        question, user = body["actions"][0]["value"], body["user"]["id"]

        async def replaced(reply: Reply) -> bool:
            await responded(post.respond, reply.text, reply.blocks, replacing=True)
            return True

        async with self._looked_after(post):
            reply = await self._reply(question, user, self._person(user))
            await self._delivery.deliver(post, reply, replaced)

    async def show(self, post: Post, body: Mapping[str, Any]) -> None:
        """Answer anew in the channel, for all who are there."""
        question, user = body["actions"][0]["value"], body["user"]["id"]
        async with self._looked_after(post) as looked_after:
            try:
                sign = await self._client.chat_postMessage(
                    channel=post.channel, text=phrases.WORKING
                )
            except SlackApiError as error:
                _log.warning("a channel takes no answer: %s", reason(error))
                await responded(post.respond, phrases.NOT_MEMBER, [])
                await asyncio.to_thread(self._posts.release, post)
                return
            looked_after.post = replace(post, reply=sign["ts"])
            await asyncio.to_thread(self._posts.replied, post, sign["ts"])
            viewer = partial(self._audiences.of_place, post.channel, "group", user)
            reply = await self._reply(question, user, viewer)
            said = reply.blocks or [section_block(escaped(reply.text))]
            shown = Reply(reply.text, [asked_block(user, question), *said[: MOST_BLOCKS - 1]])
            if await self._delivery.deliver(looked_after.post, shown):
                await responded(post.respond, phrases.SHOWN, [])

    async def _reply(self, text: str, user: str, viewer: Callable[[], Awaitable[Viewer]]) -> Reply:
        if self._line.full:
            return self._answers.full
        place = self._line.join()
        try:
            return await self._answers.reply(text, viewer(), user, [], self._line.turn(place))
        finally:
            self._line.leave(place)

    def _person(self, user: str) -> Callable[[], Awaitable[Viewer]]:
        return partial(self._audiences.of_person, user)

    @asynccontextmanager
    async def _looked_after(self, post: Post) -> AsyncIterator["_LookedAfter"]:
        """Whatever breaks off what is done within ends in a sentence."""
        current = _LookedAfter(post)
        try:
            yield current
        except asyncio.CancelledError:
            await self._delivery.deliver(current.post, Reply(phrases.INTERRUPTED))
        except Exception:
            _log.exception("a question in Slack could not be looked after")
            await self._delivery.deliver(current.post, self._answers.unexpected)


@dataclass
class _LookedAfter:
    """The post as it stands now."""

    post: Post


def add_private(
    app: AsyncApp, private: Private, conversations: Conversations, admin: Admin
) -> None:
    """Listen to the command and to the buttons of what only one person sees.

    What is acknowledged is taken on before; Slack delivers the other once more.
    """

    @app.command(COMMAND)
    async def command(ack: AsyncAck, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        text, user = body.get("text", ""), body["user_id"]
        if text.strip().casefold() in _HELP:
            await ack(phrases.HELP)
            conversations.run(admin.help(user, respond))
            return
        if is_admin_word(text):
            await ack()
            conversations.run(admin.handle(text, user, body["channel_id"], respond))
            return
        post = await private.taken("command", body["trigger_id"], body)
        await ack(phrases.WORKING)
        if post is not None:
            conversations.run(private.command(post, body))

    @app.action(SHOW_ACTION)
    async def show(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        post = await private.taken("show", body["container"]["message_ts"], body)
        await ack()
        if post is None:
            await responded(body["response_url"], phrases.SHOWN_ALREADY, [])
        else:
            conversations.run(private.show(post, body))

    @app.action(FULLER_ACTION)
    async def fuller(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        post = await private.taken("fuller", body["trigger_id"], body)
        await ack()
        if post is not None:
            conversations.run(private.fuller(post, body))


def _to_be_shown(reply: Reply, channel: str) -> Reply:
    """The reply with a button that shows the channel its own answer, where there is a channel."""
    if not reply.question or channel.startswith("D"):
        return reply
    button = buttons((SHOW_ACTION, phrases.SHOW_HERE, reply.question))
    return replace(reply, blocks=[*reply.blocks[: MOST_BLOCKS - 1], *button])
