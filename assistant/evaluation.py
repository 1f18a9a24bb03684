"""Measuring answers and retrieval against evaluation sets; gets functions, ingests nothing.

Golden sets follow the schema of `golden_dev.yaml` (question, sources, answer_contains …), retrieval
sets the BEIR layout (corpus.jsonl, queries.jsonl, qrels/test.tsv).
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log2
from pathlib import Path
from typing import Any

import yaml

from kb.errors import InputError

#: (question, as_of ISO day, audience, earlier questions) → answer JSON
Answering = Callable[[str, str, str, Sequence[str]], Mapping[str, Any]]
#: (query, limit) → document ids, best first
Ranking = Callable[[str, int], Sequence[str]]

_COVERED = 0.8
_DEPTH = 10
_WORD = re.compile(r"\w+")


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
    milliseconds: float
    statements: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def evaluate_golden(file: Path, answer: Answering) -> dict[str, Any]:
    """Ask every question of a golden set and score the answers; raises InputError."""
    items = _read_golden(file)
    by_id = {item["id"]: item for item in items}
    results = []
    for item in items:
        begin = time.perf_counter()
        given = answer(
            item["question"],
            str(item.get("as_of") or ""),
            str(item.get("audience", "public")),
            _earlier(item, by_id),
        )
        results.append(_score(item, given, (time.perf_counter() - begin) * 1000))
    topics: dict[str, list[ItemResult]] = defaultdict(list)
    for result in results:
        topics[result.topic].append(result)
    return {
        **_summary(results),
        "topics": {name: _summary(group) for name, group in sorted(topics.items())},
        "items": [result.as_dict() for result in results],
    }


def _summary(results: Sequence[ItemResult]) -> dict[str, Any]:
    unanswerable = [result for result in results if result.expected == "not_found"]
    return {
        "questions": len(results),
        "status_accuracy": _mean(result.status_right for result in results),
        "source_recall": _mean(result.files_found for result in results),
        "exact_place": _mean(result.places_found for result in results),
        "content": _mean(result.content_right for result in results),
        "first_statement": _mean(result.first_right for result in results),
        "notices": _mean(result.notices_right for result in results),
        "false_answers": sum(result.status != "not_found" for result in unanswerable),
        "milliseconds_p50": _quantile([result.milliseconds for result in results], 0.5),
        "milliseconds_p95": _quantile([result.milliseconds for result in results], 0.95),
    }


def _score(item: Mapping[str, Any], given: Mapping[str, Any], milliseconds: float) -> ItemResult:
    expected = item["status"]
    sources = item.get("sources") or []
    statements = [str(statement["text"]) for statement in given["statements"]]
    found = {source["file"] for source in given["sources"]}
    answerable = expected != "not_found"
    cited = answerable and bool(sources)
    first = statements[:1]
    shown = {notice["kind"] for notice in given["notices"]}
    return ItemResult(
        id=item["id"],
        topic=item.get("topic", ""),
        expected=expected,
        status=given["status"],
        status_right=(given["status"] == "not_found") == (expected == "not_found"),
        files_found=all(s["file"] in found for s in sources) if cited else None,
        places_found=_places(sources, given["sources"]) if cited else None,
        content_right=_content(item, statements) if answerable else None,
        first_right=_content(item, first) if answerable else None,
        notices_right=set(item.get("notices") or []) <= shown,
        milliseconds=round(milliseconds, 2),
        statements=tuple(statements),
    )


def _places(expected: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> float:
    """Share of the expected quotes whose words a quote from the same file covers to 80 %."""
    hits = 0
    for source in expected:
        words = _words(source["contains"])
        hits += any(
            len(words & _words(quoted["quote"])) >= _COVERED * len(words)
            for quoted in given
            if quoted["file"] == source["file"]
        )
    return hits / len(expected)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _content(item: Mapping[str, Any], statements: Sequence[str]) -> bool:
    text = " ".join(" ".join(statements).split())
    wanted = all(_occurs(pattern, text) for pattern in item.get("answer_contains") or [])
    excluded = any(_occurs(pattern, text) for pattern in item.get("answer_excludes") or [])
    return bool(statements) and wanted and not excluded


def _occurs(pattern: str, text: str) -> bool:
    if pattern.startswith("re:"):
        return re.search(pattern[3:], text, re.IGNORECASE) is not None
    return " ".join(pattern.split()).lower() in text.lower()


def _earlier(item: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> list[str]:
    earlier: list[str] = []
    current = item
    while parent := by_id.get(current.get("follow_up_to", "")):
        earlier.insert(0, parent["question"])
        current = parent
    return earlier


def _read_golden(file: Path) -> list[dict[str, Any]]:
    try:
        items = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{file}: Der Fragensatz lässt sich nicht lesen: {error}") from error
    if not isinstance(items, list) or not all(
        isinstance(item, dict) and {"id", "question", "status"} <= item.keys() for item in items
    ):
        raise InputError(
            f"{file}: Erwartet wird eine Liste von Fragen mit id, question und status."
        )
    for item in items:
        if not all({"file", "contains"} <= source.keys() for source in item.get("sources") or []):
            raise InputError(
                f"{file}: Jede Quelle der Frage {item['id']!r} braucht file und contains."
            )
        _require_day(file, item)
    return items


def _require_day(file: Path, item: Mapping[str, Any]) -> None:
    day = str(item.get("as_of") or "")
    try:
        if day:
            date.fromisoformat(day)
    except ValueError as error:
        raise InputError(
            f"{file}: Der Stichtag {day!r} der Frage {item['id']!r} ist kein Datum (JJJJ-MM-TT)."
        ) from error


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A BEIR set: documents by id, queries by id, relevant document ids by query id."""

    corpus: Mapping[str, str]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


