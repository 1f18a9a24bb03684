"""The reading processes that this process has started, as /proc shows them."""

import os
import threading
from contextlib import suppress
from pathlib import Path

_BETWEEN_LOOKS = 0.05


def readers() -> list[int]:
    """Their ids."""
    return [
        pid for pid, parent, command in _processes() if parent == os.getpid() and _reads(command)
    ]


class PeakMemory:
    """The most memory (resident MiB) that one of them had while this was open."""

    def __enter__(self) -> "PeakMemory":
        self.megabytes = 0.0
        for pid in readers():
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")  # forget the former peak
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._watching.join()
        self._look()

    def _watch(self) -> None:
        """Again and again, because a process that became too big has ended before the end."""
        while not self._over.wait(_BETWEEN_LOOKS):
            self._look()

    def _look(self) -> None:
        for pid in readers():
            with suppress(OSError, IndexError, ValueError):
                status = Path(f"/proc/{pid}/status").read_text("utf-8")
                peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
                self.megabytes = max(self.megabytes, peak)


def mentioning(place: Path) -> list[int]:
    """Processes, of whomever, in whose environment or command a folder is named; not this one."""
    found = []
    for pid, _, command in _processes():
        with suppress(OSError):
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            if pid != os.getpid() and str(place).encode() in environment + command:
                found.append(pid)
    return found


def _reads(command: bytes) -> bool:
    return b"ingest.parsing.child" in command


def _processes() -> list[tuple[int, int, bytes]]:
    """Id, parent and command line of all that run; what has ended and waits is left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                fields = (entry / "stat").read_text("utf-8").rsplit(")", 1)[1].split()
                if fields[0] != "Z":
                    command = (entry / "cmdline").read_bytes()
                    found.append((int(entry.name), int(fields[1]), command))
    return found
