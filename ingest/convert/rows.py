"""A table's rows to blocks: „Spalte: Wert; Spalte: Wert“ with the pairs kept as cells."""

import re
from collections.abc import Iterator, Sequence

from ingest.convert.blocks import Block, BlockKind
from ingest.convert.wording import tidy

_NUMBERING = re.compile(r"(?:\d{1,3}[a-z]?[.)]?|[a-z]{1,2}\))$")


def table_row(
    names: Sequence[str], values: Sequence[str], group: str = "", page: int | None = None
) -> Block | None:
    """One TABLE_ROW block of the columns that have a value; None for an empty row."""
    cells = []
    for position, value in enumerate(values):
        name = names[position] if position < len(names) else ""
        if clean := tidy(value):
            cells.append((tidy(name).rstrip(":").rstrip(), clean))
    if not cells:
        return None
    return Block(BlockKind.TABLE_ROW, _row_text(cells), page=page, cells=tuple(cells), group=group)


def _row_text(cells: Sequence[tuple[str, str]]) -> str:
    """Values without a column name stay as they are; a bare number leads its row without a mark."""
    text = ""
    for position, (name, value) in enumerate(cells):
        part = f"{name}: {value}" if name else value
        numbered = position == 1 and not cells[0][0] and _NUMBERING.match(cells[0][1])
        text += part if not text else f"{' ' if numbered else '; '}{part}"
    return text


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some unmarked rows names the columns that follow.

    True when every cell of it is words and a column below holds only numbers.
    """
    if len(rows) < 3 or not all(cell and not _is_number(cell) for cell in rows[0]):
        return False
    width = len(rows[0])
    body = [row for row in rows[1:] if len(row) == width]
    return len(body) == len(rows) - 1 and any(
        all(_is_number(row[column]) for row in body) for column in range(width)
    )


def grid_rows(grid: Sequence[Sequence[str]], is_headed: bool, group: str = "") -> Iterator[Block]:
    """The rows of a text document's table.

    The first one names the columns when the table marks it so (`is_headed`) or it reads like that;
    two columns with labels like „Antragsteller:“ are read line by line.
    """
    rows = [row for row in grid if any(row)]
    if _is_key_value(rows):
        for row in rows:
            block = table_row([row[0]], [row[1]], group) if row[1] else table_row([], row, group)
            if block:
                yield block
        return
    names = rows.pop(0) if rows and (is_headed or _reads_like_names(rows)) else []
    for row in rows:
        if block := table_row(names, row, group):
            yield block


def _is_key_value(rows: Sequence[Sequence[str]]) -> bool:
    labelled = sum(1 for row in rows if row[0].endswith(":"))
    return bool(rows) and all(len(row) == 2 for row in rows) and labelled > 0.5 * len(rows)


def _reads_like_names(rows: Sequence[Sequence[str]]) -> bool:
    first = [cell for cell in rows[0] if cell]
    return (
        len(rows) > 1
        and len(first) >= max(2, len(rows[0]) - 1)
        and all(len(cell) < 80 and re.search(r"[^\W\d_]{2}", cell) for cell in first)
        and not any(
            cell.endswith((".", ";")) or re.match(r"[\d.,]+ ?(?:€|Euro|%)", cell) for cell in first
        )
    )


def _is_number(cell: str) -> bool:
    return bool(re.match(r"[\d.,/%€ –-]*\d[\d.,/%€ –-]*$", cell))
