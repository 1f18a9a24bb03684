"""A chart over time: stacked columns or lines, in the units of its drawing area, and its table.

The area is stretched to whatever room there is, so nothing in it is text: ticks, labels and legend are
HTML around it. `y` grows downwards. Marks are names of the stylesheet, each with colour and pattern.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.web.admin.plots.numbers import brief, end_of_axis, whole

WIDTH, HEIGHT = 600.0, 160.0
_FILLED = 0.74
_GAP = 1.2
#: up to so many times each has a label; of more the first, the middle and the last one
_LABELLED = 7
#: up to so many times each point of a line is marked
_MARKED = 31

Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """Values by time; None where there is nothing to show."""

    name: str
    mark: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column."""

    x: float
    y: float
    width: float
    height: float
    mark: str


@dataclass(frozen=True, slots=True)
class Column:
    """All of one time; `words` says it in full."""

    words: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A series as the data of an SVG path, with a gap where there is no value; `points` are marks."""

    mark: str
    path: str
    points: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`ticks` come from the top, `labels` from the left; the table says everything in numbers."""

    title: str
    summary: str
    name: str
    legend: tuple[tuple[str, str], ...]
    ticks: tuple[str, ...]
    labels: tuple[str, ...]
    every_label: bool
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.lines and not any(column.blocks for column in self.columns)


@dataclass(frozen=True, slots=True)
class Times:
    """The times along the axis: short for labels, in full for the table."""

    head: str
    short: tuple[str, ...]
    full: tuple[str, ...]


def stacked(name: str, title: str, summary: str, times: Times, series: Sequence[Series]) -> Chart:
    """Columns, the first series at the bottom."""
    heights = [sum(one.values[n] or 0 for one in series) for n in range(len(times.full))]
    top = end_of_axis(max(heights, default=0))
    columns = tuple(
        Column(_said(full, series, number), _blocks(series, number, len(heights), top))
        for number, full in enumerate(times.full)
    )
    return Chart(
        title=title,
        summary=summary,
        name=name,
        ticks=(brief(top), brief(top / 2), "0"),
        columns=columns,
        lines=(),
        **_around(times, series, _number),
    )


def lines(
    name: str, title: str, summary: str, times: Times, series: Sequence[Series], words: Words
) -> Chart:
    """One line for each series that has a value at all; `words` writes a value."""
    values = [value for one in series for value in one.values if value is not None]
    top = end_of_axis(max(values, default=0))
    drawn = tuple(_line(one, top) for one in series if any(v is not None for v in one.values))
    return Chart(
        title=title,
        summary=summary,
        name=name,
        ticks=(words(top), words(top / 2), "0"),
        columns=(),
        lines=drawn,
        **_around(times, series, words),
    )


def _around(times: Times, series: Sequence[Series], words: Words) -> dict[str, Any]:
    """What stands around the area, and the table."""
    every = len(times.short) <= _LABELLED
    return {
        "legend": tuple((one.mark, one.name) for one in series),
        "labels": times.short if every else _three(times.short),
        "every_label": every,
        "heads": (times.head, *(one.name for one in series)),
        "rows": tuple(
            (full, *(_cell(one.values[number], words) for one in series))
            for number, full in enumerate(times.full)
        ),
    }


def _three(labels: Sequence[str]) -> tuple[str, ...]:
    return labels[0], labels[len(labels) // 2], labels[-1]


def _cell(value: float | None, words: Words) -> str:
    return "–" if value is None else words(value)


def _number(value: float) -> str:
    return whole(round(value))


def _said(full: str, series: Sequence[Series], number: int) -> str:
    parts = [f"{_number(one.values[number] or 0)} {one.name}" for one in series]
    return f"{full}: {', '.join(parts)}"


def _blocks(series: Sequence[Series], number: int, count: int, top: float) -> tuple[Block, ...]:
    slot = WIDTH / count
    left, width = slot * (number + (1 - _FILLED) / 2), slot * _FILLED
    blocks, reached = [], HEIGHT
    for one in series:
        height = HEIGHT * (one.values[number] or 0) / top
        if height <= 0:
            continue
        reached -= height
        seen = height - _GAP if height > 3 * _GAP else height
        blocks.append(Block(_short(left), _short(reached), _short(width), _short(seen), one.mark))
    return tuple(blocks)


def _line(series: Series, top: float) -> Line:
    count = len(series.values)
    steps, points, drawing = [], [], False
    for number, value in enumerate(series.values):
        if value is None:
            drawing = False
            continue
        x = _short(WIDTH * (number + 0.5) / count)
        y = _short(HEIGHT * (1 - value / top))
        steps.append(f"{'L' if drawing else 'M'}{x} {y}")
        alone = not drawing and (number + 1 == count or series.values[number + 1] is None)
        if alone or count <= _MARKED:
            points.append(f"M{x} {y}h0.01")
        drawing = True
    return Line(series.mark, "".join(steps), "".join(points))


def _short(number: float) -> float:
    return round(number, 2)
