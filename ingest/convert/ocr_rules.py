"""Ruling lines on the image of a page: long, thin, dark strokes, as edges for pdfplumber's tables.

Looked for on a coarse copy of the image, where a stroke is a pixel or two thick. Places are those of
the page made straight, by the slope of its lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mask = NDArray[np.bool_]
#: an edge as pdfplumber has it: orientation, x0, x1, top, bottom, and what follows from these
Edge = dict[str, Any]

_COARSE = 100.0
#: a thin stroke is grey after scaling down, and so is most of a table's shading not
_DARK = 190
_SHORTEST, _THICKEST = 0.18, 0.06
#: runs of dark pixels from which on the page is a picture
_MOST_RUNS = 20_000
_MOST_EDGES = 600
#: pixels of the coarse copy that may be missing between two runs of one stroke
_TORN = 3


@dataclass(slots=True)
class _Stroke:
    """Runs that touch each other: from row `first` to `last`, columns `left` to `right`."""

    first: int
    last: int
    left: int
    right: int

    def touches(self, row: int, left: int, right: int) -> bool:
        near = row - self.last <= 2
        return near and left <= self.right + _TORN and right >= self.left - _TORN

    def take(self, row: int, left: int, right: int) -> None:
        self.last = row
        self.left, self.right = min(self.left, left), max(self.right, right)


def ruling_edges(image: Image.Image, dpi: float, slope: float) -> list[Edge]:
    """The strokes of a greyscale image; places in its pixels. `slope`: of its lines, downwards."""
    factor = max(round(dpi / _COARSE), 1)
    dark = np.asarray(image.reduce(factor)) < _DARK
    coarse = dpi / factor
    edges = []
    for stroke in _strokes(dark, coarse, slope):
        middle = (stroke.left + stroke.right) / 2, (stroke.first + stroke.last) / 2
        top = middle[1] - slope * middle[0]
        left, right = stroke.left + slope * middle[1], stroke.right + slope * middle[1]
        edges.append(_edge("h", left * factor, right * factor, top * factor, top * factor))
    for stroke in _strokes(dark.T, coarse, -slope):
        middle = (stroke.first + stroke.last) / 2, (stroke.left + stroke.right) / 2
        left = middle[0] + slope * middle[1]
        top, bottom = stroke.left - slope * middle[0], stroke.right - slope * middle[0]
        edges.append(_edge("v", left * factor, left * factor, top * factor, bottom * factor))
    return edges if len(edges) <= _MOST_EDGES else []


def _edge(orientation: str, left: float, right: float, top: float, bottom: float) -> Edge:
    place = {"x0": left, "x1": right, "top": top, "bottom": bottom, "doctop": top}
    return {
        "orientation": orientation,
        "width": right - left,
        "height": bottom - top,
        **place,
    }


def _strokes(dark: Mask, dpi: float, slope: float) -> list[_Stroke]:
    """Strokes along the rows of a mask; none where so much is dark that it is a picture."""
    runs = _runs(dark, round(_SHORTEST * dpi))
    if len(runs) > _MOST_RUNS:
        return []
    done: list[_Stroke] = []
    growing: list[_Stroke] = []
    for row, left, right in runs:
        done += [stroke for stroke in growing if row - stroke.last > 2]
        growing = [stroke for stroke in growing if row - stroke.last <= 2]
        touched = [stroke for stroke in growing if stroke.touches(row, left, right)]
        if not touched:
            growing.append(_Stroke(row, row, left, right))
            continue
        whole = touched[0]
        for other in touched[1:]:
            whole.take(row, other.left, other.right)
            whole.first = min(whole.first, other.first)
            growing = [stroke for stroke in growing if stroke is not other]
        whole.take(row, left, right)
    return [stroke for stroke in done + growing if _is_thin(stroke, dpi, slope)]


def _is_thin(stroke: _Stroke, dpi: float, slope: float) -> bool:
    leaning = abs(slope) * (stroke.right - stroke.left)
    return stroke.last - stroke.first - leaning <= _THICKEST * dpi


def _runs(dark: Mask, shortest: int) -> Sequence[tuple[int, int, int]]:
    """Dark runs (row, first column, last column) from the top; a step of one row does not end one."""
    closed = dark.copy()
    closed[:-1] |= dark[1:]
    padded = np.pad(closed, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    starts, ends = np.argwhere(change == 1), np.argwhere(change == -1)
    long = ends[:, 1] - starts[:, 1] >= shortest
    rows, lefts, rights = starts[long, 0], starts[long, 1], ends[long, 1] - 1
    return list(zip(rows.tolist(), lefts.tolist(), rights.tolist(), strict=True))
