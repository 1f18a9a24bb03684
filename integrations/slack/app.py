"""slack-bolt with everything that comes in from Slack; what it does is in the other modules."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.admin import Admin, register_admin
from integrations.slack.blocks import FEEDBACK_ACTION, NO, SOURCE_ACTION, YES, source_view
from integrations.slack.conversations import Conversations
from integrations.slack.files import Files, register_files
from integrations.slack.home import Home, add_home
from integrations.slack.pane import Pane, add_pane
from integrations.slack.private import Private, add_private
from integrations.slack.service import Service
from kb.errors import AuskunftError


@dataclass(frozen=True, slots=True)
class Parts:
    """What does the work, all with the same client."""

    conversations: Conversations
    private: Private
    home: Home
    pane: Pane
    admin: Admin
    files: Files


def slack_app(
    client: AsyncWebClient, signing_secret: str, parts: Parts, service: Service
) -> AsyncApp:
    """The app, to be put behind Socket Mode or HTTP."""
    conversations, files = parts.conversations, parts.files
    # bolt logs bodies it refuses, which are none of ours
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)
    app = AsyncApp(client=client, signing_secret=signing_secret)

    async def taken(event: Mapping[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
        """Bolt acknowledges after this; an exception has Slack deliver the post once more."""
        if not await files.take(event):
            await conversations.take(event)
        await next_()

    @app.event("app_mention", middleware=[taken])
    async def mention() -> None:
        """Taken on already."""

    @app.event("message", middleware=[taken])
    async def message() -> None:
        """Taken on already."""

    @app.action(SOURCE_ACTION)
    async def source(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        view = source_view(body["actions"][0]["value"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def feedback(ack: AsyncAck, body: Mapping[str, Any], helpful: bool) -> None:
        await ack()
        try:
            await service.judge(body["actions"][0]["value"], helpful)
            text = phrases.THANKS
        except AuskunftError:
            text = phrases.TOO_LATE
        # a message for one person only comes without itself
        thread = (body.get("message") or body["container"]).get("thread_ts")
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text=text, thread_ts=thread
        )

    @app.action(f"{FEEDBACK_ACTION}_{YES}")
    async def helped(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await feedback(ack, body, True)

    @app.action(f"{FEEDBACK_ACTION}_{NO}")
    async def not_helped(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await feedback(ack, body, False)

    register_admin(app, parts.admin)
    register_files(app, parts.files)
    add_private(app, parts.private, conversations, parts.admin)
    add_home(app, parts.home)
    add_pane(app, parts.pane)
    return app
