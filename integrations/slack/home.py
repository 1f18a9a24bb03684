"""The bot's start page for one person: what it can do, new documents, the person's own questions."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.audience import Audiences
from integrations.slack.blocks import Block, buttons, context_block, section_block
from integrations.slack.mrkdwn import first_piece, link
from integrations.slack.service import Service
from kb.errors import AuskunftError
from kb.state.clock import Clock, utc_now
from kb.state.slack_recent import RecentQuestion, SlackRecent

DELETE_ACTION, DELETE_ALL_ACTION = "auskunft_delete", "auskunft_delete_all"
_LONGEST_LINE = 300
_log = logging.getLogger(__name__)


class Home:
    """Publishes start pages; `address` is where links to documents lead."""

    def __init__(
        self,
        client: AsyncWebClient,
        audiences: Audiences,
        service: Service,
        recent: SlackRecent,
        address: str,
        clock: Clock = utc_now,
    ) -> None:
        self._client = client
        self._audiences = audiences
        self._service = service
        self._recent = recent
        self._address = address
        self._clock = clock

    async def publish(self, user: str) -> None:
        """Show the person's page as it is now."""
        asked = await asyncio.to_thread(self._recent.of, user, self._clock())
        blocks = home_blocks(await self._documents(user), asked, self._address)
        await self._client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    async def forget(self, user: str, recent_id: int | None = None) -> None:
        """Delete one of the person's questions, or all, and show the page without."""
        await asyncio.to_thread(self._recent.remove, user, recent_id)
        await self.publish(user)

    async def _documents(self, user: str) -> Sequence[Mapping[str, Any]]:
        try:
            return await self._service.newest(await self._audiences.of_person(user))
        except AuskunftError as error:
            _log.warning("a start page without documents: %s", type(error).__name__)
            return ()


def add_home(app: AsyncApp, home: Home) -> None:
    """Listen to the opening of start pages, and to the buttons on them."""

    @app.event("app_home_opened")
    async def opened(event: Mapping[str, Any]) -> None:
        if event.get("tab") == "home":
            await home.publish(event["user"])

    @app.action(DELETE_ACTION)
    async def delete(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        await home.forget(body["user"]["id"], int(body["actions"][0]["value"]))

    @app.action(DELETE_ALL_ACTION)
    async def delete_all(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        await home.forget(body["user"]["id"])


def home_blocks(
    documents: Sequence[Mapping[str, Any]], asked: Sequence[RecentQuestion], address: str
) -> list[Block]:
    """The page of somebody who may see these documents and has asked this."""
    blocks = [section_block(phrases.WHAT_I_DO), section_block(phrases.NEWEST)]
    blocks += [section_block(_document(each, address)) for each in documents]
    if not documents:
        blocks.append(context_block(phrases.NO_DOCUMENTS))
    blocks.append(section_block(phrases.RECENT))
    for each in asked:
        button = buttons((DELETE_ACTION, phrases.DELETE, str(each.recent_id)))[0]["elements"][0]
        shown = first_piece(each.question, _LONGEST_LINE)
        blocks.append({**section_block(shown), "accessory": button})
    blocks.append(context_block(phrases.RECENT_NOTE if asked else phrases.NO_RECENT))
    return [*blocks, *(buttons((DELETE_ALL_ACTION, phrases.DELETE_ALL, "*")) if asked else [])]


def _document(document: Mapping[str, Any], address: str) -> str:
    title = first_piece(document["title"] or document["file"], _LONGEST_LINE)
    if not address:
        return title
    plain = (document["title"] or document["file"])[:_LONGEST_LINE]
    return link(f"{address}/dokumente/{document['document_id']}", plain)
