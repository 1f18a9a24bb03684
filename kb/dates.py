"""Dates in a text, with terms that are the same whatever their spelling.

`31.12.2027`, `31. Dezember 2027`, `2027-12-31` share `#2027-12-31`, `#2027-12` (the month, which
„Dezember 2027“ means, too) and `#12-31` (the day in any year).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_MONTHS = (
    "januar jänner jan", "februar feb", "märz maerz mrz", "april apr", "mai", "juni jun", "juli jul",
    "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez",
)  # fmt: skip
_MONTH_OF = {name: at for at, names in enumerate(_MONTHS, 1) for name in names.split()}
_YEAR = r"(?:19|20)\d\d"
_IN_FIGURES = re.compile(
    rf"(?<![\d.-])(?:(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)\b"
    rf"|(?P<day2>\d{{1,2}})\.\s?(?P<month2>\d{{1,2}})\.\s?(?P<year2>{_YEAR})\b"
    r"|(?P<day3>\d\d)\.(?P<month3>\d\d)\.(?P<year3>\d\d)?(?![\d.]))"
)
_MONTH_WORD = re.compile(
    r"\b[JFMASONDjfmasond](?:anuar|änner|an|ebruar|eb|ärz|aerz|rz|pril|pr|ai|uni|un|uli|ul|ugust|ug"
    r"|eptember|ept|ep|ktober|kt|ovember|ov|ezember|ez)\b"
)
_DAY_BEFORE = re.compile(r"(?<![\d.])(\d{1,2})\.\s?$")
_YEAR_AFTER = re.compile(rf"\.?\s({_YEAR})\b")
_DIGIT = re.compile(r"\d")


class Dated(NamedTuple):
    """A date and its characters; `year` is 0 and `day` is 0 where the text does not say it."""

    year: int
    month: int
    day: int
    start: int
    end: int
    in_figures: bool

    @property
    def terms(self) -> tuple[str, ...]:
        """Index terms: month, day of any year, day; the year too where it is no word of its own."""
        names = [f"#{self.year}-{self.month:02}"] if self.year else []
        if self.day:
            names.append(f"#{self.month:02}-{self.day:02}")
        if self.day and self.year:
            names.append(f"#{self.year}-{self.month:02}-{self.day:02}")
        if self.in_figures and self.year:
            names.append(str(self.year))
        return tuple(names)


def dates_in(text: str) -> Iterator[Dated]:
    """Dates of the calendar that a text names by day and month, or by month and year."""
    if not _DIGIT.search(text):
        return
    for match in _IN_FIGURES.finditer(text):
        found = {name.rstrip("23"): value for name, value in match.groupdict().items() if value}
        year = int(found.get("year", 0))
        year += 2000 if 0 < year < 100 else 0
        if _exists(year, month := int(found["month"]), day := int(found["day"])):
            yield Dated(year, month, day, *match.span(), True)
    for match in _MONTH_WORD.finditer(text):
        before = _DAY_BEFORE.search(text, max(match.start() - 5, 0), match.start())
        after = _YEAR_AFTER.match(text, match.end())
        day, year = int(before[1]) if before else 0, int(after[1]) if after else 0
        month = _MONTH_OF.get(match.group().lower(), 0)
        if month and (day or year) and _exists(year, month, day or 1):
            start, end = (before or match).start(), (after or match).end()
            yield Dated(year, month, day, start, end, False)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True
