"""What a run reports: a status, counts and errors per source; partial is never called success."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Status(StrEnum):
    """What became of one source. `partial`: indexed, but something in it could not be read."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    FAILED = "failed"
    REMOVED = "removed"


class Report(Protocol):
    """What comes of a job."""

    @property
    def stopped(self) -> bool:
        """Whether it was broken off before its end."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source's result; `errors` are German sentences, `ocr_pages` were recognised from images."""

    uri: str
    file: str
    status: Status
    passages: int = 0
    errors: tuple[str, ...] = ()
    document_id: str = ""
    audience: str = ""
    seconds: float = 0.0
    ocr_pages: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "uri": self.uri,
            "file": self.file,
            "status": self.status.value,
            "passages": self.passages,
            "ocr_pages": self.ocr_pages,
            "errors": list(self.errors),
            "document_id": self.document_id,
            "audience": self.audience,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class RunReport:
    """A whole run. `seconds` is wall time; a `stopped` one was broken off before its end."""

    sources: Sequence[SourceReport] = field(default_factory=tuple)
    seconds: float = 0.0
    stopped: bool = False

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(source.status.value for source in self.sources))

    @property
    def complete(self) -> bool:
        """Whether every source is taken in as a whole, now or by an earlier run."""
        return not self.stopped and not any(source.errors for source in self.sources)

    def as_dict(self) -> dict[str, Any]:
        return {
            "sources": [source.as_dict() for source in self.sources],
            "counts": self.counts,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 3),
        }
