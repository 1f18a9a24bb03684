"""Measures a data folder in a fresh process: opening, memory, questions with all filters.

`python -m tests.benchmarks.scale.measure FOLDER`; the last line is a JSON object. A question goes the
whole way from its words to ranked passages (`Search.find`), embedding included, each one new.
"""

import argparse
import copy
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from integrations.desk import Desk, open_desk
from integrations.garbage import settle
from kb.audience import Viewer
from kb.embedding.cache import CachedEmbedder
from kb.embedding.late import query_of
from kb.index.port import Scope
from kb.results import Query
from tests.benchmarks.scale.build import ASKED, QUESTIONS, settings, shard_of
from tests.benchmarks.scale.corpus import TODAY
from tests.benchmarks.scale.memory import allocated, by_part, evict, resident
from tests.benchmarks.scale.variants import recall

_LIMIT = 30
SCOPE = Scope(Viewer.public(), valid_on=TODAY)


class Timed:
    """Any object; what its methods take is added to `spent` under their names."""

    def __init__(self, of: Any, spent: dict[str, float]) -> None:
        self._of = of
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        if not callable(found):
            return found

        def call(*args: Any, **options: Any) -> Any:
            begin, used = time.perf_counter(), time.process_time()
            try:
                return found(*args, **options)
            finally:
                key = f"{name} among" if options.get("among") else name
                self._spent[key] += time.perf_counter() - begin
                self._spent[f"{key} cpu"] += time.process_time() - used

        return call


class TimedEmbedder:
    """The service's embedder; what its questions take is added to `spent`."""

    def __init__(self, of: CachedEmbedder, spent: dict[str, float]) -> None:
        self.model_id, self.dimension, self.tokens_id = of.model_id, of.dimension, of.tokens_id
        self.embed_passages, self.embed_query = of.embed_passages, of.embed_query
        self.embed_passages_with_codes = of.embed_passages_with_codes
        self._timed = Timed(of, spent)

    def embed_query_with_codes(self, text: str) -> Any:
        return self._timed.embed_query_with_codes(text)


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50": round(statistics.median(ordered) * 1000, 2),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
    }


def timed(call: Callable[[str], object], questions: Sequence[str]) -> dict[str, float]:
    """p50 and p95 in milliseconds, and the processor's time of an average call."""
    seconds = []
    used = time.process_time()
    for question in questions:
        begin = time.perf_counter()
        call(question)
        seconds.append(time.perf_counter() - begin)
    cpu = (time.process_time() - used) / len(questions)
    return {**quantiles(seconds), "cpu": round(cpu * 1000, 2)}


def ask(search: Any, question: str, scope: Scope = SCOPE) -> Any:
    """One question's ranked passages."""
    return search.find(Query(question, scope, TODAY), _LIMIT)


def in_parts(desk: Desk, questions: Sequence[str]) -> dict[str, float]:
    """Milliseconds of an average question by the call that takes them."""
    spent: defaultdict[str, float] = defaultdict(float)
    search = copy.copy(desk.search)
    for name in ("_index", "_registry", "_expander"):
        setattr(search, name, Timed(getattr(search, name), spent))
    search._embedder = TimedEmbedder(desk.embedder, spent)
    begin, used = time.perf_counter(), time.process_time()
    for question in questions:
        ask(search, question)
    known = sum(seconds for name, seconds in spent.items() if not name.endswith("cpu"))
    known_cpu = sum(seconds for name, seconds in spent.items() if name.endswith("cpu"))
    spent["rest"] = time.perf_counter() - begin - known
    spent["rest cpu"] = time.process_time() - used - known_cpu
    return {name: round(s / len(questions) * 1000, 2) for name, s in sorted(spent.items())}


def measure(folder: Path, *, tokens: bool, count: int = QUESTIONS) -> dict[str, Any]:
    """All figures of one data folder, from so many questions."""
    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    warming, questions = asked[QUESTIONS:], asked[:QUESTIONS][:: max(QUESTIONS // count, 1)]
    shard = shard_of(folder)
    evict(shard)
    found: dict[str, Any] = {"memory before": resident()}
    begin = time.perf_counter()
    with open_desk(settings(tokens), folder) as desk:
        found["open s"] = round(time.perf_counter() - begin, 2)
        found["passages"] = desk.knowledge.index.total()
        found["documents"] = len(desk.knowledge.registry.live())
        found["in scope"] = desk.knowledge.index.count(SCOPE)
        found["memory opened"] = resident()
        begin = time.perf_counter()
        ask(desk.search, warming[0])
        found["first ms"] = round((time.perf_counter() - begin) * 1000, 1)
        found["second"] = timed(lambda q: ask(desk.search, q), warming[1:2])["p50"]
        begin = time.perf_counter()
        desk.board.lane.warm()  # this and the next as the service does when it starts
        settle()
        found["warming s"] = round(time.perf_counter() - begin, 2)
        for question in warming[2:]:
            ask(desk.search, question)
        found["question"] = timed(lambda q: ask(desk.search, q), questions)
        found["memory asked"] = resident()
        more = [f"{question} Bitte um Auskunft." for question in questions]
        found["parts ms"] = in_parts(desk, more)
        found["embedding"] = timed(
            lambda q: query_of(desk.embedder, q), [f"Frage: {question}" for question in questions]
        )
        found["answer"] = _answers(desk, [f"Guten Tag. {question}" for question in questions[::5]])
        found["memory answered"] = resident()
        vectors = np.stack([desk.embedder.embed_query(question) for question in questions[:50]])
    found["recall"] = recall(shard, vectors, SCOPE)
    found["disk MiB"] = {
        "shard": allocated(shard),
        "state": round((folder / "auskunft.sqlite").stat().st_size / 1024**2, 1),
        "originals": allocated(folder / "originals"),
    }
    found["shard MiB"] = by_part(shard)
    return found


def _answers(desk: Desk, questions: Sequence[str]) -> dict[str, float]:
    """The whole way over HTTP (inside this process) to an answer."""
    import anyio
    import httpx

    from integrations.web.app import create_app

    seconds: list[float] = []

    async def run() -> None:
        transport = httpx.ASGITransport(app=create_app(desk))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for question in questions:
                begin = time.perf_counter()
                response = await client.post("/api/v1/answers", json={"question": question})
                seconds.append(time.perf_counter() - begin)
                response.raise_for_status()

    anyio.run(run)
    return quantiles(seconds)


def main() -> None:
    """Measure one folder and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-tokens", action="store_true")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    given = parser.parse_args()
    found = measure(given.folder, tokens=not given.no_tokens, count=given.questions)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
