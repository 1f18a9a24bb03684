"""Going over from one generation to another in one process, on both engines: old or new, never a mix
or a gap; what changes meanwhile holds in both."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.building_state import Plan
from integrations.catalogue import correct_documents, find_documents
from integrations.desk import Desk
from kb.audience import STAFF, Viewer
from kb.bm25 import passage_vector
from kb.errors import IndexMismatchError, InputError, RebuildingError, StorageFullError
from kb.index.port import IndexedPassage, Scope
from kb.search import Query
from kb.state.generations import GenerationState
from kb.state.tables import GenerationRow
from tests import folders
from tests.integrations.scripted_desk import (
    DAY,
    EVERYBODY,
    GONE,
    MemoryServer,
    hide,
    ids,
    ingest,
    scripted_desk,
    states,
    texts_of,
    write,
)

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")
DOCUMENTS = 8


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        yield folder


class Place:
    """A data folder on one engine, opened again and again."""

    def __init__(self, folder: Path, server: MemoryServer | None) -> None:
        self.data, self.given, self.server = folder / "daten", folder / "unterlagen", server

    @contextmanager
    def desk(self, embedder: str = "eins", **options: Any) -> Iterator[Desk]:
        with scripted_desk(self.data, embedder, server=self.server, **options) as desk:
            yield desk


@pytest.fixture(params=["edge", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """With documents of two or three passages each, ingested with the model `eins`."""
    made = Place(tmp_path, MemoryServer() if request.param == "memory" else None)
    with made.desk() as desk:
        for number in range(DOCUMENTS):
            write(made.given, number, "alt", 2 + number % 2)
        ingest(desk, made.given)
    return made


def refit(place: Place, **changes: str) -> None:
    """Let the generation in use be one that was made with something else."""
    with place.desk() as desk:
        current = desk.board.lane.generation
        fingerprint = {**current.fingerprint, **changes}
        if place.server is not None:
            place.server.update_collection(current.name, metadata=fingerprint)
        else:
            manifest = place.data / "index" / current.name / "manifest.json"
            manifest.write_text(json.dumps(fingerprint))
        with desk.parts.database.session() as session:
            row = session.get(GenerationRow, current.name)
            assert row is not None
            row.fingerprint = fingerprint


def every_text(desk: Desk) -> dict[int, list[str]]:
    return {number: texts_of(desk, number) for number in range(DOCUMENTS)}


def test_another_model_is_served_by_the_old_generation_until_the_switch(place: Place) -> None:
    with place.desk() as desk:
        before = every_text(desk)
    with place.desk("zwei") as desk:
        assert desk.building.needed()
        assert desk.embedder.model_id == "scripted/eins"
        assert every_text(desk) == before
        report = desk.building.run(Plan.AUTOMATIC)
        assert report.counts == {"indexed": DOCUMENTS}
        assert desk.embedder.model_id == "scripted/zwei"
        assert every_text(desk) == before
        assert not desk.building.needed()
        assert list(states(desk).values()) == ["former", "current"]
    with place.desk("zwei") as desk:
        assert desk.embedder.model_id == "scripted/zwei"
        assert every_text(desk) == before
        assert desk.parts.generations.marked() == desk.board.lane.generation.name


def test_the_former_model_set_again_takes_its_generation_up_again(place: Place) -> None:
    with place.desk("zwei") as desk:
        desk.building.run(Plan.AUTOMATIC)
        ingest(desk, write(place.given, 0, "neu"))
    with place.desk("eins") as desk:
        first = desk.parts.ledger.all()[0].name
        desk.building.run(Plan.AUTOMATIC)
        assert desk.board.lane.generation.name == first
        assert states(desk)[first] == "current"
        assert len(states(desk)) == 2
        assert all("Fassung neu" in text for text in texts_of(desk, 0))


def test_documents_changed_before_the_switch_are_as_they_are_now(place: Place) -> None:
    """Ingested, replaced, removed, hidden and renamed between the filling and the switch."""
    with place.desk("zwei") as desk:
        target = desk.building._target(Plan.AUTOMATIC)
        desk.building._fill_here(target)
        changes(desk, place)
        desk.building.run(Plan.AUTOMATIC)
        assert desk.board.lane.generation.name == target.name
        check_changes(desk)


def test_documents_changed_in_the_very_last_moment_are_as_they_are_now(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last look without a lock; what needs no ingestion can still happen then."""
    with place.desk("zwei") as desk:
        exchange = desk.knowledge.exchange

        def late(*arguments: Any) -> None:
            known = ids(desk)
            desk.knowledge.remove(known["dokument01.md"])
            hide(desk, "dokument02.md")
            exchange(*arguments)

        monkeypatch.setattr(desk.knowledge, "exchange", late)
        desk.building.run(Plan.AUTOMATIC)
        assert texts_of(desk, 1) == []
        assert texts_of(desk, 2, Viewer.public()) == []
        assert len(texts_of(desk, 2)) == 2
        assert desk.knowledge.index.total() == sum(
            document.passages for document in desk.parts.registry.all()
        )


