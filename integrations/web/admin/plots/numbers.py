"""Numbers as Germans read them: thousands, shares, durations, and where an axis ends."""

import math

_MILLION, _BILLION, _THOUSAND_FROM = 1_000_000, 1_000_000_000, 10_000
_SECOND = 1_000
#: an axis ends at one of these times a power of ten; below ten its half is to be whole, too
_STEPS, _EVEN_STEPS = (1, 2, 3, 4, 5, 6, 8, 10), (2, 4, 6, 8, 10)


def whole(number: int) -> str:
    """A whole number with points between thousands."""
    return f"{number:,}".replace(",", ".")


def share(part: int, total: int) -> str:
    """A part in whole percent; what is neither nothing nor everything is never called so."""
    if total <= 0:
        return "–"
    percent = round(100 * part / total)
    if 0 < part < total:
        percent = min(max(percent, 1), 99)
    return f"{percent}\u202f%"


def brief(number: float) -> str:
    """A number for an axis, in few characters."""
    for unit, name in ((_BILLION, "Mrd."), (_MILLION, "Mio.")):
        if number >= unit:
            return f"{_decimal(number / unit)}\u202f{name}"
    return f"{_decimal(number / 1000)}\u202fTsd." if number >= _THOUSAND_FROM else _decimal(number)


def duration(milliseconds: float | None) -> str:
    """Milliseconds below a second, seconds from there on; a dash where there are none."""
    if milliseconds is None:
        return "–"
    if milliseconds < _SECOND:
        return f"{round(milliseconds)}\u202fms"
    return f"{_decimal(milliseconds / _SECOND)}\u202fs"


def end_of_axis(highest: float, least: float = 2) -> float:
    """A round number not below the highest value, of which the half is round, too."""
    wanted = max(highest, least)
    power = 10 ** math.floor(math.log10(wanted))
    steps = _STEPS if power > 1 else _EVEN_STEPS
    return next(float(step * power) for step in steps if step * power >= wanted)


def _decimal(number: float) -> str:
    """With one decimal below ten where it is not whole."""
    if number == round(number) or number >= 10:
        return whole(round(number))
    return f"{number:.1f}".replace(".", ",")
