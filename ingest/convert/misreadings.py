"""What text recognition gets wrong in a way that can be put right without guessing.

Hanging numbers that stand as lines of their own go back to their text; bullets, the „Bl.“ of law
gazettes and the point after an item's number are restored where the neighbours leave no doubt.
"""

import re
from collections.abc import Sequence

from ingest.convert.pdf_lines import Line
from ingest.convert.section_context import with_proven_signs

_HANGING = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,3}){0,5}\.?|\(?(?:\d{1,2}|[a-zäöü]{1,2})\)|§+ ?\d+[a-z]?|[-–•*°])$"
)
#: how far in ems a hanging number may stand from its text
_FAR = 7
#: „BGBl.“ is read with a capital i
_GAZETTE = re.compile(r"\b((?:BG|G|A|M|GM|V|KA)B)I(?=\.)")
#: of a checkbox remains a bracket
_BOX = re.compile(r"(?:(?<=\s)|^)\[(?=\w)(?=[^\]]*$)")
#: „Abs. I“ for „Abs. 1“
_FIRST = re.compile(r"(?<=\bAbs\. |\bSatz )[Il](?=[ ,;.)]|$)|(?<=\bAbsatz )[Il](?=[ ,;.)]|$)")
_BULLET = re.compile(r"[·*°¢»«®+e]\s+(?=\w)")
_ITEM = re.compile(r"(\d{1,2})([.,])\s+(?=\S)")


def put_right(lines: Sequence[Line]) -> list[Line]:
    """The lines of one page, repaired."""
    whole = _with_hanging_numbers(lines)
    for line in whole:
        text = spelled(line.text)
        line.text = f"• {text[found.end() :]}" if (found := _BULLET.match(text)) else text
    _number_items(whole)
    return whole


def spelled(text: str) -> str:
    """A line's or a cell's text, repaired."""
    return with_proven_signs(_FIRST.sub("1", _GAZETTE.sub(r"\1l", _BOX.sub("", text))))


def _with_hanging_numbers(lines: Sequence[Line]) -> list[Line]:
    """Numbers in front of the line at their height; what has no such line stays."""
    kept = list(lines)
    for line in lines:
        if not _HANGING.match(line.text):
            continue
        beside = [other for other in kept if other is not line and _is_beside(line, other)]
        if not beside:
            continue
        text = min(beside, key=lambda other: other.left)
        text.text = f"{line.text} {text.text}"
        text.box = (line.left, text.box[1], text.right, text.box[3])
        text.bold = text.bold or line.bold
        kept = [other for other in kept if other is not line]
    return kept


def _is_beside(number: Line, other: Line) -> bool:
    gap = other.left - number.right
    level = abs(other.middle - number.middle) < 0.6 * max(number.size, other.size)
    return level and 0 <= gap < _FAR * other.size


def _number_items(lines: Sequence[Line]) -> None:
    """„3,“ between „2.“ and „4.“ of one list is „3.“."""
    items = [(line, found) for line in lines if (found := _ITEM.match(line.text))]
    pointed = {(int(found[1]), round(line.left / 6)) for line, found in items if found[2] == "."}
    for line, found in items:
        number, place = int(found[1]), round(line.left / 6)
        if found[2] == "," and {(number - 1, place), (number + 1, place)} <= pointed:
            line.text = f"{number}.{line.text[found.end(2) :]}"
