"""The overview by day, made of counts alone: what came of questions, how they came, how long it took."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from kb.errors import InputError
from kb.questions import Outcome, Way
from kb.state.daily_counts import DailyCounts, percentile

LONGEST = 1_100
_DEFAULT = 30
#: measure and value → how often, of a day or of several
Counted = Mapping[tuple[str, str], int]


def span_of(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """First and last day of an overview, 30 days where nothing is said. Raises InputError."""
    end = last or max(first or today, today)
    begin = first or date.fromordinal(max(end.toordinal() - _DEFAULT + 1, 1))
    if begin > end:
        raise InputError(f"Der Zeitraum endet am {end:%d.%m.%Y}, vor seinem Beginn.")
    if (end - begin).days >= LONGEST:
        raise InputError(f"Der Zeitraum ist zu lang; möglich sind höchstens {LONGEST} Tage.")
    return begin, end


def statistics(counts: DailyCounts, first: date, last: date) -> dict[str, Any]:
    """Every day of a span and all of them together, as JSON."""
    found = counts.between(first, last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "total": figures(together(found.values())),
        "days": [{"day": day.isoformat(), **figures(found.get(day, {}))} for day in days],
    }


def together(days: Iterable[Counted]) -> Counted:
    """The counts of several days as those of one."""
    whole: dict[tuple[str, str], int] = {}
    for day in days:
        for key, number in day.items():
            whole[key] = whole.get(key, 0) + number
    return whole


def figures(day: Counted) -> dict[str, Any]:
    """Counts as JSON: what came of questions, how they came, feedback, durations in milliseconds."""
    outcomes = {outcome.value: day.get(("outcome", outcome.value), 0) for outcome in Outcome}
    return {
        "questions": sum(outcomes.values()),
        "outcomes": outcomes,
        "ways": {way.value: day.get(("way", way.value), 0) for way in Way},
        "helpful": {value: day.get(("helpful", value), 0) for value in ("yes", "no")},
        "first_ms": _durations(day, "first_ms"),
        "total_ms": _durations(day, "total_ms"),
    }


def _durations(day: Counted, measure: str) -> dict[str, int | None]:
    classes = {value: number for (name, value), number in day.items() if name == measure}
    return {"p50": percentile(classes, 0.5), "p95": percentile(classes, 0.95)}
