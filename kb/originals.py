"""Originals, kept content-addressed: the index can always be rebuilt from them."""

import errno
import os
from collections.abc import Set
from pathlib import Path

from kb.errors import NotFoundError, StorageFullError


class Originals:
    """A folder of files named by the SHA-256 of their bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, content_hash: str) -> Path:
        return self._folder / content_hash[:2] / content_hash

    def keep(self, content_hash: str, data: bytes) -> None:
        """Store bytes once; a half-written file is never visible under its name."""
        path = self.path(content_hash)
        if path.exists():
            return
        temporary = path.with_name(f".{content_hash}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFullError(
                    f"Kein Platz mehr für das Original in {self._folder}. Was bereits gespeichert "
                    "war, ist unverändert. Bitte Platz schaffen und erneut starten."
                ) from error
            raise

    def read(self, content_hash: str) -> bytes:
        try:
            return self.path(content_hash).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(
                f"Das Original {content_hash[:12]}… fehlt in {self._folder}. Bitte die Datei neu "
                "einlesen."
            ) from error

    def all(self) -> Set[str]:
        """The hashes of all that is kept."""
        return {path.name for path in self._folder.glob("*/*") if not path.name.startswith(".")}

    def forget(self, content_hash: str) -> None:
        self.path(content_hash).unlink(missing_ok=True)

    def forget_all_but(self, content_hashes: Set[str]) -> None:
        """Delete every other file, half-written ones too."""
        for path in self._folder.glob("*/*"):
            if path.name not in content_hashes:
                path.unlink(missing_ok=True)
