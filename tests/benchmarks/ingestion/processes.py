"""What a process and those it started take together: memory at the most, the processor's time."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

_INTERVAL = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds() -> float:
    """The processor's time of this process and all below it, with those that have ended."""
    return sum(_ticks(pid) for pid in _family(os.getpid())) / _TICKS


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="utf-8").split()
        except OSError:  # ended meanwhile
            continue
        for child in children:
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    """Own time and that of children that were waited for (proc(5): utime, stime, cutime, cstime)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return sum(int(field) for field in stat.rpartition(")")[2].split()[11:15])


def _resident(pid: int) -> float:
    """MiB; 0 for a process that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return (
        sum(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS:")) / 1024
    )


class PeakMemory:
    """While it is open, looks ten times a second; `mib` is the most that was seen."""

    def __init__(self, pid: int) -> None:
        self.mib = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._ended.wait(_INTERVAL):
            self.mib = max(self.mib, sum(_resident(pid) for pid in _family(self._pid)))

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
