"""A cell's value as a German spreadsheet shows it: 1.234,56 and 31.12.2025."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_GERMAN = str.maketrans(",.", ".,")
_CURRENCY = re.compile(r"€|EUR|Euro|\$|£|CHF|USD")
_ERRORS = frozenset(("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"))
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?: ?(?:%|€|EUR|Euro|Mio\.?))?$")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}$|\d{4}-\d{2}-\d{2}$")


def shown(value: object, number_format: str = "General") -> str:
    """The text of a cell. Error values are empty: they say nothing."""
    if value is None or value in _ERRORS:
        return ""
    match value:
        case bool():
            text = "WAHR" if value else "FALSCH"
        case int() | float():
            text = _number(value, number_format)
        case datetime():
            text = _moment(value, number_format)
        case date():
            text = value.strftime("%d.%m.%Y")
        case time():
            text = value.strftime("%H:%M")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            text = f"{minutes // 60}:{minutes % 60:02}"
        case _:
            text = str(value)
    return text


def is_typed(text: str) -> bool:
    """Whether a shown value is a number or a date; column names are neither."""
    return bool(_NUMBER.match(text) or _DATE.match(text))


def is_year(text: str) -> bool:
    """A number that is often a column's name."""
    return bool(re.match(r"(?:19|20)\d\d$", text))


def _moment(value: datetime, number_format: str) -> str:
    if re.fullmatch(r"y{2,4}|j{2,4}", number_format.lower()):
        return value.strftime("%Y")
    midnight = value.time() == time(0, 0)
    return value.strftime("%d.%m.%Y" if midnight else "%d.%m.%Y %H:%M")


def _number(value: float, number_format: str) -> str:
    section = number_format.partition(";")[0]
    plain = _LITERALS.sub("", section)
    if re.fullmatch(r"0{2,}", plain):  # postcodes and file numbers keep their zeros
        return f"{int(value):0{len(plain)}d}"
    percent = "%" in plain
    if percent:
        value = value * 100
    currency = _CURRENCY.search(section)
    unit = f" {currency[0]}" if currency else " %" if percent else ""
    return _digits(value, plain).translate(_GERMAN) + unit


def _digits(value: float, plain: str) -> str:
    """The number by its format, still with the English marks."""
    decimals = re.search(r"[#0?]\.([0#?]+)", plain)
    if "E" in plain.upper() or not re.search(r"[#0]", plain):
        return _general(value)
    grouping = "," if "," in plain else ""
    text = f"{value:{grouping}.{len(decimals[1]) if decimals else 0}f}"
    optional = decimals[1].count("#") if decimals else 0
    while optional and text.endswith("0"):
        text, optional = text[:-1], optional - 1
    return text.rstrip(".")


def _general(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return f"{value:.15g}" if abs(value) >= 1e-4 else format(Decimal(repr(float(value))), "f")
