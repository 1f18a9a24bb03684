"""Agenda items of minutes as headings, whatever the file made of their lines.

„TOP 3: Haushalt“ heads a section in print; in a text or Word file it is often a plain line. The list of
items at the beginning (Tagesordnung) stays text: an item that comes again later is only announced
there, and lines of which none is followed by anything are an invitation's agenda.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.convert.blocks import Block, BlockKind

_ITEM = re.compile(r"(?:Zu )?(?:TOP|Top|Tagesordnungspunkt)\s*(\d{1,2}(?:\.\d{1,2})?[a-z]?)\b")
_LONGEST = 160


def with_agenda_headings(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, each agenda item's line a heading (levels 1…6) of the level the others have."""
    level = _level(blocks)
    promoted = set(_items(blocks))
    return tuple(
        replace(block, kind=BlockKind.HEADING, level=level) if index in promoted else block
        for index, block in enumerate(blocks)
    )


def _level(blocks: Sequence[Block]) -> int:
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    items = [block.level for block in headings if _ITEM.match(block.text)]
    return items[0] if items else min((block.level for block in headings), default=0) + 1


def _items(blocks: Sequence[Block]) -> Iterator[int]:
    """The places of lines that head what is reported under an agenda item."""
    numbers = [_number(block) for block in blocks]
    last = {number: index for index, number in enumerate(numbers) if number}
    for index, (block, number) in enumerate(zip(blocks, numbers, strict=True)):
        if not number or block.kind is BlockKind.HEADING or last[number] != index:
            continue
        announced = number in numbers[:index]
        alone = _is_item(numbers, index - 1) or _is_item(numbers, index + 1)
        if announced or not alone:
            yield index


def _number(block: Block) -> str:
    """„3“ for „TOP 3: Haushalt“; empty for a sentence about an item and for a table's row."""
    found = _ITEM.match(block.text) if block.kind is not BlockKind.TABLE_ROW else None
    if not found or len(block.text) > _LONGEST or block.text.endswith((".", ";", ",")):
        return ""
    return found[1]


def _is_item(numbers: Sequence[str], index: int) -> bool:
    return 0 <= index < len(numbers) and bool(numbers[index])
