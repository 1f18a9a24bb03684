"""Measuring the search alone: a set in BEIR layout and a ranking function in, figures out.

The layout is corpus.jsonl, queries.jsonl, qrels/test.tsv. MRR@10, nDCG@10 and recall follow Järvelin &
Kekäläinen (2002); gains are the grades as they are, discounted by log2(rank + 1).
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from assistant.evaluation.comparison import Scores
from kb.errors import InputError

#: (query, limit) → document ids, best first
Ranking = Callable[[str, int], Sequence[str]]

_DEPTH = 10
_FIGURES = ("MRR@10", "nDCG@10", "R@1", "R@5", "R@10")


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A BEIR set: documents by id, queries by id, relevant document ids by query id."""

    corpus: Mapping[str, str]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]

    def wanted(self, query: str) -> set[str]:
        """Ids of the documents that are relevant for a query; without any it is not asked."""
        grades = self.relevant.get(query, {})
        return {document for document, grade in grades.items() if grade > 0}


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


def part_of(data: RetrievalSet, queries: int, documents: int, seed: str) -> RetrievalSet:
    """A part that is the same everywhere: the first by SHA-256 of seed and id.

    Holds at most so many queries, all documents relevant for them, and of the others as many as
    bring the corpus to `documents`.
    """
    asked = _chosen((query for query in data.queries if data.wanted(query)), queries, seed)
    needed = {d for query in asked for d in data.relevant[query] if d in data.corpus}
    others = (document for document in data.corpus if document not in needed)
    kept = needed | set(_chosen(others, max(documents - len(needed), 0), seed))
    return RetrievalSet(
        {document: text for document, text in data.corpus.items() if document in kept},
        {query: text for query, text in data.queries.items() if query in set(asked)},
        {query: data.relevant[query] for query in asked},
    )


def _chosen(ids: Iterable[str], count: int, seed: str) -> list[str]:
    return sorted(ids, key=lambda id: hashlib.sha256(f"{seed}\0{id}".encode()).digest())[:count]


def evaluate_retrieval(data: RetrievalSet, rank: Ranking) -> dict[str, Any]:
    """Rank the corpus for every query and sum up."""
    begin = time.perf_counter()
    measured = measure_retrieval(data, rank)
    count = max(len(measured), 1)
    means = {
        figure: round(sum(scores[figure] for scores in measured.values()) / count, 4)
        for figure in _FIGURES
    }
    return {"queries": len(measured), **means, "seconds": round(time.perf_counter() - begin, 3)}


def measure_retrieval(data: RetrievalSet, rank: Ranking) -> dict[str, dict[str, float]]:
    """Every figure of every query that has a relevant document, by query."""
    return {
        query: _scores(rank(text, _DEPTH), data.relevant[query])
        for query, text in data.queries.items()
        if data.wanted(query)
    }


def retrieval_scores(measured: Mapping[str, Mapping[str, float]]) -> Scores:
    """The same, turned round: by figure and query."""
    return {
        figure: {query: round(scores[figure], 4) for query, scores in measured.items()}
        for figure in _FIGURES
    }


def _scores(ranked: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
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
