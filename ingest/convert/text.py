"""Plain text to blocks.

Two kinds of text occur: hard-wrapped, where a paragraph is many lines of about the same length, and
one paragraph per line, as copied from web pages. Which one it is shows at the line ends: a wrapped
line has no room for the next word. Short lines that stand alone are headings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.boilerplate import set_apart
from ingest.convert.encoding import decode
from ingest.convert.text_lines import Paragraph, paragraphs
from ingest.convert.wording import ITEM_MARKER, item_depth, tidy
from ingest.sources import SourceFile

_MAX_HEADING = 130
_MAX_HEADING_WORDS = 16
_LONG = 60
_NUMBERED_HEADING = re.compile(
    r"(?:§+ ?\d+[a-z]?\b|(?:Artikel|Art\.|Anlage|Anhang|Abschnitt|Kapitel|Teil) [\dIVX]+\b"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?) +\S"
)
#: words that head a section even when the next line is short too
_SECTION_WORD = re.compile(
    r"(?:Kontakt|Kontaktdaten|Anschrift|Adresse|Ansprechpartner(?:in|innen)?|Ansprechpersonen?"
    r"|Termine?|Hinweise?|Impressum):?$"
)
_ENDS_SENTENCE = re.compile(r"(?:[.!?;,:]|–)[\"“”»)]*$")
_ABBREVIATED_END = re.compile(r"(?:\be\. ?V\.|\bmbH|\bCo\.|\bu\. ?a\.|\bInc\.)$")
_NO_HEADING = re.compile(
    r"@|https?:|www\.|\b\d{5} [A-ZÄÖÜ]|(?:tel|telefon|fax|telefax|mobil|fon|e-?mail)\b[.:\s]"
    r"|(?:stra(?:ß|ss)e|str\.|weg|platz|allee|ring|gasse|damm|ufer) \d|\+49|\b0\d{2,5}[ /-]\d"
    r"|: *[\d+]|[|©]|^\("
    r"|^(?:Ort|Raum|Datum|Beginn|Ende|Zeit|Uhrzeit|Leitung|Vorsitz|Moderation|Protokoll|Protokollführung"
    r"|Teilnehmende|Teilnehmer(?:innen)?|Anwesende?|Entschuldigt|Gäste|Verteiler|Herausgeber(?:in)?"
    r"|Redaktion|Stand|Beschluss|Zusage|Verantwortlich|Zuständig|Frist|Abstimmung): ",
    re.IGNORECASE,
)


def convert(source: SourceFile) -> Conversion:
    """Convert a .txt file of any usual encoding. Plain text states no properties of its own."""
    return Conversion(tuple(set_apart(blocks(decode(source.data, source.name)))))


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text, every line's words kept in order."""
    units = [_unit(paragraph) for paragraph in paragraphs(text)]
    titles = [_may_be_heading(units, position) for position in range(len(units))]
    titles = _without_long_runs(titles)
    for position, unit in enumerate(units):
        if titles[position]:
            level = unit.heading_level or (1 if position == 0 and len(unit.text.split()) > 1 else 2)
            yield Block(BlockKind.HEADING, unit.text, level=level)
        elif unit.item_level:
            yield Block(BlockKind.LIST_ITEM, unit.text, level=unit.item_level)
        else:
            yield Block(BlockKind.PARAGRAPH, unit.text)


@dataclass(frozen=True, slots=True)
class _Unit:
    text: str
    item_level: int
    heading_level: int
    after_blank: bool
    before_blank: bool

    @property
    def is_long(self) -> bool:
        return (
            len(self.text) >= _LONG or bool(self.item_level) or bool(_NO_HEADING.search(self.text))
        )


def _unit(paragraph: Paragraph) -> _Unit:
    text = tidy(paragraph.text)
    marker = ITEM_MARKER.match(text)
    level = 0
    if marker and marker["bullet"]:
        text, level = text[marker.end() :], 1 + min(paragraph.indent // 4, 4)
    elif marker:
        level = item_depth(marker["number"])
    numbered = _NUMBERED_HEADING.match(text)
    rank = 0
    if numbered:
        rank = 2 + (numbered["number"] or "").count(".")
    return _Unit(text, level, min(rank, 6), paragraph.after_blank, paragraph.before_blank)


def _may_be_heading(units: Sequence[_Unit], position: int) -> bool:
    unit = units[position]
    following = units[position + 1] if position + 1 < len(units) else None
    if following is None or not _reads_like_heading(unit, following):
        return False
    if not unit.after_blank and position and not units[position - 1].is_long:
        return False  # a second short line: not alone
    if unit.item_level and (following.item_level or not unit.heading_level):
        return False  # an item of a list, not a numbered heading
    return unit.before_blank or following.is_long or bool(_SECTION_WORD.match(unit.text))


def _reads_like_heading(unit: _Unit, following: _Unit) -> bool:
    text = unit.text
    words = text.split()
    if len(text) > _MAX_HEADING or len(words) > _MAX_HEADING_WORDS or _NO_HEADING.search(text):
        return False
    if not re.search(r"[^\W\d_]{3}", text) or text[0].islower():
        return False
    if text.endswith(":"):
        return len(words) <= 3 and unit.before_blank and not following.item_level
    if text.endswith("…"):
        return following.text.startswith("…")
    return not _ENDS_SENTENCE.search(text) or bool(_ABBREVIATED_END.search(text))


def _without_long_runs(titles: Sequence[bool]) -> list[bool]:
    """Four and more in a row are a list without bullets; only the last can head what follows."""
    kept = list(titles)
    start = 0
    for position, title in enumerate([*titles, False]):
        if title:
            continue
        if position - start >= 4:
            kept[start : position - 1] = [False] * (position - 1 - start)
        start = position + 1
    return kept
