"""Tables of scanned pages: with and without ruling lines, and what only looks like one."""

from collections.abc import Sequence

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from ingest.convert.blocks import BlockKind
from tests.ingest.convert.conftest import Convert, containing, texts
from tests.ingest.convert.scans import SMALL, needs_tesseract, scanned, upper, worn
from tests.ingest.convert.test_pdf import LONG

pytestmark = needs_tesseract

RATES = [
    ("Maßnahme", "Fördersatz", "Höchstbetrag"),
    ("Beratung im Betrieb", "0,50", "4.000 Euro"),
    ("Schulung der Beschäftigten", "0,40", "1.250 Euro"),
    ("Werkzeuge und Maschinen", "0,30", "12.500 Euro"),
    ("Teilnahme an einer Messe", "0,25", "900 Euro"),
]
ROWS = [
    "; ".join(f"{name}: {value}" for name, value in zip(RATES[0], row, strict=True))
    for row in RATES[1:]
]


def page() -> FPDF:
    pdf = FPDF(format=SMALL)
    pdf.set_margins(12, 12)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    return pdf


def placed(pdf: FPDF, rows: Sequence[Sequence[str]], lefts: Sequence[float], step: float) -> None:
    """Rows of words at these places, in millimetres, without rules."""
    for row in rows:
        for left, text in zip(lefts, row, strict=True):
            pdf.text(left, pdf.get_y(), text)
        pdf.set_y(pdf.get_y() + step)


@pytest.mark.parametrize("skew", [0.0, -0.8], ids=["straight", "askew"])
def test_a_ruled_table_reads_like_one_with_text(converted: Convert, skew: float) -> None:
    pdf = page()
    pdf.multi_cell(0, 5, LONG)
    pdf.ln(4)
    with pdf.table(RATES, col_widths=(50, 30, 40), first_row_as_headings=False):
        pass
    pdf.ln(4)
    pdf.multi_cell(0, 5, LONG)
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.7, worn(0.6, 5, skew))))
    assert texts(found, BlockKind.TABLE_ROW) == ROWS
    assert texts(found, BlockKind.PARAGRAPH) == [LONG, LONG]
    assert all(block.confidence and block.confidence > 0.7 for block in found.blocks)


def test_rules_that_the_scan_has_torn_are_joined(converted: Convert) -> None:
    def torn(image: Image.Image) -> Image.Image:
        ImageDraw.Draw(image).rectangle((400, 0, 404, image.height), 255)
        return image

    pdf = page()
    with pdf.table(RATES, col_widths=(50, 30, 40), first_row_as_headings=False):
        pass
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.35, torn)))
    rows = [block.cells[1:] for block in found.blocks if block.kind is BlockKind.TABLE_ROW]
    assert rows == [tuple(zip(RATES[0][1:], row[1:], strict=True)) for row in RATES[1:]]


@pytest.mark.parametrize("skew", [0.0, 0.8], ids=["straight", "askew"])
def test_a_table_without_rules_is_told_by_its_columns(converted: Convert, skew: float) -> None:
    pdf = page()
    pdf.multi_cell(0, 5, LONG)
    pdf.set_y(pdf.get_y() + 10)
    placed(pdf, RATES, (12, 72, 105), 6)
    pdf.set_y(pdf.get_y() + 4)
    pdf.multi_cell(0, 5, LONG)
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.65, worn(0.6, 5, skew))))
    assert texts(found, BlockKind.TABLE_ROW) == ROWS
    assert texts(found, BlockKind.PARAGRAPH) == [LONG, LONG]


def test_cells_of_several_lines_and_two_columns(converted: Convert) -> None:
    pdf = page()
    pdf.set_y(20)
    placed(pdf, [("Gewerk", "Betriebe")], (12, 110), 8)
    placed(pdf, [("Tischler und verwandte Gewerke der", "1.204")], (12, 110), 4.5)
    placed(pdf, [("holzverarbeitenden Gruppe", "")], (12, 110), 8)
    placed(pdf, [("Maurer", "873"), ("Dachdecker", "412"), ("Friseure", "2.310")], (12, 110), 8)
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.4)))
    assert texts(found, BlockKind.TABLE_ROW) == [
        "Gewerk: Tischler und verwandte Gewerke der holzverarbeitenden Gruppe; Betriebe: 1.204",
        "Gewerk: Maurer; Betriebe: 873",
        "Gewerk: Dachdecker; Betriebe: 412",
        "Gewerk: Friseure; Betriebe: 2.310",
    ]


def test_a_ruled_table_goes_on_overleaf(converted: Convert) -> None:
    pdf = page()
    with pdf.table(RATES, col_widths=(50, 30, 40), first_row_as_headings=False):
        pass
    pdf.add_page()
    more = [("Ausbildung", "0,20", "800 Euro"), ("Gründung", "0,15", "2.000 Euro")]
    with pdf.table(more, col_widths=(50, 30, 40), first_row_as_headings=False):
        pass
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.35)))
    rows = [block for block in found.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [row.text for row in rows[:4]] == ROWS
    assert rows[4].cells == (
        ("Maßnahme", "Ausbildung"), ("Fördersatz", "0,20"), ("Höchstbetrag", "800 Euro")
    )  # fmt: skip
    assert [row.page for row in rows] == [1, 1, 1, 1, 2, 2]


def _contents(pdf: FPDF) -> None:
    entries = [("1", "Zweck", "3"), ("2", "Gegenstand der Förderung", "4"), ("3", "Verfahren", "9")]
    placed(pdf, entries, (12, 22, 120), 7)


def _letterhead(pdf: FPDF) -> None:
    rows = [
        ("Kammer Nordtal", "Telefon: 0123 4567"),
        ("Am Markt 5", "Fax: 0123 4568"),
        ("12345 Musterstadt", "Zeichen: III-4/27"),
        ("Deutschland", "Datum: 12.03.2026"),
    ]
    placed(pdf, rows, (12, 90), 6)


def _items(pdf: FPDF) -> None:
    rows = [("a)", "Beratungen im Betrieb,"), ("b)", "Schulungen,"), ("c)", "Werkzeuge,"),
            ("d)", "Reisen zu einer Messe.")]  # fmt: skip
    placed(pdf, rows, (12, 30), 7)


def _signatures(pdf: FPDF) -> None:
    placed(pdf, [("Musterstadt, den 3. Mai", "Für die Kammer"), ("Ort und Datum", "Unterschrift")],
           (12, 90), 9)  # fmt: skip


def _form(pdf: FPDF) -> None:
    rows = [["Name und Anschrift des Unternehmens", "", "", ""], ["Postleitzahl", "", "Ort", ""],
            ["", "", "", ""], ["Unterschrift", "", "", ""]]  # fmt: skip
    with pdf.table(rows, first_row_as_headings=False):
        pass


@pytest.mark.parametrize("drawn", [_contents, _letterhead, _items, _signatures, _form])
def test_what_only_looks_like_a_table_is_none(converted: Convert, drawn: object) -> None:
    pdf = page()
    pdf.set_y(20)
    assert callable(drawn)
    drawn(pdf)
    pdf.set_y(pdf.get_y() + 12)
    pdf.multi_cell(0, 5, LONG, align="J")
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.5)))
    assert texts(found, BlockKind.TABLE_ROW) == []
    assert containing(found, "Zuwendung")
