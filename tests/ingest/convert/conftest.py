"""Files of every format, written by each test, and a short way to convert them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.convert import convert
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.boilerplate import CONTACT, LEGAL, PORTAL
from ingest.sources import SourceFile

Convert = Callable[[str, bytes | str], Conversion]


@pytest.fixture
def converted(tmp_path: Path) -> Convert:
    """Write a file with this name and content, and convert it."""

    def run(name: str, content: bytes | str) -> Conversion:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return convert(SourceFile(path=path, root=tmp_path))

    return run


def convert_path(path: Path) -> Conversion:
    return convert(SourceFile(path=path, root=path.parent))


def outline(conversion: Conversion) -> list[tuple[str, int, str]]:
    """Kind, level and text of every block."""
    return [(block.kind.value, block.level, block.text) for block in conversion.blocks]


def texts(conversion: Conversion, kind: BlockKind) -> list[str]:
    return [block.text for block in conversion.blocks if block.kind is kind]


def containing(conversion: Conversion, part: str) -> list[Block]:
    return [block for block in conversion.blocks if part in block.text]


def headings_above(conversion: Conversion, part: str) -> list[str]:
    """The heading path of the first block that contains `part`."""
    path: list[tuple[int, str]] = []
    for block in conversion.blocks:
        if block.kind is BlockKind.HEADING:
            path = [(level, text) for level, text in path if level < block.level]
            path.append((block.level, block.text))
        if part in block.text:
            return [text for _, text in path]
    raise AssertionError(f"{part!r} not found")


def words_of_the_file(conversion: Conversion, original: str) -> list[str]:
    """All words but those of headings that were put in or repeated."""
    lines = {line.strip() for line in original.splitlines()}
    words: list[str] = []
    seen: set[str] = set()
    for block in conversion.blocks:
        if block.kind is BlockKind.HEADING:
            put_in = block.text in (CONTACT, LEGAL, PORTAL) and block.text not in lines
            if put_in or block.text in seen:
                continue
            seen.add(block.text)
        words += block.text.split()
    return words
