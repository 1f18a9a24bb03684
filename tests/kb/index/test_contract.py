"""What every index engine must do: the same tests for Qdrant Edge, the client's memory and a server.

Set AUSKUNFT_TEST_QDRANT_URL to run them against a real server too.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from qdrant_client import QdrantClient

from kb.audience import STAFF, Viewer
from kb.bm25 import SparseVector, query_vector, term_id
from kb.embedding.token_codec import TokenCodes, mean_similarity
from kb.index.edge import EdgeIndex
from kb.index.fingerprint import Fingerprint
from kb.index.payload import passage_of, payload_of
from kb.index.port import Index, IndexedPassage, Scope
from kb.index.server import ServerIndex
from kb.passages import DocumentHead, Kind, Passage, Place
from kb.points import key_of, point_id, revision_key
from kb.validity import Validity
from tests.kb import scripted
from tests.kb.scripted import DIMENSION, ScriptedEmbedder, head
from tests.kb.scripted_tokens import coded as entries
from tests.kb.scripted_tokens import codes_of, max_sim

PUBLIC = Scope(Viewer.public())
EVERYBODY = Scope(Viewer.member_of(STAFF, "bündnis"))
EMBEDDER = ScriptedEmbedder()
FINGERPRINT = Fingerprint("scripted/1", DIMENSION, "de-3", "1", "pca-1")
ENGINES = ["edge", "memory", "server"]


pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")


@contextmanager
def made_by(engine: str, folder: Path, fingerprint: Fingerprint) -> Iterator[Index]:
    if engine == "edge":
        edge = EdgeIndex(folder / "shard", DIMENSION, tokens=bool(fingerprint.tokens))
        yield edge
        edge.close()
        return
    url = os.environ.get("AUSKUNFT_TEST_QDRANT_URL", "")
    if engine == "server" and not url:
        pytest.skip("AUSKUNFT_TEST_QDRANT_URL is not set")
    client = QdrantClient(url=url) if engine == "server" else QdrantClient(":memory:")
    alias = f"test_{uuid4().hex}"
    server = ServerIndex(client, alias, fingerprint)
    yield server
    for collection in client.get_collections().collections:
        if collection.name.startswith(alias):
            client.delete_collection(collection.name)
    server.close()


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """With token vectors, as by default."""
    with made_by(request.param, tmp_path, FINGERPRINT) as made:
        yield made


@pytest.fixture(params=ENGINES)
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Without token vectors."""
    with made_by(request.param, tmp_path, replace(FINGERPRINT, tokens="")) as made:
        yield made


def ids(found: list[IndexedPassage]) -> list[str]:
    return [entry.point_id for entry in found]


def texts_of(index: Index, of: DocumentHead, scope: Scope = EVERYBODY) -> list[str]:
    return [passage.text for passage in index.document_passages(of.document_id, scope)]


def reached(index: Index, scope: Scope, candidates: list[IndexedPassage]) -> list[set[str]]:
    """Per reading call, which of the candidates it gives away under this scope."""
    everything = ids(candidates)
    query = EMBEDDER.embed_query("Zuschuss")
    terms = query_vector("Zuschuss")
    documents = {entry.passage.document.document_id for entry in candidates}
    read_back = [
        point_id(document_id, passage.revision, passage.ordinal)
        for document_id in documents
        for passage in index.document_passages(document_id, scope)
    ]
    counted = {
        entry.point_id
        for entry in candidates
        if index.count(_only(scope, entry.passage.document.document_id))
    }
    return [
        {hit.point_id for hit in index.dense(query, scope, 100)},
        {hit.point_id for hit in index.dense(query, scope, 100, among=everything)},
        {hit.point_id for hit in index.sparse(terms, scope, 100)},
        {hit.point_id for hit in index.sparse(terms, scope, 100, among=everything)},
        {hit.point_id for hit in index.late(codes_of("Zuschuss"), scope, everything)},
        set(index.token_codes(everything, scope)),
        set(index.passages(everything, scope)),
        set(read_back),
        counted,
    ]


