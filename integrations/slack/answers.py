"""A question's reply for whoever is to read it: text and blocks, or a sentence that says why not."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Contact
from integrations.slack import phrases
from integrations.slack.blocks import (
    LONGEST_FALLBACK,
    Block,
    answer_blocks,
    ending_blocks,
    fallback,
    sentence,
)
from integrations.slack.mrkdwn import first_piece
from integrations.slack.service import Saying, Service
from integrations.slack.threads import question_in
from integrations.web.limits import contact_clause
from kb.audience import Viewer
from kb.errors import AuskunftError, EmbeddingError, ServiceError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """`question` stands by itself, and is "" where nothing was answered; `viewer` is who it is for.

    `blocks` are the whole message; `ending` is what stands below the `sentences` in it.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)
    question: str = ""
    viewer: Viewer = field(default_factory=Viewer.public)
    sentences: list[str] = field(default_factory=list)
    ending: list[Block] = field(default_factory=list)


class Answers:
    """Asks the service; `address` is where links to documents lead."""

    def __init__(self, service: Service, address: str, contacts: tuple[Contact, ...] = ()) -> None:
        self._service = service
        self._address = address
        self._ending = contact_clause(contacts) + "."

    async def reply(
        self,
        text: str,
        viewer: Awaitable[Viewer],
        user: str,
        history: list[dict[str, str]],
        turn: AbstractAsyncContextManager[None],
        saying: Saying | None = None,
    ) -> Reply:
        """Never raises but for a cancellation; `text` is what was written in Slack.

        `turn` is waited for before the question is put; `saying` is told each statement at once.
        """
        question = question_in(text)
        try:
            seen = await viewer
            if not question:
                return Reply(phrases.EMPTY)
            async with turn:
                answer = await self._service.answer(question, seen, user, history, saying)
            asked_as = answer["asked_as"] if history else question
            return self._shown(answer, asked_as, seen, asked_as if asked_as != question else "")
        except (EmbeddingError, ServiceError) as error:
            _log.error("%s: %s", type(error).__name__, error)
            return Reply(phrases.LATER + self._ending)
        except AuskunftError as error:
            # an error quotes what was asked, which mentions nobody and links nowhere
            return Reply(first_piece(str(error), LONGEST_FALLBACK))
        except Exception:
            _log.exception("answering in Slack failed")
            return self.unexpected

    def _shown(self, answer: dict[str, Any], question: str, seen: Viewer, understood: str) -> Reply:
        return Reply(
            fallback(answer),
            answer_blocks(answer, self._address, understood),
            question,
            seen,
            [sentence(one) for one in answer["statements"]],
            ending_blocks(answer, self._address, understood),
        )

    @property
    def full(self) -> Reply:
        """What is said when so many wait that one more would wait too long."""
        return Reply(phrases.FULL + self._ending)

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
