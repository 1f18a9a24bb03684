"""What parser and parent say to each other: lines of JSON, some followed by raw bytes.

To the parser: `{"name", "size"}` and the file's bytes; with `"page"` a picture of that page is wanted.
From it: any number of `progress`, then one `done` (blocks, and the bytes of attachments behind it),
`picture` (with its bytes behind it) or `error`. JSON and not pickle: what
comes out of a process that has read a stranger's file is data, nothing that could be executed.
"""

import json
from collections.abc import Sequence
from typing import Any

from ingest.convert.blocks import Attachment, Block, BlockKind, Conversion

Message = dict[str, Any]


def line_of(message: Message) -> bytes:
    """One message as a line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def message_of(conversion: Conversion) -> tuple[Message, Sequence[bytes]]:
    """A conversion as a message and the bytes to be sent behind it."""
    message = {
        "event": "done",
        "blocks": [
            [
                block.kind.value,
                block.text,
                block.level,
                block.page,
                block.cells,
                block.group,
                block.confidence,
                block.row,
            ]
            for block in conversion.blocks
        ],
        "properties": dict(conversion.properties),
        "warnings": conversion.warnings,
        "pages": conversion.pages,
        "ocr_pages": conversion.ocr_pages,
        "attachments": [[entry.name, len(entry.data)] for entry in conversion.attachments],
    }
    return message, [entry.data for entry in conversion.attachments]


def conversion_of(message: Message, attached: Sequence[bytes]) -> Conversion:
    """The inverse; raises ValueError, TypeError or KeyError for anything else."""
    return Conversion(
        blocks=tuple(
            Block(
                BlockKind(kind),
                text,
                level,
                page,
                tuple((name, value) for name, value in cells),
                group,
                confidence,
                row,
            )
            for kind, text, level, page, cells, group, confidence, row in message["blocks"]
        ),
        properties=message["properties"],
        warnings=tuple(message["warnings"]),
        pages=message["pages"],
        ocr_pages=message["ocr_pages"],
        attachments=tuple(
            Attachment(name, data)
            for (name, _), data in zip(message["attachments"], attached, strict=True)
        ),
    )
