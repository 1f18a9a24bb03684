"""The bot: connected to Slack, kept alive, ended without loose ends.

It runs inside the service or as a process of its own; either way it asks the service over HTTP.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from assistant.answer import Contact
from integrations.slack.admin import Admin
from integrations.slack.admins import Admins
from integrations.slack.answers import Answers
from integrations.slack.app import Parts, slack_app
from integrations.slack.audience import Audiences
from integrations.slack.clients import impatient_client, slack_client
from integrations.slack.conversations import Conversations
from integrations.slack.delivery import Delivery
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.files import Files
from integrations.slack.following import Following
from integrations.slack.home import Home
from integrations.slack.notices import ChannelNotices
from integrations.slack.options import SlackOptions
from integrations.slack.owner import process_owner
from integrations.slack.pane import Pane
from integrations.slack.private import Private
from integrations.slack.service import Service
from integrations.slack.streams import Streams
from kb.errors import ServiceError
from kb.state.database import Database
from kb.state.notices import Notices
from kb.state.slack import SlackPosts
from kb.state.slack_mappings import SlackMappings
from kb.state.slack_recent import SlackRecent

_TICK_S, _LINE_S, _DRAIN_S = 5.0, 3.0, 4.0
_NOTICES_S = 60.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 300.0
_log = logging.getLogger(__name__)


class SlackBot:
    """Start it and stop it in the same event loop; it closes neither service nor database."""

    def __init__(
        self,
        service: Service,
        database: Database,
        options: SlackOptions,
        address: str,
        contacts: tuple[Contact, ...] = (),
        owner: str = "",
    ) -> None:
        """`owner` names the bot among all that answer, see `integrations.slack.owner`."""
        self._service = service
        self._database = database
        self._options = options
        self._address = address
        self._contacts = contacts
        self._owner = owner or process_owner()
        self._mappings = SlackMappings(database, options.mappings)
        self._connecting: asyncio.Task[None] | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._conversations: Conversations | None = None
        self._following: Following | None = None
        self._files: Files | None = None
        self._socket: AsyncSocketModeHandler | None = None
        #: set while connected; what comes in over HTTP is handed to it
        self.app: AsyncApp | None = None

    def begin(self) -> None:
        """Connect in the background, and try again for as long as Slack cannot be reached."""
        self._connecting = asyncio.create_task(self._connect())

    async def start(self) -> None:
        """Connect; raises ServiceError when Slack refuses the tokens or cannot be reached."""
        client = slack_client(self._options.bot_token, self._options.api)
        try:
            me = await client.auth_test()
            parts = self._parts_of(client, str(me["team_id"]), str(me["user_id"]))
            self._conversations = parts.conversations
            app = slack_app(client, self._options.signing_secret, parts, self._service)
            if self._options.app_token:
                self._socket = AsyncSocketModeHandler(app, self._options.app_token)
                await self._socket.connect_async()  # type: ignore[no-untyped-call]
        except SLACK_ERRORS as error:
            raise ServiceError(
                "Slack nimmt die Verbindung nicht an. Bitte AUSKUNFT_SLACK_BOT_TOKEN (xoxb-…), "
                "AUSKUNFT_SLACK_APP_TOKEN (xapp-…) und den Zugang zum Netz prüfen: „auskunft slack "
                "check“."
            ) from error
        self.app = app
        steps = [(self._conversations.tick, _TICK_S), (self._conversations.tell_line, _LINE_S)]
        if self._options.noticing.channel:
            steps.append((self._notices_of(client, str(me["team_id"])).tick, _NOTICES_S))
        self._beside = [asyncio.create_task(_forever(*step)) for step in steps]

    async def stop(self) -> None:
        """Take nothing more on, and let what runs end with an answer or an apology."""
        self.app = None
        await _ended(self._connecting)
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        for task in self._beside:
            await _ended(task)
        if self._conversations is not None:
            await self._conversations.drain(_DRAIN_S)
        if self._files is not None:
            await self._files.drain(_DRAIN_S)
        if self._following is not None:
            await self._following.drain()

    def _notices_of(self, client: AsyncWebClient, team: str) -> ChannelNotices:
        return ChannelNotices(
            client,
            self._service,
            Audiences(client, team, self._mappings.audiences),
            Notices(self._database),
            SlackPosts(self._database, self._owner),
            self._options.noticing,
            self._address,
        )

    def _parts_of(self, client: AsyncWebClient, team: str, bot: str) -> Parts:
        posts, mappings = SlackPosts(self._database, self._owner), self._mappings
        audiences = Audiences(client, team, mappings.audiences)
        answers = Answers(self._service, self._address, self._contacts)
        recent = SlackRecent(self._database)
        pane = Pane(client, self._service)
        admins = Admins(client, team, mappings.admins)
        delivery = Delivery(client, posts, bot)
        quick = impatient_client(self._options.bot_token, self._options.api)
        streams = Streams(quick, client, posts, delivery, team)
        self._following = following = Following(client, self._service)
        self._files = files = Files(
            client, self._service, admins, following, posts, mappings, self._options, delivery
        )
        return Parts(
            Conversations(client, bot, posts, audiences, answers, recent, pane, delivery, streams),
            Private(client, posts, audiences, answers, recent, delivery),
            Home(client, audiences, self._service, recent, self._address),
            pane,
            Admin(client, self._service, admins, following),
            files,
        )

    async def _connect(self) -> None:
        wait = _FIRST_WAIT_S
        while True:
            try:
                await self.start()
                return
            except ServiceError as error:
                _log.error("%s Nächster Versuch in %.0f Sekunden.", error, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)


async def _forever(step: Callable[[], Coroutine[Any, Any, None]], pause: float) -> None:
    while True:
        try:
            await step()
        except Exception:
            _log.exception("what the Slack bot does by the clock failed")
        await asyncio.sleep(pause)


async def _ended(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
