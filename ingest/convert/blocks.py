"""What every converter returns: a document as a flat list of typed blocks in reading order.

Text is verbatim (white space inside a block collapsed to single spaces): what a citation quotes
must be found in the file. Structure beyond headings (`§`, `Abs.`, `Nr.`) is read by the chunker.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.immutable import Immutable

#: the property with the day on which a program began the file, which is no statement of its date
CREATED = "created"


class BlockKind(StrEnum):
    """What a block is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row.

    `level` is 1…6 for headings and the nesting depth (1…) for list items. `page` is 1-based, None
    where the format has no pages. A table row has `cells` as (column name, value) pairs and a
    `text` that reads „Spalte: Wert; Spalte: Wert“; `group` names its sheet or table caption, and in a
    spreadsheet `row` is the number beside it (1…).
    `confidence` (0…1) is how sure text recognition (OCR) was of it, None where none was needed.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    cells: tuple[tuple[str, str], ...] = ()
    group: str = ""
    confidence: float | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file (of a mail, of an archive), to be ingested as a document of its own.

    `name` is its relative place in there, folders divided by `/`, never absolute and never climbing.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Conversion(Immutable):
    """A converted file: blocks, what the file says about itself, and what went wrong by page.

    `properties` are the file's own statements (front matter, HTML meta, document properties) under
    the keys `title`, `kind`, `audience`, `language`, `publisher`, `date`, `valid_from`,
    `valid_until` and CREATED; dates are ISO strings. `warnings` are German sentences; a conversion with
    warnings is reported as partial. `ocr_pages` counts the pages (or images) whose text was
    recognised. A container without text of its own (an archive) has attachments and no blocks.
    """

    blocks: tuple[Block, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    pages: int = 0
    ocr_pages: int = 0
    attachments: tuple[Attachment, ...] = ()
