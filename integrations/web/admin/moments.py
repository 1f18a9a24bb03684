"""Moments as the desk's pages show them: kept in UTC, shown in this machine's time zone."""

from datetime import UTC, datetime


def local_moment(moment: datetime) -> str:
    """A UTC moment without a zone as day and time."""
    return f"{moment.replace(tzinfo=UTC).astimezone():%d.%m.%Y, %H:%M}"
