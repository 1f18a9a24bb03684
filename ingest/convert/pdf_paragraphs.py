"""Lines of a PDF to paragraphs, by the space between lines, indents and the room on a line."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.convert.pdf_lines import Line
from ingest.convert.wording import ITEM_MARKER, join_lines, tidy

_NUMBERED = re.compile(
    r"\d{1,2}(?:\.\d{1,3}){1,5}\.?\s+\S|\(\d{1,2}[a-z]?\)\s+\S"
    r"|(?:§+ ?\d+[a-z]?|Artikel \d+|Art\. \d+|Anlage \d+|Abschnitt [\dIVX]+|Kapitel \d+)(?=\s|$)"
)
_MARKER_ALONE = re.compile(r"(?:\d{1,3}[a-z]?[.)]|[a-z]{1,3}\)|[-–—•·*◦▪\uf0b7\uf0a7])$")
_ENDS = re.compile(r"[.:;!?,]$|\b(?:und|oder|bzw\.|sowie)$")
_ENDS_SENTENCE = re.compile(r"[.:;!?]$")
_LABELLED = re.compile(r"[A-ZÄÖÜ][\w.-]+(?:\s[\w-]+){0,2}:\s")
#: so many lines before and after show how far lines run here
_NEAR = 12


@dataclass(slots=True)
class Paragraph:
    """Joined lines. `gap` is the space above it in leadings (None at a page's top)."""

    text: str
    lines: list[Line]
    gap: float | None

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def left(self) -> float:
        return self.lines[0].left

    @property
    def size(self) -> float:
        return statistics.median(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def confidence(self) -> float | None:
        """Mean over the characters of recognised lines; None where there is none."""
        read = [
            (line.confidence, len(line.text)) for line in self.lines if line.confidence is not None
        ]
        return (
            sum(sure * length for sure, length in read) / sum(n for _, n in read) if read else None
        )


class Typesetting:
    """What a document's lines have in common: body size, leading, right margins, its words."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
        self.size = sizes.most_common(1)[0][0] if sizes else 10.0
        self.bold = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(sizes.values())
        self.leading = self._leading(lines)
        self.words = frozenset(
            word.strip('.,;:()„“"') for line in lines for word in line.text.split()[1:-1]
        )
        self._lines = lines
        self._places = {id(line): at for at, line in enumerate(lines)}
        self._page_sides: dict[int, tuple[float, float]] = {}
        for line in lines:
            left, right = self._page_sides.get(line.page, (line.left, line.right))
            self._page_sides[line.page] = min(left, line.left), max(right, line.right)

    def sides(self, line: Line) -> tuple[float, float]:
        """The left and right edge of all text on the line's page."""
        return self._page_sides[line.page]

    def margin(self, line: Line) -> float:
        """The right edge up to which lines around `line` run that start where it starts."""
        at = self._places[id(line)]
        near = [
            other.right
            for other in self._lines[max(at - _NEAR, 0) : at + _NEAR + 1]
            if other.page == line.page and abs(other.left - line.left) < 4
        ]
        return max(near) if len(near) > 3 else self.sides(line)[1]

    def _leading(self, lines: Sequence[Line]) -> float:
        steps: Counter[float] = Counter()
        for before, line in pairwise(lines):
            step = line.middle - before.middle
            same = before.page == line.page and abs(before.size - line.size) < 0.6
            if same and 0.8 * line.size < step < 2.2 * line.size and len(line.text) > 20:
                steps[round(step * 2) / 2] += 1
        return steps.most_common(1)[0][0] if steps else 1.2 * self.size


def paragraphs(lines: Sequence[Line], typesetting: Typesetting) -> list[Paragraph]:
    """The paragraphs of one page's lines, in order."""
    found: list[Paragraph] = []
    for position, line in enumerate(lines):
        before = lines[position - 1] if position else None
        if before and _goes_on(found[-1], before, line, typesetting):
            current = found[-1]
            current.text = join_lines(current.text, tidy(line.text), typesetting.words)
            current.lines.append(line)
        else:
            gap = (line.middle - before.middle) / typesetting.leading if before else None
            found.append(Paragraph(tidy(line.text), [line], gap))
    return found


def whole_words(paragraphs: Sequence[Paragraph]) -> None:
    """A word that a page break divides goes whole to the page on which it starts.

    A paragraph that consisted of the word's rest only is left without text.
    """
    for before, paragraph in pairwise(paragraphs):
        divided = re.search(r"[a-zäöüß]-$", before.text) and paragraph.text[:1].islower()
        if before.page == paragraph.page or not divided:
            continue
        rest, _, after = paragraph.text.partition(" ")
        if rest not in ("und", "oder", "bzw.", "sowie"):
            before.text = before.text[:-1] + rest
            paragraph.text = after


def _goes_on(paragraph: Paragraph, before: Line, line: Line, typesetting: Typesetting) -> bool:
    """Whether `line` belongs to the paragraph of the line `before` it."""
    step = line.middle - before.middle
    if abs(step) < 0.5 * line.size:
        near = line.left - before.right < 3 * line.size
        return near or bool(_MARKER_ALONE.match(paragraph.text))
    in_word = before.text.endswith("-") and line.text[:1].islower()
    # rows of a table without rules; „für Baumaßnahmen       auf 25 Jahre,“ may go on
    row = before.in_columns and (line.in_columns or not _continues_sentence(before, line))
    if row or (abs(before.size - line.size) > 0.15 * line.size and not in_word):
        return False
    starts_item = _starts_item(line.text)
    if step < 0:  # the next column
        return in_word or (_continues_sentence(before, line) and not starts_item)
    scale = max(line.size / typesetting.size, 1.0) * typesetting.leading
    if step > 1.3 * scale:
        return in_word and step < 2.5 * scale
    if starts_item and _is_set_off(paragraph, before, line, typesetting):
        return False
    divided = re.search(r"\w-$", before.text) and line.text[:1].isalnum()
    return bool(divided) or _same_paragraph(paragraph, before, line, typesetting)


def _same_paragraph(
    paragraph: Paragraph, before: Line, line: Line, typesetting: Typesetting
) -> bool:
    """For two lines at normal distance: does the first break only because it is full?"""
    lower = _continues_sentence(before, line)
    has_room = _has_room(before, line, typesetting.margin(before))
    centred = _centred(before, line)
    if before.bold != line.bold:
        return lower and (centred or not has_room)
    if _LABELLED.match(before.text) and _LABELLED.match(line.text):
        return False
    if lower or centred:
        return True
    hanging = line.left > paragraph.left + 4 and _starts_item(paragraph.text)
    if hanging and abs(line.left - before.left) < 4 + (len(paragraph.lines) == 1) * 60:
        return True
    if has_room:
        return False
    indented = line.left - before.left > 0.6 * line.size
    return not indented or len(paragraph.lines) == 1 or not _ENDS_SENTENCE.search(before.text)


def _continues_sentence(before: Line, line: Line) -> bool:
    return line.text[:1].islower() and not _ENDS_SENTENCE.search(before.text)


def _starts_item(text: str) -> bool:
    return bool(ITEM_MARKER.match(text) or _NUMBERED.match(text))


def _is_set_off(paragraph: Paragraph, before: Line, line: Line, typesetting: Typesetting) -> bool:
    """Whether a line that starts like an item is one, not „§ 5“ or „2.“ inside a sentence."""
    if _ENDS.search(before.text) or _has_room(before, line, typesetting.sides(before)[1]):
        return True
    hanging = len(paragraph.lines) > 1 and abs(line.left - before.left) > 3
    return hanging or line.middle - before.middle > 1.1 * typesetting.leading


def _has_room(before: Line, line: Line, margin: float) -> bool:
    """Whether the first word of `line` would have fitted on the line `before`."""
    word = line.text.split(maxsplit=1)[0]
    width = (line.right - line.left) / max(len(line.text), 1)
    return margin - before.right > (len(word) + 1) * width + 0.5 * line.size


def _centred(before: Line, line: Line) -> bool:
    middles = (before.left + before.right) / 2 - (line.left + line.right) / 2
    return abs(middles) < 4 and abs(before.left - line.left) > 6
