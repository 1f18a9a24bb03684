"""Which words of a text a search was about, and the part of the text where most of them stand.

Words are compared as the lexical analyser reads them, so that `Zuschüsse` is marked for `Zuschuss`;
nothing is looked for letter by letter.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kb.bm25 import term_id
from kb.lexical import analyse


@dataclass(frozen=True, slots=True)
class Mark:
    """A searched word at `start`…`end` of a text; `term` is what it was found by."""

    start: int
    end: int
    term: int


def marks_in(text: str, terms: AbstractSet[int]) -> tuple[Mark, ...]:
    """The words of a text whose terms were searched, in order, none overlapping another."""
    marks: list[Mark] = []
    for term in analyse(text):
        number = term_id(term.text)
        if number in terms and (not marks or term.start >= marks[-1].end):
            marks.append(Mark(term.start, term.end, number))
    return tuple(marks)


def excerpt_of(text: str, marks: Sequence[Mark], length: int) -> tuple[int, int]:
    """Begin and end of the piece of at most `length` characters with the most different words.

    It begins and ends between words, or at the beginning and end of the text.
    """
    if len(text) <= length:
        return 0, len(text)
    begin = max(
        (mark.start for mark in marks), key=lambda at: _variety(marks, at, length), default=0
    )
    lead = length // 4
    begin = max(0, min(begin - lead, len(text) - length))
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    end = min(len(text), begin + length)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + length // 2)
    return begin, end


def _variety(marks: Sequence[Mark], begin: int, length: int) -> tuple[int, int]:
    """How many different words stand within `length` from `begin`; the earliest of equals wins."""
    reach = begin + length * 3 // 4
    return len({mark.term for mark in marks if begin <= mark.start < reach}), -begin
