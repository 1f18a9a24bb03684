"""Tables on a recognised page: by their ruling lines where there are some, else by their columns.

Ruled ones become cells by the same code as in PDFs with text. A table is only taken when it holds
every word that stands in its area; else the lines stay as they are, so that no text is lost.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from pdfplumber.table import (
    Table,
    cells_to_tables,
    edges_to_intersections,
    intersections_to_cells,
    merge_edges,
)
from PIL import Image

from ingest.convert.ocr_cells import WordTable, text_of
from ingest.convert.ocr_columns import aligned_tables
from ingest.convert.ocr_rules import Edge, ruling_edges
from ingest.convert.pdf_lines import Box, Line
from ingest.convert.pdf_tables import FoundTable, is_complete, is_table, rows_of
from ingest.convert.tesseract import Word

_POINTS = 72.0
#: inches within which edges are one, pieces belong to one edge, edges cross
_SAME, _TORN, _CROSSING = 0.03, 0.08, 0.06
_MIN_CELLS = 4
#: only lines of so many words, and so many of these, say how the page leans
_WORDS_TELL, _LINES_TELL = 4, 3


def recognised_tables(
    groups: Sequence[Sequence[Word]], image: Image.Image, dpi: float, lines: Sequence[Line]
) -> list[FoundTable]:
    """The tables of a page with these lines, top to bottom, in points as the lines.

    `groups` are the words, without rules and scraps, line by line, in pixels of the image.
    """
    if not lines:
        return []
    slope = _slope(groups)
    words = [_straight(word, slope) for group in groups for word in group]
    scale = _POINTS / dpi

    def complete(tables: Iterable[WordTable]) -> dict[int, FoundTable]:
        """By the words they hold (their identities), as tables."""
        whole: dict[int, FoundTable] = {}
        for table in tables:
            placed = _placed(table, slope, scale, lines[0].page)
            if is_complete(placed, lines):
                whole.update((id(word), placed) for word in table.words)
        return whole

    grids = _grids(ruling_edges(image, dpi, slope), dpi)
    ruled = complete(_ruled(grids, words))
    # a grid that is no table is a form: what stands below each other in it are no columns
    outside = [word for word in words if not any(_holds(grid.bbox, word) for grid in grids)]
    aligned = complete(aligned_tables(outside))
    found = {id(table): table for table in (*ruled.values(), *aligned.values())}
    return sorted(found.values(), key=lambda table: table.box[1])


def _slope(groups: Sequence[Sequence[Word]]) -> float:
    """How far lines fall for each pixel to the right."""
    slopes = [
        (group[-1].box[3] - group[0].box[3]) / (group[-1].box[0] - group[0].box[0])
        for group in groups
        if len(group) >= _WORDS_TELL and group[-1].box[0] > group[0].box[2]
    ]
    return statistics.median(slopes) if len(slopes) >= _LINES_TELL else 0.0


def _straight(word: Word, slope: float) -> Word:
    """The word where it would stand on a page that does not lean."""
    left, top, right, bottom = word.box
    down, across = slope * (left + right) / 2, slope * word.middle
    return replace(
        word,
        box=(
            round(left + across),
            round(top - down),
            round(right + across),
            round(bottom - down),
        ),
    )


def _grids(edges: Sequence[Edge], dpi: float) -> list[Table]:
    """What ruling lines enclose: cells that touch each other."""
    if not edges:
        return []
    same, torn, crossing = (inches * dpi for inches in (_SAME, _TORN, _CROSSING))
    merged = merge_edges(list(edges), same, same, torn, torn)
    cells = intersections_to_cells(edges_to_intersections(merged, crossing, crossing))
    groups = (cells for cells in cells_to_tables(cells) if len(cells) >= _MIN_CELLS)
    return [Table(None, group) for group in groups]  # type: ignore[arg-type]  # needs no page


def _ruled(grids: Sequence[Table], words: Sequence[Word]) -> Iterator[WordTable]:
    """The grids that are tables."""
    for grid in grids:
        inside = [word for word in words if _holds(grid.bbox, word)]
        rows = rows_of(grid, partial(_text_in, inside)) if inside else []
        if rows and is_table(rows):
            yield WordTable(rows, inside)


def _text_in(words: Sequence[Word], box: Box) -> str:
    return text_of([word for word in words if _holds(box, word)])


def _holds(box: Box, word: Word) -> bool:
    left, top, right, bottom = box
    middle = (word.box[0] + word.box[2]) / 2
    return left <= middle < right and top <= word.middle < bottom


def _placed(table: WordTable, slope: float, scale: float, page: int) -> FoundTable:
    """The table on the page as it lies, in points; from the middle of its first line to its last's."""
    middles = [word.middle + slope * (word.box[0] + word.box[2]) / 2 for word in table.words]
    box = (
        min(word.box[0] - slope * word.middle for word in table.words) * scale,
        min(middles) * scale,
        max(word.box[2] - slope * word.middle for word in table.words) * scale,
        max(middles) * scale,
    )
    weight = sum(len(word.text) for word in table.words)
    sure = sum(word.confidence * len(word.text) for word in table.words) / weight
    return FoundTable(page, box, table.rows, sure)
