"""A clock that stands until it is moved."""

from datetime import datetime, timedelta


class TickingClock:
    """The present moment, by word of the test."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, 0)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += timedelta(**span)
