"""Generations of the embedded index: folders beside each other, the one in use named by a file.

Each carries a manifest with the fingerprint of what it was built with. Deleting one takes its
manifest first, so that a generation half deleted by a crash never passes for a whole one.
"""

import json
import os
import shutil
from pathlib import Path

from kb.errors import DataFolderError, IndexMismatchError
from kb.index.edge import EdgeIndex
from kb.index.fingerprint import Fingerprint
from kb.index.generations import following
from kb.index.port import Index

_POINTER = "current"
_MANIFEST = "manifest.json"
_SHARD = "shard"
_PREFIX = "g"


class FolderGenerations:
    """The folder `index/` of a data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        found = self._folder.glob(f"{_PREFIX}[0-9]*")
        return sorted(path.name for path in found if path.is_dir())

    def next_name(self, taken: list[str]) -> str:
        return following([*self.names(), *taken], _PREFIX)

    def create(self, name: str, fingerprint: Fingerprint) -> Index:
        self.drop(name)
        folder = self._folder / name
        folder.mkdir(parents=True)
        index = EdgeIndex(self.shard(name), fingerprint.dimension, tokens=bool(fingerprint.tokens))
        _write_atomically(folder / _MANIFEST, json.dumps(fingerprint.as_dict(), indent=1))
        return index

    def open(self, name: str, fingerprint: Fingerprint) -> Index:
        whole = (self._folder / name / _MANIFEST).is_file() and any(
            self.shard(name).glob("segments/*")
        )
        if not whole:
            raise DataFolderError(
                f"Der Suchindex {self._folder / name} ist nicht (mehr) da. Bitte mit "
                "„auskunft rebuild“ aus den Originalen neu aufbauen."
            )
        fingerprint.require(self.fingerprint(name), str(self._folder / name))
        return EdgeIndex(self.shard(name), fingerprint.dimension, tokens=bool(fingerprint.tokens))

    def shard(self, name: str) -> Path:
        """Where the engine keeps a generation's data."""
        return self._folder / name / _SHARD

    def fingerprint(self, name: str) -> Fingerprint:
        try:
            text = (self._folder / name / _MANIFEST).read_text(encoding="utf-8")
            return Fingerprint.from_dict(dict(json.loads(text)))
        except (OSError, ValueError, TypeError) as error:
            raise IndexMismatchError(
                f"Im Suchindex {self._folder / name} fehlt die Angabe, womit er gebaut wurde. "
                "Bitte mit „auskunft rebuild“ aus den Originalen neu aufbauen."
            ) from error

    def marked(self) -> str | None:
        try:
            name = (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return name or None

    def mark(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        _write_atomically(self._folder / _POINTER, name + "\n")

    def drop(self, name: str) -> None:
        (self._folder / name / _MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def bytes_on_disk(self, name: str) -> int | None:
        """Allocated bytes (preallocated but unused room does not count)."""
        return sum(
            path.stat().st_blocks * 512
            for path in (self._folder / name).rglob("*")
            if path.is_file()
        )

    def close(self) -> None:
        """Nothing is shared."""


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
