"""Reading documents once more from their kept originals, on the real index with a scripted embedder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from ingest import chunk
from ingest.classify import head_of, values_of
from ingest.options import IngestOptions
from ingest.run import Ingestion
from ingest.uploads import uploaded
from kb.embedding.cache import CachedEmbedder
from kb.state.reviews import Reviews
from tests import folders
from tests.kb.scripted import Opened, ScriptedEmbedder, opened

TEXT = "# Merkblatt Zuschuss\n\nDas Merkblatt regelt den Zuschuss von 500 Euro.\n"


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
    (folder / "auskunft.toml").write_text('[defaults]\npublisher = "Kammer"\n', "utf-8")
    return folder


def test_values_stay_and_nothing_is_embedded_anew(
    base: Opened, given: Path, tmp_path: Path
) -> None:
    embedder = CachedEmbedder(ScriptedEmbedder(), tmp_path / "vektoren.sqlite")
    ingestion = Ingestion(base.knowledge, embedder)
    ingestion.run([given], IngestOptions(public=True))
    first = base.registry.all()[0]
    values = {"title": "Anderer Titel", "valid_until": "2027-12-31"}
    head = head_of(first.head.uri, first.head.file, values_of(first.head) | values)
    base.knowledge.correct(first.head.document_id, head, values)
    before, embedded = base.registry.all(), embedder.embedded
    (given / "a.md").unlink()  # the kept original counts, wherever the file is
    report = ingestion.reread(before, IngestOptions())
    assert report.counts == {"indexed": 2} and report.complete
    after = base.registry.all()
    assert [one.head for one in after] == [one.head for one in before]
    assert [one.origins["publisher"] for one in after] == ["auskunft.toml", "auskunft.toml"]
    assert after[0].corrections == values and after[0].head.audience == "public"
    assert after[1].origins == before[1].origins and after[1].processing == before[1].processing
    assert base.index.total() == sum(one.passages for one in after)
    assert embedder.embedded <= embedded + 1  # its title is part of what the passage stands for
    again = ingestion.run([given / "b.txt"], IngestOptions(public=True))
    assert again.counts == {"unchanged": 1}


def test_what_converters_make_of_it_today_counts(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    before = base.registry.all()
    with patch("ingest.steps.CHUNKER_VERSION", chunk.CHUNKER_VERSION + "-neu"):
        ingestion.reread(before[:1], IngestOptions())
    after = base.registry.all()
    assert after[0].revision != before[0].revision and after[1].revision == before[1].revision
    assert base.index.total() == sum(one.passages for one in after)


def test_a_lost_original_fails_and_changes_nothing(base: Opened, given: Path) -> None:
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.run([given])
    before = base.registry.all()
    base.knowledge.originals.path(before[0].content_hash).unlink()
    report = ingestion.reread(before, IngestOptions())
    assert report.counts == {"failed": 1, "indexed": 1}
    assert base.registry.all()[0].revision == before[0].revision
    base.knowledge.remove(before[1].head.document_id)
    assert ingestion.reread(before[1:], IngestOptions()).counts == {}


def test_what_is_said_of_an_upload_holds_for_all_of_it(base: Opened, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "Ordner" / "Tief").mkdir(parents=True)
    (inbox / "Ordner" / "Tief" / "a.txt").write_text("Ein Text über Hunde.\n", "utf-8")
    (inbox / "Ordner" / "a.txt").write_text("Ein Text über Katzen.\n", "utf-8")
    said = {"audience": "public", "kind": "guideline", "valid_until": "2027-06-30"}
    ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
    ingestion.take(uploaded(inbox, 1_000_000), IngestOptions(stated=said))
    found = base.registry.all()
    assert [one.head.uri for one in found] == [
        "upload:///Ordner/Tief/a.txt",
        "upload:///Ordner/a.txt",
    ]
    assert {one.head.kind for one in found} == {"guideline"}
    assert all(one.head.validity.valid_until == date(2027, 6, 30) for one in found)
    assert {one.origins["audience"] for one in found} == {"Angabe beim Hochladen"}
    ingestion.reread(found, IngestOptions())
    assert [one.head for one in base.registry.all()] == [one.head for one in found]


def test_review_dates_go_with_their_documents(base: Opened, given: Path) -> None:
    Ingestion(base.knowledge, ScriptedEmbedder()).run([given])
    reviews = Reviews(base.database)
    first, second = (one.head.document_id for one in base.registry.all())
    reviews.plan([first, second], date(2027, 1, 1))
    reviews.plan([second], date(2027, 3, 1))
    assert reviews.due(date(2027, 2, 1)) == {first: date(2027, 1, 1)}
    base.knowledge.remove(first)
    assert reviews.all() == {second: date(2027, 3, 1)}
    reviews.plan([second], None)
    assert reviews.find(second) is None
