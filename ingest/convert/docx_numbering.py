"""Numbers that Word shows before paragraphs but does not store: counted from numbering.xml."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.convert.docx_text import W

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """A paragraph's place in a list: its label („1.2“, „a)“; empty for bullets) and its depth."""

    label: str
    depth: int


class Numbering:
    """Counts the list paragraphs of a document in order."""

    def __init__(self, numbering: Any | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._seen: set[str] = set()
        if numbering is not None:
            self._read(numbering)

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            levels = {
                int(level.get(f"{W}ilvl", "0")): _Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    int(_value(level, "start", "1")),
                )
                for level in abstract.iter(f"{W}lvl")
            }
            self._levels[str(abstract.get(f"{W}abstractNumId"))] = levels
        for number in numbering.iter(f"{W}num"):
            identity = str(number.get(f"{W}numId"))
            self._abstract[identity] = _value(number, "abstractNumId", "")
            self._restarts[identity] = dict(_start_overrides(number))

    def next(self, list_id: str, depth: int) -> ItemNumber | None:
        """The number of the next paragraph in a list; None for a list that does not exist."""
        abstract = self._abstract.get(list_id, "")
        level = self._levels.get(abstract, {}).get(depth)
        if list_id == "0" or level is None:
            return None
        counts = self._counts.setdefault(abstract, {})
        if list_id not in self._seen:
            self._seen.add(list_id)
            for at, start in self._restarts[list_id].items():
                counts[at] = start - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if level.format in ("bullet", "none"):
            return ItemNumber("", depth)
        return ItemNumber(self._label(abstract, level, counts), depth)

    def _label(self, abstract: str, level: _Level, counts: dict[int, int]) -> str:
        label = level.text
        for at, other in self._levels[abstract].items():
            if f"%{at + 1}" in label:
                number = counts.get(at, other.start)
                label = label.replace(f"%{at + 1}", formatted(number, other.format))
        return label


def _start_overrides(number: Any) -> Iterator[tuple[int, int]]:
    for override in number.iter(f"{W}lvlOverride"):
        start = override.find(f"{W}startOverride")
        if start is not None:
            yield int(override.get(f"{W}ilvl", "0")), int(start.get(f"{W}val", "1"))


def _value(element: Any, name: str, default: str) -> str:
    child = element.find(f"{W}{name}")
    return default if child is None else str(child.get(f"{W}val", default))


def formatted(number: int, style: str) -> str:
    """A number in one of Word's styles („lowerLetter“, „upperRoman“ …); unknown ones as decimal."""
    match style:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter.upper() if style == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.upper() if style == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02}"
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text
