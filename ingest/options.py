"""How a run treats its sources."""

from dataclasses import dataclass

from ingest.sources import DEFAULT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a run treats its sources; `reserve_mb` is the disk room below which nothing is written."""

    public: bool = False
    prune: bool = False
    max_bytes: int = DEFAULT_MAX_BYTES
    reserve_mb: int = 200
