"""Scoring answers: golden questions and functions that answer and retrieve in, figures out.

Every figure is a mean over the questions to which it applies; `golden_scores` has the scores of the
single questions, which two states of the software are compared by.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.comparison import Scores
from assistant.evaluation.questions import ExpectedSource, GoldenQuestion, read_golden
from assistant.evaluation.retrieved import Retrieved, retrieved_of
from kb.passages import Passage

#: (question, as_of ISO day, audience, earlier questions) → answer JSON
Answering = Callable[[str, str, str, Sequence[str]], Mapping[str, Any]]
#: the same → the passages that the answer is made from, best first
Retrieving = Callable[[str, str, str, Sequence[str]], Sequence[Passage]]

_COVERED = 0.8
_WORD = re.compile(r"\w+")
#: figure → the field of ItemResult that it is the mean of
_FIGURES = {
    "status_accuracy": "status_right",
    "silence": "rightly_silent",
    "source_recall": "files_found",
    "exact_place": "places_found",
    "content": "content_right",
    "first_statement": "first_right",
    "notices": "notices_right",
    "files@5": "files_retrieved",
    "quote@5": "quotes_retrieved",
    "quote@1": "quote_first",
}


@dataclass(frozen=True, slots=True)
class ItemResult:
    """How one question went; None where a measure does not apply to it."""

    id: str
    topic: str
    expected: str
    status: str
    status_right: bool
    files_found: bool | None
    places_found: float | None
    content_right: bool | None
    first_right: bool | None
    notices_right: bool
    files_retrieved: bool | None
    quotes_retrieved: bool | None
    quote_first: bool | None
    passage_ranks: tuple[int | None, ...]
    milliseconds: float
    statements: tuple[str, ...]

    @property
    def rightly_silent(self) -> bool | None:
        """Whether nothing was answered where the sources carry nothing; None where they do."""
        return self.status_right if self.expected == "not_found" else None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def evaluate_golden(
    file: Path, answer: Answering, retrieve: Retrieving | None = None
) -> dict[str, Any]:
    """Ask every question of a golden set and sum up, by topic too; raises InputError."""
    results = measure_golden(read_golden(file), answer, retrieve)
    topics: dict[str, list[ItemResult]] = defaultdict(list)
    for result in results:
        topics[result.topic].append(result)
    return {
        **_summary(results),
        "topics": {name: _summary(group) for name, group in sorted(topics.items())},
        "items": [result.as_dict() for result in results],
    }


def measure_golden(
    questions: Sequence[GoldenQuestion], answer: Answering, retrieve: Retrieving | None = None
) -> list[ItemResult]:
    """How each question went, in the questions' order; the passages too where `retrieve` is given."""
    results: list[ItemResult] = []
    for question in questions:
        asked = (question.text, question.as_of, question.audience, question.earlier)
        begin = time.perf_counter()
        given = answer(*asked)
        milliseconds = (time.perf_counter() - begin) * 1000
        passages = retrieve(*asked) if retrieve is not None and question.cited else None
        retrieved = None if passages is None else retrieved_of(question.sources, passages)
        results.append(_score(question, given, retrieved, milliseconds))
    return results


def score(question: GoldenQuestion, given: Mapping[str, Any]) -> ItemResult:
    """How one question went that was answered with this answer's JSON; times are not known."""
    return _score(question, given, None, 0.0)


def golden_scores(results: Sequence[ItemResult]) -> Scores:
    """Scores from 0 to 1 by figure and question; figures that apply to no question are left out."""
    scores = {
        figure: {
            result.id: round(float(value), 4)
            for result in results
            if (value := getattr(result, field)) is not None
        }
        for figure, field in _FIGURES.items()
    }
    return {figure: by_question for figure, by_question in scores.items() if by_question}


def _summary(results: Sequence[ItemResult]) -> dict[str, Any]:
    unanswerable = [result for result in results if result.expected == "not_found"]
    times = sorted(result.milliseconds for result in results)
    return {
        "questions": len(results),
        **{
            figure: _mean([getattr(result, field) for result in results])
            for figure, field in _FIGURES.items()
        },
        "false_answers": sum(result.status != "not_found" for result in unanswerable),
        "milliseconds_p50": _quantile(times, 0.5),
        "milliseconds_p95": _quantile(times, 0.95),
    }


def _score(
    question: GoldenQuestion,
    given: Mapping[str, Any],
    retrieved: Retrieved | None,
    milliseconds: float,
) -> ItemResult:
    statements = [str(statement["text"]) for statement in given["statements"]]
    found = {source["file"] for source in given["sources"]}
    shown = {notice["kind"] for notice in given["notices"]}
    cited, answerable = question.cited, question.answerable
    return ItemResult(
        id=question.id,
        topic=question.topic,
        expected=question.status,
        status=given["status"],
        status_right=(given["status"] != "not_found") == answerable,
        files_found=all(s.file in found or not s.file for s in question.sources) if cited else None,
        places_found=_places(question.sources, given["sources"]) if cited else None,
        content_right=_content(question, statements) if answerable else None,
        first_right=_content(question, statements[:1]) if answerable else None,
        notices_right=set(question.notices) <= shown,
        files_retrieved=retrieved.files if retrieved else None,
        quotes_retrieved=retrieved.quotes if retrieved else None,
        quote_first=retrieved.first if retrieved else None,
        passage_ranks=retrieved.ranks if retrieved else (),
        milliseconds=round(milliseconds, 2),
        statements=tuple(statements),
    )


def _places(expected: Sequence[ExpectedSource], given: Sequence[Mapping[str, Any]]) -> float:
    """Share of the expected quotes whose words a quote from the same file covers to 80 %."""
    hits = 0
    for source in expected:
        words = _words(source.quote)
        hits += any(
            len(words & _words(quoted["quote"])) >= _COVERED * len(words)
            for quoted in given
            if source.file in ("", quoted["file"])
        )
    return hits / len(expected)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _content(question: GoldenQuestion, statements: Sequence[str]) -> bool:
    text = " ".join(" ".join(statements).split())
    wanted = all(_occurs(pattern, text) for pattern in question.contains)
    excluded = any(_occurs(pattern, text) for pattern in question.excludes)
    return bool(statements) and wanted and not excluded


def _occurs(pattern: str, text: str) -> bool:
    if pattern.startswith("re:"):
        return re.search(pattern[3:], text, re.IGNORECASE) is not None
    return " ".join(pattern.split()).lower() in text.lower()


def _mean(values: Sequence[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
