"""Spreadsheets to blocks: one row, one block; sheets become headings, titles paragraphs.

Every reader of a format gives its sheets as rows of texts as shown; what they mean is read here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.convert.advance import advance
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.rows import table_row
from ingest.convert.table_header import Row, read_region, usual_width
from ingest.convert.wording import tidy

_DEFAULT_NAME = re.compile(r"(?:Tabelle|Sheet|Blatt|Table|Feuil|Worksheet) ?\d*$", re.IGNORECASE)
#: columns beyond are left out
MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; its `rows` are tidied texts, all from the first on, read once and one after the other."""

    title: str
    rows: Iterable[Row]
    is_hidden: bool = False


def workbook(sheets: Sequence[Sheet], title: str = "") -> Conversion:
    """The blocks of all visible sheets; hidden ones are reported."""
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    warnings = [
        f"Das ausgeblendete Blatt „{tidy(sheet.title)}“ wurde nicht übernommen."
        for sheet in sheets
        if sheet.is_hidden
    ]
    blocks: list[Block] = []
    for done, sheet in enumerate(visible, start=1):
        named = len(visible) > 1 or not _DEFAULT_NAME.match(sheet.title)
        found = list(sheet_blocks(sheet.rows, sheet.title if named else ""))
        if found and named:
            blocks.append(Block(BlockKind.HEADING, tidy(sheet.title), level=1))
        blocks += found
        advance(done, len(visible))
    return Conversion(tuple(blocks), {"title": title} if title else {}, tuple(warnings))


def sheet_blocks(rows: Iterable[Row], group: str) -> Iterator[Block]:
    """A sheet's blocks; blank rows divide it into regions, which may have own column names."""
    names: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    sheet = list(rows)
    width = usual_width(sheet)
    for top, rows_between in _regions(sheet):
        region = read_region(rows_between, width, names)
        names = region.names
        unused = () if region.data else names
        for number, title in enumerate(region.titles, start=top):
            yield Block(BlockKind.PARAGRAPH, " ".join(filter(None, title)), row=number)
        for number, row in enumerate(region.data, start=top + len(rows_between) - len(region.data)):
            if block := table_row(names, row, group):
                yield replace(block, row=number)
    if unused:  # column names without a single row are still text
        yield Block(BlockKind.PARAGRAPH, "; ".join(filter(None, unused)))


def _regions(rows: Iterable[Row]) -> Iterator[tuple[int, Sequence[Row]]]:
    """The rows between blank rows, with the number of the first (1…)."""
    region: list[Row] = []
    number = 0
    for number, row in enumerate(rows, start=1):
        if any(row):
            region.append(row)
        elif region:
            yield number - len(region), region
            region = []
    if region:
        yield number + 1 - len(region), region