def _only(scope: Scope, document_id: str) -> Scope:
    return replace(scope, documents=frozenset({document_id}))


def test_an_empty_index_answers_with_nothing(index: Index) -> None:
    assert index.dense(EMBEDDER.embed_query("Zuschuss"), PUBLIC, 5) == []
    assert index.sparse(query_vector("Zuschuss"), PUBLIC, 5) == []
    assert index.document_passages("unbekannt", PUBLIC) == []
    assert index.passages([point_id("unbekannt", "r", 0)], PUBLIC) == {}
    assert index.passages([], PUBLIC) == {}
    assert index.late(codes_of("Zuschuss"), PUBLIC, [point_id("unbekannt", "r", 0)]) == []
    assert index.late(codes_of("Zuschuss"), PUBLIC, []) == []
    assert index.token_codes([point_id("unbekannt", "r", 0)], PUBLIC) == {}
    assert index.token_codes([], PUBLIC) == {}
    assert index.count(PUBLIC) == index.total() == 0


def test_a_passage_comes_back_with_every_field_as_it_was(index: Index) -> None:
    of = head(
        "Förderrichtlinie 🏭.pdf",
        title="Förderrichtlinie „Müßiggang & Söhne“ 🏭\u00a0– Fassung\n2",
        kind=Kind.GUIDELINE,
        audience="bündnis",
        language="en",
        publisher="Ministerium für Größe",
        dated=date(2024, 2, 29),
        validity=Validity(date(2024, 3, 1), date(2027, 12, 31)),
        supersedes="Förderrichtlinie.pdf",
    )
    passage = Passage(
        document=of,
        revision="r1",
        ordinal=7,
        text='Größe „ßÄÖÜ“ 👩‍🔧 𝔉raktur\ttab\nZeile {"a": null} \\ \u2028 Ende',
        start=1_234_567,
        end=1_234_620,
        heading_path=("5 Art, Umfang, Höhe", "5.4 Höhe 🪙"),
        lead_in="Gefördert werden:",
        places=(Place(0, "Nr. 5.4", 3), Place(12, "Nr. 5.4 Abs. 2", 4), Place(30, "§ 2", None)),
        confidence=0.625,
    )
    entry = IndexedPassage(passage, EMBEDDER.embed_query(passage.text), query_vector(passage.text))
    index.write([entry])
    assert index.passages([entry.point_id], EVERYBODY) == {entry.point_id: passage}
    assert index.document_passages(of.document_id, EVERYBODY) == [passage]


def test_what_was_written_before_there_was_a_confidence_has_none() -> None:
    [entry] = entries(head("a.md"), "r1", ["Zuschuss"])
    payload = payload_of(entry.passage)
    del payload["confidence"]
    assert passage_of(payload) == entry.passage
    assert entry.passage.confidence is None and not entry.passage.poorly_read


@pytest.mark.parametrize(
    "validity",
    [
        Validity(),
        Validity(date(2025, 1, 1), None),
        Validity(None, date(2025, 1, 1)),
        Validity(date(2025, 1, 1), date(2025, 1, 1)),
    ],
)
def test_open_ends_and_absent_dates_come_back_as_absent(index: Index, validity: Validity) -> None:
    [entry] = entries(head("a.md", validity=validity), "r1", ["Zuschuss"])
    index.write([entry])
    found = index.passages([entry.point_id], PUBLIC)[entry.point_id]
    assert found.document.validity == validity
    assert found.document.dated is None


def test_warming_changes_nothing_and_may_be_repeated(index: Index) -> None:
    index.warm()
    of = head("a.md")
    index.write(entries(of, "r1", ["ein Text über Zuschüsse"]))
    index.warm()
    index.warm()
    assert texts_of(index, of) == ["ein Text über Zuschüsse"]
    assert len(index.sparse(query_vector("Zuschuss"), PUBLIC, 5)) == 1


