"""Word tables to rows of cell texts; merged cells count in each row they span."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.convert.blocks import Block
from ingest.convert.docx_text import W, paragraph_text
from ingest.convert.rows import table_row
from ingest.convert.wording import tidy


def is_layout(table: Any) -> bool:
    """A table of one column, or with whole tables inside, only places its content."""
    widths = [len(row.findall(f"{W}tc")) for row in table.findall(f"{W}tr")]
    return max(widths, default=0) <= 1 or table.find(f".//{W}tc/{W}tbl") is not None


def table_rows(table: Any) -> Iterator[Block]:
    """The rows' blocks, with the first row as column names when it is one."""
    grid = [row for row in _grid(table) if any(row)]
    if not grid:
        return
    if _is_key_value(grid):
        for row in grid:
            block = table_row([row[0]], [" ".join(row[1:])]) if row[1] else table_row([], row)
            if block:
                yield block
        return
    marked = table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    names: Sequence[str] = grid.pop(0) if marked or _is_header(grid) else []
    for row in grid:
        if block := table_row(names, row):
            yield block


def cells(table: Any) -> Iterator[Any]:
    """All cells in reading order."""
    for row in table.findall(f"{W}tr"):
        yield from row.findall(f"{W}tc")


def _grid(table: Any) -> Iterator[list[str]]:
    above: dict[int, str] = {}
    for row in table.iter(f"{W}tr"):
        values: list[str] = []
        for cell in row.iter(f"{W}tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            text = " ".join(filter(None, (tidy(paragraph_text(p)) for p in cell.iter(f"{W}p"))))
            if merge is not None and merge.get(f"{W}val", "continue") == "continue":
                text = text or above.get(len(values), "")
            above[len(values)] = text if merge is not None else ""
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            width = int(span.get(f"{W}val", "1")) if span is not None else 1
            values += [text] + [""] * (min(width, 200) - 1)
        yield values


def _is_key_value(grid: Sequence[Sequence[str]]) -> bool:
    """Two columns, the first with labels like „Antragsteller:“."""
    labelled = sum(1 for row in grid if row[0].endswith(":"))
    return max(map(len, grid)) == 2 and min(map(len, grid)) == 2 and labelled > 0.5 * len(grid)


def _is_header(grid: Sequence[Sequence[str]]) -> bool:
    first = [cell for cell in grid[0] if cell]
    return (
        len(grid) > 1
        and len(first) >= max(2, len(grid[0]) - 1)
        and all(len(cell) < 80 and re.search(r"[^\W\d_]{2}", cell) for cell in first)
        and not any(
            cell.endswith((".", ";")) or re.match(r"[\d.,]+ ?(?:€|Euro|%)", cell) for cell in first
        )
    )
