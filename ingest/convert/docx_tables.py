"""Word tables to rows of cell texts; merged cells count in each row they span."""

from collections.abc import Iterator
from typing import Any

from ingest.convert.blocks import Block
from ingest.convert.docx_text import W, paragraph_text, paragraphs_in
from ingest.convert.rows import grid_rows
from ingest.convert.wording import tidy


def is_layout(table: Any) -> bool:
    """A table of one column, or with whole tables inside, only places its content."""
    widths = [len(list(_own(row, "tc"))) for row in _own(table, "tr")]
    return max(widths, default=0) <= 1 or table.find(f".//{W}tc/{W}tbl") is not None


def table_rows(table: Any) -> Iterator[Block]:
    """The rows' blocks, with the first row as column names when it is one."""
    grid = [row for row in _grid(table) if any(row)]
    marked = table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    yield from grid_rows(grid, marked)


def cells(table: Any) -> Iterator[Any]:
    """All cells in reading order."""
    for row in _own(table, "tr"):
        if not _is_deleted(row):
            yield from _own(row, "tc")


def _own(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, those in content controls too."""
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
            yield from _own(child, name)


def _is_deleted(row: Any) -> bool:
    """Whether a tracked change has deleted the row."""
    return row.find(f"{W}trPr/{W}del") is not None


def _grid(table: Any) -> Iterator[list[str]]:
    above: dict[int, str] = {}
    for row in _own(table, "tr"):
        if _is_deleted(row):
            continue
        values: list[str] = []
        for cell in _own(row, "tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            text = " ".join(filter(None, (tidy(paragraph_text(p)) for p in paragraphs_in(cell))))
            if merge is not None and merge.get(f"{W}val", "continue") == "continue":
                text = text or above.get(len(values), "")
            above[len(values)] = text if merge is not None else ""
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            width = int(span.get(f"{W}val", "1")) if span is not None else 1
            values += [text] + [""] * (min(width, 200) - 1)
        yield values
