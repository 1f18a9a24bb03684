"""Fusing the scores of several searches into one order.

Scores of different kinds are made comparable by standardising each over the candidates, then added
by weight. A lexical search that met few of the question's words says little, so its weight falls.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

#: engines count in 32 bits
_ROUNDING = 1e-6


def fuse(dense: Scores, sparse: Scores, dense_weight: float, trust: float) -> Scores:
    """Weighted sum of the standardised scores; `trust` (0…1) scales the lexical part."""
    lexical = (1 - dense_weight) * trust * standardised(sparse)
    found: Scores = dense_weight * standardised(dense) + lexical
    return found


def trust_in_words(best: float, ideal: float, trusted: float) -> float:
    """How far the lexical scores can be relied on, 0…1.

    `best` is the best passage's score, `ideal` that of a passage with every word of the question;
    from the share `trusted` on they count in full.
    """
    if ideal <= 0:
        return 0.0
    return min(best / (ideal * trusted), 1.0) if trusted > 0 else 1.0


def blend(fused: Scores, late: Scores, late_weight: float) -> Scores:
    """The fused scores of some candidates, refined by late interaction."""
    found: Scores = (1 - late_weight) * standardised(fused) + late_weight * standardised(late)
    return found


def standardised(scores: Scores) -> Scores:
    """Mean 0 and standard deviation 1; zeros when all are the same but for rounding."""
    if not len(scores) or np.ptp(scores) < _ROUNDING:
        return np.zeros_like(scores)
    standard: Scores = (scores - scores.mean()) / scores.std()
    return standard


def array_of(scores: Sequence[float]) -> Scores:
    """Scores of any kind as this module takes them."""
    return np.array(scores, dtype=np.float64)
