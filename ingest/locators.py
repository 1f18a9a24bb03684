"""How a reader would cite a place: `§ 12 Abs. 1 Nr. 2`, `Nr. 5.4`, a heading, `Zeile 7`, or `Abs. 3`.

Reads the numbering that German laws, guidelines and plans carry in headings and at the start of
paragraphs; where there is none, the nearest heading or the paragraph's position is the locator.
"""

import re
from dataclasses import dataclass

from ingest.convert.blocks import Block, BlockKind

_SECTION = re.compile(r"^§+\s*(\d+\s?[a-z]?)\b")
_ARTICLE = re.compile(r"^Art(?:ikel|\.)?\s*(\d+\s?[a-z]?)\b")
_ANNEX = re.compile(r"^((?:Anlage|Anhang)(?:\s+(?:\d+[a-z]?|[A-ZIVX]{1,4})\b)?)")
_DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-ZÄÖÜ„\"(])")
_DEEP_DECIMAL = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){1,4})\.?\s+\S")
_PARAGRAPH = re.compile(r"^\((\d{1,2}[a-z]?)\)\s")
_NUMBER = re.compile(r"^(\d{1,3}[a-z]?)\.\s")
_LETTER = re.compile(r"^([a-z])\)\s")
_DOUBLE_LETTER = re.compile(r"^([a-z]{2})\)\s")
_LONGEST_HEADING = 80


@dataclass
class Locator:
    """Follows the blocks of a document in reading order and names the place of each."""

    base: str = ""
    legal: bool = False
    paragraph: str = ""
    number: str = ""
    letter: str = ""
    count: int = 0

    def enter(self, heading_path: tuple[str, ...]) -> None:
        """A new section begins."""
        self.base, self.legal = base_of(heading_path)
        self.paragraph = self.number = self.letter = ""

    def at(self, block: Block) -> str:
        """The locator of the next block."""
        self.count += 1
        if block.row is not None:
            return ", ".join(filter(None, (self.base, f"Zeile {block.row}")))
        text = block.text
        if match := _PARAGRAPH.match(text):
            self.paragraph, self.number, self.letter = match.group(1), "", ""
        elif (match := _DEEP_DECIMAL.match(text)) and not self.legal:
            self.base, self.number, self.letter = f"Nr. {match.group(1)}", "", ""
        elif match := _NUMBER.match(text):
            self.number, self.letter = match.group(1), ""
        elif match := _DOUBLE_LETTER.match(text):
            self.letter = f"{self.letter[:1]} Doppelbuchst. {match.group(1)}".strip()
        elif match := _LETTER.match(text):
            self.letter = match.group(1)
        elif block.kind is BlockKind.PARAGRAPH:
            self.number = self.letter = ""
        return self._name()

    def _name(self) -> str:
        parts = [self.base]
        if self.paragraph:
            parts.append(f"Abs. {self.paragraph}")
        if self.legal and self.number:
            parts.append(f"Nr. {self.number}")
        if self.letter and (self.legal or self.base.startswith("Nr. ")):
            parts.append(f"Buchst. {self.letter}")
        return " ".join(part for part in parts if part) or f"Abs. {self.count}"


def base_of(heading_path: tuple[str, ...]) -> tuple[str, bool]:
    """The locator of a section and whether it is one of a law (`§`, `Art.`)."""
    unnumbered = ""
    for heading in reversed(heading_path):
        if match := _SECTION.match(heading):
            return f"§ {match.group(1).strip()}", True
        if match := _ARTICLE.match(heading):
            return f"Art. {match.group(1).strip()}", True
        if match := _ANNEX.match(heading):
            inner = f", {_shortened(unnumbered)}" if unnumbered else ""
            return match.group(1) + inner, False
        if match := _DECIMAL.match(heading):
            inner = f", {_shortened(unnumbered)}" if unnumbered else ""
            return f"Nr. {match.group(1)}{inner}", False
        unnumbered = unnumbered or heading
    return _shortened(unnumbered), False


def _shortened(heading: str) -> str:
    if len(heading) <= _LONGEST_HEADING:
        return heading
    return heading[:_LONGEST_HEADING].rsplit(" ", 1)[0] + " …"
