"""Pictures of pages: kept within bounds, and gone with their document."""

import os
from datetime import date
from pathlib import Path

import pytest

from kb.audience import PUBLIC, STAFF
from kb.page_images import PageImages
from tests.kb.scripted import Opened, Revision, head, opened, revision

PICTURE = b"\x89PNG..."


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    images = PageImages(tmp_path / "pages")
    assert images.read("ab" * 32, 1) is None
    images.keep("ab" * 32, 1, PICTURE)
    assert images.read("ab" * 32, 1) == PICTURE
    assert images.read("ab" * 32, 2) is None
    assert [path.name for path in (tmp_path / "pages").rglob("*.png")] == ["1.png"]


def test_the_pictures_that_nobody_asked_for_longest_go_first(tmp_path: Path) -> None:
    images = PageImages(tmp_path / "pages", most_bytes=350)
    for page in (1, 2, 3):
        images.keep("ab" * 32, page, b"x" * 100)
        os.utime(images.path("ab" * 32, page), (page, page))
    assert images.read("ab" * 32, 1)  # asked for just now
    images.keep("cd" * 32, 1, b"x" * 100)
    kept = {(path.parent.name[:2], path.stem) for path in (tmp_path / "pages").rglob("*.png")}
    assert kept == {("ab", "1"), ("ab", "3"), ("cd", "1")}


def test_a_full_or_missing_folder_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "pages"
    blocked.write_text("a file where the folder should be")
    PageImages(blocked).keep("ab" * 32, 1, PICTURE)
    assert PageImages(blocked).read("ab" * 32, 1) is None
    PageImages(blocked).forget("ab" * 32)


def pictured(base: Opened, name: str = "a.pdf", audience: str = PUBLIC) -> Revision:
    """A document of which a picture is kept."""
    written = revision(head(name, audience=audience), ["Zuschuss"])
    written.write_to(base.knowledge)
    assert base.knowledge.pictures
    base.knowledge.pictures.keep(written.document.content_hash, 1, PICTURE)
    return written


def left(base: Opened, written: Revision) -> bytes | None:
    assert base.knowledge.pictures
    return base.knowledge.pictures.read(written.document.content_hash, 1)


def test_pictures_go_when_the_document_is_removed(base: Opened) -> None:
    written = pictured(base)
    base.knowledge.remove(written.document_id)
    assert left(base, written) is None


def test_pictures_go_when_the_document_becomes_staff_only(base: Opened) -> None:
    written = pictured(base)
    hidden = head("a.pdf", audience=STAFF)
    base.knowledge.correct(written.document_id, hidden, {"audience": STAFF})
    assert left(base, written) is None


def test_pictures_stay_when_only_the_date_is_corrected(base: Opened) -> None:
    written = pictured(base)
    base.knowledge.correct(written.document_id, head("a.pdf", dated=date(2026, 1, 1)), {})
    assert left(base, written) == PICTURE


def test_pictures_go_when_the_document_is_replaced(base: Opened) -> None:
    written = pictured(base)
    revision(head("a.pdf"), ["neuer Zuschuss"]).write_to(base.knowledge)
    assert left(base, written) is None


def test_pictures_go_when_the_same_file_is_taken_in_again_for_staff(base: Opened) -> None:
    written = pictured(base)
    revision(head("a.pdf", audience=STAFF), ["Zuschuss"]).write_to(base.knowledge)
    assert left(base, written) is None


@pytest.mark.parametrize("other", [PUBLIC, STAFF])
def test_a_second_public_document_of_the_same_file_keeps_the_pictures(
    base: Opened, other: str
) -> None:
    written = pictured(base)
    revision(head("b.pdf", audience=other), ["Zuschuss"]).write_to(base.knowledge)
    base.knowledge.remove(written.document_id)
    assert left(base, written) == (PICTURE if other == PUBLIC else None)


def test_pictures_of_a_removal_that_was_cut_off_go_at_the_next_start(tmp_path: Path) -> None:
    base = opened(tmp_path / "daten")
    written = pictured(base)
    base.registry.remove(written.document_id)  # and then the power fails
    base.close()
    again = opened(tmp_path / "daten")
    assert again.knowledge.repair() == 1
    assert left(again, written) is None
    again.close()
