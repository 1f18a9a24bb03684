"""The time as the state database keeps it: UTC without a zone."""

from collections.abc import Callable
from datetime import UTC, datetime

#: gives the present moment; tests put their own in its place
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment in UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
