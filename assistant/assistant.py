"""The assistant: a question in, a checked answer out, or the same as a stream of events.

Events come in this order: `status`, `sources`, `statement`…, `notice`…, `answer`, `done`.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer, Contact
from assistant.join import Composed
from assistant.phrases import phrase
from assistant.pipeline import build_answer_pipeline, build_part_pipeline
from assistant.question import Question
from kb.errors import ours_in
from kb.search import Search
from kb.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a streamed answer; `data` is JSON-ready."""

    name: str
    data: dict[str, Any]


class Assistant:
    """Answers questions from one knowledge base. Safe for concurrent use."""

    def __init__(
        self,
        search: Search,
        vocabulary: Vocabulary,
        contacts: tuple[Contact, ...] = (),
        demo: bool = False,
    ) -> None:
        self._part = build_part_pipeline(search, vocabulary)
        self._whole = build_answer_pipeline(contacts, demo)

    async def answer(self, question: Question) -> Answer:
        """Answer a question, its parts side by side; `timings_ms` has the whole time under `total`.

        Raises EmbeddingError, IndexMismatchError.
        """
        begin = time.perf_counter()
        try:
            composed = await asyncio.gather(*(self._composed(part) for part in question.each))
            result = await self._whole.run_async(
                {"joiner": {"parts": composed}, "verifier": {"question": question}}
            )
        except Exception as error:
            # Haystack wraps it: a search without its language model, for instance
            raise ours_in(error) from error
        answer: Answer = result["verifier"]["answer"]
        return replace(answer, timings_ms={"total": (time.perf_counter() - begin) * 1000})

    async def _composed(self, part: Question) -> Composed:
        asked: dict[str, Any] = {"question": part}
        result = await self._part.run_async(
            {"retriever": dict(asked), "weigher": dict(asked), "composer": dict(asked)}
        )
        composed: Composed = result["composer"]["composed"]
        return composed

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        """The answer piece by piece; leaving the iteration early is fine."""
        parts = [{"text": part.text, "asked_as": part.asked_as} for part in question.each]
        text = phrase(question.language, "searching")
        yield Event("status", {"text": text, "language": question.language, "parts": parts})
        answer = await self.answer(question)
        whole = answer.as_dict()
        if answer.sources:
            yield Event("sources", {"sources": whole["sources"]})
        for index, statement in enumerate(whole["statements"]):
            answered = [n for n, part in enumerate(answer.parts) if index in part.statements]
            yield Event("statement", {"index": index, "parts": answered, **statement})
        for notice in whole["notices"]:
            yield Event("notice", notice)
        yield Event("answer", whole)
        yield Event("done", {})
