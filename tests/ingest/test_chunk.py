"""Passages follow the document's structure: what goes together, and what holds for any document."""

import bisect
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from ingest.chunk import Chunked, chunk
from ingest.convert import convert
from ingest.convert.blocks import Block, BlockKind
from ingest.grouping import Piece
from ingest.roles import Role, roles
from ingest.sources import SourceFile
from kb.errors import SourceError
from kb.sentences import split_sentences

REPOSITORY = Path(__file__).parents[2]
#: real documents beside the repository; not on every machine
REAL = [REPOSITORY.parent / "shared" / name for name in ("seeds", "corpus")]
#: a list of 19,000 rows takes half a minute and shows nothing more
LARGE = 1_000_000
ONE_PASSAGE = 1_100
SENTENCE = "Der Betrieb legt die Unterlagen der Behörde spätestens mit dem Antrag vor."


def documents() -> list[Path]:
    folders = [REPOSITORY / "samples" / "documents", *REAL]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    read = [path for path in files if path.suffix not in (".toml", "")]
    return [path for path in read if path.stat().st_size < LARGE]


@cache
def chunked(path: Path) -> Chunked:
    try:
        return chunk(convert(SourceFile(path=path, root=path.parent)).blocks)
    except SourceError as error:
        pytest.skip(str(error))


each_document = pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)


def heading(text: str, level: int = 1) -> Block:
    return Block(BlockKind.HEADING, text, level=level)


def paragraph(text: str, page: int | None = None) -> Block:
    return Block(BlockKind.PARAGRAPH, text, page=page)


def item(text: str) -> Block:
    return Block(BlockKind.LIST_ITEM, text, level=1)


def row(text: str) -> Block:
    return Block(BlockKind.TABLE_ROW, text)


def passages(*blocks: Block) -> list[str]:
    result = chunk(blocks)
    return [result.text[piece.start : piece.end] for piece in result.pieces]


def pieces(*blocks: Block) -> Sequence[Piece]:
    return chunk(blocks).pieces


# --- what holds for any document --------------------------------------------------------------


@each_document
def test_passages_hold_all_text_but_headings_once_and_in_order(path: Path) -> None:
    result = chunked(path)
    left = list(result.text)
    for entry in result.outline:
        if entry.kind == "heading":
            left[entry.start : entry.end] = " " * (entry.end - entry.start)
    reached = 0
    for piece in result.pieces:
        assert reached <= piece.start < piece.end <= len(result.text)
        text = result.text[piece.start : piece.end]
        assert text == text.strip()
        left[piece.start : piece.end] = " " * len(text)
        reached = piece.end
    assert not "".join(left).strip()


@each_document
def test_passages_begin_and_end_with_a_sentence(path: Path) -> None:
    """Only a sentence that no passage could hold is divided, and a table's row is left as it is."""
    result = chunked(path)
    entries = {entry.start: entry for entry in result.outline}
    sentences = split_sentences(result.text)
    starts = [sentence.start for sentence in sentences]
    for before, piece in zip(result.pieces, result.pieces[1:], strict=False):
        entry = entries.get(piece.start)
        if entry is not None and entry.kind != "paragraph":
            continue
        sentence = sentences[bisect.bisect_right(starts, piece.start) - 1]
        assert sentence.start == piece.start or len(sentence.text) > ONE_PASSAGE, sentence.text
        if before.heading_path == piece.heading_path and piece.end - before.start <= ONE_PASSAGE:
            open_end = re.search(r"[^.!?:…“”\"»)\]|;]$", result.text[before.start : before.end])
            text = result.text[piece.start : piece.end]
            is_listed = re.match(r"[a-z]{1,2}\)|davon:", text) or "; " in text  # as in forms
            assert not (open_end and text[0].islower() and not is_listed), text[:80]


@each_document
def test_places_lie_inside_and_name_every_page(path: Path) -> None:
    result = chunked(path)
    for piece in result.pieces:
        places = [place.start for place in piece.places]
        assert places[0] == 0
        assert places == sorted(places)
        assert places[-1] < piece.end - piece.start
        inside = [e for e in result.outline if piece.start < e.end and e.start < piece.end]
        assert {place.page for place in piece.places} == {entry.page for entry in inside}
        assert all(place.locator for place in piece.places)


@each_document
def test_no_passage_crosses_a_heading_and_each_knows_its_own(path: Path) -> None:
    result = chunked(path)
    headings = [entry for entry in result.outline if entry.kind == "heading"]
    for piece in result.pieces:
        if any(entry.start == piece.start for entry in headings):
            continue  # a heading with nothing under it stands for itself
        assert not any(piece.start < entry.start < piece.end for entry in headings)
        above = [entry for entry in headings if entry.end <= piece.start]
        nearest = result.text[above[-1].start : above[-1].end] if above else ""
        assert (piece.heading_path or ("",))[-1] == nearest


