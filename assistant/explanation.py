"""How an answer came about: what each step of the pipelines made of the question, as it was used.

Nothing is computed here; the values are the steps' own outputs (see `assistant.pipeline`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Statement
from assistant.compose import Composition
from assistant.doubt import Judgement
from assistant.evidence import Evidence
from assistant.question import Question
from assistant.verify import Objection
from kb.results import Found, ScoredPassage


@dataclass(frozen=True, slots=True)
class PartExplanation:
    """One part of a question. `found` is the ranking, `passages` what was made of it for reading:
    near-duplicates once, neighbours joined; `evidence` are their sentences, weighed."""

    question: Question
    found: Found
    passages: Sequence[ScoredPassage]
    evidence: Evidence
    judgement: Judgement
    composition: Composition


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with its parts' ways there; `rejected` statements were taken out by the check."""

    answer: Answer
    question: Question
    parts: Sequence[PartExplanation]
    rejected: Sequence[tuple[Statement, Objection]]
