"""Tables without ruling lines on a recognised page: lines whose gaps stand below each other.

Text set in columns, lists, tables of contents and letterheads have such gaps too. What makes a table
is besides that its columns are straight, and figures below names or several columns of few words.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.convert.ocr_cells import WordTable, middle_of, text_of, visual_lines
from ingest.convert.ocr_lines import em_of
from ingest.convert.pdf_tables import is_name
from ingest.convert.tesseract import Word

_EDGE = 10.0**6
#: in ems: the gap between two cells, that between columns, and the step from row to row
_GAP, _CORRIDOR, _STEP = 1.1, 0.8, 4.0
#: a line of a cell stands nearer to the one above than so many of the widest steps, or ems
_CLOSE, _NEXT_LINE = 0.8, 1.5
_MIN_ROWS = 3
#: shares of a column's cells: that are figures, that are straight, in an ems' tolerance
_FIGURES, _STRAIGHT, _TOLERANCE = 0.6, 0.7, 0.8
#: words of a usual cell up to which entries are short, and from which they are prose
_SHORT, _PROSE = 4, 7
_AMOUNT = re.compile(
    r"(?:(?:max\.|bis|ab|ca\.|rd\.|je) ?)?[-–+(]?\d[\d.,/ –-]*\)?"
    r" ?(?:%|€|EUR|Euro|TEUR|Mio\.?|Tsd\.?|Std\.?|h|Tage|Uhr|km|m²|kg)?$|[-–—]$"
)
_MARKER = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[a-zäöü]{1,2}|[ivxIVX]{1,4})[.)]*$|[-–—•·*°§]$")
_LABEL = re.compile(r".*:$")

Gap = tuple[float, float]


@dataclass(slots=True)
class _Block:
    """Lines below each other, and the gaps that all of them share."""

    em: float
    lines: list[list[Word]] = field(default_factory=list)
    free: list[Gap] = field(default_factory=lambda: [(-_EDGE, _EDGE)])

    @property
    def corridors(self) -> list[Gap]:
        """The gaps with words on both sides."""
        left = min(line[0].box[0] for line in self.lines)
        right = max(word.box[2] for line in self.lines for word in line)
        return [gap for gap in self.free if gap[0] > left and gap[1] < right]

    def with_line(self, line: list[Word]) -> "_Block":
        """The block with one more line, and those of its gaps that remain."""
        free = [
            (max(one[0], other[0]), min(one[1], other[1]))
            for one in self.free
            for other in _free(line)
            if min(one[1], other[1]) - max(one[0], other[0]) >= _CORRIDOR * self.em
        ]
        return _Block(self.em, [*self.lines, line], free)

    def is_gapped(self, line: Sequence[Word]) -> bool:
        """Whether a line has a gap as there is between cells."""
        gaps = (after.box[0] - word.box[2] for word, after in pairwise(line))
        return any(gap >= _GAP * self.em for gap in gaps)


def aligned_tables(words: Sequence[Word]) -> Iterator[WordTable]:
    """The tables among words on a page that does not lean, top to bottom."""
    sizes = [size for word in words if (size := em_of(word)) is not None]
    if not sizes:
        return
    em = statistics.median(sizes)
    lines = visual_lines(words)
    at = 0
    while at < len(lines):
        block = _block(lines[at:], em)
        table = _table(block) if block else None
        if block and table:
            yield table
            at += len(block.lines)
        else:
            at += 1


def _block(lines: Sequence[list[Word]], em: float) -> _Block | None:
    """As many lines from the first one on as have columns in common; None for too few."""
    block = _Block(em).with_line(lines[0])
    if not block.is_gapped(lines[0]):
        return None
    whole = block
    for above, line in pairwise(lines):
        if middle_of(line) - middle_of(above) > _STEP * em:
            break
        block = block.with_line(line)
        wanted = len(whole.corridors) if len(whole.lines) > 1 else 1
        if len(block.corridors) < wanted or len(block.lines) - len(whole.lines) > _MIN_ROWS:
            break
        if block.is_gapped(line):
            whole = block
    return whole if len(whole.lines) >= _MIN_ROWS else None


def _table(block: _Block) -> WordTable | None:
    """The block's cells, if they are those of a table."""
    bounds = [(left + right) / 2 for left, right in block.corridors]
    cells = [_cells(line, bounds) for line in block.lines]
    steps = [middle_of(line) - middle_of(above) for above, line in pairwise(block.lines)]
    columns = list(zip(*cells, strict=True))
    if not all(_is_straight([cell for cell in column if cell], block.em) for column in columns):
        return None
    rows = [[text_of(words) for words in row] for row in _rows(cells, steps, block.em)]
    used = [word for line in block.lines for word in line]
    return WordTable(rows, used) if _is_table(rows) else None


