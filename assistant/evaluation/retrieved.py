"""Whether the passages that an answer is made from hold what it needs, whatever is made of them.

Expected sources and ranked passages in; files@5, quote@5, quote@1 and the ranks for debugging out. A
quote counts only in a passage of its own file, in the passage's text (not in its headings), with
white space collapsed and letters as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from assistant.evaluation.questions import ExpectedSource
from kb.passages import Passage

_DEPTH = 5
#: at most so many characters, all white space, lie between adjoining passages
_BORDER = 2


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What the first passages hold of a question's sources.

    `files` and `quotes`: all needed ones among the first five; `first`: the first passage holds at
    least one quote; `ranks`: for each source the rank of the first passage that holds its quote, from 1.
    """

    files: bool
    quotes: bool
    first: bool
    ranks: tuple[int | None, ...]


def retrieved_of(sources: Sequence[ExpectedSource], passages: Sequence[Passage]) -> Retrieved:
    """Score ranked passages against the sources (at least one) that a full answer needs."""
    top = passages[:_DEPTH]
    files = {passage.document.file for passage in top}
    return Retrieved(
        files=all(source.file in files for source in sources),
        quotes=all(_together(source, top) for source in sources),
        first=any(_holds(source, passage) for source in sources for passage in top[:1]),
        ranks=tuple(_rank(source, passages) for source in sources),
    )


def _together(source: ExpectedSource, passages: Sequence[Passage]) -> bool:
    """Whether a passage holds the quote, or two adjoining ones that a border cut it into."""
    return _rank(source, passages) is not None or any(
        _adjoin(first, second)
        and first.document.file == source.file
        and _collapsed(source.quote) in _collapsed(_joined(first, second))
        for first, second in permutations(passages, 2)
    )


def _adjoin(first: Passage, second: Passage) -> bool:
    """Whether the second follows the first in the same text, with nothing but a border between."""
    same = first.document.document_id == second.document.document_id
    return same and (first.revision == second.revision and 0 <= second.start - first.end <= _BORDER)


def _joined(first: Passage, second: Passage) -> str:
    """Both texts; apart only where they are in the document (a border may cut a very long word)."""
    return first.text + (" " if second.start > first.end else "") + second.text


def _rank(source: ExpectedSource, passages: Sequence[Passage]) -> int | None:
    return next((rank for rank, p in enumerate(passages, 1) if _holds(source, p)), None)


def _holds(source: ExpectedSource, passage: Passage) -> bool:
    same = passage.document.file == source.file
    return same and _collapsed(source.quote) in _collapsed(passage.text)


def _collapsed(text: str) -> str:
    return " ".join(text.split())
