"""How a run behaves towards the servers it calls: when it may ask, how long it waits, when it stops."""

import math
import time
from collections.abc import Callable
from typing import Protocol

from ingest.fetch.address import WebAddress

_TICK = 0.2  # seconds between two looks at whether the run should stop


class StoppedError(Exception):
    """Somebody asked the run to stop. Not an error of the source: `crawl` just ends."""


class Manners(Protocol):
    """Asked by whoever sends requests. Each method may raise StoppedError."""

    def permit(self, address: WebAddress) -> None:
        """Before each request, redirects included: waits, or raises a SourceError to forbid it."""

    def wait(self, seconds: float) -> None:
        """A pause that the server asked for."""

    def proceed(self) -> None:
        """Called while a body is read."""


class Pacing:
    """A pause of so many seconds between the starts of two requests to one host."""

    def __init__(self, pause: float = 0.0, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._pause = pause
        self._should_stop = should_stop
        self._last: dict[str, float] = {}
        self._asked: dict[str, float] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """At least this pause for `host` from now on."""
        self._asked[host] = max(seconds, self._asked.get(host, 0.0))

    def permit(self, address: WebAddress) -> None:
        host = address.host
        since = time.monotonic() - self._last.get(host, -math.inf)
        self.wait(max(self._pause, self._asked.get(host, 0.0)) - since)
        self._last[host] = time.monotonic()

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        self.proceed()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _TICK))
            self.proceed()

    def proceed(self) -> None:
        if self._should_stop():
            raise StoppedError
