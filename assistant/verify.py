"""Checking an answer against its sources: nothing leaves that a cited passage does not carry.

Statements come in with the sources they cite; those that fail are taken out, with the reason. For
an extractive statement every part between ellipses must stand verbatim in the cited passage; for
any statement every figure, date, amount and capitalised name must occur there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import Source, Statement
from kb.immutable import Immutable

_FIGURE = re.compile(r"\d+(?:[.,\u00a0 ]\d+)*")
_ELLIPSIS = " … "
_RUNS_ON_BEFORE = re.compile(r"(?:\w|\d[.,])\w\Z")
_RUNS_ON_AFTER = re.compile(r"\w(?:\w|-\w|[.,]\d)")


class Fault(StrEnum):
    """What is wrong with a statement."""

    NO_SOURCE = "no_source"
    FIGURE = "figure"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Objection(Immutable):
    """Why a statement is taken out: `part` of it is not carried, because of `figure` if that is it."""

    fault: Fault
    part: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Checked(Immutable):
    """Statements that hold, and why others were taken out."""

    statements: tuple[Statement, ...]
    rejected: tuple[tuple[Statement, Objection], ...]


def verify(statements: Sequence[Statement], sources: Sequence[Source]) -> Checked:
    """Keep the statements that their cited passages carry."""
    by_number = {source.n: source for source in sources}
    kept: list[Statement] = []
    rejected: list[tuple[Statement, Objection]] = []
    for statement in statements:
        cited = [by_number[n] for n in statement.citations if n in by_number]
        reason = objection(statement.text, [source.passage_text for source in cited])
        if reason:
            rejected.append((statement, reason))
        else:
            kept.append(statement)
    return Checked(tuple(kept), tuple(rejected))


def objection(text: str, passages: Sequence[str]) -> Objection | None:
    """Why the passages do not carry the text word for word; None when they do.

    Parts between ellipses stand for themselves (a lead-in and a later item of its list); a part
    must not be put together from two passages, nor from two places of one.
    """
    if not passages:
        return Objection(Fault.NO_SOURCE)
    carried = [" ".join(passage.split()) for passage in passages]
    for part in " ".join(text.split()).split(_ELLIPSIS):
        if not any(_stands_in(part, passage) for passage in carried):
            missing = [f for f in _FIGURE.findall(part) if not any(f in p for p in carried)]
            if missing:
                return Objection(Fault.FIGURE, part, missing[0])
            return Objection(Fault.WORDING, part)
    return None


def _stands_in(part: str, passage: str) -> bool:
    """Verbatim, and not cut out of a longer word or figure („500 Euro“ is not in „1.500 Euro“)."""
    begin = passage.find(part) if part else -1
    while begin >= 0:
        before, after = passage[:begin], passage[begin + len(part) :]
        if not (
            _RUNS_ON_BEFORE.search(before + part[:1]) or _RUNS_ON_AFTER.match(part[-1:] + after)
        ):
            return True
        begin = passage.find(part, begin + 1)
    return False
