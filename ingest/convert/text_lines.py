"""Lines of a plain text to paragraphs: wrapped lines are joined, separate lines stay separate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.convert.wording import ITEM_MARKER, join_lines, tidy

_MAX_WRAP = 110
_MIN_WRAP = 50
_CONTACT_START = re.compile(
    r"(?:tel|telefon|fon|fax|telefax|mobil|e-?mail|mail|internet|web|www\.|https?:)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Joined lines, the first line's indent in columns, and whether blank lines stand around."""

    text: str
    indent: int
    after_blank: bool
    before_blank: bool


@dataclass(slots=True)
class _Line:
    text: str
    indent: int
    after_blank: bool


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of `text` in order."""
    lines = _lines(text)
    width = _wrap_width(lines)
    groups: list[list[_Line]] = []
    for position, line in enumerate(lines):
        if groups and _continues(groups[-1], lines[position - 1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    found = []
    for position, group in enumerate(groups):
        following = groups[position + 1][0] if position + 1 < len(groups) else None
        joined = group[0].text
        for line in group[1:]:
            joined = join_lines(joined, line.text)
        found.append(
            Paragraph(
                joined,
                group[0].indent,
                group[0].after_blank,
                following is None or following.after_blank,
            )
        )
    return found


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    blank = True
    for raw in text.replace("\t", "    ").splitlines():
        stripped = raw.strip(" \u00a0\u200b\ufeff\0") if tidy(raw) else ""
        if stripped:
            found.append(_Line(stripped, len(raw) - len(raw.lstrip()), blank))
        blank = not stripped
    return found


def _wrap_width(lines: Sequence[_Line]) -> int:
    """The column at which the text was wrapped; 0 when it was not."""
    lengths = [line.indent + len(line.text) for line in lines]
    short = [
        length
        for length, line in zip(lengths, lines, strict=True)
        if length <= _MAX_WRAP and " " in line.text
    ]
    if len(short) < 0.9 * len(lengths) or not short or max(short) < _MIN_WRAP:
        return 0
    width = max(short)
    followed = [
        length
        for length, following in zip(lengths, lines[1:], strict=False)
        if not following.after_blank
    ]
    full = sum(1 for length in followed if length >= 0.75 * width)
    return width if full >= 2 and full >= 0.5 * len(followed) else 0


def _continues(group: Sequence[_Line], before: _Line, line: _Line, width: int) -> bool:
    """Whether `line` goes on with the paragraph of the line `before` it."""
    if line.after_blank or ITEM_MARKER.match(line.text) or _CONTACT_START.match(line.text):
        return False
    in_item = ITEM_MARKER.match(group[0].text) is not None
    if in_item and width and line.indent > group[0].indent:
        return True
    if width and re.search(r"[^\W\d_]-$", before.text):
        return True
    first_word = line.text.split(maxsplit=1)[0]
    if width and before.indent + len(before.text) + 1 + len(first_word) > width - 2:
        return True
    # a stray line break inside a sentence of otherwise unwrapped text
    return len(before.text) >= 60 and before.text[-1].isalnum() and _finishes_sentence(line.text)


def _finishes_sentence(text: str) -> bool:
    return text[0].islower() and text[-1] in ".!?"
