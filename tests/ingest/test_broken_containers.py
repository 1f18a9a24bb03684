"""Files inside files, over several runs: what is broken keeps what it had, as files outside do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.report import Status
from ingest.run import Ingestion
from tests import folders
from tests.ingest.convert.test_archive import packed
from tests.kb.scripted import Opened, ScriptedEmbedder, opened


@pytest.fixture
def place() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        (folder / "unterlagen").mkdir()
        yield folder


@pytest.fixture
def base(place: Path) -> Iterator[Opened]:
    made = opened(place / "daten")
    yield made
    made.close()


def test_a_broken_archive_in_an_archive_keeps_its_documents(base: Opened, place: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    file = place / "unterlagen" / "akte.zip"
    inner = packed(("plan.txt", b"Der Plan gilt."), ("alt.txt", b"Der alte Plan galt."))
    file.write_bytes(packed(("innen.zip", inner), ("brief.txt", b"Der Brief.")))
    assert ingestion.run([file.parent]).counts == {"indexed": 3}
    file.write_bytes(packed(("innen.zip", inner[:60]), ("brief.txt", b"Der Brief.")))
    report = ingestion.run([file.parent])
    assert report.counts == {"failed": 1, "unchanged": 1}
    assert {entry.head.file for entry in base.registry.all()} == {
        "plan.txt",
        "alt.txt",
        "brief.txt",
    }
    inner = packed(("plan.txt", b"Der Plan gilt."))
    file.write_bytes(packed(("innen.zip", inner), ("brief.txt", b"Der Brief.")))
    again = ingestion.run([file.parent])
    assert again.counts == {"unchanged": 2, "removed": 1}
    assert [entry.file for entry in again.sources if entry.status is Status.REMOVED] == ["alt.txt"]
