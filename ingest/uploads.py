"""Files that were handed in over the network, in a folder of their own until they are taken in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ingest.sources import SourceFile


@dataclass(frozen=True)
class UploadedSource(SourceFile):
    """Its place is its name, with the folders it was handed in with.

    The same name again is a new version of the same document. `inbox` is the folder of one upload.
    """

    inbox: Path = field(kw_only=True, compare=False)

    @property
    def uri(self) -> str:
        return f"upload:///{quote(self.path.relative_to(self.inbox).as_posix())}"


def uploaded(folder: Path, max_bytes: int) -> Sequence[UploadedSource]:
    """The files in a folder and below it, none where it is gone."""
    if not folder.is_dir():
        return []
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [UploadedSource(path, path, max_bytes, inbox=folder) for path in files]
