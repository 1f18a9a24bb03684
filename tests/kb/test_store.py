"""The knowledge base as one thing: replacing, removing and correcting are atomic for readers."""

import threading
import time
from collections.abc import Iterator
from datetime import date

import pytest

from kb.audience import STAFF, Viewer
from kb.errors import NotFoundError, StorageFullError
from kb.expansion import QueryExpander
from kb.index.port import Scope
from kb.passages import DocumentHead
from kb.results import Query
from kb.search import Search, SearchOptions
from kb.state.registry import LiveDocuments, Registry
from kb.synonyms import Synonyms
from kb.validity import Validity
from kb.vocabulary import Vocabulary
from tests.kb.scripted import TODAY, Opened, ScriptedEmbedder, head, revision

PUBLIC = Scope(Viewer.public())
STAFF_SCOPE = Scope(Viewer.member_of(STAFF))


def search_of(base: Opened, registry: Registry | None = None) -> Search:
    return Search(
        base.index,
        registry or base.registry,
        ScriptedEmbedder(),
        QueryExpander(Vocabulary(base.registry), Synonyms()),
        SearchOptions(),
    )


def found(base: Opened, text: str, scope: Scope = PUBLIC, limit: int = 20) -> list[str]:
    results = search_of(base).find(Query(text, scope, TODAY), limit).passages
    return [result.passage.text for result in results]


def test_a_replaced_document_answers_with_the_new_text_only(base: Opened) -> None:
    of = head("a.md")
    revision(of, ["alter Zuschuss", "alte Frist"]).write_to(base.knowledge)
    revision(of, ["neuer Zuschuss"]).write_to(base.knowledge)
    assert found(base, "Zuschuss Frist") == ["neuer Zuschuss"]
    assert base.index.total() == 1
    assert base.registry.text(of.document_id).text == "neuer Zuschuss"
    assert base.registry.unsettled() == []


def test_replacing_with_the_same_revision_changes_nothing(base: Opened) -> None:
    same = revision(head("a.md"), ["Zuschuss eins", "Zuschuss zwei"])
    same.write_to(base.knowledge)
    same.write_to(base.knowledge)
    assert sorted(found(base, "Zuschuss")) == ["Zuschuss eins", "Zuschuss zwei"]
    assert base.index.total() == 2
    assert base.knowledge.originals.read(same.document.content_hash) == same.original


def test_a_document_of_many_batches_is_replaced_whole(base: Opened) -> None:
    of = head("lang.md")
    revision(of, [f"Zuschuss alt {n}" for n in range(250)]).write_to(base.knowledge)
    revision(of, [f"Zuschuss neu {n}" for n in range(230)]).write_to(base.knowledge)
    assert base.index.total() == base.index.count(PUBLIC) == 230


def test_searching_during_fifty_replacements_sees_whole_revisions_only(base: Opened) -> None:
    of = head("a.md")
    revision(head("b.md"), ["anderes Thema"]).write_to(base.knowledge)

    def fassung(number: int) -> list[str]:
        return [f"Zuschuss Fassung {number} Teil {part}" for part in range(3 + number % 2)]

    revision(of, fassung(0)).write_to(base.knowledge)
    wrong: list[list[str]] = []
    seen: set[int] = set()
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        search = search_of(base)
        try:
            while not stop.is_set():
                results = search.find(Query("Zuschuss Fassung Teil", PUBLIC, TODAY), 10).passages
                texts = sorted(
                    r.passage.text
                    for r in results
                    if r.passage.document.document_id == of.document_id
                )
                number = int(texts[0].split()[2]) if texts else -1
                seen.add(number)
                if texts != (fassung(number) if texts else None):
                    wrong.append(texts)
        except BaseException as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 51):
        revision(of, fassung(number)).write_to(base.knowledge)
        time.sleep(0.002)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert wrong == []
    assert len(seen) > 5
    assert sorted(found(base, "Zuschuss Fassung Teil"))[:3] == fassung(50)


class ReplacingRegistry(Registry):
    """A document is replaced right behind the first look at what is live, and before the second."""

    def __init__(self, base: Opened, of: DocumentHead, texts: list[str]) -> None:
        super().__init__(base.database)
        self._looks = 0
        self._replace = lambda: revision(of, [texts.pop(0)]).write_to(base.knowledge)

    def live(self) -> LiveDocuments:
        self._looks += 1
        if self._looks == 2:
            self._replace()
        known = super().live()
        if self._looks == 1:
            self._replace()
        return known


def test_two_replacements_within_one_search_leave_no_gap(base: Opened) -> None:
    of = head("a.md")
    revision(of, ["Zuschuss eins"]).write_to(base.knowledge)
    search = search_of(base, ReplacingRegistry(base, of, ["Zuschuss zwei", "Zuschuss drei"]))
    passages = search.find(Query("Zuschuss", PUBLIC, TODAY), 10).passages
    assert [entry.passage.text for entry in passages] == ["Zuschuss drei"]


def test_a_removed_document_is_unanswerable_at_once_and_leaves_nothing(base: Opened) -> None:
    gone = revision(head("a.md"), ["Zuschuss eins"])
    kept = revision(head("b.md"), ["Zuschuss zwei"])
    gone.write_to(base.knowledge)
    kept.write_to(base.knowledge)
    base.knowledge.remove(gone.document_id)
    assert found(base, "Zuschuss eins") == ["Zuschuss zwei"]
    assert base.index.total() == 1
    assert base.registry.unsettled() == []
    with pytest.raises(NotFoundError):
        base.registry.get(gone.document_id, Viewer.member_of(STAFF))
    with pytest.raises(NotFoundError):
        base.registry.text(gone.document_id)
    with pytest.raises(NotFoundError):
        base.knowledge.originals.read(gone.document.content_hash)
    assert base.knowledge.originals.read(kept.document.content_hash) == kept.original


