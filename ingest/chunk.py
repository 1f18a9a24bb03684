"""Cutting a converted document into passages that follow its own structure.

Blocks come in, the document's stored text with its outline and the passages come out. A passage
never crosses a heading; paragraphs of a law (`(1)`, `(2)`) stay apart unless they are short; a list
stays with the sentence that introduces it; a table row is a passage of its own. Nothing is cut in
the middle of a sentence unless the sentence alone is longer than a passage may be.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.convert.blocks import Block, BlockKind
from ingest.locators import Locator
from kb.immutable import Immutable
from kb.passages import Place
from kb.sentences import split_sentences
from kb.state.registry import OutlineEntry

CHUNKER_VERSION = "sections-2"

_MIN = 250
_TARGET = 650
_MAX = 1_100
_ROW_MIN = 90
_LEAD_IN = 220
_LEGAL_PARAGRAPH = re.compile(r"^\(\d{1,2}[a-z]?\)\s")
_LIST_MARKER = re.compile(r"^(?:\d{1,3}[a-z]?\.|[a-z]{1,2}\)|[-–•*])\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage before it belongs to a revision: a slice of the stored text with its places."""

    start: int
    end: int
    heading_path: tuple[str, ...]
    lead_in: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Chunked(Immutable):
    """A document's stored text, its outline and its passages in reading order."""

    text: str
    outline: tuple[OutlineEntry, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A block, or a sentence-true part of one, with its place in the stored text."""

    start: int
    end: int
    block: Block
    locator: str

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass
class _Section:
    path: tuple[str, ...]
    units: list[_Unit] = field(default_factory=list)


def chunk(blocks: Sequence[Block]) -> Chunked:
    """Join blocks to the stored text and cut it into passages."""
    text, spans = _join(blocks)
    outline = tuple(
        OutlineEntry(start, end, block.kind.value, block.level, block.page)
        for block, (start, end) in zip(blocks, spans, strict=True)
    )
    pieces: list[Piece] = []
    for section in _sections(blocks, spans, text):
        pieces.extend(_pieces(section, text))
    return Chunked(text, outline, tuple(pieces))


def _join(blocks: Sequence[Block]) -> tuple[str, list[tuple[int, int]]]:
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    tight = (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)
    for index, block in enumerate(blocks):
        if index:
            separator = "\n" if block.kind in tight else "\n\n"
            parts.append(separator)
            position += len(separator)
        parts.append(block.text)
        spans.append((position, position + len(block.text)))
        position += len(block.text)
    return "".join(parts), spans


def _sections(
    blocks: Sequence[Block], spans: Sequence[tuple[int, int]], text: str
) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    locator = Locator()
    section = _Section(())
    bare: _Unit | None = None
    for block, (start, end) in zip(blocks, spans, strict=True):
        if block.kind is BlockKind.HEADING:
            if section.units:
                yield section
            elif bare is not None and block.level <= bare.block.level:
                yield _Section(section.path, [bare])
            while path and path[-1][0] >= block.level:
                path.pop()
            path.append((block.level, block.text))
            section = _Section(tuple(heading for _, heading in path))
            locator.enter(section.path)
            bare = _Unit(start, end, block, locator.base)
        else:
            name = locator.at(block)
            section.units.extend(_split_long(_Unit(start, end, block, name), text))
    if section.units:
        yield section
    elif bare is not None:
        yield _Section(section.path, [bare])


def _split_long(unit: _Unit, text: str) -> Iterable[_Unit]:
    if unit.length <= _MAX:
        return [unit]
    parts: list[_Unit] = []
    begin = end = unit.start
    for sentence in split_sentences(text[unit.start : unit.end]):
        stop = unit.start + sentence.end
        if end > begin and stop - begin > _TARGET:
            parts.append(_Unit(begin, end, unit.block, unit.locator))
            begin = unit.start + sentence.start
        end = stop
        while end - begin > _MAX:
            cut = _word_boundary(text, begin, begin + _MAX)
            parts.append(_Unit(begin, cut, unit.block, unit.locator))
            begin = cut + (1 if text[cut : cut + 1] == " " else 0)
    parts.append(_Unit(begin, unit.end, unit.block, unit.locator))
    return parts


def _word_boundary(text: str, start: int, end: int) -> int:
    space = text.rfind(" ", start + 1, end)
    return space if space > start else end


def _pieces(section: _Section, text: str) -> Iterator[Piece]:
    group: list[_Unit] = []
    lead_in = ""
    for unit in section.units:
        if group and _must_break(group, unit):
            yield _piece(section.path, group, lead_in)
            lead_in = _next_lead_in(section, group, unit, text, lead_in)
            group = []
        elif not group and not _continues(unit):
            lead_in = ""
        group.append(unit)
    if group:
        yield _piece(section.path, group, lead_in)


def _must_break(group: Sequence[_Unit], unit: _Unit) -> bool:
    length = group[-1].end - group[0].start
    total = unit.end - group[0].start
    if total > _MAX:
        return True
    if unit.block.kind is BlockKind.TABLE_ROW or group[-1].block.kind is BlockKind.TABLE_ROW:
        return unit.block.kind is not group[-1].block.kind or length >= _ROW_MIN
    if _continues(unit):
        return total > _TARGET and length >= _MIN
    if _LEGAL_PARAGRAPH.match(unit.block.text):
        return length >= _MIN or total > _TARGET
    return length >= _MIN and total > _TARGET


def _continues(unit: _Unit) -> bool:
    """Whether a unit goes on with what stands before it (a list item, a part of a long block)."""
    return unit.block.kind is BlockKind.LIST_ITEM or bool(_LIST_MARKER.match(unit.block.text))


def _next_lead_in(
    section: _Section, group: Sequence[_Unit], unit: _Unit, text: str, current: str
) -> str:
    """The sentence that introduces a list which goes on in the next passage."""
    if not _continues(unit):
        return ""
    for before in reversed(group):
        if not _continues(before):
            sentences = split_sentences(text[before.start : before.end])
            return sentences[-1].text[-_LEAD_IN:] if sentences else ""
    return current


def _piece(path: tuple[str, ...], group: Sequence[_Unit], lead_in: str) -> Piece:
    start = group[0].start
    places: list[Place] = []
    for unit in group:
        page = unit.block.page
        if not places or (places[-1].locator, places[-1].page) != (unit.locator, page):
            places.append(Place(unit.start - start, unit.locator, page))
    return Piece(start, group[-1].end, path, lead_in, tuple(places))
