"""Blocks of a document, written as a reader would: „# “ is a heading, „| a: b |“ a row, „- “ an item."""

from ingest.convert.blocks import Block, BlockKind


def document(*lines: str, page: int | None = None) -> tuple[Block, ...]:
    return tuple(_block(line, page) for line in lines)


def _block(line: str, page: int | None) -> Block:
    if line.startswith("#"):
        marks, _, text = line.partition(" ")
        return Block(BlockKind.HEADING, text, level=len(marks), page=page)
    if line.startswith("|"):
        cells = [cell.strip().split(": ", 1) for cell in line.strip("|").split("|")]
        text = "; ".join(": ".join(cell) for cell in cells)
        return Block(
            BlockKind.TABLE_ROW,
            text,
            page=page,
            cells=tuple((name, value) for name, value in cells),
        )
    if line.startswith("- "):
        return Block(BlockKind.LIST_ITEM, line[2:], level=1, page=page)
    return Block(BlockKind.PARAGRAPH, line, page=page)
