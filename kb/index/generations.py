"""Generations of the embedded index: folders beside each other, one chosen by a pointer file.

A rebuild fills a new folder; writing the pointer (a rename, atomic) is the switch. Each generation
carries a manifest with the fingerprint of what it was built with.
"""

import json
import os
import shutil
from pathlib import Path

from kb.errors import IndexMismatchError
from kb.index.fingerprint import Fingerprint

_POINTER = "current"
_MANIFEST = "manifest.json"
_SHARD = "shard"


class Generations:
    """The folder `index/` of a data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> str | None:
        """Name of the generation in use, None before the first one."""
        try:
            name = (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return name or None

    def create(self, fingerprint: Fingerprint) -> str:
        """Make the next generation's folder with its manifest; it is not in use yet."""
        numbers = [int(path.name[1:]) for path in self._folder.glob("g[0-9]*") if path.is_dir()]
        name = f"g{max(numbers, default=0) + 1:04d}"
        folder = self._folder / name
        folder.mkdir(parents=True)
        _write_atomically(folder / _MANIFEST, json.dumps(fingerprint.as_dict(), indent=1))
        return name

    def shard(self, name: str) -> Path:
        """Where the engine keeps a generation's data."""
        return self._folder / name / _SHARD

    def fingerprint(self, name: str) -> Fingerprint:
        """What the generation was built with; raises IndexMismatchError if that is not readable."""
        try:
            text = (self._folder / name / _MANIFEST).read_text(encoding="utf-8")
            return Fingerprint.from_dict(dict(json.loads(text)))
        except (OSError, ValueError, TypeError) as error:
            raise IndexMismatchError(
                f"Im Suchindex {self._folder / name} fehlt die Angabe, womit er gebaut wurde. "
                "Bitte mit „auskunft rebuild“ aus den Originalen neu aufbauen."
            ) from error

    def switch(self, name: str) -> None:
        """Put a generation into use."""
        _write_atomically(self._folder / _POINTER, name + "\n")

    def drop_others(self, keep: str) -> None:
        """Delete every generation but one."""
        for path in self._folder.glob("g[0-9]*"):
            if path.is_dir() and path.name != keep:
                shutil.rmtree(path)

    def bytes_on_disk(self, name: str) -> int:
        """Allocated bytes of a generation (preallocated but unused room does not count)."""
        return sum(
            path.stat().st_blocks * 512
            for path in (self._folder / name).rglob("*")
            if path.is_file()
        )


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
