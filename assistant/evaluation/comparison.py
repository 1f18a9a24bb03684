"""Whether figures changed by more than their noise: the scores of two states in, verdicts out.

Both states were asked the same questions, so the differences of the single questions are resampled
(paired bootstrap; Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13).
"""

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: figure → question → score; scores are rounded, so that those read back are equal to those measured
Scores = Mapping[str, Mapping[str, float]]

RESAMPLES = 10_000
_TAIL = 2.5
#: so many questions must have moved that way; one or two of them are no evidence in any set
_LEAST = 3
_ZERO = 1e-9


class Verdict(StrEnum):
    """How a figure of now stands to the same figure of before."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of one set, now and before, over the `questions` it applies to.

    `low` and `high` bound the mean difference (95 %); `fallen` and `risen` are question ids.
    """

    figure: str
    questions: int
    now: float
    before: float
    low: float
    high: float
    verdict: Verdict
    fallen: tuple[str, ...]
    risen: tuple[str, ...]

    @property
    def difference(self) -> float:
        return self.now - self.before

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "difference": round(self.difference, 4)}


def compare(now: Scores, before: Scores) -> tuple[Comparison, ...]:
    """Compare figure by figure; both states must have the same figures of the same questions."""
    return tuple(
        _compared(figure, by_question, before[figure]) for figure, by_question in now.items()
    )


def _compared(figure: str, now: Mapping[str, float], before: Mapping[str, float]) -> Comparison:
    differences = {question: score - before[question] for question, score in now.items()}
    fallen = tuple(q for q, difference in differences.items() if difference < -_ZERO)
    risen = tuple(q for q, difference in differences.items() if difference > _ZERO)
    low, high = interval(np.array(list(differences.values())), seed=zlib.crc32(figure.encode()))
    verdict = Verdict.SAME
    if high < -_ZERO and len(fallen) >= _LEAST:
        verdict = Verdict.WORSE
    elif low > _ZERO and len(risen) >= _LEAST:
        verdict = Verdict.BETTER
    return Comparison(
        figure=figure,
        questions=len(now),
        now=_mean(now),
        before=_mean(before),
        low=low,
        high=high,
        verdict=verdict,
        fallen=fallen,
        risen=risen,
    )


def interval(differences: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """Percentile interval (2.5 % and 97.5 %) of the mean of 10,000 resamples, shape of input (n,).

    Equal differences are drawn together: how often each distinct value occurs in a resample of n is
    multinomial, which is the same distribution as drawing n questions one by one.
    """
    values, counts = np.unique(differences, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(
        len(differences), counts / len(differences), size=RESAMPLES
    )
    low, high = np.percentile(drawn @ values / len(differences), [_TAIL, 100 - _TAIL])
    return round(float(low), 6), round(float(high), 6)


def _mean(scores: Mapping[str, float]) -> float:
    return round(sum(scores.values()) / len(scores), 4)
