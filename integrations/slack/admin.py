"""What mapped admins may do in Slack with `/auskunft`: look after the service and its documents."""

import logging
import shlex
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import admin_phrases as phrases
from integrations.slack.admin_blocks import CANCEL_ACTION, REINDEX_ACTION, button_row, section
from integrations.slack.admin_status import status_text
from integrations.slack.admins import Admins
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.following import Following
from integrations.slack.mrkdwn import pieces
from integrations.slack.service import Service, acting_for
from kb.errors import AccessDeniedError, AuskunftError, ServiceError

Respond = Callable[..., Awaitable[Any]]
STATUS, REINDEX = "status", "reindex"
_ALL = ("alle", "alles")
_log = logging.getLogger(__name__)


def is_admin_word(text: str) -> bool:
    """Whether what follows `/auskunft` is a command; everything else is a question."""
    words = text.split()
    first = words[0].lower() if words else ""
    return first == REINDEX or (len(words) == 1 and first == STATUS)


class Admin:
    """Everything it says only the admin reads; whoever is none gets a sentence."""

    def __init__(
        self, client: AsyncWebClient, service: Service, admins: Admins, following: Following
    ) -> None:
        self._client = client
        self._service = service
        self._admins = admins
        self._following = following

    async def handle(self, words: str, user: str, channel: str, respond: Respond) -> None:
        """Do what `/auskunft …` asks for; `channel` is where it was asked and learns nothing."""
        command, _, rest = words.strip().partition(" ")
        await self._answering(user, respond, lambda: self._do(command.lower(), rest, user, respond))

    async def help(self, user: str, respond: Respond) -> None:
        """Tell admins what they may do beside asking; the others hear nothing of it."""
        if await self._admins.include(user):
            await _say(respond, phrases.HELP)

    async def cancel(self, user: str, job_id: str, respond: Respond) -> None:
        """Break a job off."""

        async def stop() -> None:
            path = f"/jobs/{job_id}"
            over = (await self._service.call("GET", path))["finished_at"] is not None
            if not over:
                await self._service.call("POST", f"{path}/cancel", headers=acting_for(user))
            await _say(respond, phrases.OVER_ALREADY if over else phrases.CANCELLED)

        await self._answering(user, respond, stop)

    async def reindex_all(self, user: str, respond: Respond) -> None:
        """Read all documents anew, after the question whether that is really meant."""
        await self._answering(user, respond, lambda: self._reindex([], user, respond))

    async def _do(self, command: str, rest: str, user: str, respond: Respond) -> None:
        if command == STATUS:
            await _say(respond, await status_text(self._service))
            return
        documents = _names(rest)
        if [name.lower() for name in documents] in [[word] for word in _ALL]:
            sure = section(phrases.REINDEX_SURE)
            row = button_row((REINDEX_ACTION, phrases.REINDEX_ALL, "alle"))
            await _say(respond, phrases.REINDEX_SURE, [sure, row])
        elif documents:
            await self._reindex(documents, user, respond)
        else:
            await _say(respond, phrases.REINDEX_WHAT)

    async def _reindex(self, documents: list[str], user: str, respond: Respond) -> None:
        job_id = await self._service.reindex(documents, user)
        # the admin's own conversation with the bot: names of documents are not for channels
        sign = await self._client.chat_postMessage(channel=user, text=phrases.REINDEX_BEGUN)
        self._following.begin(job_id, user, sign["channel"], sign["ts"])
        await _say(respond, phrases.REINDEX_BEGUN)

    async def _answering(
        self, user: str, respond: Respond, act: Callable[[], Awaitable[None]]
    ) -> None:
        """Do it for an admin; every failure ends in a sentence."""
        try:
            if not await self._admins.include(user):
                await _say(respond, phrases.NOT_ADMIN)
                return
            await act()
        except AccessDeniedError:
            await _say(respond, phrases.TOKEN)
        except (ServiceError, *SLACK_ERRORS) as error:
            _log.error("an admin's command in Slack failed: %s", type(error).__name__)
            await _say(respond, phrases.FAILED)
        except AuskunftError as error:
            await _say(respond, (pieces(str(error), 2_900) or [phrases.FAILED])[0])
        except Exception:
            _log.exception("an admin's command in Slack failed")
            await _say(respond, phrases.FAILED)


def register_admin(app: AsyncApp, admin: Admin) -> None:
    """The buttons of these messages."""

    @app.action(CANCEL_ACTION)
    async def cancel(ack: AsyncAck, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        await ack()
        beside = _placed(respond, instead=False)
        await admin.cancel(body["user"]["id"], body["actions"][0]["value"], beside)

    @app.action(REINDEX_ACTION)
    async def reindex(ack: AsyncAck, body: Mapping[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await admin.reindex_all(body["user"]["id"], _placed(respond, instead=True))


def _placed(respond: AsyncRespond, *, instead: bool) -> Respond:
    """Answers in the place of the message with the button, or beside it."""

    async def say(**what: Any) -> None:
        await respond(**what, replace_original=instead)

    return say


async def _say(respond: Respond, text: str, blocks: list[dict[str, Any]] | None = None) -> None:
    await respond(text=text, blocks=blocks or [], response_type="ephemeral")


def _names(rest: str) -> list[str]:
    """File names divided by blanks; quotes keep blanks together."""
    plain = rest.translate(str.maketrans("„“”", '"""'))
    try:
        return shlex.split(plain)
    except ValueError:
        return plain.split()
