"""`make bench`: our search against Qdrant's local mode and Haystack's retrievers at 20,000 passages.

The same synthetic passages, real question vectors made beforehand, the same audience and date
filter on all sides, in turns of ten questions after one that does not count, so that only searching
is compared. Ours is the whole
of `Search.find` with typing errors, related words and the registry, once with late interaction and
once without, like the others, which fuse two rankings by RRF.
"""

import copy
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from qdrant_client import QdrantClient, models

from integrations.desk import Desk, open_desk
from integrations.garbage import settle
from kb.bm25 import query_vector
from kb.embedding.late import query_of
from kb.embedding.port import Vector, Vectors
from kb.embedding.token_codec import Codes, TokenCodes
from kb.index.payload import payload_of
from kb.index.port import IndexedPassage
from kb.search import Search
from tests.benchmarks.scale.build import corpus, settings
from tests.benchmarks.scale.corpus import TODAY, Size
from tests.benchmarks.scale.measure import SCOPE, ask
from tests.benchmarks.scale.real_passages import REPOSITORY, real_passages, real_questions

pytestmark = pytest.mark.benchmark

_SIZE = Size(20_000, 400)
_POOL = 1_000
_QUESTIONS, _BLOCK = 31, 10
_CANDIDATES = 100
_LIMIT = 30
_CACHE = REPOSITORY / ".cache" / "scale"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A question as every engine gets it."""

    text: str
    vector: Vector
    codes: Codes


class _Remembered:
    """An embedder that has read the questions already."""

    tokens_id = "remembered"

    def __init__(self, desk: Desk, questions: list[_Prepared]) -> None:
        self.model_id, self.dimension = desk.embedder.model_id, desk.embedder.dimension
        self._questions = {entry.text: entry for entry in questions}

    def embed_query(self, text: str) -> Vector:
        return self._questions[text].vector

    def embed_query_with_codes(self, text: str) -> tuple[Vector, Codes]:
        return self._questions[text].vector, self._questions[text].codes

    def embed_passages(self, texts: object) -> Vectors:
        raise NotImplementedError

    def embed_passages_with_codes(self, texts: object) -> tuple[Vectors, list[TokenCodes]]:
        raise NotImplementedError


class _LocalMode:
    """`QdrantClient(path=…)`: dense and sparse candidates, filtered, fused by RRF."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._client = QdrantClient(path=str(folder))
        self._client.create_collection(
            "bench",
            {"dense": models.VectorParams(size=dimension, distance=models.Distance.COSINE)},
            {"sparse": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )

    def write(self, passages: list[IndexedPassage]) -> None:
        self._client.upsert("bench", [_point(entry) for entry in passages])

    def ask(self, question: _Prepared) -> int:
        sparse, day = query_vector(question.text), TODAY.toordinal()
        scope = models.Filter(
            must=[
                models.FieldCondition(key="audience", match=models.MatchValue(value="public")),
                models.FieldCondition(key="from_day", range=models.Range(lte=day)),
                models.FieldCondition(key="until_day", range=models.Range(gte=day)),
            ]
        )
        terms = models.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
        found = self._client.query_points(
            "bench",
            prefetch=[
                models.Prefetch(
                    query=question.vector.tolist(),
                    using="dense",
                    filter=scope,
                    limit=_CANDIDATES,
                ),
                models.Prefetch(query=terms, using="sparse", filter=scope, limit=_CANDIDATES),
            ],
            query=models.FusionQuery(fusion=models.Fusion.RRF),
            limit=_LIMIT,
        )
        return len(found.points)

    def close(self) -> None:
        self._client.close()


class _InMemory:
    """Haystack's BM25 and embedding retrievers over its in-memory store, joined by RRF."""

    def __init__(self) -> None:
        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self._pipeline = Pipeline()
        self._pipeline.add_component("words", InMemoryBM25Retriever(self._store, top_k=_CANDIDATES))
        self._pipeline.add_component(
            "meaning", InMemoryEmbeddingRetriever(self._store, top_k=_CANDIDATES)
        )
        self._pipeline.add_component(
            "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=_LIMIT)
        )
        self._pipeline.connect("words", "joiner")
        self._pipeline.connect("meaning", "joiner")

    def write(self, passages: list[IndexedPassage]) -> None:
        self._store.write_documents(
            [
                Document(
                    id=entry.point_id,
                    content=entry.passage.text,
                    embedding=entry.dense.tolist(),
                    meta=payload_of(entry.passage),
                )
                for entry in passages
            ]
        )

    def ask(self, question: _Prepared) -> int:
        day = TODAY.toordinal()
        scope: dict[str, Any] = {
            "operator": "AND",
            "conditions": [
                {"field": "meta.audience", "operator": "==", "value": "public"},
                {"field": "meta.from_day", "operator": "<=", "value": day},
                {"field": "meta.until_day", "operator": ">=", "value": day},
            ],
        }
        found = self._pipeline.run(
            {
                "words": {"query": question.text, "filters": scope},
                "meaning": {"query_embedding": question.vector.tolist(), "filters": scope},
            }
        )
        return len(found["joiner"]["documents"])


@dataclass(frozen=True, slots=True)
class _Engines:
    """The same passages in three engines, and the questions."""

    desk: Desk
    search: Search
    local: _LocalMode
    haystack: _InMemory
    questions: list[_Prepared]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Engines]:
    """All engines filled."""
    folder = tmp_path_factory.mktemp("scale")
    source = corpus(_CACHE, _POOL)
    (folder / "cache").mkdir()
    for model in _CACHE.glob("multilingual-*"):
        (folder / "cache" / model.name).symlink_to(model, target_is_directory=True)
    with open_desk(settings(tokens=True), folder) as desk:
        local, haystack = _LocalMode(folder / "local", desk.embedder.dimension), _InMemory()
        for entry in source.documents(_SIZE):
            original = entry.text.text.encode()
            desk.knowledge.replace(entry.document, entry.text, entry.passages, original)
            local.write(entry.passages)
            haystack.write(entry.passages)
        desk.knowledge.index.optimise()  # as a rebuild does
    with open_desk(
        settings(tokens=True), folder
    ) as desk:  # opened anew, as by a service that starts
        questions = [
            _Prepared(text, *_read(desk, text))
            for text in real_questions(real_passages(), _QUESTIONS)
        ]
        desk.board.lane.warm()  # this and the next as the service does when it starts
        settle()
        search = copy.copy(desk.search)
        search._embedder = _Remembered(desk, questions)
        yield _Engines(desk, search, local, haystack, questions)
        local.close()


