"""The assistant: a question in, a checked answer out, or the same as a stream of events.

Events come in this order: `status`, `sources`, `statement`…, `notice`…, `answer`, `done`.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer, Contact
from assistant.explanation import Explanation, PartExplanation
from assistant.phrases import phrase
from assistant.pipeline import build_answer_pipeline, build_part_pipeline
from assistant.question import Question
from kb.errors import ours_in
from kb.search import Search
from kb.vocabulary import Vocabulary

#: outputs by step and name
_Outputs = dict[str, Any]
_EXPLAINING = frozenset({"retriever", "weigher"})


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
        _, whole = await self._run(question)
        answer: Answer = whole["answer"]
        return answer

    async def explain(self, question: Question) -> Explanation:
        """The answer with all that led to it: the same run, whose steps' outputs are kept.

        Raises EmbeddingError, IndexMismatchError.
        """
        parts, whole = await self._run(question, beside=_EXPLAINING)
        return Explanation(
            answer=whole["answer"],
            question=question,
            parts=tuple(
                PartExplanation(
                    question=part,
                    found=outputs["retriever"]["retrieved"].found,
                    passages=outputs["retriever"]["retrieved"].passages,
                    evidence=outputs["weigher"]["evidence"],
                    judgement=outputs["composer"]["judgement"],
                    composition=outputs["composer"]["composed"].composition,
                )
                for part, outputs in zip(question.each, parts, strict=True)
            ),
            rejected=whole["checked"].rejected,
        )

    async def _run(
        self, question: Question, beside: frozenset[str] = frozenset()
    ) -> tuple[list[_Outputs], dict[str, Any]]:
        """What the composer and the steps `beside` gave for each part, and the verifier for all."""
        begin = time.perf_counter()
        try:
            parts = await asyncio.gather(*(self._of_part(part, beside) for part in question.each))
            composed = [outputs["composer"]["composed"] for outputs in parts]
            result = await self._whole.run_async(
                {"joiner": {"parts": composed}, "verifier": {"question": question}}
            )
        except Exception as error:
            # Haystack wraps it: a search without its language model, for instance
            raise ours_in(error) from error
        whole = dict(result["verifier"])
        timings = {"total": (time.perf_counter() - begin) * 1000}
        whole["answer"] = replace(whole["answer"], timings_ms=timings)
        return list(parts), whole

    async def _of_part(self, part: Question, beside: frozenset[str]) -> _Outputs:
        asked: dict[str, Any] = {"question": part}
        given = {"retriever": dict(asked), "weigher": dict(asked), "composer": dict(asked)}
        outputs: _Outputs = await self._part.run_async(given, include_outputs_from=set(beside))
        return outputs

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
