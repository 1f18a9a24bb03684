"""How sure a passage is, from the blocks it is made of."""

import pytest

from ingest.chunk import chunk
from ingest.convert.blocks import Block, BlockKind
from ingest.recognition import confidence_of

SURE = Block(BlockKind.PARAGRAPH, "x" * 30, confidence=0.9)
UNSURE = Block(BlockKind.PARAGRAPH, "y" * 10, confidence=0.5)
TEXT = Block(BlockKind.PARAGRAPH, "z" * 50)


@pytest.mark.parametrize(
    ("blocks", "confidence"),
    [
        ([TEXT, TEXT], None),
        ([SURE], 0.9),
        ([SURE, UNSURE], 0.8),
        ([TEXT, SURE, UNSURE, TEXT], 0.8),
    ],
)
def test_blocks_count_by_their_characters(blocks: list[Block], confidence: float | None) -> None:
    chunked = chunk(blocks)
    found = confidence_of(blocks, chunked.outline, 0, len(chunked.text))
    assert found == (None if confidence is None else pytest.approx(confidence))


def test_only_what_is_in_the_passage_counts() -> None:
    blocks = [SURE, UNSURE]
    outline = chunk(blocks).outline
    assert confidence_of(blocks, outline, 0, 30) == pytest.approx(0.9)
    assert confidence_of(blocks, outline, 15, 42) == pytest.approx((15 * 0.9 + 10 * 0.5) / 25)