def changes(desk: Desk, place: Place) -> None:
    ingest(desk, write(place.given, 0, "neu", 4), write(place.given, DOCUMENTS, "neu"))
    desk.knowledge.remove(ids(desk)["dokument01.md"])
    hide(desk, "dokument02.md")
    correct_documents(desk, find_documents(desk, ["dokument03.md"]), {"title": "Neuer Titel"})


def check_changes(desk: Desk) -> None:
    assert len(texts_of(desk, 0)) == 4
    assert all("Fassung neu" in text for text in texts_of(desk, 0))
    assert len(texts_of(desk, DOCUMENTS)) == 3
    assert texts_of(desk, 1) == []
    assert texts_of(desk, 2, Viewer.public()) == []
    assert len(texts_of(desk, 2)) == 2
    heads = {document.head.file: document.head for document in desk.parts.registry.all()}
    assert heads["dokument03.md"].title == "Neuer Titel"
    stored = desk.knowledge.index.document_passages(
        heads["dokument03.md"].document_id, scope_of_everybody()
    )
    assert {passage.document.title for passage in stored} == {"Neuer Titel"}
    hidden = desk.knowledge.index.document_passages(
        heads["dokument02.md"].document_id, scope_of_everybody()
    )
    assert {passage.document.audience for passage in hidden} == {STAFF}
    assert desk.knowledge.index.total() == sum(
        document.passages for document in desk.parts.registry.all()
    )


def scope_of_everybody() -> Any:
    return Scope(Viewer.member_of(STAFF))


def test_going_back_brings_everything_that_changed_since(place: Place) -> None:
    with place.desk("zwei") as desk:
        desk.building.run(Plan.AUTOMATIC)
        new = desk.board.lane.generation.name
        changes(desk, place)
        desk.building.run(Plan.BACK)
        assert states(desk)[new] == "set_aside"
        assert desk.embedder.model_id == "scripted/eins"
        check_changes(desk)
        ingest(desk, write(place.given, 4, "neu"))
        assert all("Fassung neu" in text for text in texts_of(desk, 4))
    with place.desk("zwei") as desk:
        assert not desk.building.needed(), "what was gone back from must not come by itself"
        assert desk.embedder.model_id == "scripted/eins"
        check_changes(desk)
    with place.desk("drei") as desk:
        assert desk.building.needed()
        desk.building.run(Plan.AUTOMATIC)
        check_changes(desk)
        assert len(states(desk)) == 2


def test_there_is_nothing_to_go_back_to(place: Place) -> None:
    with place.desk() as desk:
        with pytest.raises(InputError, match="keine frühere Generation"):
            desk.building.run(Plan.BACK)
        with pytest.raises(InputError, match="keine frühere Generation"):
            desk.building.start(Plan.BACK)
        desk.building.run(Plan.FRESH)
        assert desk.building.drop_kept() and len(states(desk)) == 1
        assert desk.parts.generations.names() == list(states(desk))
        with pytest.raises(InputError, match="keine frühere Generation"):
            desk.building.run(Plan.BACK)


def test_one_former_generation_is_kept_and_no_more(place: Place) -> None:
    with place.desk() as desk:
        names = [desk.board.lane.generation.name]
        for _ in range(3):
            desk.building.run(Plan.FRESH)
            names.append(desk.board.lane.generation.name)
        assert list(states(desk).items()) == [(names[-2], "former"), (names[-1], "current")]
        assert desk.parts.generations.names() == names[-2:]