def test_writing_the_same_passage_again_replaces_it(index: Index) -> None:
    of = head("a.md")
    index.write(entries(of, "r1", ["alter Text über Zuschüsse"]))
    index.write(entries(of, "r1", ["neuer Text über Darlehen"]))
    assert texts_of(index, of) == ["neuer Text über Darlehen"]
    assert index.total() == 1
    assert index.sparse(query_vector("Zuschuss"), PUBLIC, 5) == []
    assert len(index.sparse(query_vector("Darlehen"), PUBLIC, 5)) == 1


def test_a_document_is_deleted_as_a_whole_and_no_other(index: Index) -> None:
    gone, kept = head("weg.md"), head("bleibt.md")
    index.write(entries(gone, "r1", ["eins", "zwei"]) + entries(gone, "r2", ["drei"]))
    index.write(entries(kept, "r1", ["vier"]))
    index.delete_document(gone.document_id)
    assert texts_of(index, gone) == []
    assert texts_of(index, kept) == ["vier"]
    assert index.total() == 1


def test_deleting_keeps_the_named_revision(index: Index) -> None:
    of, other = head("a.md"), head("b.md")
    index.write(entries(of, "r1", ["alt eins", "alt zwei"]))
    index.write(entries(of, "r2", ["neu eins", "neu zwei", "neu drei"]))
    index.write(entries(other, "r1", ["anderes"]))
    index.delete_document(of.document_id, keep_revision="r2")
    assert texts_of(index, of) == ["neu eins", "neu zwei", "neu drei"]
    assert texts_of(index, other) == ["anderes"]


def test_deleting_what_is_not_there_does_nothing(index: Index) -> None:
    index.write(entries(head("a.md"), "r1", ["eins"]))
    index.delete_document("unbekannt")
    index.delete_document("unbekannt", keep_revision="r1")
    assert index.total() == 1


