"""A question's reply for whoever is to read it: text and blocks, or a sentence that says why not."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from assistant.answer import Contact
from integrations.slack import phrases
from integrations.slack.blocks import LONGEST_FALLBACK, Block, answer_blocks, fallback
from integrations.slack.mrkdwn import first_piece
from integrations.slack.service import Service
from integrations.slack.threads import question_in
from integrations.web.limits import contact_clause
from kb.audience import Viewer
from kb.errors import AuskunftError, EmbeddingError, ServiceError

_AT_ONCE = 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """`question` stands by itself, and is "" where nothing was answered; `viewer` is who it is for."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    question: str = ""
    viewer: Viewer = field(default_factory=Viewer.public)


class Answers:
    """Asks the service, a few questions at once; `address` is where links to documents lead."""

    def __init__(self, service: Service, address: str, contacts: tuple[Contact, ...] = ()) -> None:
        self._service = service
        self._address = address
        self._ending = contact_clause(contacts) + "."
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def reply(
        self,
        text: str,
        viewer: Awaitable[Viewer],
        user: str,
        history: list[dict[str, str]],
        turn: AbstractAsyncContextManager[None] | None = None,
    ) -> Reply:
        """Never raises but for a cancellation; `text` is what was written in Slack.

        `turn` is waited for in place of the usual one.
        """
        question = question_in(text)
        try:
            seen = await viewer
            if not question:
                return Reply(phrases.EMPTY)
            async with turn or self._turn:
                answer = await self._service.answer(question, seen, user, history)
            asked_as = answer["asked_as"] if history else question
            blocks = answer_blocks(answer, self._address, asked_as if asked_as != question else "")
            return Reply(fallback(answer), blocks, asked_as, seen)
        except (EmbeddingError, ServiceError) as error:
            _log.error("%s: %s", type(error).__name__, error)
            return Reply(phrases.LATER + self._ending)
        except AuskunftError as error:
            # an error quotes what was asked, which mentions nobody and links nowhere
            return Reply(first_piece(str(error), LONGEST_FALLBACK))
        except Exception:
            _log.exception("answering in Slack failed")
            return self.unexpected

    @property
    def unexpected(self) -> Reply:
        """What is said when nobody had thought of an error."""
        return Reply(phrases.UNEXPECTED + self._ending)

    async def fuller(self, reply: Reply, person: Viewer) -> bool:
        """Whether the person may read a good passage on the question that the reply's readers may not.

        What cannot be found out is not offered.
        """
        if not reply.question or person.groups <= reply.viewer.groups:
            return False
        try:
            here, there = await asyncio.gather(
                self._service.passages(reply.question, reply.viewer),
                self._service.passages(reply.question, person),
            )
        except AuskunftError as error:
            _log.warning("a fuller answer is not looked for: %s", type(error).__name__)
            return False
        return not set(there) <= set(here)