def _read(desk: Desk, text: str) -> tuple[Vector, Codes]:
    vector, codes = query_of(desk.embedder, text)
    assert codes is not None
    return vector, codes


def test_search_against_local_mode_and_haystack(engines: _Engines) -> None:
    hybrid = copy.copy(engines.search)
    hybrid._options = replace(hybrid._options, rerank=0)  # what the others do: two rankings, fused
    sides: dict[str, Callable[[_Prepared], object]] = {
        "ours": lambda question: ask(engines.search, question.text, SCOPE),
        "ours without late interaction": lambda question: ask(hybrid, question.text, SCOPE),
        "local mode": engines.local.ask,
        "haystack": engines.haystack.ask,
    }
    spent: dict[str, list[float]] = {name: [] for name in sides}
    first, *questions = engines.questions
    for begin_at in range(0, len(questions), _BLOCK):
        block = questions[begin_at : begin_at + _BLOCK]
        for name, call in sides.items():
            call(first)  # the engine before leaves spinning threads and cold caches
            for question in block:
                begin = time.perf_counter()
                call(question)
                spent[name].append(time.perf_counter() - begin)
    middle = {name: statistics.median(seconds) for name, seconds in spent.items()}
    alike = middle["ours without late interaction"]
    local, haystack = middle["local mode"] / alike, middle["haystack"] / alike
    shown = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in middle.items())
    print(f"\nsearch at {_SIZE.passages} passages, audience and date filter: {shown}; "
          f"without late interaction, local mode ÷ ours {local:.0f}, Haystack in memory ÷ ours "
          f"{haystack:.0f}")  # fmt: skip
    assert engines.local.ask(engines.questions[0]) == _LIMIT
    assert engines.haystack.ask(engines.questions[0]) == _LIMIT
    assert local >= 100
    assert haystack >= 10


def _point(entry: IndexedPassage) -> "models.PointStruct":
    sparse = models.SparseVector(
        indices=list(entry.sparse.indices), values=list(entry.sparse.values)
    )
    return models.PointStruct(
        id=entry.point_id,
        vector={"dense": entry.dense.tolist(), "sparse": sparse},
        payload=payload_of(entry.passage),
    )