def test_dense_results_are_ranked_by_cosine(index: Index) -> None:
    rng = np.random.default_rng(7)
    of = head("a.md")
    made = entries(of, "r1", [f"Absatz {number}" for number in range(50)])
    vectors = rng.normal(size=(50, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index.write(
        [
            IndexedPassage(entry.passage, vector, entry.sparse)
            for entry, vector in zip(made, vectors, strict=True)
        ]
    )
    query = vectors[3] + 0.1 * vectors[9]
    query /= np.linalg.norm(query)
    cosines = vectors @ query
    expected = [made[position].point_id for position in np.argsort(-cosines)[:10]]
    hits = index.dense(query, PUBLIC, 10)
    assert [hit.point_id for hit in hits] == expected
    assert [hit.score for hit in hits] == pytest.approx(
        sorted(cosines, reverse=True)[:10], abs=1e-5
    )
    assert {key_of(hit.point_id) for hit in hits} == {revision_key(of.document_id, "r1")}


def test_sparse_results_hold_a_term_and_the_rare_term_counts_more(index: Index) -> None:
    texts = [
        "Zuschuss für Betriebe",
        "Zuschuss für Maschinen",
        "Meldung",
        "Zuschuss und Meldefrist",
    ]
    made = entries(head("a.md"), "r1", texts)
    index.write(made)
    hits = index.sparse(query_vector("Zuschuss für Maschinen"), PUBLIC, 10)
    assert hits[0].point_id == made[1].point_id
    assert {hit.point_id for hit in hits} == {made[n].point_id for n in (0, 1, 3)}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].score > 1.5 * hits[1].score


def test_large_term_ids_are_kept(index: Index) -> None:
    of = head("a.md")
    passage = entries(of, "r1", ["x"])[0].passage
    top = SparseVector((0, 1, 2**31, 2**32 - 1), (1.0, 1.0, 1.0, 2.0))
    index.write([IndexedPassage(passage, EMBEDDER.embed_query("x"), top)])
    for number in top.indices:
        assert len(index.sparse(SparseVector((number,), (1.0,)), PUBLIC, 5)) == 1


def test_a_question_of_stop_words_finds_nothing_lexically(index: Index) -> None:
    index.write(
        entries(head("a.md"), "r1", ["der die das und"]) + entries(head("b.md"), "r1", ["x"])
    )
    empty = query_vector("Was ist das und wie?")
    assert empty.indices == ()
    assert index.sparse(empty, PUBLIC, 10) == []


def test_a_passage_without_any_term_is_found_by_its_vector(index: Index) -> None:
    made = entries(head("a.md"), "r1", ["der die das"])
    assert made[0].sparse.indices == ()
    index.write(made)
    assert len(index.dense(EMBEDDER.embed_query("der die das"), PUBLIC, 5)) == 1
    assert len(index.passages(ids(made), PUBLIC)) == 1


def test_among_scores_only_the_named_passages(index: Index) -> None:
    made = entries(head("a.md"), "r1", [f"Zuschuss Absatz {number}" for number in range(20)])
    index.write(made)
    chosen = [made[4].point_id, made[11].point_id]
    query = EMBEDDER.embed_query("Zuschuss")
    everywhere = {hit.point_id: hit.score for hit in index.dense(query, PUBLIC, 20)}
    dense = index.dense(query, PUBLIC, 20, among=chosen)
    sparse = index.sparse(query_vector("Zuschuss"), PUBLIC, 20, among=chosen)
    assert {hit.point_id for hit in dense} == {hit.point_id for hit in sparse} == set(chosen)
    assert [hit.score for hit in dense] == pytest.approx(
        [everywhere[hit.point_id] for hit in dense], abs=1e-6
    )


def test_the_limit_holds(index: Index) -> None:
    index.write(entries(head("a.md"), "r1", [f"Zuschuss {number}" for number in range(30)]))
    assert len(index.dense(EMBEDDER.embed_query("Zuschuss"), PUBLIC, 7)) == 7
    assert len(index.sparse(query_vector("Zuschuss"), PUBLIC, 7)) == 7


AUDIENCES = {"offen.md": "public", "intern.md": STAFF, "bund.md": "bündnis"}


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (Viewer.public(), {"public"}),
        (Viewer.member_of(STAFF), {"public", STAFF}),
        (Viewer.member_of("bündnis"), {"public", "bündnis"}),
        (Viewer.member_of(STAFF, "bündnis"), {"public", STAFF, "bündnis"}),
        (Viewer.member_of("fremde"), {"public"}),
    ],
)
def test_no_reading_call_gives_a_viewer_what_is_for_others(
    index: Index, viewer: Viewer, seen: set[str]
) -> None:
    made = [
        entry
        for name, audience in AUDIENCES.items()
        for entry in entries(head(name, audience=audience), "r1", [f"Zuschuss für {name}"])
    ]
    index.write(made)
    expected = {entry.point_id for entry in made if entry.passage.document.audience in seen}
    for found in reached(index, Scope(viewer), made):
        assert found == expected
    assert index.count(Scope(viewer)) == len(expected)
    assert index.total() == len(made)


def test_changed_head_data_decides_at_once_who_sees_the_document(index: Index) -> None:
    public, staff = head("a.md"), head("a.md", audience=STAFF, title="Neuer Titel")
    made = entries(public, "r1", ["Zuschuss eins", "Zuschuss zwei"])
    other = entries(head("b.md"), "r1", ["Zuschuss drei"])
    index.write(made + other)
    index.update_head(staff)
    for found in reached(index, PUBLIC, made + other):
        assert found == set(ids(other))
    for found in reached(index, EVERYBODY, made + other):
        assert found == set(ids(made + other))
    assert {p.document for p in index.document_passages(public.document_id, EVERYBODY)} == {staff}
    index.update_head(public)
    for found in reached(index, PUBLIC, made + other):
        assert found == set(ids(made + other))


def test_changed_head_data_leaves_text_places_and_vectors_alone(index: Index) -> None:
    made = entries(head("a.md"), "r1", ["Zuschuss eins", "Darlehen zwei"])
    index.write(made)
    query = EMBEDDER.embed_query("Zuschuss")
    before = index.dense(query, PUBLIC, 5)
    index.update_head(
        head("a.md", kind=Kind.PLAN, validity=Validity(date(2020, 1, 1), date(2020, 12, 31)))
    )
    assert index.dense(query, PUBLIC, 5) == before
    found = index.document_passages(made[0].passage.document.document_id, PUBLIC)
    assert [(p.text, p.places, p.revision) for p in found] == [
        (e.passage.text, e.passage.places, e.passage.revision) for e in made
    ]
    assert index.count(Scope(Viewer.public(), valid_on=date(2026, 1, 1))) == 0
    assert index.count(Scope(Viewer.public(), kinds=frozenset({Kind.PLAN}))) == 2


