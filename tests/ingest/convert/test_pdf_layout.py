"""What spans pages: footnotes under a sentence that goes on, long tables, running heads of scans."""

import pytest
from fpdf import FPDF

from ingest.convert.blocks import BlockKind
from ingest.convert.pdf_furniture import without_furniture
from ingest.convert.pdf_lines import Line, PageText
from tests.ingest.convert.conftest import Convert, containing, texts
from tests.ingest.convert.scans import needs_tesseract, scanned
from tests.ingest.convert.test_pdf import LONG, Guideline

NOTES = [
    "1 Nachweise sind Rechnungen und Belege über die Zahlung.",
    "2 Maßgeblich ist der Tag des Eingangs.",
]
BEGUN = "Die Kammer zahlt den Zuschuss nach Vorlage aller Nachweise aus, soweit die Mittel im Haus-"
REST = "halt noch reichen und keine anderen Programme in Frage kommen. Danach endet das Verfahren."


def two_pages(last: str, first: str) -> bytes:
    """A page that ends with `last` and two footnotes, and one that begins with `first`."""
    pdf = FPDF()
    pdf.set_auto_page_break(False)

    def written(text: str) -> None:
        pdf.multi_cell(0, 6, text, align="L", new_x="LMARGIN", new_y="NEXT")

    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for text in (LONG, last):
        written(text)
        pdf.ln(4)
    pdf.set_font("Helvetica", size=8)
    pdf.line(10, 266, 60, 266)
    pdf.set_y(268)
    for note in NOTES:
        pdf.multi_cell(0, 4, note, new_x="LMARGIN", new_y="NEXT")
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    written(first)
    pdf.ln(4)
    written(LONG)
    return bytes(pdf.output())


def test_a_sentence_goes_on_overleaf_without_the_footnotes(converted: Convert) -> None:
    found = converted("f.pdf", two_pages(BEGUN, REST))
    ending, rest = REST.split(maxsplit=1)
    whole = f"{BEGUN[:-1]}{ending}"
    assert [block.text for block in found.blocks] == [LONG, *NOTES, whole, rest, LONG]
    assert [block.page for block in found.blocks] == [1, 1, 1, 1, 2, 2]


def test_footnotes_stay_at_the_end_of_a_page_that_ends_with_a_sentence(converted: Convert) -> None:
    last, first = "Der Antrag ist schriftlich zu stellen.", "Über ihn entscheidet die Kammer."
    found = converted("f.pdf", two_pages(last, first))
    assert [block.text for block in found.blocks] == [LONG, last, *NOTES, first, LONG]


@needs_tesseract
def test_footnotes_of_a_scan(converted: Convert) -> None:
    found = converted("f.pdf", scanned(two_pages(BEGUN, REST)))
    [begun] = containing(found, "zahlt den Zuschuss")
    said = [block.text for block in found.blocks]
    assert said.index(NOTES[1]) == said.index(begun.text) - 1
    assert begun.text.endswith("im Haushalt")


class Annex(FPDF):
    """With a running head that is another one on each page."""

    names = ("", "Bau und Ausbau", "Metall und Elektro", "Holz und Kunststoff")

    def header(self) -> None:
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, self.names[self.page_no()])
        self.ln(14)
        self.set_font("Helvetica", size=11)


@pytest.mark.parametrize("repeated", [True, False], ids=["names on each page", "names once"])
@pytest.mark.parametrize("kind", [FPDF, Annex])
def test_a_table_keeps_its_column_names_over_pages(
    converted: Convert, kind: type[FPDF], repeated: bool
) -> None:
    pdf = kind()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.table(repeat_headings=int(repeated)) as table:
        for values in (("Gewerk", "Betrag"), *((f"Gewerk {n}", f"{n} Euro") for n in range(80))):
            table.row(values)
    found = converted("t.pdf", bytes(pdf.output()))
    assert texts(found, BlockKind.TABLE_ROW) == [
        f"Gewerk: Gewerk {n}; Betrag: {n} Euro" for n in range(80)
    ]
    assert max(block.page or 0 for block in found.blocks) == 3


def test_column_names_in_two_rows_are_not_read_again_on_each_page(converted: Convert) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.table(num_heading_rows=2) as table:
        first = table.row()
        first.cell("Gewerk", rowspan=2)
        first.cell("Betrag", colspan=2)
        second = table.row()
        second.cell("Meister")
        second.cell("Geselle")
        for number in range(50):
            table.row((f"Gewerk {number}", f"{number} Euro", "5 Euro"))
    found = converted("t.pdf", bytes(pdf.output()))
    assert texts(found, BlockKind.TABLE_ROW) == [
        f"Gewerk: Gewerk {n}; Betrag Meister: {n} Euro; Betrag Geselle: 5 Euro" for n in range(50)
    ]


def test_another_table_overleaf_has_its_own_column_names(converted: Convert) -> None:
    pdf = Guideline()
    for names in (("Gewerk", "Betrag"), ("Kammer", "Anzahl")):
        pdf.add_page()
        pdf.chapter(f"Anlage {names[1]}")
        with pdf.table() as table:
            for values in (names, ("Nord", "5"), ("Süd", "7")):
                table.row(values)
    found = converted("t.pdf", bytes(pdf.output()))
    assert texts(found, BlockKind.TABLE_ROW) == [
        *("Gewerk: Nord; Betrag: 5", "Gewerk: Süd; Betrag: 7"),
        *("Kammer: Nord; Anzahl: 5", "Kammer: Süd; Anzahl: 7"),
    ]


def page(number: int, head: str, confidence: float | None) -> PageText:
    """A page with this running head and a line of its own at the same height as on every page."""
    own = ("Zweck der Förderung", "Wer Anträge stellt", "Höhe und Umfang", "Fristen")[number - 1]
    lines = [
        Line(text, number, (50, top, 400, top + 10), 10, False, confidence=confidence)
        for text, top in ((head, 30), (own, 60), (LONG, 300))
    ]
    return PageText(number, 842, lines, recognised=confidence is not None)


READINGS = ("Richtlinie Bonus Nordtal", "Rıchtinne Bonus Nordtal", "Richtlime Bonus Nordial",
            "Richtlinie Bonus Nordta!")  # fmt: skip


def test_a_running_head_that_was_read_differently_on_each_page() -> None:
    pages = [page(at, text, 0.6) for at, text in enumerate(READINGS, start=1)]
    without_furniture(pages)
    assert [[line.text for line in one.lines][-1] for one in pages] == [LONG] * 4
    assert [len(one.lines) for one in pages] == [2, 2, 2, 2]


def test_text_of_a_file_is_compared_letter_by_letter() -> None:
    pages = [page(at, text, None) for at, text in enumerate(READINGS, start=1)]
    without_furniture(pages)
    assert [len(one.lines) for one in pages] == [3, 3, 3, 3]
