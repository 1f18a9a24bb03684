"""What a file says about itself: its field names to property keys, its dates to ISO.

Nothing is guessed: a date that is not a full, existing calendar day is left out and reported.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime

_KEYS = {
    "title": "title",
    "titel": "title",
    "kind": "kind",
    "art": "kind",
    "audience": "audience",
    "zielgruppe": "audience",
    "language": "language",
    "lang": "language",
    "sprache": "language",
    "publisher": "publisher",
    "herausgeber": "publisher",
    "date": "date",
    "datum": "date",
    "stand": "date",
    "valid_from": "valid_from",
    "gueltig_ab": "valid_from",
    "gültig_ab": "valid_from",
    "valid_until": "valid_until",
    "gueltig_bis": "valid_until",
    "gültig_bis": "valid_until",
}
_DATE_KEYS = ("date", "valid_from", "valid_until")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januar", "jan", "jänner"),
            ("februar", "feb"),
            ("märz", "mär", "mrz"),
            ("april", "apr"),
            ("mai",),
            ("juni", "jun"),
            ("juli", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "okt"),
            ("november", "nov"),
            ("dezember", "dez"),
        ),
        start=1,
    )
    for name in names
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?=$|[T\s])")
_GERMAN = re.compile(r"(\d{1,2})\.\s*(?:(\d{1,2})\.|([A-Za-zä]+)\.?)\s*(\d{4})$")


def iso_date(value: object) -> str | None:
    """`value` as yyyy-mm-dd, or None when it does not name one day."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    if found := _ISO.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _GERMAN.match(text):
        day, year = int(found[1]), int(found[4])
        month = int(found[2]) if found[2] else _MONTHS.get(found[3].lower(), 0)
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def known_properties(fields: Iterable[tuple[str, object]]) -> tuple[dict[str, str], list[str]]:
    """The property keys among `fields`, and a warning for each date that cannot be read."""
    properties: dict[str, str] = {}
    warnings: list[str] = []
    for name, value in fields:
        key = _KEYS.get(name.strip().lower().replace("-", "_").replace(" ", "_"))
        text = _scalar_text(value)
        if key is None or not text or key in properties:
            continue
        if key not in _DATE_KEYS:
            properties[key] = text
        elif day := iso_date(value):
            properties[key] = day
        else:
            warnings.append(
                f"Die Angabe „{name}: {text}“ ist kein vollständiges Datum und wurde nicht "
                "übernommen; bitte als JJJJ-MM-TT oder TT.MM.JJJJ schreiben."
            )
    return properties, warnings


def _scalar_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(text for text in map(_scalar_text, value[:20]) if text)
    if isinstance(value, str | int | float | date):
        return " ".join(str(value).split())
    return ""
