"""What one side took for one file, and sums over many."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.ingestion.processes import processor_seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """One file. `characters` are those of the text that was made passages of; 0 passages: not read.

    `processor` is the processor's time in seconds, the reader's process and text recognition included:
    a busy machine changes it less.
    """

    file: str
    seconds: float
    processor: float
    pages: int = 0
    passages: int = 0
    characters: int = 0
    ocr_pages: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """Many files."""

    seconds: float
    processor: float
    pages: int
    passages: int
    characters: int

    def line(self) -> str:
        return (
            f"{self.pages} pages, {self.passages} passages, {self.characters} characters in "
            f"{self.seconds:.1f} s ({self.processor:.1f} s of the processor): "
            f"{self.pages / self.seconds:.2f} pages/s, "
            f"{self.passages / self.seconds:.1f} passages/s, "
            f"{self.characters / self.seconds / 1000:.1f} × 1,000 characters/s"
        )


def total_of(files: Iterable[Measured]) -> Total:
    """The sum."""
    listed = list(files)
    return Total(
        sum(file.seconds for file in listed),
        sum(file.processor for file in listed),
        sum(file.pages for file in listed),
        sum(file.passages for file in listed),
        sum(file.characters for file in listed),
    )


class Clock:
    """Running since it was made."""

    def __init__(self) -> None:
        self._begin = time.perf_counter(), processor_seconds()

    def read(self) -> tuple[float, float]:
        """Seconds that have passed, and the processor's, of all processes together."""
        return time.perf_counter() - self._begin[0], processor_seconds() - self._begin[1]


class Stages:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def of(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, its time added to that stage's."""

        def timed(*args: Any, **options: Any) -> Any:
            begin = time.perf_counter()
            try:
                return call(*args, **options)
            finally:
                self.seconds[stage] += time.perf_counter() - begin

        return timed

    def lines(self, whole: float) -> list[str]:
        """Each stage with its share, and what is left of the whole."""
        rest = whole - sum(self.seconds.values())
        rows = [*self.seconds.items(), ("the rest", rest)]
        return [f"  {stage:34} {took:8.2f} s {took / whole:6.1%}" for stage, took in rows]
