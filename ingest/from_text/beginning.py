"""A document's beginning: what stands before its first part, where its title, date and issuer are."""

import re
from collections.abc import Sequence

from ingest.convert.blocks import Block, BlockKind

#: where a value was read, for its origin
AT_BEGINNING = "Text, Anfang"
AT_END = "Text, Ende"

_LONGEST = 14
_PART = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?|§+|[IVX]{1,4}\.|TOP|Teil|Abschnitt|Kapitel|Artikel|Präambel|Vorwort"
    r"|Inhalt\w*|INHALT\w*|Gliederung|Tagesordnung)(?=\s|$)"
)

_DATA = re.compile(r"(?:Sitzungsdaten|Eckdaten|Angaben)\b")


def beginning_of(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The title's section: at most fourteen blocks, before the first numbered or second other part."""
    found: list[Block] = []
    for block in blocks[:_LONGEST]:
        if block.kind is BlockKind.HEADING and _ends_beginning(found, block):
            break
        found.append(block)
    return tuple(found)


def _ends_beginning(before: Sequence[Block], heading: Block) -> bool:
    """Headings may stand below each other, and a minutes' data under one of their own."""
    if not before or _DATA.match(heading.text):
        return False
    titled = any(block.kind is BlockKind.HEADING for block in before)
    below_a_title = titled and before[-1].kind is not BlockKind.HEADING
    return below_a_title or bool(_PART.match(heading.text))
