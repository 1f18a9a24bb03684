"""Excel workbooks (.xlsx, .xlsm) to blocks."""

import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]

from ingest.convert.blocks import Conversion
from ingest.convert.office_archive import open_archive
from ingest.convert.sheet import MAX_COLUMNS, Sheet, workbook
from ingest.convert.table_cells import shown
from ingest.convert.table_merges import Merges, xlsx_ranges
from ingest.convert.wording import tidy
from ingest.sources import SourceFile


def convert(source: SourceFile) -> Conversion:
    """Convert an .xlsx file."""
    with (
        open_archive(source) as archive,
        closing(load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)) as book,
    ):
        sheets = [
            Sheet(
                sheet.title,
                Merges(xlsx_ranges(archive, sheet)).filled(_rows(sheet)),
                is_hidden=sheet.sheet_state != "visible",
            )
            for sheet in book.worksheets
        ]
        return workbook(sheets, tidy(str(book.properties.title or "")))


def _rows(sheet: Any) -> Iterator[list[str]]:
    """The rows, as wide as the sheet says; what it says is often less than there is."""
    width = min(sheet.max_column or 0, MAX_COLUMNS)
    sheet.reset_dimensions()
    for cells in sheet.iter_rows():
        row = [_text(cell) for cell in cells[:MAX_COLUMNS]]
        yield row + [""] * (width - len(row))


def _text(cell: Any) -> str:
    return tidy(shown(cell.value, getattr(cell, "number_format", "General")))