def test_a_document_turned_to_staff_is_gone_for_the_public_within_a_second(base: Opened) -> None:
    made = revision(head("a.md"), [f"Zuschuss {number}" for number in range(150)])
    made.write_to(base.knowledge)
    search = search_of(base)
    ids = [entry.point_id for entry in made.passages]
    assert search.find(Query("Zuschuss", PUBLIC, TODAY), 5).passages
    begin = time.perf_counter()
    base.knowledge.correct(made.document_id, head("a.md", audience=STAFF), {"audience": STAFF})
    assert search.find(Query("Zuschuss", PUBLIC, TODAY), 5).passages == ()
    assert base.index.passages(ids, PUBLIC) == {}
    assert base.index.document_passages(made.document_id, PUBLIC) == []
    assert base.index.count(PUBLIC) == 0
    with pytest.raises(NotFoundError):
        base.registry.get(made.document_id, Viewer.public())
    assert time.perf_counter() - begin < 1.0
    assert len(search.find(Query("Zuschuss", STAFF_SCOPE, TODAY), 5).passages) == 5
    assert base.registry.get(made.document_id, Viewer.member_of(STAFF)).corrections == {
        "audience": STAFF
    }


def test_the_public_gets_nothing_even_while_the_index_still_says_public(base: Opened) -> None:
    made = revision(head("a.md"), ["Zuschuss eins"])
    made.write_to(base.knowledge)
    base.registry.correct(made.document_id, head("a.md", audience=STAFF), {"audience": STAFF})
    assert base.index.count(PUBLIC) == 1
    assert found(base, "Zuschuss") == []


def test_a_corrected_head_is_what_results_show(base: Opened) -> None:
    made = revision(head("a.md"), ["Zuschuss eins"])
    made.write_to(base.knowledge)
    corrected = head("a.md", title="Richtig", validity=Validity(date(2026, 1, 1), None))
    base.knowledge.correct(made.document_id, corrected, {"title": "Richtig"})
    [result] = search_of(base).find(Query("Zuschuss", PUBLIC, TODAY), 5).passages
    assert result.passage.document == corrected
    [passage] = base.index.document_passages(made.document_id, PUBLIC)
    assert passage.document == corrected


def test_correcting_an_unknown_document_is_an_error_and_changes_nothing(base: Opened) -> None:
    with pytest.raises(NotFoundError):
        base.knowledge.correct("unbekannt", head("a.md"), {})
    assert base.registry.unsettled() == []


def test_an_original_is_kept_as_long_as_one_document_needs_it(base: Opened) -> None:
    shared = b"dieselben Bytes"
    first = revision(head("a.md"), ["eins"], original=shared)
    second = revision(head("b.md"), ["eins"], original=shared)
    first.write_to(base.knowledge)
    second.write_to(base.knowledge)
    base.knowledge.remove(first.document_id)
    assert base.knowledge.originals.read(first.document.content_hash) == shared
    revision(head("b.md"), ["zwei"]).write_to(base.knowledge)
    with pytest.raises(NotFoundError):
        base.knowledge.originals.read(first.document.content_hash)


class FullIndex:
    """The real index, whose disk is full from the n-th write on."""

    def __init__(self, base: Opened) -> None:
        self.base = base

    def __getattr__(self, name: str) -> object:
        return getattr(self.base.index, name)

    def write(self, passages: list[object]) -> None:
        self.base.index.write(passages[: len(passages) // 2])  # type: ignore[arg-type]
        raise StorageFullError("Kein Platz mehr.")


@pytest.fixture
def full(base: Opened) -> Iterator[Opened]:
    revision(head("a.md"), ["alter Zuschuss", "alte Frist"]).write_to(base.knowledge)
    index, base.knowledge.index = base.knowledge.index, FullIndex(base)  # type: ignore[assignment]
    yield base
    base.knowledge.index = index


def test_after_a_failed_replacement_the_former_revision_stays_live(full: Opened) -> None:
    newer = revision(head("a.md"), ["neuer Zuschuss", "neue Frist"])
    with pytest.raises(StorageFullError):
        newer.write_to(full.knowledge)
    assert sorted(found(full, "Zuschuss Frist")) == ["alte Frist", "alter Zuschuss"]
    assert full.index.total() == 2  # the half-written passages are gone at once
    full.knowledge.index = full.index
    assert full.knowledge.repair() == 0
    assert full.index.total() == 2
    assert sorted(found(full, "Zuschuss Frist")) == ["alte Frist", "alter Zuschuss"]
    with pytest.raises(NotFoundError):
        full.knowledge.originals.read(newer.document.content_hash)
    newer.write_to(full.knowledge)
    assert sorted(found(full, "Zuschuss Frist")) == ["neue Frist", "neuer Zuschuss"]


def test_repairing_what_is_whole_does_nothing(base: Opened) -> None:
    made = revision(head("a.md"), ["Zuschuss eins"])
    made.write_to(base.knowledge)
    assert base.knowledge.repair() == 0
    assert found(base, "Zuschuss") == ["Zuschuss eins"]
    assert base.knowledge.originals.read(made.document.content_hash) == made.original
