"""HTML tables and definition lists to TABLE_ROW blocks."""

from collections.abc import Callable, Iterator

from bs4 import Tag

from ingest.convert.blocks import Block
from ingest.convert.rows import looks_like_header, table_row
from ingest.convert.wording import tidy

TextOf = Callable[[Tag], str]
_MAX_SPAN = 200


def is_layout(table: Tag) -> bool:
    """A table that only places content: headings or tables inside, or one column without header."""
    if table.find(("table", "h1", "h2", "h3", "h4", "h5", "h6", "dl")) is not None:
        return True
    rows = table.find_all("tr")
    return table.find("th") is None and all(len(row.find_all("td")) <= 1 for row in rows)


def table_rows(table: Tag, text_of: TextOf) -> Iterator[Block]:
    """A data table's rows; the header is what the table marks, or plainly is, as column names."""
    caption = table.find("caption")
    group = tidy(text_of(caption)) if caption else ""
    marked = [row for row in table.find_all("tr") if _is_header(row)]
    grid = _grid(table, text_of)
    rows = table.find_all("tr")
    names: list[str] = []
    leading = 0
    while leading < len(rows) and rows[leading] in marked:
        names = _merge(names, grid[leading])
        leading += 1
    if not leading and looks_like_header(grid):
        names, leading = grid[0], 1
    for row, values in zip(rows[leading:], grid[leading:], strict=True):
        first = row.find(("th", "td"))
        if not names and len(values) == 2 and first is not None and first.name == "th":
            block = table_row([values[0]], [values[1]], group)
        else:
            block = table_row(names, values, group)
        if block:
            yield block


def definitions(tag: Tag, text_of: TextOf) -> Iterator[Block]:
    """A definition list: one row per dt with all its dd."""
    name, values = "", list[str]()
    for part in [*tag.find_all(("dt", "dd")), None]:
        if part is not None and part.find_parent("dl") is not tag:
            continue
        if part is None or part.name == "dt":
            if block := table_row([name], [" ".join(values)]):
                yield block
            name, values = (tidy(text_of(part)) if part is not None else ""), []
        else:
            values.append(text_of(part))


def _is_header(row: Tag) -> bool:
    cells = row.find_all(("th", "td"), recursive=False)
    return bool(cells) and (
        row.find_parent("thead") is not None or all(c.name == "th" for c in cells)
    )


def _grid(table: Tag, text_of: TextOf) -> list[list[str]]:
    """Cell texts by row; a cell spanning rows or columns counts once per row, first column only."""
    grid: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}
    for row in table.find_all("tr"):
        values: list[str] = []
        for cell in row.find_all(("th", "td"), recursive=False):
            _take_pending(values, pending)
            text = tidy(text_of(cell))
            for offset in range(_span(cell, "colspan")):
                if (height := _span(cell, "rowspan")) > 1:
                    pending[len(values)] = (height - 1, "" if offset else text)
                values.append(text if not offset or _is_header(row) else "")
        _take_pending(values, pending)
        grid.append(values)
    return grid


def _take_pending(values: list[str], pending: dict[int, tuple[int, str]]) -> None:
    while (column := len(values)) in pending:
        left, text = pending.pop(column)
        values.append(text)
        if left > 1:
            pending[column] = (left - 1, text)
            break


def _span(cell: Tag, attribute: str) -> int:
    value = str(cell.get(attribute, "1"))
    return max(1, min(int(value), _MAX_SPAN)) if value.isdigit() else 1


def _merge(names: list[str], more: list[str]) -> list[str]:
    """Column names of a header of several rows: „2024 Betrag“."""
    width = max(len(names), len(more))
    padded = [line + [""] * (width - len(line)) for line in (names, more)]
    return [
        upper if upper == lower else f"{upper} {lower}".strip()
        for upper, lower in zip(*padded, strict=True)
    ]
