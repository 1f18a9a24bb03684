"""Registry, originals and index against each other: each kind of damage is found, named and mended."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.check import Check, Finding
from ingest.parsing.parser import Parser
from ingest.run import Ingestion
from kb.audience import PUBLIC, STAFF, Viewer
from kb.bm25 import passage_vector
from kb.index.port import IndexedPassage, Scope
from kb.passages import Passage
from kb.state.registry import StoredDocument
from tests import folders
from tests.kb.scripted import Opened, ScriptedEmbedder, opened

TEXT = "# Merkblatt\n\nDas Merkblatt regelt den Zuschuss von 500 Euro.\n"


@pytest.fixture
def place() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        (folder / "unterlagen").mkdir()
        (folder / "unterlagen" / "a.md").write_text(TEXT, "utf-8")
        (folder / "unterlagen" / "b.md").write_text(TEXT.replace("500", "700"), "utf-8")
        yield folder


@pytest.fixture
def base(place: Path) -> Iterator[Opened]:
    made = opened(place / "daten")
    Ingestion(made.knowledge, ScriptedEmbedder()).run([place / "unterlagen"])
    yield made
    made.close()


def check(base: Opened, *, repair: bool = False) -> list[Finding]:
    report = Check(base.knowledge, ScriptedEmbedder(), Parser()).run(repair=repair)
    assert report.documents == 2
    return list(report.findings)


def first(base: Opened) -> StoredDocument:
    return base.registry.all()[0]


def mended(base: Opened, problem: str) -> None:
    """Found, then mended, then sound; and nothing but the damage has changed."""
    before = [
        replace(document, ingested_at=first(base).ingested_at) for document in base.registry.all()
    ]
    [found] = check(base)
    assert problem in found.problem and not found.repaired
    [found] = check(base, repair=True)
    assert problem in found.problem and found.repaired
    assert check(base) == []
    after = [
        replace(document, ingested_at=before[0].ingested_at) for document in base.registry.all()
    ]
    assert after == before


def test_nothing_is_found_where_nothing_is_wrong(base: Opened) -> None:
    assert check(base) == []


def test_lost_passages_are_made_anew(base: Opened) -> None:
    base.index.delete_document(first(base).head.document_id)
    mended(base, "Im Suchindex sind 0 von 1 Textstellen")


def test_a_document_made_anew_has_its_own_values_in_one_step(
    base: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(document: StoredDocument) -> None:
        raise AssertionError("a second step that a kill could prevent")

    monkeypatch.setattr(base.registry, "describe", dies)
    test_lost_passages_are_made_anew(base)
    assert first(base).corrections == {}


def test_passages_of_no_document_are_erased(base: Opened) -> None:
    head = replace(first(base).head, document_id="f" * 20, uri="file:///weg.md")
    stray(base, Passage(head, "r" * 24, 0, "Ein Rest.", 0, 9))
    mended(base, "Textstellen ohne Dokument")


def test_passages_of_a_former_version_are_erased(base: Opened) -> None:
    stray(base, Passage(first(base).head, "r" * 24, 0, "Ein Rest.", 0, 9))
    mended(base, "Reste einer früheren Fassung")


def test_an_audience_that_differs_is_set_right(base: Opened) -> None:
    head = first(base).head
    assert head.audience == STAFF
    base.index.update_head(replace(head, audience=PUBLIC))
    mended(base, "andere Zielgruppe")
    assert base.index.count(Scope(Viewer.public())) == 0


def test_an_original_that_is_gone_comes_back_from_its_place(base: Opened) -> None:
    base.knowledge.originals.forget(first(base).content_hash)
    mended(base, "Das Original fehlt")


def test_an_original_that_is_damaged_comes_back_from_its_place(base: Opened) -> None:
    base.knowledge.originals.path(first(base).content_hash).write_bytes(b"verdorben")
    mended(base, "Das Original ist beschädigt")


def test_what_is_nowhere_any_more_stays_open(base: Opened, place: Path) -> None:
    (place / "unterlagen" / "a.md").unlink()
    base.knowledge.originals.forget(first(base).content_hash)
    base.index.delete_document(first(base).head.document_id)
    found = check(base, repair=True)
    assert [finding.repaired for finding in found] == [False, False]
    assert {finding.file for finding in found} == {"a.md"}


def test_originals_of_no_document_are_erased(base: Opened) -> None:
    base.knowledge.originals.keep("e" * 64, b"niemandes")
    mended(base, "Original ohne Dokument")
    assert not base.knowledge.originals.path("e" * 64).exists()


def stray(base: Opened, passage: Passage) -> None:
    vector = ScriptedEmbedder().embed_passages([passage.text])[0]
    base.index.write([IndexedPassage(passage, vector, passage_vector(passage.text))])


def test_a_check_that_is_stopped_says_so(base: Opened) -> None:
    made = Check(base.knowledge, ScriptedEmbedder(), Parser())
    report = made.run(progress=lambda step: made.stop())
    assert report.stopped and not report.sound
    assert len(report.findings) == 0