@pytest.mark.parametrize("changes", [{"analyser": "de-0"}, {"dimension": 7}])
def test_an_index_that_cannot_answer_is_refused_and_rebuilt(
    place: Place, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    refit(place, **changes)
    with place.desk() as desk:
        assert desk.building.needed()
        late = desk.search
        with pytest.raises(IndexMismatchError, match="auskunft rebuild"):
            texts_of(desk, 0)
        with pytest.raises(IndexMismatchError):
            desk.ingestion.run([place.given])
        desk.knowledge.remove(ids(desk)["dokument01.md"])
        hide(desk, "dokument02.md")
        desk.building.run(Plan.AUTOMATIC)
        assert texts_of(desk, 1) == []
        assert texts_of(desk, 2, Viewer.public()) == []
        assert len(texts_of(desk, 3)) == 3
        assert late.find(Query("Kennwort3", Scope(EVERYBODY), DAY), 60).passages
        assert [record.getMessage() for record in caplog.records] == []


def test_while_it_is_rebuilt_the_refusal_says_how_far_and_until_when(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    refit(place, analyser="de-0")
    with place.desk() as desk:
        seen: list[str] = []
        fill = desk.building._fill_here

        def asking(target: Any) -> None:
            fill(target)
            with pytest.raises(RebuildingError) as caught:
                texts_of(desk, 0)
            assert 5 <= caught.value.retry_after <= 3_600
            seen.append(str(caught.value))

        monkeypatch.setattr(desk.building, "_fill_here", asking)
        desk.building.run(Plan.AUTOMATIC)
        assert seen == [
            "Der Suchindex wird gerade neu aufgebaut (etwa 100 % sind geschafft). Bitte in einigen "
            "Minuten noch einmal fragen."
        ]


def test_a_model_that_is_gone_does_not_keep_the_new_one_from_being_built(place: Place) -> None:
    with place.desk() as desk, desk.parts.database.session() as session:
        row = session.get(GenerationRow, desk.board.lane.generation.name)
        assert row is not None
        row.embedder = json.dumps({"embedder": GONE})
    with place.desk("zwei") as desk:
        with pytest.raises(IndexMismatchError, match="'scripted/eins' statt 'scripted/zwei'"):
            texts_of(desk, 0)
        desk.building.run(Plan.AUTOMATIC)
        assert len(texts_of(desk, 0)) == 2


def test_passages_of_another_chunker_answer_until_the_switch(place: Place) -> None:
    refit(place, chunker="sections-0")
    with place.desk() as desk:
        assert desk.building.needed()
        assert len(texts_of(desk, 1)) == 3
        desk.building.run(Plan.AUTOMATIC)
        assert len(texts_of(desk, 1)) == 3
        assert not desk.building.needed()


def test_a_half_built_generation_is_continued(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.desk("zwei") as desk:
        interrupted_after(desk, 3, monkeypatch)
        with pytest.raises(StorageFullError):
            desk.building.run(Plan.AUTOMATIC)
        state = desk.building.state
        assert state is not None
        assert (state.phase.value, state.done, state.total) == ("interrupted", 3, DOCUMENTS)
        half = state.generation
    monkeypatch.undo()
    with place.desk("zwei") as desk:
        seen: list[int] = []
        desk.building.listen(lambda news: seen.append(getattr(news, "done", -1)))
        desk.building.run(Plan.AUTOMATIC)
        assert desk.board.lane.generation.name == half
        assert next(number for number in seen if number > 0) == 3
        assert all(len(texts_of(desk, number)) == 2 + number % 2 for number in range(DOCUMENTS))


def interrupted_after(desk: Desk, documents: int, monkeypatch: pytest.MonkeyPatch) -> None:
    hold, count = desk.parts.ledger.hold, iter(range(documents))

    def failing(*arguments: Any) -> None:
        if next(count, None) is None:
            raise StorageFullError("Kein Platz mehr.")
        hold(*arguments)

    monkeypatch.setattr(type(desk.parts.ledger), "hold", lambda _, *given: failing(*given))


def test_a_half_built_generation_that_nobody_wants_any_more_is_dropped(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.desk("zwei") as desk:
        interrupted_after(desk, 2, monkeypatch)
        with pytest.raises(StorageFullError):
            desk.building.run(Plan.AUTOMATIC)
    monkeypatch.undo()
    with place.desk("eins") as desk:
        assert not desk.building.needed()
        assert len(states(desk)) == 2
        desk.building.resume()
        assert len(states(desk)) == len(desk.parts.generations.names()) == 1


def test_a_generation_that_lost_passages_is_not_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.desk("zwei") as desk:
        target = desk.building._target(Plan.AUTOMATIC)
        desk.building._fill_here(target)
        index = desk.parts.generations.open(target.name, desk.board.wanted)
        index.delete_document(ids(desk)["dokument05.md"])
        index.flush()
        index.close()
        desk.building.run(Plan.AUTOMATIC)
        assert len(texts_of(desk, 5)) == 3
        assert desk.board.lane.generation.name == target.name


def test_a_document_without_its_original_is_reported_and_the_others_go_over(place: Place) -> None:
    with place.desk("zwei") as desk:
        document = find_documents(desk, ["dokument04.md"])[0]
        desk.parts.originals.forget(document.content_hash)
        report = desk.building.run(Plan.AUTOMATIC)
        assert report.counts == {"indexed": DOCUMENTS - 1, "failed": 1}
        [failed] = [source for source in report.sources if source.status == "failed"]
        assert failed.file == "dokument04.md" and "gibt es nicht (mehr)" in failed.errors[0]
        assert texts_of(desk, 4) == []
        assert "Kennwort4" in desk.parts.registry.text(document.head.document_id).text
        ingest(desk, place.given)
        assert len(texts_of(desk, 4)) == 2, "the next ingestion makes up for it"


def test_a_search_that_comes_too_late_is_answered_by_the_new_lane(place: Place) -> None:
    with place.desk("zwei") as desk:
        late = desk.search
        desk.building.run(Plan.AUTOMATIC)
        assert late is not desk.search
        found = late.find(Query("Kennwort3 Zuschuss", Scope(EVERYBODY), DAY), 60)
        assert sum("Kennwort3 " in entry.passage.text for entry in found.passages) == 3


def test_asking_without_pause_sees_whole_documents_only(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three threads ask while the index goes over four times, each time to other revisions."""
    wrong: list[object] = []
    asked = [0]
    stop = threading.Event()
    with place.desk() as desk:

        def ask(number: int) -> None:
            try:
                while not stop.is_set():
                    for document in range(number, DOCUMENTS, 3):
                        texts = texts_of(desk, document)
                        asked[0] += 1
                        if not whole(texts, document):
                            wrong.append((document, texts))
            except BaseException as error:
                wrong.append(error)

        readers = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
        for reader in readers:
            reader.start()
        for label in ("b", "c", "d"):
            ingest(desk, write(place.given, 3, label, 3))
            monkeypatch.setattr("ingest.steps.CHUNKER_VERSION", f"sections-{label}")
            desk.building.run(Plan.FRESH)
        desk.building.run(Plan.BACK)
        stop.set()
        for reader in readers:
            reader.join()
        assert wrong == []
        assert asked[0] > 100
        assert all("Fassung d" in text for text in texts_of(desk, 3))


def whole(texts: list[str], document: int) -> bool:
    """All passages of one version."""
    versions = {text.partition("Fassung ")[2].partition(" ")[0] for text in texts}
    return len(versions) == 1 and len(texts) == 2 + document % 2


def test_the_generation_of_the_first_start_needs_no_rebuild(tmp_path: Path) -> None:
    with scripted_desk(tmp_path / "leer") as desk:
        assert not desk.building.needed()
        assert desk.building.state is None
        assert states(desk) == {"g0001": GenerationState.CURRENT.value}


def test_without_documents_another_model_is_taken_up_at_once(tmp_path: Path) -> None:
    with scripted_desk(tmp_path / "leer"):
        pass
    with scripted_desk(tmp_path / "leer", "zwei") as desk:
        assert not desk.building.needed()
        assert desk.embedder.model_id == "scripted/zwei"
        ingest(desk, write(tmp_path / "unterlagen", 1, "alt"))
        assert len(texts_of(desk, 1)) == 3
        assert states(desk) == {"g0002": "current"}
        assert desk.parts.generations.names() == ["g0002"]


def test_an_index_from_before_there_were_ledgers_is_taken_over(place: Place) -> None:
    with place.desk() as desk, desk.parts.database.session() as session:
        for row in session.query(GenerationRow):
            session.delete(row)
    with place.desk() as desk:
        assert not desk.building.needed()
        assert len(texts_of(desk, 1)) == 3
        assert list(states(desk).values()) == ["current"]


def test_going_back_does_not_bring_a_removed_document_to_life(place: Place) -> None:
    """Removed while the former generation's data still holds its passages."""
    with place.desk() as desk:
        desk.building.run(Plan.FRESH)
        desk.knowledge.remove(ids(desk)["dokument06.md"])
        desk.building.run(Plan.BACK)
        assert texts_of(desk, 6) == []
        assert desk.knowledge.index.total() == sum(2 + n % 2 for n in range(DOCUMENTS) if n != 6)


def test_a_change_that_was_interrupted_before_the_switch_is_made_good_on_the_way_back(
    place: Place,
) -> None:
    with place.desk() as desk:
        document = find_documents(desk, ["dokument07.md"])[0]
        stray = desk.knowledge.index.document_passages(
            document.head.document_id, scope_of_everybody()
        )
        ghost = replace(stray[0], revision="f" * 24, text="Geist Kennwort7 ")
        vector = desk.embedder.embed_passages([ghost.text])[0]
        desk.parts.registry.begin(document.head.document_id, "f" * 24)
        desk.knowledge.index.write([IndexedPassage(ghost, vector, passage_vector(ghost.text))])
        desk.building.run(Plan.FRESH)
        desk.building.run(Plan.BACK)
        assert len(texts_of(desk, 7)) == 3
        assert not any("Geist" in text for text in texts_of(desk, 7))
        assert desk.knowledge.index.total() == sum(2 + n % 2 for n in range(DOCUMENTS))
