"""Where documents come from: a file becomes a SourceFile (bytes, place and content hash).

Discovery walks folders in a stable order and leaves out hidden files, editor leftovers, sidecars
and rule files. Nothing is parsed here; a size limit and readability are checked when bytes are read.
"""

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from kb.errors import (
    EmptySourceError,
    SourceNotFoundError,
    SourceTooLargeError,
    SourceUnreadableError,
)
from kb.immutable import Immutable

RULES_FILE = "auskunft.toml"
SIDECAR_SUFFIX = ".auskunft.toml"
DEFAULT_MAX_BYTES = 40 * 1024 * 1024
_IGNORED_PREFIXES = (".", "~$", "_")
_IGNORED_NAMES = {RULES_FILE, "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class SourceFile(Immutable):
    """One file to ingest. `root` is the folder or file the user named; rules below it apply."""

    path: Path
    root: Path
    max_bytes: int = field(default=DEFAULT_MAX_BYTES, compare=False)

    @property
    def uri(self) -> str:
        return self.path.as_uri()

    @property
    def name(self) -> str:
        """The file's name; bytes in it that are no UTF-8 become U+FFFD."""
        return os.fsencode(self.path.name).decode("utf-8", "replace")

    @property
    def label(self) -> str:
        """As a person would say which file it is."""
        return self.name

    @property
    def is_local(self) -> bool:
        """Whether it lies in a folder of this machine, where only the house puts files."""
        return self.uri.startswith("file:")

    @property
    def stem(self) -> str:
        return Path(self.name).stem

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()

    @property
    def size(self) -> int:
        """Bytes, 0 where that cannot be said."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    @cached_property
    def data(self) -> bytes:
        """The file's bytes. Raises a SourceError that says what is wrong with the file."""
        try:
            size = self.path.stat().st_size
            if size == 0:
                raise EmptySourceError(
                    f"{self.name}: Die Datei ist leer (0 Byte). Bitte die vollständige Datei "
                    "erneut ablegen."
                )
            if size > self.max_bytes:
                raise SourceTooLargeError(
                    f"{self.name}: Die Datei hat {size / 1024 / 1024:.0f} MB, erlaubt sind "
                    f"{self.max_bytes / 1024 / 1024:.0f} MB. Bitte aufteilen oder verkleinern "
                    "(Grenze: AUSKUNFT_MAX_FILE_MB)."
                )
            return self.path.read_bytes()
        except FileNotFoundError as error:
            raise SourceNotFoundError(f"{self.path}: Die Datei gibt es nicht (mehr).") from error
        except OSError as error:
            reason = os.strerror(error.errno or errno.EIO)
            raise SourceUnreadableError(
                f"{self.name}: Die Datei lässt sich nicht lesen ({reason}). Bitte die Rechte der "
                "Datei prüfen."
            ) from error

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class StoredSource(SourceFile):
    """An original kept in the data folder, under the place and name it was ingested from."""

    original_uri: str = ""
    original_name: str = ""

    @property
    def uri(self) -> str:
        return self.original_uri

    @property
    def name(self) -> str:
        return self.original_name


#: between the place of a container and that of a file inside it
_INSIDE = "!/"


@dataclass(frozen=True, kw_only=True)
class MemberSource(SourceFile):
    """A file inside another one: an attachment of a mail, an entry of an archive.

    `path` is where it would be if the container were a folder; nothing is there. Folder rules go by
    it. `container` is the outermost file, `depth` how many files it is inside of.
    """

    container: SourceFile = field(repr=False)
    inside: str
    content: bytes = field(repr=False)
    depth: int

    @property
    def uri(self) -> str:
        return self.inside

    @property
    def label(self) -> str:
        """As a person would say where it is."""
        return f"{self.name} (in {self.container.name})"

    @cached_property
    def data(self) -> bytes:
        """As of a file; the content came with the container."""
        if not self.content:
            raise EmptySourceError(f"{self.label}: Die Datei ist leer (0 Byte).")
        if len(self.content) > self.max_bytes:
            raise SourceTooLargeError(
                f"{self.label}: Die Datei hat {len(self.content) / 1024 / 1024:.0f} MB, erlaubt sind "
                f"{self.max_bytes / 1024 / 1024:.0f} MB (Grenze: AUSKUNFT_MAX_FILE_MB)."
            )
        return self.content


def is_gone(uri: str, root: Path) -> bool:
    """Whether nothing is any more at a place on this machine; of other places nobody knows.

    A folder that is missing with it was perhaps only not mounted, unless it was below `root`.
    """
    parts = urlsplit(uri.split(_INSIDE, maxsplit=1)[0])
    if parts.scheme != "file":
        return False
    path = Path(unquote(parts.path))
    above = path.parent if root not in path.parents else root
    return above.is_dir() and not path.exists()


def inside_of(uri: str) -> str:
    """What the places of all files inside the file at `uri` begin with."""
    return uri + _INSIDE


def member_of(holder: SourceFile, name: str, content: bytes) -> MemberSource:
    """A file that came out of another one, by its place in there."""
    return MemberSource(
        path=holder.path / name,
        root=holder.root,
        max_bytes=holder.max_bytes,
        container=holder.container if isinstance(holder, MemberSource) else holder,
        inside=inside_of(holder.uri) + quote(name),
        content=content,
        depth=depth_of(holder) + 1,
    )


def depth_of(source: SourceFile) -> int:
    """How many files it is inside of."""
    return source.depth if isinstance(source, MemberSource) else 0


def require_paths(paths: Sequence[Path]) -> list[Path]:
    """The paths in full; raises SourceNotFoundError for one that does not exist."""
    resolved = [path.expanduser().resolve() for path in paths]
    for path, given in zip(resolved, paths, strict=True):
        if not path.exists():
            raise SourceNotFoundError(
                f"{given}: Diesen Pfad gibt es nicht. Bitte Schreibweise und Ordner prüfen."
            )
    return resolved


def discover(paths: Sequence[Path], max_bytes: int = DEFAULT_MAX_BYTES) -> Iterator[SourceFile]:
    """Yield every file below `paths`, each once, in a stable order.

    Raises SourceNotFoundError for a path that does not exist, before anything is yielded.
    """
    resolved = require_paths(paths)
    seen: set[Path] = set()
    for root in resolved:
        for path in [root] if root.is_file() else _files_below(root):
            if path not in seen:
                seen.add(path)
                yield SourceFile(path=path, root=root, max_bytes=max_bytes)


def is_left_out(name: str) -> bool:
    """Whether a file or folder of this name is no document: hidden, a leftover, our own notes."""
    return (
        name.startswith(_IGNORED_PREFIXES)
        or name in _IGNORED_NAMES
        or name.endswith(SIDECAR_SUFFIX)
    )


def _unreadable_folder(error: OSError) -> None:
    """Stops the run: with --prune, documents of a folder that cannot be read would be deleted."""
    reason = os.strerror(error.errno or errno.EIO)
    raise SourceUnreadableError(
        f"{error.filename}: Der Ordner lässt sich nicht lesen ({reason}). Bitte seine Rechte prüfen."
    ) from error


def _files_below(folder: Path) -> Iterator[Path]:
    for directory, folders, files in os.walk(folder, onerror=_unreadable_folder):
        folders[:] = sorted(name for name in folders if not is_left_out(name))
        for name in sorted(files):
            if not is_left_out(name):
                yield Path(directory) / name
