"""Pictures of pages, kept by the hash of the file they show; a cache that may be deleted any time.

When a document goes, or is no longer for everybody, its pictures go with it (see `kb.store`).
"""

import os
import shutil
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path

#: bytes that the pictures may take altogether; the ones that nobody asked for longest go first
MOST_BYTES = 256 * 1024 * 1024


class PageImages:
    """A folder with one folder for each file, one PNG for each page that was asked for."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes

    def path(self, content_hash: str, page: int) -> Path:
        return self._of(content_hash) / f"{page}.png"

    def read(self, content_hash: str, page: int) -> bytes | None:
        """The picture, None when there is none yet."""
        path = self.path(content_hash, page)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def keep(self, content_hash: str, page: int, data: bytes) -> None:
        """Store a picture; without room, or when its folder was just removed, it is not stored."""
        path = self.path(content_hash, page)
        temporary = path.with_name(f".{page}.{os.getpid()}.{id(data)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            return
        self._make_room()

    def forget(self, content_hash: str) -> None:
        """Delete all pictures of a file."""
        shutil.rmtree(self._of(content_hash), ignore_errors=True)

    def forget_all_but(self, content_hashes: AbstractSet[str]) -> None:
        """Delete the pictures of every other file."""
        for folder in self._folder.glob("*/*"):
            if folder.name not in content_hashes:
                shutil.rmtree(folder, ignore_errors=True)

    def _of(self, content_hash: str) -> Path:
        return self._folder / content_hash[:2] / content_hash

    def _make_room(self) -> None:
        kept = []
        for path in self._folder.glob("*/*/*.png"):
            try:
                state = path.stat()
            except OSError:
                continue
            kept.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._most:
                return
            path.unlink(missing_ok=True)
            total -= size
