"""Tables in OpenDocument texts to rows of cell texts."""

from collections.abc import Iterator
from typing import Any

from ingest.convert.odf_package import OFFICE, TABLE, TEXT
from ingest.convert.odf_paragraph import read_paragraph

_MAX_REPEATED = 200
_APART = (f"{TEXT}note", f"{OFFICE}annotation")
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")


def is_layout(table: Any) -> bool:
    """A table of one column, or with whole tables inside, only places its content."""
    widths = [sum(1 for _ in _cells(row)) for row in _rows(table)]
    return max(widths, default=0) <= 1 or table.find(f".//{TABLE}table") is not None


def read_grid(table: Any) -> tuple[list[list[str]], int, list[str]]:
    """The cell texts, how many rows at the top name columns, and the notes in the cells.

    A cell that spans rows counts in each of them; one that spans columns only in its first.
    """
    grid: list[list[str]] = []
    notes: list[str] = []
    covering: dict[int, tuple[int, str]] = {}
    for row in _rows(table):
        values: list[str] = []
        for cell in _cells(row):
            column = len(values)
            left, text = covering.get(column, (0, ""))
            if cell.tag == f"{TABLE}covered-table-cell":
                values.append(text if left else "")
                covering[column] = (max(left - 1, 0), text)
            else:
                text = _cell_text(cell, notes)
                values.append(text)
                covering[column] = (_number(cell, "number-rows-spanned") - 1, text)
        grid.append(values)
    header = table.find(f"{TABLE}table-header-rows")
    return grid, 0 if header is None else len(header.findall(f"{TABLE}table-row")), notes


def _rows(table: Any) -> Iterator[Any]:
    for row in table.iter(f"{TABLE}table-row"):
        yield from [row] * min(_number(row, "number-rows-repeated"), _MAX_REPEATED)


def _cells(row: Any) -> Iterator[Any]:
    for cell in row:
        if cell.tag in _CELLS:
            yield from [cell] * min(_number(cell, "number-columns-repeated"), _MAX_REPEATED)


def _cell_text(cell: Any, notes: list[str]) -> str:
    texts = []
    for element in cell.iter(f"{TEXT}p", f"{TEXT}h"):
        if any(parent.tag in _APART for parent in element.iterancestors()):
            continue
        paragraph = read_paragraph(element)
        texts.append(paragraph.text)
        notes += paragraph.notes
    return " ".join(filter(None, texts))


def _number(element: Any, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return int(text) if text.isdigit() else 1