def test_only_the_wanted_kinds_are_found(index: Index) -> None:
    made = [
        entry
        for kind in Kind
        for entry in entries(head(f"{kind}.md", kind=kind), "r1", [f"Zuschuss {kind}"])
    ]
    index.write(made)
    scope = Scope(Viewer.public(), kinds=frozenset({Kind.GUIDELINE, Kind.MINUTES}))
    expected = {e.point_id for e in made if e.passage.document.kind in scope.kinds}
    for found in reached(index, scope, made):
        assert found == expected


def test_only_the_named_documents_are_found(index: Index) -> None:
    first, second = head("a.md"), head("b.md")
    index.write(entries(first, "r1", ["Zuschuss"]) + entries(second, "r1", ["Zuschuss"]))
    scope = Scope(Viewer.public(), documents=frozenset({first.document_id}))
    hits = index.dense(EMBEDDER.embed_query("Zuschuss"), scope, 5)
    assert [key_of(hit.point_id) for hit in hits] == [revision_key(first.document_id, "r1")]
    assert len(index.document_passages(first.document_id, scope)) == 1
    assert index.document_passages(second.document_id, scope) == []


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        (date(2024, 12, 31), {"bis", "immer"}),
        (date(2025, 1, 1), {"bis", "immer", "ab", "jahr"}),
        (date(2025, 6, 30), {"bis", "immer", "ab", "jahr"}),
        (date(2025, 7, 1), {"immer", "ab", "jahr"}),
        (date(2025, 12, 31), {"immer", "ab", "jahr"}),
        (date(2026, 1, 1), {"immer", "ab"}),
        (date(1, 1, 1), {"bis", "immer"}),
        (date.max, {"immer", "ab"}),
    ],
)
def test_valid_on_knows_open_ends_and_includes_first_and_last_day(
    index: Index, day: date, seen: set[str]
) -> None:
    periods = {
        "ab": Validity(date(2025, 1, 1), None),
        "bis": Validity(None, date(2025, 6, 30)),
        "jahr": Validity(date(2025, 1, 1), date(2025, 12, 31)),
        "immer": Validity(),
    }
    made = {
        name: entries(head(name, validity=validity), "r1", ["Zuschuss"])[0]
        for name, validity in periods.items()
    }
    index.write(list(made.values()))
    for found in reached(index, Scope(Viewer.public(), valid_on=day), list(made.values())):
        assert found == {made[name].point_id for name in seen}


@pytest.mark.parametrize(
    ("dated_from", "dated_until", "seen"),
    [
        (date(2024, 1, 1), None, {"2024", "2025"}),
        (None, date(2024, 1, 1), {"2023", "2024"}),
        (date(2024, 1, 1), date(2024, 1, 1), {"2024"}),
        (date(2024, 1, 2), date(2024, 12, 31), set()),
        (None, None, {"2023", "2024", "2025", "undatiert"}),
    ],
)
def test_dates_of_documents_bound_every_reading_call(
    index: Index, dated_from: date | None, dated_until: date | None, seen: set[str]
) -> None:
    days = {"2023": date(2023, 1, 1), "2024": date(2024, 1, 1), "2025": date(2025, 1, 1)}
    made = {
        name: entries(head(name, dated=days.get(name)), "r1", ["Zuschuss"])[0]
        for name in [*days, "undatiert"]
    }
    index.write(list(made.values()))
    scope = Scope(Viewer.public(), dated_from=dated_from, dated_until=dated_until)
    for found in reached(index, scope, list(made.values())):
        assert found == {made[name].point_id for name in seen}


