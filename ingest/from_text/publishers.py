"""Who issued a document: „Herausgeber: …“, „RdErl. d. Ministeriums für …“, or the letterhead's line.

The masthead is looked for in the whole document, the others at its beginning only. Two different names
in places of the same kind are none.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.convert.blocks import Block, BlockKind
from ingest.from_text.beginning import AT_BEGINNING
from ingest.rules import Statement

_MASTHEAD = re.compile(
    r"^(?:Herausgeber(?:in)?|Herausgegeben (?:von|vom)|Hrsg\.)(?::\s*|\s+|$)(.*)"
)
_ADDRESS = re.compile(
    r"\d|@|www\.|https?:|Tel|Fax|E-Mail|Postfach|V\.\s?i\.\s?S|[Vv]erantwortlich|Redaktion|Referat"
)
_HAS_COMMAS = re.compile(r"^\w*(?:[Mm]inisterium|Senats|Staatskanzlei)")
_DECREE = re.compile(
    r"^(?:Gem(?:\.|einsame[rs]?)\s)?(?:(?:RdErl|Bek)\.|Runderlass|Erlass|Bekanntmachung|Verwaltungsvorschrift|(?:Förder)?[Rr]ichtlinien?)"
    r"\s(?:d\.|des|der)\s"
    r"((?:\w*[Mm]inisterium|Senatsverwaltung|Staatskanzlei|Bezirksregierung|\w+amt)(?:e?s)?\b.*)"
)
_AFTER_NAME = re.compile(
    r"\s+(?:v\.|vom|über|zur|zum|für (?:die|das|den)|betreffend|–|-)\s|\s*[;(]|\.\s|,\s*Az|\s*$"
)
_SECOND_NAME = re.compile(r"\sund\s(?:des|der|d\.)\s")
_ORGANISATION = (
    r"Handwerkskammer(?:tag)?|Industrie- und Handelskammer|IHK|HWK|Kreishandwerkerschaft"
    r"|\w*[Mm]inisterium|Staatskanzlei|Senatsverwaltung|Bezirksregierung|Regierungspräsidium"
    r"|Regionalagentur|Fachkräfteallianz|Bundesagentur|Agentur für Arbeit|Jobcenter|Landkreis|Kreis"
    r"|Wirtschaftsförderung|Landesförderinstitut|Landesamt|Bundesamt|Investitionsbank"
)
_LETTERHEAD = re.compile(rf"^(?:Die |Der )?(?:\w+[ -])?(?:{_ORGANISATION})(?: [^.:;!?@\d]*)?$")
_LONGEST = 120


def statement(blocks: Sequence[Block], beginning: Sequence[Block]) -> Statement:
    """The publisher and where it is named; no value where nothing is sure."""
    for names, origin in (
        (set(_from_masthead(blocks)), "Text, Impressum"),
        (set(_from_decree(beginning)), AT_BEGINNING),
        (set(_from_letterhead(beginning)), AT_BEGINNING),
    ):
        if len(names) == 1:
            return Statement({"publisher": names.pop()}, origin)
        if names:
            break
    return Statement({}, AT_BEGINNING)


def _from_masthead(blocks: Sequence[Block]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.TABLE_ROW or not (found := _MASTHEAD.match(block.text)):
            continue
        below = blocks[index + 1].text if index + 1 < len(blocks) else ""
        if name := _organisation(found[1] or below):
            yield name


def _organisation(line: str) -> str:
    """The name before address and person; a comma is part of a ministry's name only."""
    parts = re.split(r",\s+|\s+[|·•]\s+|;\s", line)
    name = [parts[0]]
    if _HAS_COMMAS.match(parts[0]):
        for part in parts[1:]:
            if _ADDRESS.search(part):
                break
            name.append(part)
    joined = ", ".join(name).strip(" .")
    return "" if _ADDRESS.search(joined) or len(joined) > _LONGEST else joined


def _from_decree(beginning: Sequence[Block]) -> Iterator[str]:
    for block in beginning:
        if found := _DECREE.match(block.text):
            name = found[1][: _end(found[1])].rstrip(" .,")
            if len(name) <= _LONGEST and not _SECOND_NAME.search(name):
                yield re.sub(r"^(\w*(?:[Mm]inisterium|amt))e?s\b", r"\1", name)


def _end(text: str) -> int:
    found = _AFTER_NAME.search(text)
    return found.start() if found else len(text)


def _from_letterhead(beginning: Sequence[Block]) -> Iterator[str]:
    for block in beginning:
        short = block.kind is BlockKind.PARAGRAPH and len(block.text) <= _LONGEST
        if short and _LETTERHEAD.match(block.text):
            yield block.text
