"""Shares of a whole as one bar each, or side by side in one bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.web.admin.plots.numbers import share, whole

WIDTH = 100.0


@dataclass(frozen=True, slots=True)
class Part:
    """A named number; `href` leads to what is counted, empty for nowhere."""

    name: str
    mark: str
    number: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a bar of 100 units."""

    x: float
    width: float
    name: str
    mark: str
    count: str
    share: str
    href: str


@dataclass(frozen=True, slots=True)
class Shares:
    """`slices` lie side by side in the order given; the empty ones have no width."""

    title: str
    summary: str
    name: str
    slices: tuple[Slice, ...]
    empty: bool


def shares(name: str, title: str, summary: str, parts: Sequence[Part]) -> Shares:
    """How a whole is made up of its parts."""
    total, begin, slices = sum(part.number for part in parts), 0.0, []
    for part in parts:
        width = WIDTH * part.number / total if total else 0.0
        slices.append(
            Slice(
                x=round(begin, 2),
                width=round(width, 2),
                name=part.name,
                mark=part.mark,
                count=whole(part.number),
                share=share(part.number, total),
                href=part.href,
            )
        )
        begin += width
    return Shares(title, summary, name, tuple(slices), total == 0)