def read_retrieval_set(folder: Path) -> RetrievalSet:
    """Read a BEIR folder; raises InputError naming the file that is missing or wrong."""
    try:
        corpus = {row["_id"]: row["text"] for row in _jsonl(folder / "corpus.jsonl")}
        queries = {row["_id"]: row["text"] for row in _jsonl(folder / "queries.jsonl")}
        lines = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
        relevant: dict[str, dict[str, int]] = defaultdict(dict)
        for line in lines:
            query, document, score = line.split("\t")
            relevant[query][document] = int(score)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{folder}: Kein vollständiger BEIR-Satz ({error}).") from error
    return RetrievalSet(corpus, queries, relevant)


def evaluate_retrieval(data: RetrievalSet, rank: Ranking) -> dict[str, Any]:
    """Rank the corpus for every query; MRR@10, nDCG@10 and recall (Järvelin & Kekäläinen 2002)."""
    begin = time.perf_counter()
    sums: dict[str, float] = dict.fromkeys(("MRR@10", "nDCG@10", "R@1", "R@5", "R@10"), 0.0)
    asked = [
        query
        for query in data.queries
        if any(grade > 0 for grade in data.relevant.get(query, {}).values())
    ]
    for query in asked:
        for name, value in _ranking_scores(
            rank(data.queries[query], _DEPTH), data.relevant[query]
        ).items():
            sums[name] += value
    count = max(len(asked), 1)
    seconds = time.perf_counter() - begin
    return {
        "queries": len(asked),
        **{name: round(value / count, 4) for name, value in sums.items()},
        "seconds": round(seconds, 3),
    }


def _ranking_scores(ranked: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
    wanted = {document for document, grade in relevant.items() if grade > 0}
    first = next((i for i, document in enumerate(ranked[:_DEPTH], 1) if document in wanted), None)
    gain = sum(
        relevant.get(document, 0) / log2(i + 1) for i, document in enumerate(ranked[:_DEPTH], 1)
    )
    grades = sorted(relevant.values(), reverse=True)[:_DEPTH]
    ideal = sum(grade / log2(i + 1) for i, grade in enumerate(grades, 1))
    recall = {f"R@{depth}": len(wanted & set(ranked[:depth])) / len(wanted) for depth in (1, 5, 10)}
    return {"MRR@10": 1 / first if first else 0.0, "nDCG@10": gain / ideal, **recall}


def _jsonl(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _mean(values: Any) -> float | None:
    known = [float(value) for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
