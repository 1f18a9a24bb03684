"""Tables with ruling lines on a PDF page: pdfplumber finds the cells, pdfium reads their text.

A table is only taken when its cells hold all the text that stands in its area; else the lines stay
as they are, so that no text is lost.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pdfplumber.pdf import PDF
from pdfplumber.table import Table
from pypdfium2.raw import (  # type: ignore[import-untyped]
    FPDF_PAGEOBJ_PATH,
    FPDFPath_CountSegments,
)

from ingest.convert.blocks import Block
from ingest.convert.pdf_lines import Box, Line, PageText, Turn
from ingest.convert.rows import table_row
from ingest.convert.wording import join_lines, tidy

_MIN_PATHS = 4
_MAX_PATHS = 4000
#: lines and curves from which a page is a drawing; so many boxes would take 4,000 paths, too
_MAX_SEGMENTS = 20_000
_MAX_CHARS = 30_000
#: a longer cell that spans rows is given once only
_MAX_REPEATED = 120
#: characters that a running head may have which was not found to be one
_RUNNING_HEAD = 120
#: points by which the sides of a table may differ from page to page
_SAME_PLACE, _SAME_PLACE_ON_SCANS = 3.0, 20.0
_LINES = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}

logging.getLogger("pdfminer").setLevel(logging.ERROR)


@dataclass(slots=True)
class FoundTable:
    """A table's box on its page as shown, and its rows of cell texts.

    `confidence` (0…1) is that of text recognition, None for a table that came as text.
    """

    page: int
    box: Box
    rows: list[list[str]]
    confidence: float | None = None

    def holds(self, line: Line) -> bool:
        """Whether a line stands inside the table."""
        left, top, right, bottom = self.box
        return top - 1 <= line.middle <= bottom + 1 and line.left < right and line.right > left


def has_rules(page: pdfium.PdfPage) -> bool:
    """Whether the page draws enough lines for a table, and not so many that it is a picture."""
    paths = segments = 0
    for item in page.get_objects(max_depth=3):
        if item.type == FPDF_PAGEOBJ_PATH:
            paths += 1
            segments += FPDFPath_CountSegments(item)
        if paths > _MAX_PATHS or segments > _MAX_SEGMENTS:
            return False
    return paths >= _MIN_PATHS


def page_tables(
    plumber: PDF, textpage: pdfium.PdfTextPage, turn: Turn, text: PageText
) -> list[FoundTable]:
    """The tables of one page, top to bottom."""
    if textpage.count_chars() > _MAX_CHARS or not turn.is_upright:
        return []
    ruled = plumber.pages[text.number - 1]
    found = []
    for table in ruled.find_tables(_LINES):
        rows = rows_of(table, lambda box: _cell_text(box, textpage, turn))
        candidate = FoundTable(text.number, table.bbox, rows)
        if is_table(rows) and is_complete(candidate, text.lines):
            found.append(candidate)
    ruled.close()
    return sorted(found, key=lambda table: table.box[1])


def rows_of(table: Table, text_in: Callable[[Box], str]) -> list[list[str]]:
    """The texts in a table's boxes; a cell that spans rows counts in each of them."""
    rows: list[list[str]] = []
    above: list[tuple[Box, str] | None] = []
    for row in table.rows:
        cells: list[tuple[Box, str] | None] = []
        for column, box in enumerate(row.cells):
            if box:
                cells.append((box, text_in(box)))
                continue
            spanning = above[column] if column < len(above) else None
            if spanning and (spanning[0][3] < row.bbox[3] - 1 or len(spanning[1]) > _MAX_REPEATED):
                spanning = None
            cells.append(spanning)
        rows.append([cell[1] if cell else "" for cell in cells])
        above = cells
    return _without_empty(rows)


def _without_empty(rows: list[list[str]]) -> list[list[str]]:
    """Shaded cells are drawn as boxes in boxes, which makes columns without text."""
    columns = [column for column in range(len(rows[0])) if any(row[column] for row in rows)]
    return [[row[column] for column in columns] for row in rows if any(row)]


def _cell_text(box: Box, textpage: pdfium.PdfTextPage, turn: Turn) -> str:
    left, bottom, right, top = turn.own(box)
    text = textpage.get_text_bounded(left, bottom, right, top).replace("\x02", "-\n")
    joined = ""
    for line in re.split(r"[\r\n]+", text):
        joined = join_lines(joined, tidy(line))
    return joined


def is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether some cells are a table, and not a frame or a form's few words."""
    cells = [cell for row in rows for cell in row]
    full_rows = sum(1 for row in rows if sum(map(bool, row)) >= 2)
    return (
        len(rows) >= 2
        and len(rows[0]) >= 2
        and full_rows >= 2
        and (sum(map(bool, cells)) >= 0.35 * len(cells))
    )


def is_complete(table: FoundTable, lines: Sequence[Line]) -> bool:
    """Whether the words that stand in the table's area are all whole in its cells."""
    cells = "".join(_letters(cell) for row in table.rows for cell in row)
    words = [
        word
        for line in lines
        if table.holds(line)
        for part in line.text.split()
        if not part.endswith("-") and (word := _letters(part))
    ]
    return bool(words) and sum(word in cells for word in words) >= 0.98 * len(words)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


class TableRows:
    """Rows to blocks over a whole document; a table going on overleaf keeps its column names."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._group = ""
        self._page = 0
        self._box: Box = (0.0, 0.0, 0.0, 0.0)

    def blocks(self, table: FoundTable, text_above: int | None) -> Iterator[Block]:
        """The blocks of one table's rows. A row of one cell names the group of those below it.

        `text_above` are the characters above it on its page, None when another table stands there.
        """
        names, rows = _header(table.rows)
        if not self._goes_on(table, names, text_above):
            self._names, self._group = names, ""
        elif names != self._names:
            rows = table.rows
        self._page, self._box = table.page, table.box
        for row in rows:
            filled = [cell for cell in row if cell]
            if len(filled) == 1 and row[0] and len(row) > 2:
                self._group = filled[0]
                block = table_row([], filled, page=table.page)
            else:
                block = table_row(self._names, row, self._group, table.page)
            if block:
                yield replace(block, confidence=table.confidence)

    def _goes_on(self, table: FoundTable, names: list[str], text_above: int | None) -> bool:
        if text_above is None or text_above > (0 if names else _RUNNING_HEAD):
            return False
        same = _SAME_PLACE if table.confidence is None else _SAME_PLACE_ON_SCANS
        return (
            table.page == self._page + 1
            and abs(table.box[0] - self._box[0]) < same
            and abs(table.box[2] - self._box[2]) < same
            and len(table.rows[0]) == len(self._names)
        )


def _header(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The column names, and the rows below them."""
    first = rows[0]
    filled = [cell for cell in first if cell]
    if len(filled) < max(1, len(first) - 1) or not all(map(is_name, filled)):
        return [], rows
    second = rows[1]
    spans_down = any(upper and upper == lower for upper, lower in zip(first, second, strict=True))
    if "" in first[1:] and spans_down and all(second):
        names: list[str] = []
        above = ""
        for upper, lower in zip(first, second, strict=True):
            above = upper or above
            names.append(lower if above == lower else f"{above} {lower}".strip())
        return names, rows[2:]
    return list(first), rows[1:]


def is_name(cell: str) -> bool:
    """Short words, no amount and no sentence."""
    return (
        len(cell) < 90
        and bool(re.search(r"[^\W\d_]{2}", cell))
        and not cell.endswith((".", ";", ","))
        and not re.match(r"[\d .,]+(?:Euro|EUR|€|%)", cell)
    )