def test_a_long_document_is_read_back_whole_and_in_order(index: Index) -> None:
    of = head("lang.md")
    texts = [f"Absatz {number} über Zuschüsse" for number in range(1_250)]
    made = scripted.entries(of, "r1", texts)
    index.write(made[625:] + made[:625])
    index.write(entries(head("b.md"), "r1", ["anderes"]))
    assert texts_of(index, of) == texts
    assert index.count(PUBLIC) == index.total() == 1_251
    found = index.passages(ids(made), PUBLIC)
    assert [found[entry.point_id].ordinal for entry in made] == list(range(1_250))
    index.delete_document(of.document_id)
    assert index.total() == 1


TEXTS = [
    "Der Zuschuss beträgt 500 Euro",
    "Zuschuss für Betriebe im Bezirk",
    "Die Frist der Meldung endet im Mai",
    "Betriebe melden den Zuschuss",
    "!",
    "Treppe, Geländer und Zuschuss für Betriebe mit Frist",
]
QUESTION = "Welcher Zuschuss für Betriebe und welche Frist?"


def test_late_interaction_ranks_like_numpy(index: Index) -> None:
    made = entries(head("a.md"), "r1", TEXTS)
    index.write(made)
    query = codes_of(QUESTION)
    expected = {
        entry.point_id: max_sim(query, entry.tokens.codes)
        for entry in made
        if entry.tokens is not None and len(entry.tokens.codes)
    }
    hits = index.late(query, PUBLIC, ids(made))
    assert len(expected) == len(TEXTS) - 1, "a text without words has no tokens to compare"
    assert [hit.point_id for hit in hits] == sorted(expected, key=lambda key: -expected[key])
    for hit in hits:
        assert mean_similarity(hit.score, len(query)) == pytest.approx(
            expected[hit.point_id], abs=1e-4
        )
    assert {key_of(hit.point_id) for hit in hits} == {revision_key(head("a.md").document_id, "r1")}


def test_token_codes_come_back_as_they_were(index: Index) -> None:
    made = entries(head("ä.md"), "r1", TEXTS)
    long = TokenCodes(codes_of("Wort " * 300), np.arange(65_236, 65_536).astype(np.uint16))
    made[0] = replace(made[0], tokens=long)
    index.write(made)
    found = index.token_codes(ids(made), PUBLIC)
    assert set(found) == {entry.point_id for entry in made if entry.passage.text != "!"}
    for entry in made:
        if entry.point_id in found:
            assert entry.tokens is not None
            codes = found[entry.point_id]
            assert (codes.codes.dtype, codes.ends.dtype) == (np.uint8, np.uint16)
            assert np.array_equal(codes.codes, entry.tokens.codes)
            assert codes.ends.tolist() == entry.tokens.ends.tolist()
    extreme = np.tile(np.array([1, 255], np.uint8), (3, 64))
    [edge_case] = entries(head("b.md"), "r1", ["x"])
    index.write([replace(edge_case, tokens=TokenCodes(extreme, np.zeros(3, np.uint16)))])
    [back] = index.token_codes([edge_case.point_id], PUBLIC).values()
    assert np.array_equal(back.codes, extreme)


def test_late_interaction_scores_only_the_named_passages(index: Index) -> None:
    made = entries(head("a.md"), "r1", [f"Zuschuss Absatz {number}" for number in range(60)])
    index.write(made)
    chosen = [made[4].point_id, made[58].point_id]
    unknown = point_id("unbekannt", "r", 0)
    query = codes_of("Zuschuss Absatz 4")
    hits = index.late(query, PUBLIC, [*chosen, unknown])
    assert [hit.point_id for hit in hits] == chosen
    assert set(index.token_codes([unknown, *chosen], PUBLIC)) == set(chosen)
    everywhere = {hit.point_id: hit.score for hit in index.late(query, PUBLIC, ids(made))}
    assert len(everywhere) == 60
    assert [hit.score for hit in hits] == [everywhere[key] for key in chosen]


def test_a_question_without_tokens_ranks_nothing(index: Index) -> None:
    made = entries(head("a.md"), "r1", TEXTS)
    index.write(made)
    assert index.late(codes_of("?"), PUBLIC, ids(made)) == []