# --- questions and answers --------------------------------------------------------------------


def test_a_question_paragraph_and_its_answer_are_one_passage() -> None:
    assert passages(
        heading("Häufige Fragen"),
        paragraph("Stand der Antworten: Mai."),
        paragraph("Wer ist antragsberechtigt?"),
        paragraph(SENTENCE * 5),
        paragraph("Mein Betrieb ist klein. Wie viel gibt es?"),
        paragraph("Die Hälfte."),
        paragraph("Frage 3: Frist des Antrags"),
        paragraph("Antwort: sechs Wochen."),
    ) == [
        "Stand der Antworten: Mai.",
        "Wer ist antragsberechtigt?\n\n" + SENTENCE * 5,
        "Mein Betrieb ist klein. Wie viel gibt es?\n\nDie Hälfte.",
        "Frage 3: Frist des Antrags\n\nAntwort: sechs Wochen.",
    ]


def test_a_long_answer_keeps_its_question_as_context() -> None:
    question = "Was ist dem Antrag beizufügen?"
    answer = " ".join(f"{SENTENCE[:-1]} und Anlage {number}." for number in range(14))
    found = pieces(paragraph(question), paragraph(answer), paragraph(SENTENCE * 9))
    assert len(found) > 2
    assert [piece.lead_in for piece in found] == ["", *[question] * (len(found) - 1)]
    text = chunk([paragraph(question), paragraph(answer)]).text
    assert text[found[0].start : found[0].end].startswith(f"{question}\n\nDer Betrieb")
    assert all(piece.end - piece.start <= ONE_PASSAGE for piece in found)


def test_a_numbered_question_takes_its_answer_along_and_a_table_its_first_row() -> None:
    assert passages(
        item("1. Was gilt für Vereine?"),
        paragraph(SENTENCE * 4),
        item("2. Wie hoch ist der Satz?"),
        row("Größe: klein; Satz: 60 Prozent " + "x" * 60),
        row("Größe: groß; Satz: 40 Prozent " + "x" * 60),
    ) == [
        "1. Was gilt für Vereine?\n\n" + SENTENCE * 4,
        "2. Wie hoch ist der Satz?\nGröße: klein; Satz: 60 Prozent " + "x" * 60,
        "Größe: groß; Satz: 40 Prozent " + "x" * 60,
    ]


def test_questions_with_their_answers_in_one_block_stay_apart() -> None:
    rows = [row("Wer kann den Antrag stellen?: Betriebe."), row("Wie hoch ist er?: 40 Prozent.")]
    asked = [row("Frage: Wer zahlt?; Antwort: Das Land."), row("Frage: Wann?; Antwort: Im Mai.")]
    items = [item("Kann ich kombinieren? Nein."), item("Gilt das auch später? Ja.")]
    for blocks in (rows, asked, items):
        assert passages(*blocks) == [block.text for block in blocks]
    prose = [
        paragraph("Was heißt das für Betriebe? Sie planen neu."),
        paragraph("Das kostet Zeit."),
    ]
    assert len(passages(*prose)) == 1
    fields = [row("Wer wird gefördert?: Unternehmen"), row("Was wird gefördert?: Kultur, Sport")]
    assert len(passages(*fields)) == 1


def test_a_list_of_questions_is_no_answer() -> None:
    questions = [item("Was tun?"), item("Wer hilft?"), item("Wann?")]
    assert roles([*questions, paragraph("Dazu gibt es Rat.")]) == [*[Role.ITEM] * 3, Role.TEXT]
    assert passages(*questions) == ["Was tun?\nWer hilft?\nWann?"]


# --- minutes ----------------------------------------------------------------------------------

REPORT = (
    "Herr Bold berichtet über den Stand der Beratungen in den drei Kreisen der Region. " * 2
    + "Ende."
)


def test_agenda_items_are_sections_and_their_announcement_is_text() -> None:
    found = chunk(
        [
            heading("Protokoll der 5. Sitzung"),
            paragraph("TOP 1 Begrüßung"),
            paragraph("TOP 2 Haushalt"),
            paragraph("TOP 1 Begrüßung"),
            paragraph("Frau Anders begrüßt die Runde."),
            paragraph("TOP 2: Haushalt"),
            paragraph("TOP 2 wird vertagt."),
        ]
    )
    assert [(piece.heading_path[-1], found.text[piece.start : piece.end]) for piece in found.pieces] == [
        ("Protokoll der 5. Sitzung", "TOP 1 Begrüßung\n\nTOP 2 Haushalt"),
        ("TOP 1 Begrüßung", "Frau Anders begrüßt die Runde."),
        ("TOP 2: Haushalt", "TOP 2 wird vertagt."),
    ]  # fmt: skip
    assert [piece.heading_path[0] for piece in found.pieces] == ["Protokoll der 5. Sitzung"] * 3
    assert found.pieces[1].places[0].locator == "TOP 1 Begrüßung"


