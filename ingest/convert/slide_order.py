"""The order in which the shapes on a slide are read: row by row, from left to right."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Shape = TypeVar("Shape")


def in_reading_order(
    shapes: Iterable[Shape], place: Callable[[Shape], tuple[float, float]], row_height: float
) -> list[Shape]:
    """Shapes by `place` (top, left); tops within `row_height` of a row's first one are that row."""
    rows: list[tuple[float, list[tuple[float, Shape]]]] = []
    placed = [(*place(shape), shape) for shape in shapes]
    for top, left, shape in sorted(placed, key=lambda entry: entry[0]):
        if rows and top - rows[-1][0] <= row_height:
            rows[-1][1].append((left, shape))
        else:
            rows.append((top, [(left, shape)]))
    return [shape for _, row in rows for _, shape in sorted(row, key=lambda entry: entry[0])]
