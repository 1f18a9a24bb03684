"""A fetched document as a source of the ingestion: its place is its web address."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ingest.charset import self_describing
from ingest.fetch.client import Fetched
from ingest.sources import SourceFile
from kb.errors import EmptySourceError

#: nothing can lie below the null device, so no rule file and no sidecar is ever found there
_NOWHERE = Path(os.devnull) / "web"


@dataclass(frozen=True)
class FetchedSource(SourceFile):
    """`uri` is the canonical address after redirects, without fragment."""

    path: Path = _NOWHERE
    root: Path = _NOWHERE
    address: str = ""
    file_name: str = ""
    content: bytes = field(default=b"", repr=False)

    @property
    def uri(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        return self.file_name

    @cached_property
    def data(self) -> bytes:
        """The bytes that were fetched. Raises EmptySourceError when there are none."""
        if not self.content:
            raise EmptySourceError(
                f"{self.address}: Der Server liefert eine leere Seite. Bitte die Adresse im Browser "
                "prüfen."
            )
        return self.content


def source_of(fetched: Fetched) -> FetchedSource:
    """The source for a `Fetched` with status `new`."""
    content = self_describing(fetched.data, fetched.content_type)
    return FetchedSource(address=fetched.final_url, file_name=fetched.name, content=content)
