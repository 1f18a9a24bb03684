"""Judging single answers: right or wrong and why, and what has changed since the time before.

A question is right when all that is expected of its answer holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from assistant.evaluation.golden import score
from assistant.evaluation.questions import GoldenQuestion

_LONGEST = 400


class Reason(StrEnum):
    """What is wrong with an answer."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    FILE = "file"
    QUOTE = "quote"
    CONTENT = "content"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question went: with `files` as sources, and `said`, the answer's beginning."""

    id: str
    reasons: tuple[Reason, ...]
    status: str
    files: tuple[str, ...]
    said: str

    @property
    def right(self) -> bool:
        return not self.reasons

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Judged":
        """What `as_dict` has made JSON."""
        reasons = tuple(Reason(reason) for reason in data["reasons"])
        return cls(data["id"], reasons, data["status"], tuple(data["files"]), data["said"])


class Change(StrEnum):
    """A verdict beside the one before, the most urgent first; `WRONG` and `RIGHT` had none."""

    NEWLY_WRONG = "newly_wrong"
    WRONG = "wrong"
    STILL_WRONG = "still_wrong"
    NEWLY_RIGHT = "newly_right"
    RIGHT = "right"
    STILL_RIGHT = "still_right"


_URGENCY = tuple(Change)
#: (went right before, goes right now) → change
_CHANGES = {
    (True, False): Change.NEWLY_WRONG,
    (None, False): Change.WRONG,
    (False, False): Change.STILL_WRONG,
    (False, True): Change.NEWLY_RIGHT,
    (None, True): Change.RIGHT,
    (True, True): Change.STILL_RIGHT,
}


def judge(question: GoldenQuestion, answer: Mapping[str, Any]) -> Judged:
    """Whether an answer's JSON is what is expected."""
    result = score(question, answer)
    reasons: list[Reason] = []
    if not result.status_right:
        reasons.append(Reason.NOT_FOUND if question.answerable else Reason.ANSWERED)
    else:
        held = {
            Reason.FILE: result.files_found,
            Reason.QUOTE: None if result.places_found is None else result.places_found == 1,
            Reason.CONTENT: result.content_right,
            Reason.NOTICE: result.notices_right,
        }
        reasons += [reason for reason, right in held.items() if right is False]
        if Reason.FILE in reasons and Reason.QUOTE in reasons:
            reasons.remove(Reason.QUOTE)  # without the document there is no place in it
    files = tuple(dict.fromkeys(str(source["file"]) for source in answer["sources"]))
    said = " ".join(result.statements)
    cut = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    return Judged(question.id, tuple(reasons), result.status, files, cut)


def differences(
    now: Sequence[Judged], before: Sequence[Judged] | None
) -> list[tuple[Change, Judged]]:
    """Each verdict with what has changed since the run before, the most urgent first."""
    earlier = {judged.id: judged.right for judged in before or ()}
    found = [(_CHANGES[earlier.get(judged.id), judged.right], judged) for judged in now]
    return sorted(found, key=lambda pair: _URGENCY.index(pair[0]))


def newly_wrong(now: Sequence[Judged], before: Sequence[Judged] | None) -> int:
    """How many went right the time before and go wrong now."""
    return sum(change is Change.NEWLY_WRONG for change, _ in differences(now, before))
