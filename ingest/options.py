"""How a run treats its sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.sources import DEFAULT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a run treats its sources; `reserve_mb` is the disk room below which nothing is written.

    `stated` are values that whoever handed the sources in said of all of them (see `rules.FIELDS`).
    """

    public: bool = False
    prune: bool = False
    max_bytes: int = DEFAULT_MAX_BYTES
    reserve_mb: int = 200
    stated: Mapping[str, str] = field(default_factory=dict)
