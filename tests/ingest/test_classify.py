"""What a document is called and who may see it: whose word counts."""

import tomllib
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from ingest.classify import Classified, classify
from ingest.convert import convert
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.fetch.source import FetchedSource
from ingest.rules import Statement
from ingest.sources import SIDECAR_SUFFIX, SourceFile, StoredSource, member_of
from ingest.uploads import UploadedSource
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


# --- from the text ----------------------------------------------------------------------------

SAMPLES = Path(__file__).parents[2] / "samples" / "documents"
RULES = tomllib.loads((SAMPLES / "auskunft.toml").read_text(encoding="utf-8"))["rules"]


def guideline(*lines: str) -> Conversion:
    """A guideline of one part, for which the lines are."""
    heading = Block(BlockKind.HEADING, "Förderrichtlinie Scheck", level=1)
    part = Block(BlockKind.HEADING, "8 Geltungsdauer", level=2)
    return Conversion((heading, part, *(Block(BlockKind.PARAGRAPH, line) for line in lines)))


IN_FORCE = guideline("Diese Richtlinie gilt vom 1. Januar 2026 bis zum 31. Dezember 2028.")


def test_the_text_says_how_long_it_holds_and_where_that_stands() -> None:
    found = classify(source("a.txt"), IN_FORCE)
    assert found.head.validity.valid_until == date(2028, 12, 31)
    assert found.origins["valid_until"] == "Text, Nr. 8"


def test_a_rule_wins_over_the_text_and_what_contradicts_it_there_gives_way() -> None:
    ended = classify(source("a.txt"), IN_FORCE, [Statement({"valid_until": "2024-06-30"}, "Regel")])
    assert ended.head.validity.valid_until == date(2024, 6, 30)
    assert ended.head.validity.valid_from is None
    assert "valid_from" not in ended.origins
    longer = classify(
        source("a.txt"), IN_FORCE, [Statement({"valid_until": "2030-06-30"}, "Regel")]
    )
    assert longer.head.validity.valid_from == date(2026, 1, 1)


def test_two_wrong_days_of_a_rule_are_still_reported() -> None:
    wrong = Statement({"valid_from": "2026-01-01", "valid_until": "2025-01-01"}, "auskunft.toml")
    with pytest.raises(InputError, match="Die Gültigkeit endet"):
        classify(source("a.txt"), IN_FORCE, [wrong])


def test_a_law_says_nothing_of_its_present_version() -> None:
    law = Conversion(
        (
            Block(BlockKind.HEADING, "Gesetz über Schecks", level=1),
            Block(BlockKind.HEADING, "§ 9 Inkrafttreten", level=2),
            Block(BlockKind.PARAGRAPH, "Diese Bekanntmachung tritt am 1. Mai 2001 in Kraft."),
        )
    )
    assert classify(source("a.txt"), law).head.validity.valid_from is None


def test_a_date_without_a_day_leaves_only_its_origin() -> None:
    found = classify(source("a.txt"), page(("Merkblatt Scheck", 1), text="Stand: 03/2026"))
    assert found.head.dated is None
    assert "Stand: 03/2026" in found.origins["date"]
    named = classify(source("Merkblatt_2026-03-12.txt"), page(("Merkblatt", 1), text="Stand: 2026"))
    assert named.head.dated == date(2026, 3, 12)
    assert named.origins["date"] == "Dateiname"


def sample(path: Path) -> tuple[Classified, dict[str, object]]:
    """What is read without any rule, and what the rules say."""
    file = SourceFile(path=path, root=SAMPLES)
    rules: dict[str, object] = {}
    for rule in RULES:
        if fnmatchcase(path.name, rule["match"]):
            rules |= rule
    return classify(file, convert(file)), rules


@pytest.mark.parametrize(
    "path", sorted(p for p in SAMPLES.iterdir() if p.suffix != ".toml"), ids=lambda path: path.name
)
def test_what_is_read_from_a_sample_is_what_its_rules_say(path: Path) -> None:
    """Values may be missing; those that are read must be right."""
    found, rules = sample(path)
    head, validity = found.head, found.head.validity
    for name, value in (
        ("date", head.dated),
        ("valid_from", validity.valid_from),
        ("valid_until", validity.valid_until),
    ):
        assert value is None or rules.get(name, value) == value, name
    if head.publisher and "publisher" in rules:
        assert str(rules["publisher"]).startswith(head.publisher)
    if head.kind is not Kind.REFERENCE:
        assert rules.get("kind", head.kind.value) == head.kind.value


