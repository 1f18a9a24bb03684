"""How far a run is, told to whoever wants to know, and the way to break it off."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kb.errors import StoppedError

#: how much of a document's time goes into reading it; the rest is embedding
_READING = 0.1


class Stage(StrEnum):
    """What is being done with a document; `parts` are pages, slides, sheets or passages."""

    READING = "reading"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True)
class Step:
    """`done` of `total` sources are finished; of the one in work, `part` of `parts`.

    `share` (0…1) is a guess of how much of the run's time is over, by the sources' bytes; `passages`
    are those made so far.
    """

    done: int
    total: int
    name: str = ""
    stage: Stage | None = None
    part: int = 0
    parts: int = 0
    share: float = 0.0
    passages: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "done": self.done,
            "total": self.total,
            "name": self.name,
            "stage": self.stage.value if self.stage else "",
            "part": self.part,
            "parts": self.parts,
            "share": round(self.share, 4),
            "passages": self.passages,
        }


def step_of(data: Mapping[str, Any]) -> Step:
    """The inverse of `Step.as_dict`; what is missing has its default."""
    stage = Stage(data["stage"]) if data.get("stage") else None
    return Step(**{**data, "stage": stage})


Progress = Callable[[Step], None]


def nobody(step: Step) -> None:
    """The progress of a run that nobody watches."""


class Watch:
    """What the steps of a run call while they work; `stop` may come from any thread."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._listener: Callable[[Stage, int, int], None] = lambda stage, part, parts: None

    def listen(self, listener: Callable[[Stage, int, int], None]) -> None:
        """Tell this one from now on."""
        self._listener = listener

    def advance(self, stage: Stage, part: int, parts: int) -> None:
        """Raises StoppedError when nobody wants the rest."""
        self.check()
        self._listener(stage, part, parts)

    def check(self) -> None:
        """Raises StoppedError after a stop."""
        if self._stopped.is_set():
            raise StoppedError

    @property
    def stopped(self) -> bool:
        """Whether nobody wants the rest."""
        return self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()

    def resume(self) -> None:
        self._stopped.clear()


class Course:
    """One run over its sources: turns what happens into steps. `sizes` are the sources' bytes."""

    def __init__(self, sizes: Sequence[int], progress: Progress) -> None:
        self._sizes = [max(size, 1) for size in sizes]
        self._whole = sum(self._sizes) or 1
        self._progress = progress
        self._done, self._behind, self._passages, self._name = 0, 0, 0, ""

    def expect(self, total: int) -> None:
        """There will be so many sources, all alike, for all that is known."""
        missing = total - len(self._sizes)
        self._sizes += [1] * missing
        self._whole = sum(self._sizes) or 1

    def skip(self) -> None:
        """One that was expected does not come."""
        self.end(0)

    def begin(self, name: str) -> None:
        """The next source comes."""
        self._name = name
        self._tell()

    def within(self, stage: Stage, part: int, parts: int) -> None:
        """Inside the source in work."""
        fraction = part / max(parts, 1)
        inside = _READING * fraction
        if stage is Stage.EMBEDDING:
            inside = _READING + (1 - _READING) * fraction
        self._tell(stage, part, parts, inside)

    def end(self, passages: int) -> None:
        """The source in work is finished and has so many passages."""
        self.expect(self._done + 1)
        self._behind += self._sizes[self._done]
        self._done += 1
        self._passages += passages
        self._name = "" if self._done == len(self._sizes) else self._name

    def finish(self) -> None:
        """Nothing is left."""
        self._name = ""
        self._tell()

    def _tell(
        self, stage: Stage | None = None, part: int = 0, parts: int = 0, inside: float = 0.0
    ) -> None:
        here = self._sizes[self._done] * inside if self._done < len(self._sizes) else 0.0
        share = (self._behind + here) / self._whole
        total, passages = len(self._sizes), self._passages
        self._progress(Step(self._done, total, self._name, stage, part, parts, share, passages))
