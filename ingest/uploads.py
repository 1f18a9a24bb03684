"""Files that were handed in over the network, in a folder of their own until they are taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ingest.sources import SourceFile


@dataclass(frozen=True)
class UploadedSource(SourceFile):
    """Its place is its name: the same name again is a new version of the same document."""

    @property
    def uri(self) -> str:
        return f"upload:///{quote(self.name)}"


def uploaded(folder: Path, max_bytes: int) -> Sequence[UploadedSource]:
    """The files in a folder, none where it is gone."""
    if not folder.is_dir():
        return []
    return [UploadedSource(path, path, max_bytes) for path in sorted(folder.iterdir())]