def _cells(line: Sequence[Word], bounds: Sequence[float]) -> list[list[Word]]:
    cells: list[list[Word]] = [[] for _ in range(len(bounds) + 1)]
    for word in line:
        middle = (word.box[0] + word.box[2]) / 2
        cells[sum(middle > bound for bound in bounds)].append(word)
    return cells


def _is_straight(cells: Sequence[Sequence[Word]], em: float) -> bool:
    """Whether most cells of a column have their left or right side or their middle in common."""
    lefts = [float(cell[0].box[0]) for cell in cells]
    rights = [float(cell[-1].box[2]) for cell in cells]
    middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(
        sum(abs(place - statistics.median(places)) <= _TOLERANCE * em for place in places)
        >= _STRAIGHT * len(places)
        for places in (lefts, rights, middles)
    )


def _rows(
    cells: Sequence[list[list[Word]]], steps: Sequence[float], em: float
) -> list[list[list[Word]]]:
    """The lines; those that go on with the cells of the row above are put to it."""
    close = max(_NEXT_LINE * em, _CLOSE * max(steps))
    rows = [cells[0]]
    for line, step in zip(cells[1:], steps, strict=True):
        if step < close and _goes_on(line, rows[-1]):
            rows[-1] = [[*above, *below] for above, below in zip(rows[-1], line, strict=True)]
        else:
            rows.append(line)
    return rows


def _goes_on(line: Sequence[Sequence[Word]], above: Sequence[Sequence[Word]]) -> bool:
    if all(line) or any(new and not old for new, old in zip(line, above, strict=True)):
        return False
    if not line[0]:
        return True
    return line[0][0].text[0].islower() or above[0][-1].text.endswith("-")


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows are a table: figures below names, or named columns of few words."""
    names, body = rows[0], rows[1:]
    columns = [[row[column] for row in body if row[column]] for column in range(len(names))]
    if len(rows) < _MIN_ROWS or not all(columns):
        return False
    if _share(columns[0], _MARKER) > _FIGURES and len(columns) == 2:
        return False  # a list
    usual = [statistics.median(len(cell.split()) for cell in column) for column in columns]
    if sum(words >= _PROSE for words in usual) > 1:
        return False
    figures = [_share(column, _AMOUNT) >= _FIGURES for column in columns]
    if not all(name and _is_column_name(name) for name in names[1:]):
        return len(columns) > 2 and sum(figures[1:]) > 1
    if any(figures[1:]):
        return True
    full = sum(1 for row in rows if all(row))
    return len(columns) > 2 and full > 0.7 * len(rows) and max(usual) <= _SHORT


def _is_column_name(cell: str) -> bool:
    return is_name(cell) and not _AMOUNT.match(cell) and not _LABEL.match(cell)


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(1 for cell in cells if pattern.match(cell)) / len(cells)


def _free(line: Sequence[Word]) -> list[Gap]:
    """Where a line has no words, from far left to far right."""
    edges = [-_EDGE, *(float(side) for word in line for side in (word.box[0], word.box[2])), _EDGE]
    return list(zip(edges[::2], edges[1::2], strict=True))
