"""A file that an admin shares with the bot: offered, asked about in a modal, taken in, reported."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import admin_phrases
from integrations.slack import files_phrases as phrases
from integrations.slack.admin_blocks import TAKE_IN_ACTION, TAKE_IN_VIEW, button_row, section
from integrations.slack.admins import Admins
from integrations.slack.answers import Reply
from integrations.slack.delivery import Delivery
from integrations.slack.download import downloaded
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.files_view import Shared, read_shared, said_in, take_in_view, wrong_in
from integrations.slack.following import Following
from integrations.slack.mrkdwn import escaped, first_piece
from integrations.slack.options import SlackOptions
from integrations.slack.service import Service, acting_for
from kb.errors import AccessDeniedError, AuskunftError, ServiceError
from kb.state.slack import Post, SlackPosts
from kb.state.slack_mappings import SlackMappings

_MOST = 10
_log = logging.getLogger(__name__)


class Files:
    """Posts with files are taken on once, as questions are."""

    def __init__(
        self,
        client: AsyncWebClient,
        service: Service,
        admins: Admins,
        following: Following,
        posts: SlackPosts,
        mappings: SlackMappings,
        options: SlackOptions,
        delivery: Delivery,
    ) -> None:
        self._client = client
        self._service = service
        self._admins = admins
        self._following = following
        self._posts = posts
        self._mappings = mappings
        self._options = options
        self._delivery = delivery
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, event: Mapping[str, Any]) -> bool:
        """Whether a post brings the bot files; then it is answered here and nowhere else."""
        if not brings_files(event):
            return False
        post = Post(event["channel"], event["ts"], event.get("thread_ts") or event["ts"])
        now = datetime.now(UTC).replace(tzinfo=None)
        if await asyncio.to_thread(self._posts.take, post, now):
            self._run(self._offered(post, event))
        return True

    async def ask(self, body: Mapping[str, Any]) -> None:
        """Open the modal for whoever pressed the button, if that is an admin."""
        user, message, channel = body["user"]["id"], body["message"], body["channel"]["id"]
        if not await self._admins.include(user):
            await self._client.chat_postEphemeral(
                channel=channel,
                user=user,
                text=phrases.NOT_ADMIN,
                thread_ts=message.get("thread_ts"),
            )
            return
        files = tuple(body["actions"][0]["value"].split())
        known = await asyncio.to_thread(self._mappings.audiences)
        groups = frozenset(name for names in known.values() for name in names)
        thread = message.get("thread_ts") or message["ts"]
        view = take_in_view(Shared(channel, thread, message["ts"], files), groups)
        await self._client.views_open(trigger_id=body["trigger_id"], view=view)

    async def confirmed(self, user: str, shared: Shared, said: Mapping[str, str]) -> None:
        """Begin to take the files in; what comes of them stands in the thread."""
        self._run(self._take_in(user, shared, said))

    async def drain(self, seconds: float) -> None:
        """Let files that are being fetched arrive."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _offered(self, post: Post, event: Mapping[str, Any]) -> None:
        try:
            await self._offer(post, event)
        except SLACK_ERRORS as error:
            _log.error("a file cannot be offered: %s", type(error).__name__)
            # now, or as soon as Slack lets us
            await self._delivery.deliver(post, Reply(admin_phrases.FAILED))
            return
        await asyncio.to_thread(self._posts.finish, post)

    async def _offer(self, post: Post, event: Mapping[str, Any]) -> None:
        files = event["files"]
        rows: list[dict[str, Any]] = []
        if not await self._admins.include(event["user"]):
            text = phrases.NOT_ADMIN
        elif len(files) > _MOST:
            text = phrases.TOO_MANY.format(most=_MOST)
        else:
            names = ", ".join(f"„{escaped(_short(_name(one)))}“" for one in files)
            text = phrases.OFFER.format(names=names)
            value = " ".join(str(one["id"]) for one in files)
            rows = [button_row((TAKE_IN_ACTION, phrases.TAKE_IN, value))]
        await self._client.chat_postMessage(
            channel=post.channel, thread_ts=post.thread, text=text, blocks=[section(text), *rows]
        )

    async def _take_in(self, user: str, shared: Shared, said: Mapping[str, str]) -> None:
        """The message with the button becomes the first file's report; others get their own."""
        place: str | None = shared.ts
        for file in shared.files:
            try:
                ts = await self._announce(shared, place, file)
                place = None
                text, job_id = await self._one(user, file, said)
                if job_id:
                    self._following.begin(job_id, user, shared.channel, ts)
                else:
                    await self._put(shared.channel, ts, text)
            except SLACK_ERRORS as error:
                _log.error("a file's report cannot be posted: %s", type(error).__name__)

    async def _announce(self, shared: Shared, place: str | None, file: str) -> str:
        text = phrases.FETCHING.format(names=f"Datei {file}")
        if place:
            await self._put(shared.channel, place, text)
            return place
        sent = await self._client.chat_postMessage(
            channel=shared.channel, thread_ts=shared.thread, text=text
        )
        return str(sent["ts"])

    async def _one(self, user: str, file: str, said: Mapping[str, str]) -> tuple[str, str]:
        """A sentence on what went wrong, or the id of the job."""
        try:
            # once more: the modal may have been open for long
            if not await self._admins.include(user):
                return phrases.NOT_ADMIN, ""
            about = (await self._client.files_info(file=file))["file"]
            token, api = self._options.bot_token, self._options.api
            async with downloaded(about, token, api) as content:
                path = f"/uploads/{quote(_name(about), safe='')}"
                headers = acting_for(user)
                job = await self._service.call(
                    "PUT", path, params=dict(said), headers=headers, content=content
                )
            return "", str(job["job_id"])
        except AccessDeniedError:
            return admin_phrases.TOKEN, ""
        except ServiceError as error:
            _log.error("a file cannot be handed in: %s", type(error).__name__)
            return admin_phrases.FAILED, ""
        except AuskunftError as error:
            return first_piece(str(error), 2_900), ""
        except Exception as error:
            # names of files are none of the log's business
            _log.error("a file cannot be taken in: %s", type(error).__name__)
            return admin_phrases.FAILED, ""

    async def _put(self, channel: str, ts: str, text: str) -> None:
        await self._client.chat_update(channel=channel, ts=ts, text=text, blocks=[section(text)])


def register_files(app: AsyncApp, files: Files) -> None:
    """The button and the modal."""

    @app.action(TAKE_IN_ACTION)
    async def ask(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        await files.ask(body)

    @app.view(TAKE_IN_VIEW)
    async def confirmed(ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        said = said_in(view)
        if wrong := wrong_in(said):
            await ack(response_action="errors", errors=wrong)
            return
        await ack()
        await files.confirmed(body["user"]["id"], read_shared(view["private_metadata"]), said)


def brings_files(event: Mapping[str, Any]) -> bool:
    """Whether a person sends the bot files: directly, or with a mention."""
    person = event.get("user") and not event.get("bot_id")
    direct = event.get("channel_type") == "im" and event.get("subtype") == "file_share"
    to_bot = event["type"] == "app_mention" or direct
    return bool(person and to_bot and event.get("files"))


def _name(about: Mapping[str, Any]) -> str:
    return str(about.get("name") or about.get("title") or about["id"])


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:60]}…{name[-18:]}"
