"""The periods an overview can be about, and their days or months as times along an axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from integrations.web.admin.plots.chart import Times

_MONTHS = ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni",
           "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")  # fmt: skip
_DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_WEEK, _MONTHS_SHOWN = 7, 12


@dataclass(frozen=True, slots=True)
class Span:
    """Days that are counted together, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Period:
    """`key` stands in addresses, `name` on the page, `within` in sentences; 0 days: twelve months."""

    key: str
    name: str
    within: str
    days: int

    def spans(self, today: date) -> tuple[Span, ...]:
        """Its days, or its months, up to today."""
        if self.days:
            days = [today - timedelta(days=back) for back in range(self.days - 1, -1, -1)]
            return tuple(Span(day, day) for day in days)
        firsts = [_month_before(today, back) for back in range(_MONTHS_SHOWN - 1, -1, -1)]
        ends = [*(first - timedelta(days=1) for first in firsts[1:]), today]
        return tuple(Span(first, last) for first, last in zip(firsts, ends, strict=True))

    def times(self, spans: Sequence[Span]) -> Times:
        """How its days or months are called."""
        if not self.days:
            names = tuple(f"{_MONTHS[span.first.month - 1]} {span.first.year}" for span in spans)
            return Times("Monat", names, names)
        short = tuple(
            _DAYS[span.first.weekday()] if self.days <= _WEEK else f"{span.first:%d.%m.}"
            for span in spans
        )
        full = tuple(f"{_DAYS[one.first.weekday()]}, {one.first:%d.%m.%Y}" for one in spans)
        return Times("Tag", short, full)


PERIODS = (
    Period("7", "7 Tage", "In den letzten 7 Tagen", 7),
    Period("30", "30 Tage", "In den letzten 30 Tagen", 30),
    Period("90", "90 Tage", "In den letzten 90 Tagen", 90),
    Period("12m", "12 Monate", "In den letzten 12 Monaten", 0),
)
_USUAL = PERIODS[1]


def period_of(key: str) -> Period:
    """The period of an address, 30 days where there is no such."""
    return next((period for period in PERIODS if period.key == key), _USUAL)


def _month_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
