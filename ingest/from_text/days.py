"""Days as German documents write them, as a piece of a pattern and as ISO text."""

from ingest.convert.properties import iso_date

_MONTHS = (
    "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
)
_WEEKDAYS = "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag"
#: one full day without groups: 3.5.2026, 03. 05. 2026, 3. Mai 2026
DAY = rf"(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.\s?|(?:{_MONTHS})\s)\d{{4}}(?!\d))"
#: „Mittwoch, den “ before a day
WEEKDAY = rf"(?:(?:{_WEEKDAYS}),?\s(?:den\s|dem\s|der\s)?)?"


def iso(day: str) -> str:
    """A day that `DAY` found as yyyy-mm-dd; empty when the calendar has no such day."""
    return iso_date(day) or ""


def only(days: set[str]) -> str:
    """The one day that is named; empty where there is none or several contradict each other."""
    return days.pop() if len(days) == 1 else ""
