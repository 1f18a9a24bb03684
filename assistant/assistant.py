"""The assistant: a question in, a checked answer out, or the same as a stream of events.

Events come in this order: `status`, `sources`, `statement`…, `notice`…, `answer`, `done`.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer, Contact
from assistant.phrases import phrase
from assistant.pipeline import build_pipeline
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
        self._pipeline = build_pipeline(search, vocabulary, contacts, demo)

    async def answer(self, question: Question) -> Answer:
        """Answer a question; `timings_ms` has the whole time under `total`.

        Raises EmbeddingError, IndexMismatchError.
        """
        begin = time.perf_counter()
        asked: dict[str, Any] = {"question": question}
        try:
            result = await self._pipeline.run_async(
                {"retriever": dict(asked), "weigher": dict(asked), "composer": dict(asked),
                 "verifier": dict(asked)}
            )  # fmt: skip
        except Exception as error:
            # Haystack wraps it: a search without its language model, for instance
            raise ours_in(error) from error
        answer: Answer = result["verifier"]["answer"]
        return replace(answer, timings_ms={"total": (time.perf_counter() - begin) * 1000})

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        """The answer piece by piece; leaving the iteration early is fine."""
        yield Event("status", {"text": phrase(question.language, "searching")})
        answer = await self.answer(question)
        whole = answer.as_dict()
        if answer.sources:
            yield Event("sources", {"sources": whole["sources"]})
        for index, statement in enumerate(whole["statements"]):
            yield Event("statement", {"index": index, **statement})
        for notice in whole["notices"]:
            yield Event("notice", notice)
        yield Event("answer", whole)
        yield Event("done", {})
