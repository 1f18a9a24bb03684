"""How much may be asked: per visitor, per foreign website, and by all together in a day.

What is refused counts for nothing, so that whoever waits gets in. Counting is in memory: a restart
begins anew. Operators are exempt; so is the Unix socket, whose callers are operators.
"""

import math
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date

from limits import (
    RateLimitItem,
    RateLimitItemPerDay,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
)
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from starlette.requests import HTTPConnection

from assistant.answer import Contact
from integrations.settings import Settings
from integrations.web.visitors import Visitors
from kb.errors import LimitReachedError

_MINUTE, _HOUR = 60, 3600
#: a rule and what it counts
_Count = tuple[RateLimitItem, str]


class Limits:
    """The counters of one application; `today` is the operator's day."""

    def __init__(self, settings: Settings, today: Callable[[], date]) -> None:
        storage = MemoryStorage()
        # a minute is told exactly; longer times in whole windows, which cost one number each
        self._exact = MovingWindowRateLimiter(storage)
        self._coarse = FixedWindowRateLimiter(storage)
        self._turn = threading.Lock()
        self._settings = settings
        self._visitors = Visitors(settings.proxies, today)

    def question(self, request: HTTPConnection, site: str = "", purpose: str = "question") -> None:
        """Count a question, of `site` when it comes from a foreign website.

        Raises LimitReachedError.
        """
        self.question_of(self._visitors.key_of(request), site, purpose)

    def question_of(self, visitor: str, site: str = "", purpose: str = "question") -> None:
        """The same for somebody who is known by another mark than a request's address."""
        settings = self._settings
        counts = [
            *_rule(RateLimitItemPerMinute, settings.limit_visitor_minute, f"{purpose}/{visitor}"),
            *_rule(RateLimitItemPerDay, settings.limit_visitor_day, f"{purpose}/{visitor}"),
            *_rule(RateLimitItemPerDay, settings.limit_all_day, f"{purpose}/all"),
        ]
        if site:
            counts += _rule(RateLimitItemPerMinute, settings.limit_site_minute, f"site/{site}")
            counts += _rule(RateLimitItemPerDay, settings.limit_site_day, f"site/{site}")
        self._take(counts, "Fragen")

    def attempt(self, request: HTTPConnection, purpose: str, most_a_day: int = 0) -> None:
        """Count a form that is sent, a sign-in, and so on, each purpose for itself.

        `most_a_day` is for all visitors together, 0 for no such limit. Raises LimitReachedError.
        """
        visitor, hourly = self._visitors.key_of(request), self._settings.limit_attempts_hour
        counts = [
            *_rule(RateLimitItemPerHour, hourly, f"{purpose}/{visitor}"),
            *_rule(RateLimitItemPerDay, most_a_day, f"{purpose}/all"),
        ]
        self._take(counts, "Anfragen")

    def _take(self, counts: Sequence[_Count], what: str) -> None:
        with self._turn:
            full = [one for one in counts if not self._counter(one).test(*one)]
            if not full:
                # at the very edge of a window a hit may fail although the test did not
                full = [one for one in counts if not self._counter(one).hit(*one)]
            if not full:
                return
            ends = [self._counter(one).get_window_stats(*one).reset_time for one in full]
        wait = max(1, math.floor(max(ends) - time.time()) + 1)
        raise LimitReachedError(self._sentence(what, wait), wait)

    def _counter(self, count: _Count) -> RateLimiter:
        return self._exact if isinstance(count[0], RateLimitItemPerMinute) else self._coarse

    def _sentence(self, what: str, wait: int) -> str:
        return (
            f"Das waren sehr viele {what} in kurzer Zeit. Bitte versuchen Sie es in "
            f"{_spoken(wait)} noch einmal{contact_clause(self._settings.contacts)}."
        )


def contact_clause(contacts: Sequence[Contact]) -> str:
    """„ oder wenden Sie sich an …“ with the operator's contact; empty when there is none."""
    if not contacts:
        return ""
    one = contacts[0]
    ways = " · ".join(part for part in (one.phone, one.email) if part)
    return f" oder wenden Sie sich an {one.name}" + (f" ({ways})" if ways else "")


def _rule(kind: type[RateLimitItem], most: int, key: str) -> list[_Count]:
    return [(kind(most), key)] if most else []


def _spoken(seconds: int) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds} Sekunden" if seconds > 1 else "einer Sekunde"
    if seconds < 2 * _HOUR:
        return f"{-(-seconds // _MINUTE)} Minuten"
    return f"etwa {round(seconds / _HOUR)} Stunden"
