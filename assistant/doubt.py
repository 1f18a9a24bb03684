"""Whether the sources carry the question at all: silence is an answer, a guess is not.

Two signals decide together, because none separates alone: how near the best passage's meaning is
(cosine), and how much of the question's weight one of the strongest passages holds in words. Their
weights were fitted by logistic regression on the development set, its questions asked with the
right documents taken away, and asked of another corpus (docs/evaluation.md).
"""

from dataclasses import dataclass
from enum import StrEnum

from assistant.evidence import Evidence, shows
from assistant.question import Asks, Question
from kb.immutable import Immutable
from kb.language import GERMAN


@dataclass(frozen=True, slots=True)
class DoubtOptions:
    """Log-odds = dense · cosine + coverage · share + bias; answered from `threshold` on.

    In another language the words say less: `foreign` is added.
    """

    dense: float = 42.8
    coverage: float = 4.19
    bias: float = -39.5
    foreign: float = 0.8
    threshold: float = -0.8
    contact_near: float = 0.6


class Reason(StrEnum):
    """Why a question is answered, or is not."""

    CARRIED = "carried"
    NOTHING_FOUND = "nothing_found"
    TOO_UNSURE = "too_unsure"
    NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Judgement(Immutable):
    """Whether the sources carry a question; answered only from `threshold` on."""

    reason: Reason
    log_odds: float
    threshold: float

    @property
    def carried(self) -> bool:
        return self.reason is Reason.CARRIED


def log_odds(
    question: Question, evidence: Evidence, options: DoubtOptions = DoubtOptions()
) -> float:
    """How sure it is that the evidence carries the question; 0 is even."""
    foreign = options.foreign if question.language != GERMAN else 0.0
    return (
        options.dense * evidence.dense
        + options.coverage * evidence.coverage
        + options.bias
        + foreign
    )


def judge(
    question: Question, evidence: Evidence, options: DoubtOptions = DoubtOptions()
) -> Judgement:
    """Whether the evidence is good enough to answer from.

    Who asks for a phone number or an address is not helped by a sentence without one.
    """
    sure = log_odds(question, evidence, options)
    return Judgement(_reason(question, evidence, sure, options), sure, options.threshold)


def _reason(question: Question, evidence: Evidence, sure: float, options: DoubtOptions) -> Reason:
    if not evidence.units:
        return Reason.NOTHING_FOUND
    if sure < options.threshold:
        return Reason.TOO_UNSURE
    if question.wants(Asks.CONTACT):
        best = evidence.units[0].score
        near = [unit for unit in evidence.units if unit.score >= best * options.contact_near]
        if not any(shows(Asks.CONTACT, unit.text) for unit in near):
            return Reason.NO_CONTACT
    return Reason.CARRIED
