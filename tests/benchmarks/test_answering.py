"""`make bench`: ingestion rate, answer latency and engine ratios, measured in one run.

On `../shared` when it is there (seeds, laws, pages, PDFs), else on the samples. Prints figures;
claims are the ratios, because absolute times belong to one machine on one day.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import yaml
from qdrant_client import QdrantClient

from ingest.options import IngestOptions
from ingest.steps import embedding_text
from integrations.desk import Desk, open_desk
from integrations.settings import Settings
from integrations.web.app import create_app
from kb.audience import Viewer
from kb.bm25 import passage_vector
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.transformers import SentenceTransformersEmbedder
from kb.index.fingerprint import Fingerprint
from kb.index.port import Index, IndexedPassage, Scope
from kb.index.server import ServerIndex
from kb.results import Query
from kb.search import Search

pytestmark = pytest.mark.benchmark

_REPOSITORY = Path(__file__).resolve().parents[2]
_SHARED = _REPOSITORY.parent / "shared"
_QUESTIONS = 100
_EMBEDDED = 120


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with the corpus ingested; prints how long that took."""
    folder = tmp_path_factory.mktemp("bench")
    corpus = [_SHARED / "seeds", *sorted((_SHARED / "corpus").glob("[lhp]*/"))]
    paths = corpus if _SHARED.is_dir() else [_REPOSITORY / "samples" / "documents"]
    with open_desk(Settings(), folder) as opened:
        report = opened.ingestion.run(paths, IngestOptions(public=True))
        passages = opened.knowledge.index.total()
        print(f"\ningest: {report.counts}, {passages} passages in {report.seconds:.1f} s, "
              f"{passages / report.seconds:.1f} passages/s")  # fmt: skip
        again = opened.ingestion.run(paths, IngestOptions(public=True))
        print(f"again: {again.counts} in {again.seconds:.2f} s")
        yield opened


def questions() -> list[str]:
    """A hundred different questions: those of the golden set, then variations of them."""
    golden = _SHARED / "eval" / "golden_dev.yaml"
    file = golden if golden.exists() else _REPOSITORY / "samples" / "questions.yaml"
    asked = [item["question"] for item in yaml.safe_load(file.read_text(encoding="utf-8"))]
    varied = [f"{question} Gilt das auch für Betriebe im Handwerk?" for question in asked]
    more = [f"Ich habe eine Frage: {question}" for question in asked]
    return [*asked, *varied, *more][:_QUESTIONS]


def _milliseconds(call: Callable[[str], object], questions: list[str]) -> list[float]:
    times = []
    for question in questions:
        begin = time.perf_counter()
        call(question)
        times.append((time.perf_counter() - begin) * 1000)
    return sorted(times)


@pytest.mark.anyio
async def test_latency_of_answers_over_http(desk: Desk) -> None:
    transport = httpx.ASGITransport(app=create_app(desk))
    times: list[float] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        await client.post("/api/v1/answers", json={"question": "Ist alles bereit?"})
        for question in questions():
            begin = time.perf_counter()
            response = await client.post("/api/v1/answers", json={"question": question})
            times.append((time.perf_counter() - begin) * 1000)
            assert response.status_code == 200
    times.sort()
    print(f"\nask: {len(times)} questions, p50 {statistics.median(times):.0f} ms, "
          f"p95 {times[int(len(times) * 0.95)]:.0f} ms")  # fmt: skip


def test_hybrid_query_against_the_clients_local_mode(desk: Desk) -> None:
    fingerprint = Fingerprint(desk.embedder.model_id, desk.embedder.dimension, "bench", "bench")
    other = ServerIndex(QdrantClient(":memory:"), "bench", fingerprint)
    _copy(desk, other)
    slower = Search(other, desk.knowledge.registry, desk.embedder, desk.vocabulary)
    scope = Scope(Viewer.public())
    asked = questions()[:20]
    for question in asked:
        desk.embedder.embed_query(question)
    day = date.today()
    ours = _milliseconds(lambda q: desk.search.find(Query(q, scope, day), 30).passages, asked)
    theirs = _milliseconds(lambda q: slower.find(Query(q, scope, day), 30).passages, asked)
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(
        f"\nhybrid search, local mode ÷ Edge at {desk.knowledge.index.total()} passages: {ratio:.1f}"
    )


def _copy(desk: Desk, other: Index) -> None:
    scope = Scope(Viewer.public())
    for document_id in desk.knowledge.registry.live():
        passages = desk.knowledge.index.document_passages(document_id, scope)
        vectors = desk.embedder.embed_passages([embedding_text(entry) for entry in passages])
        other.write(
            [
                IndexedPassage(entry, vector, passage_vector(entry.text, entry.context))
                for entry, vector in zip(passages, vectors, strict=True)
            ]
        )


def test_embedding_against_sentence_transformers(desk: Desk, tmp_path: Path) -> None:
    folder = ensure_model_folder(tmp_path, fp32=True)
    scope = Scope(Viewer.public())
    texts = [
        passage.text
        for document_id in desk.knowledge.registry.live()
        for passage in desk.knowledge.index.document_passages(document_id, scope)
    ]
    step = max(len(texts) // _EMBEDDED, 1)
    chosen = texts[::step][:_EMBEDDED]
    ours, theirs = OnnxE5(folder), SentenceTransformersEmbedder(str(folder))
    spent = {"ours": 0.0, "theirs": 0.0}
    for begin in range(0, len(chosen), 20):
        for name, engine in (("ours", ours), ("theirs", theirs)):
            start = time.perf_counter()
            engine.embed_passages(chosen[begin : begin + 20])
            spent[name] += time.perf_counter() - start
    ratio = spent["theirs"] / spent["ours"]
    print(
        f"\nembedding, bundled engine ÷ sentence-transformers (torch): {ratio:.2f} times the rate"
    )
