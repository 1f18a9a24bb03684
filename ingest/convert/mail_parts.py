"""What a mail's text consists of: what its author wrote, a signature, earlier mails quoted below.

Each part but the author's first one gets a heading; every word stays, in order.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.convert.blocks import Block, BlockKind

ANSWER = "Antwort"
SIGNATURE = "Signatur"
EARLIER = "Frühere Nachricht"
HEADINGS = frozenset((ANSWER, SIGNATURE, EARLIER))

_QUOTE_MARKS = re.compile(r"(?:> ?)+")
#: the line by which mail programs introduce what they quote
_ATTRIBUTION = re.compile(
    r"(?:am|on|le) .{6,200}?\b(?:schrieb|wrote|a écrit)\b.{0,200}:$"
    r"|.{3,120} (?:schrieb am|wrote on) .{4,60}:$"
    r"|[-_ ]*(?:ursprüngliche nachricht|original(?:nachricht| message)|weitergeleitete nachricht"
    r"|forwarded message|anfang der weitergeleiteten nachricht|begin forwarded message)[-_: ]*$",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:am|on|le) ", re.IGNORECASE)
_FROM = re.compile(r"\*?(?:von|from|de):\*?\s+\S", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"\*?\b(?:gesendet|sent|datum|date|an|to|betreff|subject|cc|kopie)(?: am| on)?:\*?\s",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:mit|viele|beste|liebe|herzliche|schöne|freundliche)\w*\s(?:\w+\s){0,3}?(?:grüßen?|gruß)"
    r"|mfg|hochachtungsvoll|(?:kind|best|warm) regards|yours sincerely)\b",
    re.IGNORECASE,
)
_WORDS_OF_CLOSING = 8
#: lines that are looked at to find what introduces a quoted mail; each by its beginning
_LOOKAHEAD = 5
_MAX_LINE = 400


def plain_sections(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a mail's plain text as (heading, text), without the marks of quotation (`>`)."""
    lines = [_unquoted(line) for line in text.splitlines()]
    heading, part = "", list[str]()
    is_marked = False  # whether the current part stands behind marks of quotation
    for position, (level, line) in enumerate(lines):
        following = [later[:_MAX_LINE] for _, later in lines[position : position + _LOOKAHEAD]]
        begun = _begun_part(heading, is_marked, level, following)
        if begun is not None:
            yield from _section(heading, part)
            heading, part, is_marked = begun, [], False
        is_marked = is_marked or level > 0
        part.append(line)
        if is_closing(line):
            yield from _section(heading, part)
            heading, part = SIGNATURE, []
    yield from _section(heading, part)


def with_sections(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks of a mail's HTML with a heading before its signature and each earlier mail."""
    closed = False
    for position, block in enumerate(blocks):
        following = [later.text[:_MAX_LINE] for later in blocks[position : position + _LOOKAHEAD]]
        begins = block.kind is not BlockKind.HEADING and _begins_earlier(following)
        closing = _CLOSING.match(block.text) is not None
        with_signature = closing and not is_closing(block.text)
        if begins or closed or with_signature:
            yield Block(BlockKind.HEADING, EARLIER if begins else SIGNATURE, level=2)
        yield block
        closed = closing and not with_signature


def _begun_part(heading: str, is_marked: bool, level: int, following: Sequence[str]) -> str | None:
    """The heading of the part that begins with the first of some lines; None when none begins."""
    line = following[0]
    if _begins_earlier(following):
        return EARLIER
    if level and not is_marked and heading != EARLIER:
        return EARLIER
    if is_marked and not level and line.strip():
        return ANSWER
    return SIGNATURE if line.rstrip() == "--" else None


def _unquoted(line: str) -> tuple[int, str]:
    """How many marks of quotation a line has, and the rest of it."""
    marks = _QUOTE_MARKS.match(line)
    return (marks[0].count(">"), line[marks.end() :]) if marks else (0, line)


def _begins_earlier(lines: Sequence[str]) -> bool:
    """Whether the first of some lines (or blocks) introduces a quoted mail."""
    first = lines[0].strip()
    wrapped = " ".join(line.strip() for line in lines[:2])
    if _ATTRIBUTION.match(first) or (_OPENING.match(first) and _ATTRIBUTION.match(wrapped)):
        return True
    return bool(_FROM.match(first)) and len(_OTHER_FIELD.findall(" ".join(lines))) >= 2


def is_closing(line: str) -> bool:
    """A line that is nothing but „Mit freundlichen Grüßen“, perhaps with a name."""
    return bool(_CLOSING.match(line.strip())) and len(line.split()) <= _WORDS_OF_CLOSING


def _section(heading: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    if any(line.strip() for line in lines):
        yield heading, "\n".join(lines)
