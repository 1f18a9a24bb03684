"""What is known of a rebuild while it runs, for operators and for whoever has to wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ingest.report import RunReport
from kb.errors import AuskunftError
from kb.state.clock import utc_now

_SHORTEST_WAIT, _LONGEST_WAIT, _USUAL_WAIT = 5, 3_600, 60


class Plan(StrEnum):
    """What is to be done: what the settings need, a new generation in any case, or the former one."""

    AUTOMATIC = "automatic"
    FRESH = "fresh"
    BACK = "back"


class Phase(StrEnum):
    """`paused`: failed and to be tried again; `interrupted`: waits for a service or a rebuild."""

    FILLING = "filling"
    SWITCHING = "switching"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class BuildState:
    """`done` and `total` count documents, `share` is by passages, 0…1; times are UTC.

    `name` is the file in work: for operators only. `share_before` was done by an earlier run.
    """

    generation: str
    model: str
    phase: Phase
    began: datetime
    done: int = 0
    total: int = 0
    share: float = 0.0
    share_before: float = 0.0
    name: str = ""
    error: str = ""
    retry_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "generation": self.generation,
            "model": self.model,
            "phase": self.phase.value,
            "began": iso(self.began),
            "done": self.done,
            "total": self.total,
            "percent": self.percent,
            "name": self.name,
            "error": self.error,
            "retry_at": iso(self.retry_at),
        }

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def seconds_left(self) -> int:
        """A guess from what this run has done so far."""
        done = self.share - self.share_before
        left: float = _USUAL_WAIT
        if self.phase is Phase.PAUSED and self.retry_at is not None:
            left += (self.retry_at - utc_now()).total_seconds()
        elif done > 0:
            left = (utc_now() - self.began).total_seconds() * (1 - self.share) / done
        return int(min(max(left, _SHORTEST_WAIT), _LONGEST_WAIT))


#: told of each step, and at the end of the report or of what went wrong
Listener = Callable[[BuildState | RunReport | AuskunftError], None]


def iso(time: datetime | None) -> str | None:
    """A UTC time as text for JSON."""
    return time.isoformat(timespec="seconds") + "Z" if time else None
