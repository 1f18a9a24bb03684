"""Recognised words to the lines that the PDF layout code takes: text, place, size, weight.

Size and weight are measured on the image: the height of the letters and the width of their strokes.
What stamps, rules and boxes leave behind as words is taken out.
"""

import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ingest.convert.pdf_lines import Box, Line
from ingest.convert.tesseract import Word

_POINTS = 72.0
_RULES = re.compile(r"[|\\/_~=—–-]*\|[|\\/_~=—–-]*$|[_~=—]+$")
_UNSURE, _DOUBTFUL = 0.4, 0.7
#: from so many characters on a scrap may be a word, unless it is as unsure as noise
_WORD, _NOISE = 5, 0.2
_LETTERS = re.compile(r"[^\W_]")
_DIGIT = re.compile(r"\d")
_ASCENDER = re.compile(r"[A-ZÄÖÜ0-9bdfhklßtijäöü€%&!?()\[\]/§]")
_UMLAUT = re.compile(r"[ÄÖÜ]")
_DESCENDER = re.compile(r"[gjpqyQ()\[\]/§]")
#: parts of an em: capitals with dots, letters with and without an ascender, descenders, commas
_DOTTED, _TALL, _LOW, _DEPTH, _COMMA = 0.92, 0.72, 0.52, 0.21, 0.13
_SAME_SIZE = 1.15
_BOLD = 1.25
_DARK = 128


def without_junk(groups: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """The words of one page by line, without what is no word; empty lines are left out."""
    sizes = [size for group in groups for word in group if (size := em_of(word)) is not None]
    usual = statistics.median(sizes) if sizes else 0.0
    return [words for group in groups if (words := _without_junk(group, usual))]


def lines_of(
    groups: Sequence[Sequence[Word]], image: Image.Image, dpi: float, page: int
) -> list[Line]:
    """The lines of one page, one for each group of words."""
    ink = np.asarray(image) < _DARK
    lines = [_line(words, _POINTS / dpi, page) for words in groups]
    _even_sizes(lines)
    strokes = [_stroke(words, ink) / line.size for words, line in zip(groups, lines, strict=True)]
    usual_stroke = _weighted_median(strokes, [len(line.text) for line in lines])
    for line, stroke in zip(lines, strokes, strict=True):
        line.bold = stroke > _BOLD * usual_stroke
    return lines


def grouped(words: Sequence[Word]) -> list[list[Word]]:
    """Words by line, in reading order."""
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return list(lines.values())


def _without_junk(words: Sequence[Word], usual: float) -> list[Word]:
    """Without what is no word: rules read as characters, unsure scraps, lines of these alone."""
    kept = [word for word in words if not _is_junk(word, usual)]
    letters = sum(len(_LETTERS.findall(word.text)) for word in kept)
    if not letters:
        return []
    sure = sum(len(word.text) * word.confidence for word in kept) / sum(len(w.text) for w in kept)
    longest = max(len(word.text) for word in kept)
    return kept if sure >= (_NOISE if longest >= _WORD else _UNSURE) else []


def _is_junk(word: Word, usual: float) -> bool:
    if _RULES.match(word.text):
        return True
    if word.confidence >= _DOUBTFUL:
        return False
    letters = len(_LETTERS.findall(word.text))
    if not letters:
        return len(word.text) > 1 or word.confidence < _UNSURE
    em = em_of(word)
    odd = em is None or not 0.5 * usual < em < 2 * usual
    # a figure is never left out: that would make another amount of the rest
    scrap = letters <= 2 and not _DIGIT.search(word.text)
    return odd or (scrap and word.confidence < _UNSURE)


def em_of(word: Word) -> float | None:
    """The size of a word's font in pixels, from its height; None without letters."""
    if not _LETTERS.search(word.text):
        return None
    rise = _TALL if _ASCENDER.search(word.text) else _LOW
    rise = _DOTTED if _UMLAUT.search(word.text) else rise
    comma = _COMMA if "," in word.text or ";" in word.text else 0.0
    return word.height / (rise + (_DEPTH if _DESCENDER.search(word.text) else comma))


def _line(words: Sequence[Word], scale: float, page: int) -> Line:
    sizes = [em for word in words if (em := em_of(word)) is not None]
    size = statistics.median(sizes) if sizes else words[0].height
    box: Box = (
        words[0].box[0] * scale,
        statistics.median(word.box[1] for word in words) * scale,
        max(word.box[2] for word in words) * scale,
        statistics.median(word.box[3] for word in words) * scale,
    )
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(words)]
    weight = sum(len(word.text) for word in words)
    return Line(
        text=" ".join(word.text for word in words),
        page=page,
        box=box,
        size=size * scale,
        bold=False,
        widest_gap=max(gaps, default=0) * scale,
        confidence=sum(word.confidence * len(word.text) for word in words) / weight,
    )


def _even_sizes(lines: Sequence[Line]) -> None:
    """Sizes that differ only by how exactly they can be measured become one, the body's first."""
    rest = list(lines)
    while rest:
        middle = _weighted_median([line.size for line in rest], [len(line.text) for line in rest])
        same = [line for line in rest if middle / _SAME_SIZE < line.size < middle * _SAME_SIZE]
        rest = [line for line in rest if not any(line is other for other in same)]
        for line in same:
            line.size = middle


def _stroke(words: Sequence[Word], ink: NDArray[np.bool_]) -> float:
    """The mean width of a line's strokes in pixels, along the rows of the image."""
    dark = starts = 0
    for word in words:
        left, top, right, bottom = word.box
        part = ink[top:bottom, left:right]
        dark += int(part.sum())
        starts += int((part[:, 1:] & ~part[:, :-1]).sum()) + int(part[:, :1].sum())
    return dark / max(starts, 1)


def _weighted_median(values: Sequence[float], weights: Sequence[int]) -> float:
    """The value in the middle when each counts `weight` times; 1 for none."""
    half = sum(weights) / 2
    for value, weight in sorted(zip(values, weights, strict=True)):
        half -= weight
        if half <= 0:
            return value
    return 1.0
