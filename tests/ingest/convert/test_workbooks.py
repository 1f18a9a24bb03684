"""The same workbook in every format gives the same blocks."""

import io
import time
from collections.abc import Callable
from datetime import date

import olefile
import pytest
import xlwt
from openpyxl import Workbook

from ingest.chunk import chunk
from ingest.convert.blocks import Conversion
from kb.errors import EmptySourceError, SourceError, SourceUnreadableError
from tests.ingest.convert.compound_file import compound_file
from tests.ingest.convert.conftest import Convert, outline
from tests.ingest.convert.odf_files import odf
from tests.ingest.convert.xlsb_files import xlsb

POSTCODE, PERCENT, EURO, DAY = "00000", "0.0%", '#,##0.00 "€"', "dd.mm.yyyy"
FORMATS = (POSTCODE, PERCENT, EURO, DAY)
NAMES = ("PLZ", "Satz", "Betrag", "Datum", "Kreis")
#: 31 March 2026 as Excel counts days
ROWS = (("=1067", 0.5, 1234.5, 46112, "Nordtal"), ("=50354", 0.125, 20, 46023, ""))
EXPECTED = [
    ("heading", 1, "Quoten"),
    ("paragraph", 0, "Geförderte Vorhaben"),
    (
        "table_row",
        0,
        "PLZ: 01067; Satz: 50,0 %; Betrag: 1.234,50 €; Datum: 31.03.2026; Kreis: Nordtal",
    ),
    (
        "table_row",
        0,
        "PLZ: 50354; Satz: 12,5 %; Betrag: 20,00 €; Datum: 01.01.2026; Kreis: Nordtal",
    ),
    ("heading", 1, "Kontakt"),
    ("table_row", 0, "Name: Eva; Frei: WAHR"),
]


