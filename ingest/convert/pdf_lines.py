"""A PDF page's characters to lines with place, size and weight.

pdfium gives characters in reading order and says where a line ends. Coordinates here are those of
the page turned so that its text is upright, with y growing downwards.
"""

import ctypes
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2 import raw

_SOFT_BREAK = "\x02"
_SPACED = re.compile(r"(?:(?<!\w)\w ){3,}\w(?!\w)")
_BOLD_NAME = re.compile(rb"bold|black|heavy|semibold|demi", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_MAX_CHARS = 200_000

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Line:
    """One line: its text and its box (left, top, right, bottom) in points.

    `confidence` (0…1) is that of text recognition, None for a line that came as text.
    """

    text: str
    page: int
    box: Box
    size: float
    bold: bool
    #: the widest space between two characters
    widest_gap: float = 0.0
    confidence: float | None = None

    @property
    def left(self) -> float:
        return self.box[0]

    @property
    def right(self) -> float:
        return self.box[2]

    @property
    def in_columns(self) -> bool:
        """Whether the line's parts stand so far apart that they are cells of a table."""
        return self.widest_gap > 5 * self.size

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class Glyph:
    """A visible character and its box on the page as shown."""

    char: str
    index: int
    box: Box


class Turn:
    """Places on a page: from its own coordinates to those with upright text, and back.

    Landscape pages are often portrait pages shown turned; what counts is how the text runs.
    """

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self._angle = _text_angle(textpage)
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        width, height = self._right - self._left, self._top - self._bottom
        lying = self._angle in (90, 270)
        self.width, self.height = (height, width) if lying else (width, height)
        #: whether a viewer shows the page with upright text
        self.is_upright = self._angle == page.get_rotation()

    def shown(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box in the page's own coordinates (y upwards) as shown (y downwards)."""
        match self._angle:
            case 90:
                return (
                    bottom - self._bottom,
                    left - self._left,
                    top - self._bottom,
                    right - self._left,
                )
            case 180:
                return (
                    self._right - right,
                    bottom - self._bottom,
                    self._right - left,
                    top - self._bottom,
                )
            case 270:
                return self._top - top, self._right - right, self._top - bottom, self._right - left
        return left - self._left, self._top - top, right - self._left, self._top - bottom

    def own(self, box: Box) -> Box:
        """(left, bottom, right, top) in the page's own coordinates of a box as shown."""
        left, top, right, bottom = box
        match self._angle:
            case 90:
                return (
                    top + self._left,
                    left + self._bottom,
                    bottom + self._left,
                    right + self._bottom,
                )
            case 180:
                return (
                    self._right - right,
                    top + self._bottom,
                    self._right - left,
                    bottom + self._bottom,
                )
            case 270:
                return self._right - bottom, self._top - right, self._right - top, self._top - left
        return left + self._left, self._top - bottom, right + self._left, self._top - top


@dataclass(slots=True)
class PageText:
    """What one page holds; `height` in points, as read.

    `letter_spaced` when spacing in it could not be repaired, `recognised` when its text was not in
    the file but in an image.
    """

    number: int
    height: float
    lines: list[Line] = field(default_factory=list)
    letter_spaced: bool = False
    recognised: bool = False


def _text_angle(textpage: pdfium.PdfTextPage) -> int:
    """By how many degrees most of the text must be turned to be upright."""
    count = min(textpage.count_chars(), _MAX_CHARS)
    angles: Counter[int] = Counter()
    for index in range(0, count, max(count // 50, 1)):
        if chr(raw.FPDFText_GetUnicode(textpage, index)).isalnum():
            angle = math.degrees(raw.FPDFText_GetCharAngle(textpage, index))
            angles[-90 * round(angle / 90) % 360] += 1
    return angles.most_common(1)[0][0] if angles else 0


def page_text(textpage: pdfium.PdfTextPage, turn: Turn, number: int) -> PageText:
    """The lines of one page in reading order."""
    found = PageText(number, turn.height)
    for glyphs in _glyph_lines(textpage, turn):
        text, repaired = _line_text(glyphs)
        if not text.strip():
            continue
        found.letter_spaced = found.letter_spaced or not repaired
        found.lines.append(_line(textpage, glyphs, text.strip(), number))
    return found


def _glyph_lines(textpage: pdfium.PdfTextPage, turn: Turn) -> Iterator[list[Glyph]]:
    """The glyphs of each line, spaces included.

    pdfium reports any hyphen at a line's end as U+0002, in „ESF-/Mittel“ too; it is a hyphen here.
    """
    glyphs: list[Glyph] = []
    for index in range(min(textpage.count_chars(), _MAX_CHARS)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        char = chr(code) if code < 0x110000 else "\ufffd"
        if char in "\r\n":
            if glyphs and char == "\n":
                yield glyphs
                glyphs = []
            continue
        if char == _SOFT_BREAK and glyphs:
            yield [*glyphs, Glyph("-", index, glyphs[-1].box)]
            glyphs = []
            continue
        glyphs.append(Glyph(char, index, _glyph_box(textpage, index, turn)))
    if glyphs:
        yield glyphs


def _glyph_box(textpage: pdfium.PdfTextPage, index: int, turn: Turn) -> Box:
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, index, rect):
        return 0.0, 0.0, 0.0, 0.0
    return turn.shown(rect.left, rect.bottom, rect.right, rect.top)


def _line(textpage: pdfium.PdfTextPage, glyphs: Sequence[Glyph], text: str, number: int) -> Line:
    inked = [g for g in glyphs if not g.char.isspace() and g.box[2] > g.box[0]] or list(glyphs)
    box = (
        min(g.box[0] for g in inked),
        statistics.median(g.box[1] for g in inked),
        max(g.box[2] for g in inked),
        statistics.median(g.box[3] for g in inked),
    )
    samples = [inked[0], inked[len(inked) // 2], inked[-1]]
    sizes = [raw.FPDFText_GetFontSize(textpage, g.index) for g in samples]
    height = abs(box[3] - box[1])
    size = statistics.median(sizes)
    if size < 3 and height > 3:  # the size is in the text matrix, not in the font
        size = height / 1.15
    bold = all(_is_bold(textpage, g.index) for g in samples)
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(inked)]
    return Line(text, number, box, size, bold, max(gaps, default=0.0))


def _is_bold(textpage: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int(0)
    raw.FPDFText_GetFontInfo(textpage, index, name, len(name), flags)
    return bool(flags.value & _FORCE_BOLD or _BOLD_NAME.search(name.value))


def _line_text(glyphs: Sequence[Glyph]) -> tuple[str, bool]:
    """The line's text, and whether letter-spaced words in it could be closed up."""
    text = "".join(glyph.char for glyph in glyphs)
    if not _SPACED.search(text):
        return text, True
    inked = [glyph for glyph in glyphs if not glyph.char.isspace()]
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(inked)]
    letter_gap = statistics.median(gaps)
    width = statistics.median(glyph.box[2] - glyph.box[0] for glyph in inked)
    wide = max(1.8 * letter_gap, letter_gap + 0.4 * width)
    parts = [inked[0].char]
    for glyph, gap in zip(inked[1:], gaps, strict=True):
        parts.append(f" {glyph.char}" if gap > wide else glyph.char)
    closed = "".join(parts)
    longest = max((len(word) for word in closed.split()), default=0)
    if longest > 45:
        return text, False
    return closed, True