def test_passages_stored_without_tokens_are_absent_beside_others(index: Index) -> None:
    bare, made = (
        scripted.entries(head("ohne.md"), "r1", TEXTS[:2]),
        entries(head("mit.md"), "r1", TEXTS[:2]),
    )
    index.write(bare + made)
    both = ids(bare) + ids(made)
    assert {hit.point_id for hit in index.late(codes_of(QUESTION), PUBLIC, both)} == set(ids(made))
    assert set(index.token_codes(both, PUBLIC)) == set(ids(made))
    assert set(index.passages(both, PUBLIC)) == set(both)
    assert len(index.dense(EMBEDDER.embed_query("Zuschuss"), PUBLIC, 9)) == 4
    assert len(index.sparse(query_vector("Zuschuss"), PUBLIC, 9)) == 4


def test_an_index_made_without_tokens_has_none_and_takes_what_comes(plain: Index) -> None:
    made = entries(head("a.md"), "r1", TEXTS)
    plain.write(made)
    assert plain.late(codes_of(QUESTION), PUBLIC, ids(made)) == []
    assert plain.token_codes(ids(made), PUBLIC) == {}
    assert texts_of(plain, head("a.md")) == TEXTS
    assert len(plain.dense(EMBEDDER.embed_query("Zuschuss"), PUBLIC, 9)) == len(TEXTS)


def test_a_passage_written_again_has_the_new_tokens(index: Index) -> None:
    of = head("a.md")
    index.write(entries(of, "r1", ["alter Text über Zuschüsse", "bleibt"]))
    new = entries(of, "r1", ["neuer Text"])
    index.write(new)
    [codes] = index.token_codes(ids(new), PUBLIC).values()
    assert new[0].tokens is not None and np.array_equal(codes.codes, new[0].tokens.codes)
    assert codes.ends.tolist() == new[0].tokens.ends.tolist()
    [hit] = index.late(codes_of("neuer Text"), PUBLIC, ids(new))
    assert mean_similarity(hit.score, 2) > 0.9
    index.write(scripted.entries(of, "r1", ["neuer Text"]))
    assert index.token_codes(ids(new), PUBLIC) == {}
    assert index.late(codes_of("neuer Text"), PUBLIC, ids(new)) == []
    index.write(new)
    assert list(index.token_codes(ids(new), PUBLIC)) == ids(new)


def test_the_tokens_of_a_deleted_passage_are_gone(index: Index) -> None:
    of, other = head("weg.md"), head("bleibt.md")
    gone, kept = entries(of, "r1", TEXTS[:2]), entries(other, "r1", TEXTS[:1])
    new = entries(of, "r2", TEXTS[2:4])
    index.write(gone + kept + new)
    everything = ids(gone) + ids(kept) + ids(new)
    index.delete_document(of.document_id, keep_revision="r2")
    assert set(index.token_codes(everything, PUBLIC)) == set(ids(kept) + ids(new))
    index.delete_document(of.document_id)
    assert set(index.token_codes(everything, PUBLIC)) == set(ids(kept))
    assert [h.point_id for h in index.late(codes_of(QUESTION), PUBLIC, everything)] == ids(kept)


def test_changed_head_data_leaves_tokens_alone(index: Index) -> None:
    made = entries(head("a.md"), "r1", TEXTS[:2])
    index.write(made)
    query = codes_of(QUESTION)
    before = index.late(query, PUBLIC, ids(made))
    index.update_head(head("a.md", title="Neuer Titel"))
    assert index.late(query, PUBLIC, ids(made)) == before
    for entry in made:
        assert entry.tokens is not None
        codes = index.token_codes([entry.point_id], PUBLIC)[entry.point_id]
        assert np.array_equal(codes.codes, entry.tokens.codes)
        assert codes.ends.tolist() == entry.tokens.ends.tolist()


def test_term_ids_fit_the_index() -> None:
    assert all(0 <= term_id(f"wort{number}") < 2**32 for number in range(1_000))
