"""Recognised words to the text of a cell, and what both kinds of tables of a scan come out as."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.convert.misreadings import spelled
from ingest.convert.tesseract import Word
from ingest.convert.wording import join_lines, tidy


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table's rows of cell texts, and the words that they consist of."""

    rows: list[list[str]]
    words: list[Word]


def visual_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words by the height at which they stand, from the top, each line from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        if lines and word.middle - middle_of(lines[-1]) < 0.5 * _height([*lines[-1], word]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def text_of(words: Sequence[Word]) -> str:
    """The text of a cell with these words, its lines joined."""
    joined = ""
    for line in visual_lines(words):
        joined = join_lines(joined, tidy(" ".join(word.text for word in line)))
    return spelled(joined)


def middle_of(line: Sequence[Word]) -> float:
    """The height on the page at which a line stands."""
    return statistics.fmean(word.middle for word in line)


def _height(line: Sequence[Word]) -> float:
    return max(word.height for word in line)
