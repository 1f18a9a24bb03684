"""What text recognition means for a document: how sure each passage is, and what it still waits for."""

from collections.abc import Sequence

from ingest.convert.blocks import Block
from ingest.convert.tesseract import HOW_TO_INSTALL, find_tesseract
from kb.state.registry import OutlineEntry


def confidence_of(
    blocks: Sequence[Block], outline: Sequence[OutlineEntry], start: int, end: int
) -> float | None:
    """0…1 for the characters from `start` to `end` of the stored text; None where none was recognised.

    `outline` has the place of each block in that text. Blocks count by the characters they give.
    """
    characters, sure = 0, 0.0
    for block, entry in zip(blocks, outline, strict=True):
        shared = min(entry.end, end) - max(entry.start, start)
        if shared > 0 and block.confidence is not None:
            characters += shared
            sure += shared * block.confidence
    return sure / characters if characters else None


def can_be_recognised_now(warnings: Sequence[str]) -> bool:
    """Whether an earlier run lacked the text recognition that is installed by now."""
    return any(HOW_TO_INSTALL in warning for warning in warnings) and find_tesseract() is not None
