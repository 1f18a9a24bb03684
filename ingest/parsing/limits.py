"""What reading one file may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`silence` and `total` in seconds: without a sign of progress, and altogether.

    `memory_mb` is the private memory (MiB) of the process that reads, `reply_mb` the size of what it
    may hand back.
    """

    silence: float = 120.0
    total: float = 3_600.0
    memory_mb: int = 2_048
    reply_mb: int = 512