def as_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Quoten"
    sheet.append(["Geförderte Vorhaben"])
    sheet.append(NAMES)
    for number, (postcode, *values, _) in enumerate(ROWS, start=3):
        sheet.append([int(postcode[1:]), *values, "Nordtal" if number == 3 else None])
        for column, code in enumerate(FORMATS, start=1):
            sheet.cell(number, column).number_format = code
    sheet.merge_cells("E3:E4")
    book.create_sheet("Intern").sheet_state = "hidden"
    contact = book.create_sheet("Kontakt")
    contact.append(["Name", "Frei"])
    contact.append(["Eva", True])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Quoten")
    sheet.write(0, 0, "Geförderte Vorhaben")
    for column, name in enumerate(NAMES):
        sheet.write(1, column, name)
    for number, (postcode, *values, _) in enumerate(ROWS, start=2):
        for column, value in enumerate((int(postcode[1:]), *values)):
            sheet.write(number, column, value, xlwt.easyxf(num_format_str=FORMATS[column]))
    sheet.write_merge(2, 3, 4, 4, "Nordtal")
    book.add_sheet("Intern").visibility = 1
    contact = book.add_sheet("Kontakt")
    for row, values in enumerate((("Name", "Frei"), ("Eva", True))):
        for column, value in enumerate(values):
            contact.write(row, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_xlsb() -> bytes:
    rows = [
        [(int(postcode[1:]), 1), *((value, n) for n, value in enumerate(values, start=2)), None]
        for postcode, *values, _ in ROWS
    ]
    rows[0][4] = "=Nordtal"
    sheets = {
        "Quoten": [["Geförderte Vorhaben"], [f"={name}" for name in NAMES], *rows],
        "Intern": [["geheim"]],
        "Kontakt": [["Name", "Frei"], ["Eva", True]],
    }
    return xlsb(sheets, FORMATS, hidden=["Intern"], merges=[(2, 3, 4, 4)])


def as_ods(english: bool = False) -> bytes:
    shown = (
        ("01067", "50.0%", "1,234.50 €", "3/31/26"),
        ("50354", "12.5%", "20.00 €", "1/1/26"),
    )
    kinds = ("float", "percentage", "currency", "date")
    body = ""
    for number, (postcode, *values, place) in enumerate(ROWS):
        exact = (postcode[1:], *values)
        cells = ""
        for column, kind in enumerate(kinds):
            text = shown[number][column]
            if not english:
                text = text.translate(str.maketrans(".,", ",."))
            value = f'office:value="{exact[column]}"'
            if kind == "date":
                value = f'office:date-value="{("2026-03-31", "2026-01-01")[number]}"'
            cells += cell(text, f'office:value-type="{kind}" {value}')
        span = 'table:number-rows-spanned="2"'
        cells += cell(place, span) if place else "<table:covered-table-cell/>"
        empty = '<table:table-cell table:number-columns-repeated="16000"/>'
        body += f"<table:table-row>{cells}{empty}</table:table-row>"
    names = "".join(cell(name) for name in NAMES)
    sheets = (
        f'<table:table table:name="Quoten"><table:table-row>{cell("Geförderte Vorhaben")}'
        f"</table:table-row><table:table-row>{names}</table:table-row>{body}"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        '</table:table><table:table table:name="Intern" table:style-name="ta2"><table:table-row>'
        f"{cell('geheim')}</table:table-row></table:table>"
        f'<table:table table:name="Kontakt"><table:table-row>{cell("Name")}{cell("Frei")}'
        f"</table:table-row><table:table-row>{cell('Eva')}{cell('WAHR')}</table:table-row></table:table>"
    )
    hidden = (
        '<style:style style:name="ta2"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    return odf("spreadsheet", sheets, automatic=hidden)


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


WRITERS = {".xlsx": as_xlsx, ".xls": as_xls, ".xlsb": as_xlsb, ".ods": as_ods}


@pytest.mark.parametrize("suffix", WRITERS)
def test_numbers_days_merges_and_hidden_sheets(converted: Convert, suffix: str) -> None:
    found = converted(f"quoten{suffix}", WRITERS[suffix]())
    assert outline(found) == EXPECTED
    assert found.warnings == ("Das ausgeblendete Blatt „Intern“ wurde nicht übernommen.",)
    assert outline(converted("falsch.xlsx", WRITERS[suffix]())) == EXPECTED


def with_gap(suffix: str) -> bytes:
    """A title, two blank rows, the names, a row, a blank one, and another."""
    rows = (("Kurse",), (), (), ("Name", "Ort"), ("Eva", "Nordtal"), (), ("Anton", "Südtal"))
    stream = io.BytesIO()
    if suffix == ".xlsb":
        return xlsb({"Tabelle1": [list(row) for row in rows]})
    if suffix == ".csv":
        return "\n".join(";".join(row) for row in rows).encode()
    if suffix == ".ods":
        body = "".join(
            f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows
        ).replace("<table:table-row></table:table-row>" * 2, BLANK_TWICE)
        return odf("spreadsheet", f'<table:table table:name="Tabelle1">{body}</table:table>')
    filled = [(at, column, text) for at, row in enumerate(rows) for column, text in enumerate(row)]
    if suffix == ".xls":
        old = xlwt.Workbook()
        sheet = old.add_sheet("Tabelle1")
        for at, column, text in filled:
            sheet.write(at, column, text)
        old.save(stream)
    else:
        book = Workbook()
        for at, column, text in filled:
            book.active.cell(at + 1, column + 1, text)
        book.save(stream)
    return stream.getvalue()


BLANK_TWICE = (
    '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
)


@pytest.mark.parametrize("suffix", [*WRITERS, ".csv"])
def test_rows_carry_the_numbers_beside_them(converted: Convert, suffix: str) -> None:
    blocks = converted(f"kurse{suffix}", with_gap(suffix)).blocks
    assert [(block.row, block.text) for block in blocks] == [
        (1, "Kurse"),
        (5, "Name: Eva; Ort: Nordtal"),
        (7, "Name: Anton; Ort: Südtal"),
    ]


@pytest.mark.parametrize("suffix", WRITERS)
def test_rows_are_cited_by_sheet_and_number(converted: Convert, suffix: str) -> None:
    def locators(found: Conversion) -> list[str]:
        pieces = chunk(found.blocks).pieces
        return [place.locator for piece in pieces for place in piece.places]

    several = locators(converted(f"quoten{suffix}", WRITERS[suffix]()))
    assert several == ["Quoten, Zeile 1", "Quoten, Zeile 3", "Quoten, Zeile 4", "Kontakt, Zeile 2"]
    one = locators(converted(f"kurse{suffix}", with_gap(suffix)))
    assert one == ["Zeile 1", "Zeile 5", "Zeile 7"]


def test_english_numbers_of_an_open_document_sheet(converted: Convert) -> None:
    assert outline(converted("en.ods", as_ods(english=True))) == EXPECTED


def test_a_list_that_is_only_named_xls(converted: Convert) -> None:
    found = converted("export.xls", "Name\tOrt\nEva\tNordtal\n")
    assert [text for _, _, text in outline(found)] == ["Name: Eva; Ort: Nordtal"]


@pytest.mark.parametrize("suffix", [".xls", ".xlsb"])
def test_broken_and_empty_workbooks(converted: Convert, suffix: str) -> None:
    data = WRITERS[suffix]()
    for broken in (data[: len(data) // 2], data[:600], data[:40] + b"\xff" * 400 + data[440:]):
        with pytest.raises(SourceError, match=rf"kaputt\{suffix}"):
            converted(f"kaputt{suffix}", broken)
    with pytest.raises(EmptySourceError, match="keinen Text"):
        converted(f"leer{suffix}", xlsb({"Leer": []}) if suffix == ".xlsb" else _empty_xls())
    with pytest.raises(SourceUnreadableError, match="beschädigt"):
        converted(f"text{suffix}", b"\0" * 10_000_000)


def _empty_xls() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("Leer")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbooks_with_a_password(converted: Convert) -> None:
    locked = compound_file({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x" * 200})
    for suffix in (".xlsx", ".xlsb", ".docx", ".pptx"):
        with pytest.raises(SourceUnreadableError, match="mit einem Kennwort geschützt"):
            converted(f"geheim{suffix}", locked)
    with olefile.OleFileIO(as_xls()) as ole:
        stream = ole.openstream("Workbook").read()
    begin = 4 + stream[2]  # the first record; a workbook with a password goes on with that
    password = b"\x2f\x00\x06\x00\x00\x00\x12\x34\x56\x78"
    data = compound_file({"Workbook": stream[:begin] + password + stream[begin:]})
    with pytest.raises(SourceUnreadableError, match="mit einem Kennwort geschützt"):
        converted("geheim.xls", data)


@pytest.mark.parametrize("suffix", WRITERS)
def test_twenty_thousand_rows_in_time(converted: Convert, suffix: str) -> None:
    begun = time.process_time()
    found = converted(f"lang{suffix}", LARGE[suffix](20_000))
    assert len(found.blocks) == 20_000
    assert found.blocks[-1].text == "Nummer: 19999; Betrieb: Holz GmbH; Ort: Nordtal; Satz: 40"
    assert time.process_time() - begun < 30


def _large_rows(count: int) -> list[tuple[int, str, str, int]]:
    return [(number, "Holz GmbH", "Nordtal", 40) for number in range(count)]


_LARGE_NAMES = ("Nummer", "Betrieb", "Ort", "Satz")


def _large_xlsx(count: int) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tabelle1")
    for row in (_LARGE_NAMES, *_large_rows(count)):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _large_xls(count: int) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Tabelle1")
    for number, row in enumerate((_LARGE_NAMES, *_large_rows(count))):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _large_xlsb(count: int) -> bytes:
    rows = [[(a, 0), b, c, (d, 0)] for a, b, c, d in _large_rows(count)]
    return xlsb({"Tabelle1": [list(_LARGE_NAMES), *rows]})


def _large_ods(count: int) -> bytes:
    rows = "".join(
        f"<table:table-row>{''.join(cell(str(value)) for value in row)}</table:table-row>"
        for row in (_LARGE_NAMES, *_large_rows(count))
    )
    return odf("spreadsheet", f'<table:table table:name="Tabelle1">{rows}</table:table>')


LARGE: dict[str, Callable[[int], bytes]] = {
    ".xlsx": _large_xlsx,
    ".xls": _large_xls,
    ".xlsb": _large_xlsb,
    ".ods": _large_ods,
}


def test_a_day_before_the_calendar_and_a_time(converted: Convert) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Zeiten")
    day, clock = xlwt.easyxf(num_format_str=DAY), xlwt.easyxf(num_format_str="hh:mm")
    sheet.write(0, 0, "Beginn")
    sheet.write(0, 1, "Tag")
    for row, (hour, value) in enumerate(
        ((0.375, date(2026, 3, 31)), (0.5, date(2026, 4, 1))), start=1
    ):
        sheet.write(row, 0, hour, clock)
        sheet.write(row, 1, value, day)
    stream = io.BytesIO()
    book.save(stream)
    assert [text for _, _, text in outline(converted("z.xls", stream.getvalue()))][1:] == [
        "Beginn: 09:00; Tag: 31.03.2026",
        "Beginn: 12:00; Tag: 01.04.2026",
    ]
