"""One question under way, from its first moment to what came of it; it is recorded exactly once."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any

from assistant.question import Question
from kb.questions import Outcome, Way
from kb.state.questions import AskedQuestion

_LONGEST_SITE = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as it is to be recorded, and the parts of it that stayed without an answer."""

    asked: AskedQuestion
    unanswered: tuple[str, ...] = ()


class Asked:
    """Use it as a context around answering: leaving it records the question, whatever happened.

    `put` must neither wait nor raise. `answer_id` is what feedback names; it cannot be guessed.
    """

    def __init__(
        self,
        question: Question,
        way: Way,
        site: str,
        now: datetime,
        put: Callable[[Entry], None],
    ) -> None:
        self.answer_id = secrets.token_urlsafe(18)
        self._put = put
        self._begun = time.perf_counter()
        self._first: int | None = None
        self._answer: Mapping[str, Any] | None = None
        self._asked = AskedQuestion(
            answer_id=self.answer_id,
            asked_at=now.replace(tzinfo=None),
            day=now.astimezone().date(),
            way=way,
            outcome=Outcome.FAILED,
            site=site[:_LONGEST_SITE],
            language=question.language,
            audience="staff" if question.viewer.groups else "public",
            question=question.text,
            asked_as=question.asked_as,
        )

    def require(self, serving: Callable[[], None]) -> None:
        """Have something checked that raises where nothing can be answered; then it has failed."""
        try:
            serving()
        except Exception:
            self._put(Entry(self._asked))
            raise

    def said(self) -> None:
        """The first sentence, or that there is none, is on its way to the visitor."""
        if self._first is None:
            self._first = self._milliseconds()

    def answered(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The answer's JSON with `answer_id`; its status is the outcome."""
        self._answer = answer
        return {**answer, "answer_id": self.answer_id}

    def __enter__(self) -> "Asked":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._answer is not None:
            self._put(self._entry(self._answer))
            return
        left = isinstance(error, asyncio.CancelledError | GeneratorExit)
        outcome = Outcome.BROKEN_OFF if left else Outcome.FAILED
        self._put(Entry(replace(self._asked, outcome=outcome)))

    def _entry(self, answer: Mapping[str, Any]) -> Entry:
        total = self._milliseconds()
        asked = replace(
            self._asked,
            outcome=Outcome(answer["status"]),
            cited=tuple(dict.fromkeys(source["document_id"] for source in answer["sources"])),
            first_ms=total if self._first is None else self._first,
            total_ms=total,
        )
        missing = Outcome.ANSWERED.value
        open_parts = [part["asked_as"] for part in answer["parts"] if part["status"] != missing]
        return Entry(asked, tuple(open_parts))

    def _milliseconds(self) -> int:
        return round((time.perf_counter() - self._begun) * 1000)
