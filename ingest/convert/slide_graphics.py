"""Tables, charts and diagrams (SmartArt) on slides to blocks."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pptx.oxml import parse_xml

from ingest.convert.blocks import Block, BlockKind
from ingest.convert.rows import looks_like_header, table_row
from ingest.convert.slide_text import A
from ingest.convert.table_cells import shown
from ingest.convert.wording import tidy

_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: points of a diagram that only place or connect others
_NO_TEXT = ("pres", "parTrans", "sibTrans")
_MAX_POINTS = 500


def table_blocks(table: Any, group: str) -> Iterator[Block]:
    """A table's rows; the first one names the columns when the table marks it so."""
    grid = [_row(row) for row in table.rows]
    for above, row in pairwise(grid):
        for column, text in enumerate(row):
            row[column] = above[column] if text is None else text
    rows = [[text or "" for text in row] for row in grid]
    is_headed = len(rows) > 1 and (table.first_row or looks_like_header(rows))
    names: Sequence[str] = rows.pop(0) if is_headed else []
    for values in rows:
        if block := table_row(names, values, group):
            yield block


def _row(row: Any) -> list[str | None]:
    """The texts of a row; None for a cell that one further up covers."""
    cells = [(cell, tidy(cell.text_frame.text)) for cell in row.cells]
    return [None if cell._tc.vMerge else text for cell, text in cells]


def chart_blocks(chart: Any) -> Iterator[Block]:
    """A chart's title, and a row for each category with the values of all series."""
    title = tidy(chart.chart_title.text_frame.text) if _has_title(chart) else ""
    if title:
        yield Block(BlockKind.PARAGRAPH, title)
    plot = next(iter(chart.plots), None)
    if plot is None:
        return
    series = list(plot.series)
    names = ["", *(tidy(one.name or "") for one in series)]
    columns = [list(one.values) for one in series]
    for position, category in enumerate(list(plot.categories)[:_MAX_POINTS]):
        values = [column[position] if position < len(column) else None for column in columns]
        if any(value is not None for value in values):
            row = table_row(names, [str(category), *map(shown, values)], title)
            if row:
                yield row


def _has_title(chart: Any) -> bool:
    return bool(chart.has_title and chart.chart_title.has_text_frame)


def diagram_blocks(shape: Any) -> Iterator[Block]:
    """The texts of a SmartArt diagram in the order of its data; nothing for any other shape."""
    reference = next(shape._element.iter(f"{_DIAGRAM}relIds"), None)
    if reference is None:
        return
    data = parse_xml(shape.part.related_part(reference.get(f"{_RELATIONS}dm")).blob)
    for point in data.iter(f"{_DIAGRAM}pt"):
        if point.get("type") in _NO_TEXT:
            continue
        for paragraph in point.iter(f"{A}p"):
            if text := tidy("".join(run.text or "" for run in paragraph.iter(f"{A}t"))):
                yield Block(BlockKind.LIST_ITEM, text, level=1)
