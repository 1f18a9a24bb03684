"""Spreadsheets and CSV to blocks: one row, one block; sheets become headings, titles paragraphs."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from openpyxl import load_workbook  # type: ignore[import-untyped]

from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.encoding import decode
from ingest.convert.office_archive import open_archive
from ingest.convert.rows import table_row
from ingest.convert.table_cells import shown
from ingest.convert.table_header import Row, read_region, usual_width
from ingest.convert.table_merges import Merges
from ingest.convert.wording import tidy
from ingest.sources import SourceFile

_DEFAULT_NAME = re.compile(r"(?:Tabelle|Sheet|Blatt|Table|Feuil|Worksheet) ?\d*$", re.IGNORECASE)
_DELIMITERS = ";,\t|"
_SAMPLE = 200_000
_MAX_COLUMNS = 500
csv.field_size_limit(64 * 1024 * 1024)


def convert(source: SourceFile) -> Conversion:
    """Convert an .xlsx or .csv file."""
    is_workbook = source.suffix == ".xlsx" or source.data.startswith(b"PK")
    return _workbook(source) if is_workbook else _csv(source)


def _csv(source: SourceFile) -> Conversion:
    text = decode(source.data, source.name).replace("\0", "")
    delimiter, text = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = ([tidy(cell) for cell in row] for row in reader)
    return Conversion(tuple(_sheet_blocks(rows, "")))


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter that divides most lines alike, and the text without Excel's „sep=“ line."""
    if found := re.match(r"\ufeff?sep=(.)\r?\n", text):
        return found[1], text[found.end() :]
    sample = text[:_SAMPLE]
    scores = {}
    for delimiter in _DELIMITERS:
        rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))[:100]
        widths = [len(row) for row in rows if len(row) > 1]
        alike = max((widths.count(width) for width in set(widths)), default=0)
        scores[delimiter] = (alike, len(set(widths)) * -1)
    return max(scores, key=lambda delimiter: scores[delimiter]), text


def _workbook(source: SourceFile) -> Conversion:
    warnings: list[str] = []
    blocks: list[Block] = []
    with (
        open_archive(source) as archive,
        closing(load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)) as book,
    ):
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in book.worksheets:
            if sheet not in sheets:
                warnings.append(f"Das ausgeblendete Blatt „{sheet.title}“ wurde nicht übernommen.")
        for sheet in sheets:
            named = len(sheets) > 1 or not _DEFAULT_NAME.match(sheet.title)
            merges = Merges(archive, sheet)
            rows = merges.filled(
                [tidy(shown(cell.value, getattr(cell, "number_format", "General"))) for cell in row]
                for row in sheet.iter_rows(max_col=min(sheet.max_column or 1, _MAX_COLUMNS))
            )
            found = list(_sheet_blocks(rows, sheet.title if named else ""))
            if found and named:
                blocks.append(Block(BlockKind.HEADING, tidy(sheet.title), level=1))
            blocks += found
        title = tidy(str(book.properties.title or ""))
    return Conversion(tuple(blocks), {"title": title} if title else {}, tuple(warnings))


def _sheet_blocks(rows: Iterable[Row], group: str) -> Iterator[Block]:
    """A sheet's blocks; blank rows divide it into regions, which may have own column names."""
    names: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    sheet = list(rows)
    width = usual_width(sheet)
    for rows_between in _regions(sheet):
        region = read_region(rows_between, width, names)
        names = region.names
        unused = () if region.data else names
        for title in region.titles:
            yield Block(BlockKind.PARAGRAPH, " ".join(filter(None, title)))
        for row in region.data:
            if block := table_row(names, row, group):
                yield block
    if unused:  # column names without a single row are still text
        yield Block(BlockKind.PARAGRAPH, "; ".join(filter(None, unused)))


def _regions(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    region: list[Row] = []
    for row in rows:
        if any(row):
            region.append(row)
        elif region:
            yield region
            region = []
    if region:
        yield region
