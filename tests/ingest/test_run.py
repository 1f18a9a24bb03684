"""A run as a whole, on the real index with a scripted embedder: what is embedded, when, and not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.options import IngestOptions
from ingest.progress import Stage, Step
from ingest.report import Status
from ingest.run import Ingestion
from kb.errors import StorageFullError
from tests import folders
from tests.kb.scripted import Opened, ScriptedEmbedder, opened

TEXT = "# Merkblatt\n\nDas Merkblatt regelt den Zuschuss von 500 Euro.\n"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        yield folder


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Opened]:
    made = opened(tmp_path / "daten")
    yield made
    made.close()


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "unterlagen"
    folder.mkdir()
    (folder / "a.md").write_text(TEXT, "utf-8")
    (folder / "b.txt").write_text("Ein anderer Text über Hunde und ihre Halter.\n", "utf-8")
    return folder


def test_second_run_embeds_and_writes_nothing(base: Opened, given: Path) -> None:
    embedder = ScriptedEmbedder()
    ingestion = Ingestion(base.knowledge, embedder)
    first = ingestion.run([given])
    assert first.complete and first.counts == {"indexed": 2}
    asked, changes, total = len(embedder.asked), base.registry.changes(), base.index.total()
    second = ingestion.run([given])
    assert second.counts == {"unchanged": 2}
    assert [s.passages for s in second.sources] == [s.passages for s in first.sources]
    assert (len(embedder.asked), base.registry.changes(), base.index.total()) == (
        asked,
        changes,
        total,
    )


def test_touching_or_copying_a_file_changes_nothing(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    (given / "a.md").write_text(TEXT, "utf-8")
    (given / "a.md").touch()
    assert ingestion.run([given]).counts == {"unchanged": 2}


def test_no_passage_of_the_former_version_stays(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    long = TEXT + "".join(f"\n## {n} Teil\n\nAbsatz {n} mit Inhalt.\n" for n in range(1, 30))
    (given / "a.md").write_text(long, "utf-8")
    ingestion.run([given])
    grown = base.index.total()
    (given / "a.md").write_text(TEXT, "utf-8")
    report = ingestion.run([given])
    assert report.counts == {"indexed": 1, "unchanged": 1}
    assert base.index.total() < grown
    assert base.index.total() == sum(document.passages for document in base.registry.all())


def test_file_that_breaks_keeps_its_former_version(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    (given / "a.md").write_bytes(b"")
    report = ingestion.run([given])
    assert report.counts == {"failed": 1, "unchanged": 1} and not report.complete
    assert {document.head.file for document in base.registry.all()} == {"a.md", "b.txt"}


def test_progress_ends_with_everything_done(base: Opened, given: Path) -> None:
    seen: list[Step] = []
    Ingestion(base.knowledge, ScriptedEmbedder()).run([given], progress=seen.append)
    began = [(step.done, step.total, step.name) for step in seen if step.stage is None]
    assert began == [(0, 2, "a.md"), (1, 2, "b.txt"), (2, 2, "")]
    assert [step.share for step in seen] == sorted(step.share for step in seen)
    assert seen[0].share == 0 and seen[-1].share == 1 and seen[-1].passages == 2
    assert [step.name for step in seen if step.stage is Stage.EMBEDDING] == ["a.md", "b.txt"]


def test_full_disk_stops_the_run(base: Opened, given: Path) -> None:
    calls = 0

    def require_room(megabytes: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StorageFullError(f"Es fehlen {megabytes} MB.")

    ingestion = Ingestion(base.knowledge, ScriptedEmbedder(), require_room)
    with pytest.raises(StorageFullError, match="7 MB"):
        ingestion.run([given], IngestOptions(reserve_mb=7))
    assert [document.head.file for document in base.registry.all()] == ["a.md"]
    assert ingestion.run([given]).counts == {"unchanged": 1, "indexed": 1}


def test_unforeseen_error_in_one_file_is_reported_without_internals(
    base: Opened, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(conversion: object) -> None:
        raise RuntimeError("Innereien")

    monkeypatch.setattr("ingest.steps.chunk", fail)
    report = Ingestion(base.knowledge, ScriptedEmbedder()).run([given])
    assert report.counts == {"failed": 2}
    for source in report.sources:
        assert source.status is Status.FAILED and "Innereien" not in str(source.errors)


def test_prune_leaves_other_folders_and_similar_names_alone(base: Opened, given: Path) -> None:
    similar = given.with_name("unterlagen-alt")
    similar.mkdir()
    (similar / "c.md").write_text(TEXT, "utf-8")
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given, similar])
    (given / "a.md").unlink()
    (similar / "c.md").unlink()
    report = ingestion.run([given], IngestOptions(prune=True))
    assert report.counts == {"unchanged": 1, "removed": 1}
    assert {document.head.file for document in base.registry.all()} == {"b.txt", "c.md"}


def test_options_change_what_nobody_else_says(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    assert {d.head.audience for d in base.registry.all()} == {"staff"}
    public = replace(IngestOptions(), public=True)
    assert ingestion.run([given], public).counts == {"indexed": 2}
    assert {d.head.audience for d in base.registry.all()} == {"public"}


def test_a_stop_keeps_what_is_finished(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())

    def stop_at_second(step: Step) -> None:
        if step.done == 1:
            ingestion.stop()

    report = ingestion.run([given], progress=stop_at_second)
    assert report.stopped and not report.complete
    assert [source.file for source in report.sources] == ["a.md"]
    assert ingestion.run([given]).counts == {"unchanged": 1, "indexed": 1}


def test_a_moved_file_stays_the_same_document(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    first = ingestion.run([given])
    document_id = first.sources[0].document_id
    head = base.registry.find(document_id)
    assert head is not None
    base.knowledge.correct(
        document_id, replace(head.head, title="Berichtigt"), {"title": "Berichtigt"}
    )
    (given / "neu").mkdir()
    (given / "a.md").rename(given / "neu" / "umbenannt.md")
    report = ingestion.run([given], IngestOptions(prune=True))
    assert report.counts == {"indexed": 1, "unchanged": 1}
    moved = base.registry.find(document_id)
    assert moved is not None
    assert moved.head.file == "umbenannt.md" and moved.head.title == "Berichtigt"
    assert base.index.total() == sum(document.passages for document in base.registry.all())


def test_a_file_in_the_place_of_a_moved_one_is_another_document(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    before = ingestion.run([given]).sources[0].document_id
    (given / "a.md").rename(given / "alt.md")
    ingestion.run([given])
    (given / "a.md").write_text("# Nachfolger\n\nEin neues Merkblatt mit 700 Euro.\n", "utf-8")
    ingestion.run([given])
    files = {entry.head.file: entry.head.document_id for entry in base.registry.all()}
    assert files["alt.md"] == before
    assert len(set(files.values())) == len(files) == 3


def test_a_renamed_folder_keeps_its_documents(base: Opened, given: Path) -> None:
    (given / "alt").mkdir()
    (given / "a.md").rename(given / "alt" / "a.md")
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    before = {entry.head.document_id for entry in base.registry.all()}
    (given / "alt").rename(given / "neu")
    assert ingestion.run([given]).counts == {"indexed": 1, "unchanged": 1}
    assert {entry.head.document_id for entry in base.registry.all()} == before


def test_a_copy_is_a_document_of_its_own(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    (given / "kopie.md").write_bytes((given / "a.md").read_bytes())
    assert ingestion.run([given]).counts == {"unchanged": 2, "indexed": 1}
