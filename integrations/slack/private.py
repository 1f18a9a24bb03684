"""What only one person sees: the slash command, and the fuller answer beside a channel's.

Whose answer it is decides anew with every press of a button who may see what.
"""

import asyncio
import logging
from collections.abc import Mapping
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
from integrations.slack.mrkdwn import escaped
from kb.state.clock import Clock, utc_now
from kb.state.slack import Post, SlackPosts
from kb.state.slack_recent import SlackRecent

COMMAND = "/auskunft"
_HELP = ("", "hilfe", "help", "?")
_log = logging.getLogger(__name__)


class Private:
    """Answers to one person in place of a channel."""

    def __init__(
        self,
        client: AsyncWebClient,
        posts: SlackPosts,
        audiences: Audiences,
        answers: Answers,
        recent: SlackRecent,
        clock: Clock = utc_now,
    ) -> None:
        self._client = client
        self._posts = posts
        self._audiences = audiences
        self._answers = answers
        self._recent = recent
        self._clock = clock

    async def command(self, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        """Answer `/auskunft …` for the person's own audiences."""
        channel, user = body["channel_id"], body["user_id"]
        if not await self._first(channel, "command", body["trigger_id"]):
            return
        reply = await self._told(body["text"], user, respond, channel=channel)
        if reply.question:
            await asyncio.to_thread(self._recent.add, user, reply.question, self._clock())

    async def fuller(self, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        """Put the person's own answer in the place of its offer."""
        question, user = body["actions"][0]["value"], body["user"]["id"]
        await self._told(question, user, respond)

    async def show(self, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        """Answer anew in the channel, for all who are there."""
        channel, user = body["channel"]["id"], body["user"]["id"]
        question, message = body["actions"][0]["value"], body["container"]["message_ts"]
        if not await self._first(channel, "show", message):
            await _only_to_person(respond, phrases.SHOWN_ALREADY)
            return
        try:
            sign = await self._client.chat_postMessage(channel=channel, text=phrases.WORKING)
        except SlackApiError as error:
            _log.warning("a channel takes no answer: %s", error.response.get("error"))
            await asyncio.to_thread(self._posts.release, _marked(channel, "show", message))
            await _only_to_person(respond, phrases.NOT_MEMBER)
            return
        post = Post(channel, sign["ts"], sign["ts"], sign["ts"])
        await asyncio.to_thread(self._posts.take, post, self._clock())
        viewer = self._audiences.of_place(channel, "group", user)
        reply = await self._answers.reply(question, viewer, user, [])
        said = reply.blocks or [section_block(escaped(reply.text))]
        await self._client.chat_update(
            channel=channel,
            ts=post.reply,
            text=reply.text,
            blocks=[asked_block(user, question), *said[: MOST_BLOCKS - 1]],
        )
        await asyncio.to_thread(self._posts.finish, post)
        await _only_to_person(respond, phrases.SHOWN)

    async def _told(
        self, text: str, user: str, respond: AsyncRespond, *, channel: str = ""
    ) -> Reply:
        """Answer only the person, who can show it in `channel`; without one it replaces an offer."""
        reply = await self._answers.reply(text, self._audiences.of_person(user), user, [])
        shown = reply.blocks
        if reply.question and channel and not channel.startswith("D"):
            button = buttons((SHOW_ACTION, phrases.SHOW_HERE, reply.question))
            shown = [*shown[: MOST_BLOCKS - 1], *button]
        await respond(
            text=reply.text,
            blocks=shown or None,
            response_type="ephemeral",
            replace_original=not channel,
        )
        return reply

    async def _first(self, channel: str, what: str, name: str) -> bool:
        """Whether nobody has taken this on before; it cannot be apologised for, so it is over."""
        post = _marked(channel, what, name)
        taken = await asyncio.to_thread(self._posts.take, post, self._clock())
        await asyncio.to_thread(self._posts.finish, post)
        return taken


def add_private(
    app: AsyncApp, private: Private, conversations: Conversations, admin: Admin
) -> None:
    """Listen to the command and to the buttons of what only one person sees."""

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
        await ack(phrases.WORKING)
        conversations.run(private.command(body, respond))

    @app.action(SHOW_ACTION)
    async def show(ack: AsyncAck, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        await ack()
        conversations.run(private.show(body, respond))

    @app.action(FULLER_ACTION)
    async def fuller(ack: AsyncAck, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        await ack()
        conversations.run(private.fuller(body, respond))


async def _only_to_person(respond: AsyncRespond, text: str) -> None:
    await respond(text=text, response_type="ephemeral", replace_original=False)


def _marked(channel: str, what: str, name: str) -> Post:
    """What was done once, as a post; names of Slack's may be longer than a time stamp."""
    mark = blake2b(f"{what} {name}".encode(), digest_size=16).hexdigest()
    return Post(channel, mark, mark)
