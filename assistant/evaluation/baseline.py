"""The committed last state: each set's scores, question by question, in a JSON file.

The file is written in a stable order with one list a line, so that a renewal reads well in a diff.
Scores stand in the order of `questions`; null where a figure does not apply.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.comparison import Scores
from assistant.evaluation.questions import GoldenQuestion
from assistant.evaluation.ranking import RetrievalSet
from kb.errors import InputError

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class SetState:
    """How a set was measured once: on which day, with which versions, and how each question went.

    `digest` stands for wording and expectations of the questions; see `digest_of`.
    """

    day: str
    versions: Mapping[str, str]
    digest: str
    scores: Scores

    @property
    def questions(self) -> tuple[str, ...]:
        """Ids of all questions, in the set's order."""
        return tuple(dict.fromkeys(q for scores in self.scores.values() for q in scores))

    def means(self) -> dict[str, float]:
        """Each figure's mean over the questions it applies to."""
        return {
            figure: round(sum(scores.values()) / len(scores), 4)
            for figure, scores in self.scores.items()
        }


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why two states cannot be compared; all empty when only wording or expectations changed."""

    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    figures: tuple[str, ...]


def mismatch_of(now: SetState, before: SetState) -> Mismatch | None:
    """None when both states are of the same questions, measured by the same figures."""
    asked = {(f, q) for f, scores in now.scores.items() for q in scores}
    asked_before = {(f, q) for f, scores in before.scores.items() for q in scores}
    if asked == asked_before and now.digest == before.digest:
        return None
    ours, theirs = set(now.questions), set(before.questions)
    return Mismatch(
        appeared=tuple(q for q in now.questions if q not in theirs),
        vanished=tuple(q for q in before.questions if q not in ours),
        figures=tuple(sorted(now.scores.keys() ^ before.scores.keys())),
    )


def digest_of(questions: Sequence[GoldenQuestion] | RetrievalSet) -> str:
    """Twelve hexadecimal characters; others as soon as a question or what it expects changes.

    The documents' texts are not part of it: a changed document is a change to be measured. Which ones
    a retrieval set has is: among more documents the same question is a harder one.
    """
    content: Any = (
        [questions.queries, questions.relevant, sorted(questions.corpus)]
        if isinstance(questions, RetrievalSet)
        else [asdict(question) for question in questions]
    )
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def read_baseline(file: Path) -> dict[str, SetState]:
    """States by set name, none where there is no file yet; raises InputError for a wrong one."""
    if not file.exists():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {name: _state(entry) for name, entry in content.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{file}: Der Vergleichsstand lässt sich nicht lesen ({error}). Bitte die Datei aus der "
            "Versionsverwaltung wiederherstellen."
        ) from error


def _state(entry: Mapping[str, Any]) -> SetState:
    questions = entry["questions"]
    return SetState(
        day=str(entry["date"]),
        versions={str(name): str(value) for name, value in entry["versions"].items()},
        digest=str(entry["digest"]),
        scores={
            figure: {
                question: float(score)
                for question, score in zip(questions, scores, strict=True)
                if score is not None
            }
            for figure, scores in entry["scores"].items()
        },
    )


def write_baseline(file: Path, states: Mapping[str, SetState]) -> None:
    """Write all states; the same states give the same bytes."""
    entries = [f"{_json(name)}: {_written(state)}" for name, state in states.items()]
    file.write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8")


def _written(state: SetState) -> str:
    rows = [
        f'  "date": {_json(state.day)}',
        f'  "versions": {_json(dict(state.versions))}',
        f'  "digest": {_json(state.digest)}',
        f'  "questions": {_json(state.questions)}',
    ]
    figures = [
        f"    {_json(figure)}: {_json([_short(scores.get(q)) for q in state.questions])}"
        for figure, scores in state.scores.items()
    ]
    return "{\n" + ",\n".join(rows) + ',\n  "scores": {\n' + ",\n".join(figures) + "\n  }\n}"


def _short(score: float | None) -> float | int | None:
    return int(score) if score is not None and score == int(score) else score


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