def test_of_the_samples_the_guidelines_the_plan_and_the_agreement_are_read_in_full() -> None:
    for name in (
        "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2023.pdf",
        "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2026.pdf",
        "Kooperationsvereinbarung_Fachkraefteallianz_2024.pdf",
        "Regionales_Umsetzungskonzept_2024-2027.docx",
    ):
        found, rules = sample(SAMPLES / name)
        for key in ("date", "valid_from", "valid_until"):
            assert key in rules
            assert found.origins[key].startswith("Text"), (name, key)


@pytest.mark.parametrize(
    "inserted", ["Angaben des Portals", "Rechtliche Hinweise", "Frühere Nachricht"]
)
def test_a_heading_that_a_converter_has_put_in_is_no_title(tmp_path: Path, inserted: str) -> None:
    conversion = Conversion(
        (
            Block(BlockKind.HEADING, inserted, level=1),
            Block(BlockKind.PARAGRAPH, "Story Box-ID: 541393"),
            Block(BlockKind.HEADING, "Neue Beratung für Betriebe", level=2),
            Block(BlockKind.PARAGRAPH, "Die Kammer berät Betriebe ab März auch am Abend."),
        )
    )
    source = SourceFile(tmp_path / "541393.txt", tmp_path)
    assert classify(source, conversion).head.title == "Neue Beratung für Betriebe"


# --- from outside -----------------------------------------------------------------------------


def said(audience: str) -> Conversion:
    return Conversion(page(("Merkblatt für Betriebe", 1)).blocks, properties={"audience": audience})


def outside(kind: str) -> SourceFile:
    """A Markdown file as it comes from a place where anybody may have written it."""
    web = FetchedSource(address="https://www.example.de/a.md", file_name="a.md", content=b"x")
    zipped = FetchedSource(address="https://www.example.de/a.zip", file_name="a.zip", content=b"x")
    return {
        "web": web,
        "upload": UploadedSource(
            Path("/nirgends/a.md"), Path("/nirgends"), inbox=Path("/nirgends")
        ),
        "in an archive from the web": member_of(zipped, "a.md", b"x"),
        "kept original": StoredSource(
            Path("/daten/ab12"), Path("/daten"), original_uri=web.uri, original_name="a.md"
        ),
    }[kind]


KINDS = ["web", "upload", "in an archive from the web", "kept original"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_from_outside_cannot_make_itself_public(kind: str) -> None:
    found = classify(outside(kind), said("public"))
    assert (found.head.audience, found.origins["audience"]) == ("staff", "Vorgabe")
    [warning] = found.warnings
    assert "„audience: public“" in warning and "„staff“" in warning


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("audience", ["staff", "vorstand"])
def test_a_document_from_outside_may_say_that_fewer_see_it(kind: str, audience: str) -> None:
    found = classify(outside(kind), said(audience), default_audience="public")
    assert (found.head.audience, found.warnings) == (audience, ())


def test_what_the_house_says_counts_for_documents_from_outside() -> None:
    by_order = classify(outside("web"), said("Public "), default_audience="public")
    corrected = classify(outside("upload"), said("public"), corrections={"audience": "public"})
    kept = classify(outside("upload"), said("public"), corrections={"audience": "staff"})
    assert (by_order.head.audience, by_order.warnings) == ("public", ())
    assert (corrected.head.audience, corrected.warnings) == ("public", ())
    assert (kept.head.audience, kept.warnings) == ("staff", ())


def test_a_file_of_a_local_folder_may_say_that_it_is_public() -> None:
    found = classify(source("a.md"), said("public"))
    assert (found.head.audience, found.warnings) == ("public", ())
    assert found.origins["audience"] == "Angaben im Dokument"


# --- the day on which a file was begun --------------------------------------------------------


def begun(*lines: str) -> Conversion:
    return Conversion(
        page(("Merkblatt für Betriebe", 1), text=" ".join(lines)).blocks,
        properties={"created": "2024-05-06"},
    )


def test_without_another_word_the_day_on_which_the_file_was_begun_counts() -> None:
    found = classify(source("Merkblatt.odt"), begun("Der Zuschuss ist für Betriebe."))
    assert found.head.dated == date(2024, 5, 6)
    assert found.origins["date"] == "Angaben im Dokument (angelegt)"


@pytest.mark.parametrize(
    ("name", "line", "day", "origin"),
    [
        ("a.odt", "Stand: 2. November 2026", date(2026, 11, 2), "Text, Anfang"),
        ("a_2026-03-12.docx", "Der Zuschuss.", date(2026, 3, 12), "Dateiname"),
        ("a.docx", "Stand: 03/2026", None, "Text, Anfang: nur „Stand: 03/2026“, kein voller Tag"),
    ],
)
def test_whatever_the_document_states_itself_comes_before(
    name: str, line: str, day: date | None, origin: str
) -> None:
    found = classify(source(name), begun(line))
    assert (found.head.dated, found.origins["date"]) == (day, origin)
