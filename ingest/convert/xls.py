"""Excel workbooks before 2007 (.xls) to blocks, with the number formats that they show."""

import io
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import xlrd  # type: ignore[import-untyped]

from ingest.convert.blocks import Conversion
from ingest.convert.sheet import MAX_COLUMNS, Sheet, workbook
from ingest.convert.table_cells import shown
from ingest.convert.table_merges import Merges, Range
from ingest.convert.wording import tidy
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError


def convert(source: SourceFile) -> Conversion:
    """Convert an .xls file. Raises SourceUnreadableError for one with a password."""
    try:
        book = xlrd.open_workbook(
            file_contents=source.data, formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise SourceUnreadableError(
                f"{source.name}: Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort "
                "speichern und noch einmal ablegen."
            ) from error
        raise
    return workbook([_sheet(book, number) for number in range(book.nsheets)])


def _sheet(book: Any, number: int) -> Sheet:
    sheet = book.sheet_by_index(number)
    rows = Merges(_ranges(sheet)).filled(_rows(book, sheet))
    return Sheet(sheet.name, rows, is_hidden=sheet.visibility != 0)


def _ranges(sheet: Any) -> Iterator[Range]:
    for top, below, left, behind in sheet.merged_cells:
        yield top, left, below - 1, behind - 1


def _rows(book: Any, sheet: Any) -> Iterator[list[str]]:
    for number in range(sheet.nrows):
        cells = sheet.row(number)[:MAX_COLUMNS]
        yield [tidy(shown(_value(book, cell), _number_format(book, cell))) for cell in cells]


def _value(book: Any, cell: Any) -> object:
    match cell.ctype:
        case xlrd.XL_CELL_DATE:
            return _moment(cell.value, book.datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR | xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return None
    return cell.value


def _moment(days: float, datemode: int) -> datetime | time | float:
    """A date or time; a number that is none of the calendar stays a number."""
    try:
        moment: datetime = xlrd.xldate_as_datetime(days, datemode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return days
    return moment.time() if 0 <= days < 1 else moment


def _number_format(book: Any, cell: Any) -> str:
    try:
        key = book.xf_list[cell.xf_index].format_key
        return str(book.format_map[key].format_str)
    except (IndexError, KeyError, TypeError):
        return "General"
