"""RTF documents to blocks: headings by style, outline level or bold, lists, tables, footnotes."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.convert.advance import advance
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.rows import grid_rows
from ingest.convert.rtf_reader import RtfReader
from ingest.convert.rtf_state import TITLE_LEVEL, RtfParagraph
from ingest.convert.wording import ITEM_MARKER, item_depth, tidy
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_MAX_HEADING = 120
_STEP = 1_000


def convert(source: SourceFile) -> Conversion:
    """Convert an .rtf file."""
    if not source.data.lstrip().startswith(b"{\\rtf"):
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist keine RTF-Datei. Bitte im ursprünglichen Programm öffnen, "
            "neu speichern und noch einmal ablegen."
        )
    reader = RtfReader(source.data)
    blocks = tuple(_blocks(_with_advance(reader, len(source.data))))
    title = tidy(reader.title)
    properties = {"title": title, "language": reader.language}
    return Conversion(blocks, {key: value for key, value in properties.items() if value})


def _with_advance(reader: RtfReader, size: int) -> Iterator[RtfParagraph]:
    for number, paragraph in enumerate(reader.paragraphs()):
        if number % _STEP == 0:
            advance(reader.position, size)
        yield paragraph


def _blocks(paragraphs: Iterable[RtfParagraph]) -> Iterator[Block]:
    grid: list[list[str]] = []
    level = shift = 0
    for paragraph in paragraphs:
        if paragraph.cells:
            grid.append(_row(paragraph, grid[-1] if grid else []))
            continue
        yield from grid_rows(grid, is_headed=False)
        grid = []
        if text := tidy(paragraph.text):
            shift = 1 if paragraph.level == TITLE_LEVEL else shift
            block = _block(paragraph, text, level, shift)
            level = block.level if block.kind is BlockKind.HEADING else level
            yield block
    yield from grid_rows(grid, is_headed=False)


def _row(paragraph: RtfParagraph, above: Sequence[str]) -> list[str]:
    """A row's texts; a cell that goes on from above has the text from there."""
    return [
        above[column] if column in paragraph.merged and column < len(above) else tidy(cell)
        for column, cell in enumerate(paragraph.cells)
    ]


def _block(paragraph: RtfParagraph, text: str, level_above: int, shift: int) -> Block:
    if paragraph.level == TITLE_LEVEL:
        return Block(BlockKind.HEADING, text, level=1)
    if paragraph.level:
        return Block(BlockKind.HEADING, text, level=min(paragraph.level + shift, 6))
    marker = ITEM_MARKER.match(text)
    short = len(text) <= _MAX_HEADING and not re.search(r"[.;,!]$", text)
    if paragraph.is_bold and short and not marker and not text[0].islower():
        return Block(BlockKind.HEADING, text, level=min(level_above + 1, 6) if level_above else 1)
    if marker and marker["bullet"]:
        return Block(BlockKind.LIST_ITEM, text[marker.end() :], level=paragraph.depth + 1)
    if marker:
        depth = paragraph.depth + 1 if paragraph.depth else item_depth(marker["number"])
        return Block(BlockKind.LIST_ITEM, text, level=depth)
    return Block(BlockKind.PARAGRAPH, text)
