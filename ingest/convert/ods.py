"""OpenDocument spreadsheets (.ods) to blocks, read row by row, with the texts that the cells show."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from ingest.convert.blocks import Conversion
from ingest.convert.odf_package import OFFICE, STYLE, TABLE, TEXT, OdfPackage
from ingest.convert.odf_paragraph import read_paragraph
from ingest.convert.sheet import MAX_COLUMNS, Sheet, workbook
from ingest.convert.table_cells import shown
from ingest.convert.table_merges import Merges
from ingest.sources import SourceFile

_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
#: a row or cell with content is repeated at most so often
_MAX_REPEATED = 1_000
#: as many rows as a sheet can have
_MAX_ROWS = 2**20
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_PERCENT = re.compile(r"(?<=\d)%")
_SWAPPED = str.maketrans(".,", ",.")


def convert(source: SourceFile) -> Conversion:
    """Convert an .ods file."""
    package = OdfPackage(source)
    return workbook(list(_sheets(package)), package.properties().get("title", ""))


def _sheets(package: OdfPackage) -> Iterator[Sheet]:
    """The sheets in order; each one's cells are dropped from memory once its rows are made."""
    hidden: set[str] = set()
    sheet: _Reading | None = None
    for event, element in _events(package):
        if event == "start" and element.tag == f"{TABLE}table" and sheet is None:
            sheet = _Reading(element)
        elif event == "end" and element.tag == f"{STYLE}table-properties":
            if element.get(f"{TABLE}display") == "false":
                hidden.add(str(element.getparent().get(f"{STYLE}name")))
        elif event == "end" and element.tag == f"{TABLE}table-row" and sheet is not None:
            sheet.add(element)
            element.clear()
        elif event == "end" and sheet is not None and element is sheet.element:
            rows = list(sheet.merges.filled(sheet.rows))
            yield Sheet(sheet.title, rows, is_hidden=sheet.style in hidden)
            element.clear()
            sheet = None


def _events(package: OdfPackage) -> Iterator[tuple[str, Any]]:
    tags = (f"{TABLE}table", f"{TABLE}table-row", f"{STYLE}table-properties")
    try:
        stream = package.open("content.xml")
    except KeyError:
        return
    yield from etree.iterparse(
        stream,
        events=("start", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )


class _Reading:
    """The rows of one sheet, as far as they have been read."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.title = str(element.get(f"{TABLE}name", ""))
        self.style = str(element.get(f"{TABLE}style-name", ""))
        self.rows: list[list[str]] = []
        self._blank = 0  # rows since the last of `rows`; thousands of them end most sheets
        self.merges = Merges()

    def add(self, element: Any) -> None:
        """One more row. Empty cells at its end go, those that a merged cell covers stay."""
        row: list[str] = []
        used = 0
        for cell in element:
            if cell.tag not in _CELLS or len(row) >= MAX_COLUMNS:
                continue
            text = _shown(cell)
            self._add_merge(cell, len(self.rows) + self._blank, len(row))
            row += [text] * min(_count(cell, "number-columns-repeated"), MAX_COLUMNS - len(row))
            if text or cell.tag == f"{TABLE}covered-table-cell":
                used = len(row)
        repeated = _count(element, "number-rows-repeated")
        if not used:
            self._blank += repeated
            return
        kept = min(repeated, _MAX_REPEATED if any(row) else 1)
        self.rows += [[]] * min(self._blank, _MAX_ROWS - len(self.rows))
        self.rows += [row[:used] for _ in range(kept)]
        self._blank = repeated - kept

    def _add_merge(self, cell: Any, top: int, column: int) -> None:
        height = _count(cell, "number-rows-spanned")
        width = _count(cell, "number-columns-spanned")
        if height > 1 or width > 1:
            self.merges.add((top, column, top + height - 1, column + width - 1))


def _shown(cell: Any) -> str:
    """A cell's text as the file has it, days and numbers in German spelling."""
    if cell.get(f"{_CALCEXT}value-type") == "error":
        return ""
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind == "date" and (day := _moment(cell.get(f"{OFFICE}date-value", ""))):
        return shown(day)
    text = " ".join(filter(None, (read_paragraph(p).text for p in cell.findall(f"{TEXT}p"))))
    if kind in ("float", "currency", "percentage"):
        factor = 100 if kind == "percentage" else 1
        return _german(_PERCENT.sub(" %", text), cell.get(f"{OFFICE}value", ""), factor)
    return text


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:19])
    except ValueError:
        return None


def _german(text: str, value: str, factor: int) -> str:
    """The number as shown; where its marks are English, they are swapped (1,234.50 → 1.234,50)."""
    try:
        exact = abs(float(value)) * factor
    except ValueError:
        return text
    if not text:
        return shown(exact / factor)
    found = _NUMBER.search(text)
    if found is None or _means(found[0], exact, decimal=","):
        return text
    return text.translate(_SWAPPED) if _means(found[0], exact, decimal=".") else text


def _means(digits: str, exact: float, decimal: str) -> bool:
    """Whether `digits` are `exact`, rounded to as many places, with this mark of decimals."""
    whole, _, places = digits.replace("." if decimal == "," else ",", "").partition(decimal)
    if not (whole + places).isdigit():
        return False
    return abs(float(f"{whole}.{places}0") - exact) <= 0.51 / float(10 ** len(places))


def _count(element: Any, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return int(text) if text.isdigit() else 1
