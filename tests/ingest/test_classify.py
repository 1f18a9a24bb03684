"""What a document is called and who may see it: whose word counts."""

from datetime import date
from pathlib import Path

import pytest

from ingest.classify import classify
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.rules import Statement
from ingest.sources import SIDECAR_SUFFIX, SourceFile
from kb.errors import InputError
from kb.passages import Kind


def source(name: str) -> SourceFile:
    return SourceFile(path=Path("/nirgends") / name, root=Path("/nirgends"))


def page(*headings: tuple[str, int], text: str = "Der Zuschuss ist für Betriebe.") -> Conversion:
    blocks = [Block(BlockKind.HEADING, heading, level=level) for heading, level in headings]
    return Conversion((*blocks, Block(BlockKind.PARAGRAPH, text)))


@pytest.mark.parametrize(
    ("headings", "title"),
    [
        ([("Image", 1), ("Regionales Umsetzungskonzept Musterregion", 2)],
         "Regionales Umsetzungskonzept Musterregion"),
        ([("Kontakt", 1), ("Zweck der Förderung", 2), ("Richtlinie für Betriebe", 1)],
         "Richtlinie für Betriebe"),
        ([("Protokoll", 1)], "Protokoll"),
    ],
)  # fmt: skip
def test_the_title_is_the_first_telling_heading(
    headings: list[tuple[str, int]], title: str
) -> None:
    assert classify(source("a1.txt"), page(*headings)).head.title == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Merkblatt_Weiterbildung.txt", "Merkblatt Weiterbildung"),
        ("000_22b28c.txt", "Der Zuschuss ist für Betriebe."),
    ],
)
def test_without_headings_the_file_name_counts_if_it_has_words(name: str, title: str) -> None:
    assert classify(source(name), page()).head.title == title


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Foerderrichtlinie_Scheck.md", Kind.GUIDELINE),
        ("Protokoll_Mai.md", Kind.MINUTES),
        ("Handlungsplan.md", Kind.PLAN),
        ("Zuständigkeiten.md", Kind.ROLE),
        ("Merkblatt.md", Kind.REFERENCE),
    ],
)
def test_the_kind_is_read_from_name_and_title(name: str, kind: Kind) -> None:
    assert classify(source(name), page()).head.kind is kind


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Protokoll_2026-03-12.docx", date(2026, 3, 12)),
        ("hwo__2013-01-11__6425feeb23.md", date(2013, 1, 11)),
        ("2026-02-30.md", None),
        ("2025-01-01 bis 2027-12-31.md", None),
        ("Az 12026-03-123.md", None),
    ],
)
def test_a_file_named_after_a_day_is_of_that_day(name: str, day: date | None) -> None:
    assert classify(source(name), page()).head.dated == day


def test_whose_word_counts() -> None:
    """Correction > sidecar > front matter > folder rules > file properties > text."""
    own = Conversion(page(("Aus dem Text", 1)).blocks, properties={"title": "Aus der Datei"})
    folder = Statement({"title": "Aus der Regel"}, "auskunft.toml")
    sidecar = Statement({"title": "Aus dem Beiblatt"}, f"a.md{SIDECAR_SUFFIX}")
    assert classify(source("a.md"), page(("Aus dem Text", 1))).head.title == "Aus dem Text"
    assert classify(source("a.pdf"), own).head.title == "Aus der Datei"
    assert classify(source("a.pdf"), own, [folder]).head.title == "Aus der Regel"
    assert classify(source("a.md"), own, [folder]).head.title == "Aus der Datei"
    assert classify(source("a.md"), own, [folder, sidecar]).head.title == "Aus dem Beiblatt"
    corrected = classify(
        source("a.md"), own, [folder, sidecar], corrections={"title": "Berichtigt"}
    )
    assert corrected.head.title == "Berichtigt"
    assert corrected.origins["title"] == "Korrektur"


def test_without_a_word_from_anybody_it_is_for_staff() -> None:
    assert classify(source("a.md"), page()).head.audience == "staff"


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "flyer"), ("valid_from", "morgen"), ("audience", "x y")]
)
def test_an_unusable_value_names_file_and_value(name: str, value: str) -> None:
    with pytest.raises(InputError, match=value) as failed:
        classify(source("a.md"), page(), [Statement({name: value}, "auskunft.toml")])
    assert str(failed.value).startswith("a.md:")


def test_a_correction_may_empty_a_value_but_not_the_title() -> None:
    rule = Statement({"valid_until": "2025-12-31", "title": "Aus der Regel"}, "auskunft.toml")
    emptied = {"valid_until": "", "title": ""}
    head = classify(source("a.md"), page(), [rule], corrections=emptied).head
    assert head.validity.valid_until is None
    assert head.title == "Aus der Regel"
