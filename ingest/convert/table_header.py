"""Where a sheet's column names stand: below its title rows, in one row, two levels or languages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.convert.table_cells import is_typed, is_year
from ingest.convert.wording import tidy

Row = Sequence[str]

_LOOKED_AT = 200
_LONG_NAME = 60


@dataclass(frozen=True, slots=True)
class Region:
    """Rows between blank rows: titles above, the column names, and where the data begin."""

    titles: tuple[Row, ...]
    names: tuple[str, ...]
    data: tuple[Row, ...]


def read_region(rows: Sequence[Row], width: int, names_above: Sequence[str] = ()) -> Region:
    """Divide a region's rows; `width` is how many cells the sheet's rows usually fill.

    `names_above` go on when the region has no names of its own.
    """
    first = next((at for at, row in enumerate(rows) if _is_wide(row, width)), None)
    if names_above and (first is None or not _names_columns(rows, first, width, names_above)):
        return Region((), tuple(names_above), tuple(rows))
    if first is None:
        return Region(tuple(rows), (), ())
    if not _is_text(rows[first]):
        return Region(tuple(rows[:first]), (), tuple(rows[first:]))
    titles, top = _titles_and_top(rows, first)
    names, begin = _names(rows, top, width)
    return Region(tuple(titles), tuple(names), tuple(rows[begin:]))


def usual_width(rows: Sequence[Row]) -> int:
    """How many cells most of a sheet's first rows fill; rows of one cell do not count."""
    widths = Counter(sum(map(bool, row)) for row in rows[:_LOOKED_AT])
    wide = {width: count for width, count in widths.items() if width > 1}
    return max(wide, key=lambda width: (wide[width], width)) if wide else 1


def _is_wide(row: Row, width: int) -> bool:
    """A row that can name the columns; „Stand: | 30.06.2025“ is a title."""
    filled = sum(map(bool, row))
    labelled = filled == 2 and row[0].endswith(":") and width > 2
    return filled >= max(2, 0.7 * width) and not labelled


def _is_text(row: Row) -> bool:
    cells = [cell for cell in row if cell]
    return all(not is_typed(cell) or is_year(cell) for cell in cells) and not any(
        "@" in cell or re.search(r"\d{5}", cell) for cell in cells
    )


def _names_columns(rows: Sequence[Row], first: int, width: int, names_above: Sequence[str]) -> bool:
    """Whether a further region's first wide row holds names: below it, words turn to numbers."""
    if not _is_text(rows[first]) or list(rows[first]) == list(names_above):
        return False
    body = [row for row in rows[first + 1 : _LOOKED_AT] if _is_wide(row, width)]
    return any(
        name and not is_typed(name) and any(is_typed(row[column]) for row in body)
        for column, name in enumerate(rows[first])
        if all(len(row) > column for row in body)
    )


def _titles_and_top(rows: Sequence[Row], first: int) -> tuple[Sequence[Row], int]:
    """The title rows, and the first row of the names: a row with gaps is their upper level."""
    above = rows[first - 1] if first else ()
    upper = first > 0 and sum(map(bool, above)) >= 2 and not above[0] and _is_text(above)
    top = first - 1 if upper else first
    return rows[:top], top


def _names(rows: Sequence[Row], top: int, width: int) -> tuple[list[str], int]:
    """Column names from row `top` on, and the first row of the data."""
    names = [_short(cell) for cell in rows[top]]
    begin = top + 1
    if begin < len(rows) and _is_lower_level(rows[top], rows[begin], width):
        names = _two_levels(rows[top], rows[begin])
        begin += 1
    # the same names in another language follow below the language's name
    while begin + 1 < len(rows) and _is_translation(rows[begin], rows[begin + 1], len(names)):
        begin += 2
    return names, begin


def _is_lower_level(upper: Row, lower: Row, width: int) -> bool:
    """The row below fills gaps that the upper row leaves, or divides names that span columns."""
    if not _is_text(lower) or not _is_wide(lower, width):
        return False
    columns = list(zip(upper, lower, strict=False))
    gaps = any(not above and below for above, below in columns)
    spans = any(one and one == other for one, other in pairwise(upper))
    return (gaps or spans) and any(above and above != below for above, below in columns)


def _two_levels(upper: Row, lower: Row) -> list[str]:
    names = []
    above = ""
    for column, cell in enumerate(lower):
        above = upper[column] or above
        name = above if not cell or cell == above else f"{above} {cell}".strip()
        names.append(_short(name))
    return names


def _is_translation(label: Row, names: Row, width: int) -> bool:
    return sum(map(bool, label)) == 1 and _is_text(names) and sum(map(bool, names)) >= 0.8 * width


def _short(name: str) -> str:
    """A long column name without its explanation in brackets, which every row would repeat."""
    clean = tidy(name)
    head = clean.partition(" (")[0]
    return head if len(clean) > _LONG_NAME and len(head) > 3 else clean
