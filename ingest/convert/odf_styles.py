"""Styles of an OpenDocument text: what a paragraph's style is based on, and how lists are numbered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.convert.odf_package import FO, PRESENTATION, STYLE, TEXT, OdfPackage

_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is marked; `format` is empty for bullets."""

    format: str = ""
    prefix: str = ""
    suffix: str = ""
    shown_levels: int = 1
    start: int = 1


class Styles:
    """The styles of one document, its own and the automatic ones of its content."""

    def __init__(self, package: OdfPackage, content: Any) -> None:
        #: by list style, then by level from 1
        self.lists: dict[str, dict[int, ListLevel]] = {}
        #: numbers of headings by level
        self.outline: dict[int, ListLevel] = {}
        #: automatic styles of slides that are not shown
        self.hidden: set[str] = set()
        self._styles: dict[str, Any] = {}
        for root in (package.part("styles.xml"), content):
            for style in root.iter(f"{STYLE}style"):
                self._styles[str(style.get(f"{STYLE}name"))] = style
                properties = style.find(f"{STYLE}drawing-page-properties")
                if (
                    properties is not None
                    and properties.get(f"{PRESENTATION}visibility") == "hidden"
                ):
                    self.hidden.add(str(style.get(f"{STYLE}name")))
            for style in root.iter(f"{TEXT}list-style"):
                self.lists[str(style.get(f"{STYLE}name"))] = dict(_levels(style))
            for style in root.iter(f"{TEXT}outline-style"):
                self.outline = dict(_levels(style))

    def names(self, name: str) -> list[str]:
        """The style's display name and those of the styles it is based on."""
        return [
            str(style.get(f"{STYLE}display-name") or style.get(f"{STYLE}name"))
            for style in self._chain(name)
        ]

    def list_style(self, name: str) -> str:
        """The list that a paragraph of this style belongs to; empty for none."""
        for style in self._chain(name):
            if found := style.get(f"{STYLE}list-style-name"):
                return str(found)
        return ""

    def is_bold(self, name: str) -> bool | None:
        """Whether the style sets text bold; None when it says nothing."""
        for style in self._chain(name):
            properties = style.find(f"{STYLE}text-properties")
            weight = properties.get(f"{FO}font-weight") if properties is not None else None
            if weight:
                return weight in ("bold", "600", "700", "800", "900")
        return None

    def _chain(self, name: str) -> Iterator[Any]:
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = str(self._styles[name].get(f"{STYLE}parent-style-name"))


def _levels(style: Any) -> Iterator[tuple[int, ListLevel]]:
    for level in style:
        number = level.get(f"{TEXT}level", "")
        if not number.isdigit():
            continue
        yield (
            int(number),
            ListLevel(
                _FORMATS.get(level.get(f"{STYLE}num-format", ""), ""),
                level.get(f"{STYLE}num-prefix", ""),
                level.get(f"{STYLE}num-suffix", ""),
                _number(level, "display-levels"),
                _number(level, "start-value"),
            ),
        )


def _number(level: Any, name: str) -> int:
    text = level.get(f"{TEXT}{name}", "1")
    return int(text) if text.isdigit() else 1
