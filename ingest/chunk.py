"""Cutting a converted document into passages that follow its own structure.

Blocks come in, the document's stored text with its outline and the passages come out. A passage
never crosses a heading; paragraphs of a law (`(1)`, `(2)`) stay apart unless they are short; a list
stays with the sentence that introduces it, a question with its answer; a table row is a passage of
its own. Nothing is cut in the middle of a sentence unless the sentence alone is longer than a passage
may be. Which blocks go together is in `ingest.grouping`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.agenda import with_agenda_headings
from ingest.convert.blocks import Block, BlockKind
from ingest.grouping import Piece, Unit, pieces
from ingest.locators import Locator
from ingest.roles import goes_on, roles
from kb.immutable import Immutable
from kb.state.registry import OutlineEntry

CHUNKER_VERSION = "sections-4"


@dataclass(frozen=True, slots=True)
class Chunked(Immutable):
    """A document's stored text, its outline and its passages in reading order."""

    text: str
    outline: tuple[OutlineEntry, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands under one heading: blocks with their places in the text and their locators."""

    path: tuple[str, ...]
    blocks: list[Block]
    places: list[tuple[int, int, str]]

    def add(self, block: Block, span: tuple[int, int], locator: str) -> None:
        self.blocks.append(block)
        self.places.append((*span, locator))

    @property
    def units(self) -> list[Unit]:
        return [
            Unit(start, end, block, locator, role)
            for block, (start, end, locator), role in zip(
                self.blocks, self.places, roles(self.blocks), strict=True
            )
        ]


def chunk(blocks: Sequence[Block]) -> Chunked:
    """Join blocks to the stored text and cut it into passages."""
    blocks = with_agenda_headings(blocks)
    text, spans = _join(blocks)
    outline = tuple(
        OutlineEntry(start, end, block.kind.value, block.level, block.page)
        for block, (start, end) in zip(blocks, spans, strict=True)
    )
    found: list[Piece] = []
    for section in _sections(blocks, spans):
        found.extend(pieces(section.path, section.units, text))
    return Chunked(text, outline, tuple(found))


def _join(blocks: Sequence[Block]) -> tuple[str, list[tuple[int, int]]]:
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    position = 0
    for index, block in enumerate(blocks):
        if index:
            separator = "\n" if _is_tight(blocks[index - 1], block) else "\n\n"
            parts.append(separator)
            position += len(separator)
        parts.append(block.text)
        spans.append((position, position + len(block.text)))
        position += len(block.text)
    return "".join(parts), spans


def _is_tight(before: Block, block: Block) -> bool:
    """Rows and items follow closely; so does a sentence that a page break divides."""
    if block.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW):
        return True
    return before.page != block.page and goes_on(before, block)


def _sections(blocks: Sequence[Block], spans: Sequence[tuple[int, int]]) -> Iterator[_Section]:
    """A heading with nothing under it, not even a deeper heading, stands for itself."""
    path: list[tuple[int, str]] = []
    locator = Locator()
    section = _Section((), [], [])
    bare: tuple[Block, tuple[int, int], str] | None = None
    for block, span in zip(blocks, spans, strict=True):
        if block.kind is BlockKind.HEADING:
            if section.blocks:
                yield section
            elif bare is not None and block.level <= bare[0].level:
                section.add(*bare)
                yield section
            while path and path[-1][0] >= block.level:
                path.pop()
            path.append((block.level, block.text))
            section = _Section(tuple(heading for _, heading in path), [], [])
            locator.enter(section.path)
            bare = block, span, locator.base
        else:
            section.add(block, span, locator.at(block))
    if not section.blocks and bare is not None:
        section.add(*bare)
    if section.blocks:
        yield section
