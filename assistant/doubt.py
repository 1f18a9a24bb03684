"""Whether the sources carry the question at all: silence is an answer, a guess is not.

Several signals together decide, because none separates alone (docs/evaluation.md): how much of the
question's weight the best passage and its document hold, whether a telling word of the question
occurs nowhere in that document, and how near the passage's meaning is.
"""

from dataclasses import dataclass

from assistant.evidence import Evidence
from assistant.question import Question
from kb.language import GERMAN


@dataclass(frozen=True, slots=True)
class DoubtOptions:
    """Thresholds chosen on the development set."""

    coverage: float = 0.45
    dense: float = 0.80
    dense_foreign: float = 0.80


def carried(question: Question, evidence: Evidence, options: DoubtOptions = DoubtOptions()) -> bool:
    """True when the evidence is good enough to answer from."""
    if not evidence.units:
        return False
    if question.language != GERMAN:
        return evidence.dense >= options.dense_foreign
    return evidence.confidence >= options.coverage and evidence.dense >= options.dense