def test_an_agenda_alone_stays_text_and_known_items_give_the_level() -> None:
    assert len(passages(paragraph("TOP 1 Begrüßung"), paragraph("TOP 2 Haushalt"))) == 1
    mixed = chunk(
        [
            *(heading("Protokoll"), heading("Sitzung", 2), heading("TOP 1 Begrüßung", 3)),
            *(paragraph("Guten Tag."), paragraph("TOP 2: Haushalt"), paragraph("Vertagt.")),
        ]
    )
    assert [piece.heading_path for piece in mixed.pieces] == [
        ("Protokoll", "Sitzung", "TOP 1 Begrüßung"),
        ("Protokoll", "Sitzung", "TOP 2: Haushalt"),
    ]


def test_each_decision_is_a_passage_with_who_and_until_when() -> None:
    assert passages(
        heading("TOP 3 Beratung"),
        paragraph(REPORT),
        paragraph("Zusage: Frau Anders legt eine Übersicht vor."),
        paragraph("Frist: 30. Juni 2025"),
        paragraph("Beschluss 2025-07: Die Beratung endet um 20 Uhr."),
        paragraph("Abstimmung: einstimmig"),
        paragraph("Verantwortlich: Herr Bold"),
    ) == [
        REPORT,
        "Zusage: Frau Anders legt eine Übersicht vor.\n\nFrist: 30. Juni 2025",
        "Beschluss 2025-07: Die Beratung endet um 20 Uhr.\n\nAbstimmung: einstimmig\n\n"
        "Verantwortlich: Herr Bold",
    ]


def test_a_short_report_stays_with_its_decision() -> None:
    report, decision = paragraph("Der Entwurf liegt vor."), paragraph("Beschluss: Zustimmung.")
    assert passages(report, decision) == ["Der Entwurf liegt vor.\n\nBeschluss: Zustimmung."]


# --- laws, lists, rows, pages -----------------------------------------------------------------


def test_paragraphs_of_a_law_stay_apart_unless_they_are_short() -> None:
    first = f"(1) {SENTENCE * 4}"
    assert passages(paragraph(first), paragraph("(2) Kurz."), paragraph("(3) Knapp.")) == [
        first,
        "(2) Kurz.\n\n(3) Knapp.",
    ]


def test_the_sentence_after_a_list_stays_with_it_and_what_follows_does_not() -> None:
    items = [item(f"{number}. {'die Stärkung der Beratung ' * 6}und") for number in range(1, 4)]
    tail = f"vorliegt. {SENTENCE} {SENTENCE}"
    found = passages(paragraph("Gefördert wird, wenn"), *items, paragraph(tail))
    assert len(found) == 2
    assert found[0].endswith("und\n\nvorliegt.")
    assert found[1] == f"{SENTENCE} {SENTENCE}"


def test_a_list_that_goes_on_knows_the_sentence_that_introduces_it() -> None:
    introduction = "Wer einen Antrag stellt, " * 12 + "legt vor:"
    items = [item(f"{number}. {SENTENCE * 4}") for number in range(1, 4)]
    first, *others = pieces(paragraph(introduction), *items)
    assert first.lead_in == ""
    for piece in others:
        assert len(piece.lead_in) <= 220
        assert introduction.endswith(f" {piece.lead_in}")


def test_a_sentence_over_a_page_break_is_one_sentence_with_both_pages() -> None:
    result = chunk(
        [paragraph("Die örtlichen Pläne", 2), paragraph("und Karten sind vorzulegen.", 3)]
    )
    (piece,) = result.pieces
    assert [place.page for place in piece.places] == [2, 3]
    (sentence,) = split_sentences(result.text)
    assert sentence.text == "Die örtlichen Pläne\nund Karten sind vorzulegen."


def test_a_row_is_a_passage_of_its_own() -> None:
    rows = [row(f"Satz: {number} Prozent; Größe: {'x' * 90}") for number in (60, 50)]
    assert passages(paragraph("Der Satz richtet sich nach der Größe:"), *rows, paragraph("Ende.")) == [
        "Der Satz richtet sich nach der Größe:",
        rows[0].text,
        rows[1].text,
        "Ende.",
    ]  # fmt: skip


def test_a_heading_with_nothing_under_it_stands_for_itself() -> None:
    assert passages(heading("A"), heading("B", 2), heading("C"), paragraph("Text.")) == [
        "B",
        "Text.",
    ]
