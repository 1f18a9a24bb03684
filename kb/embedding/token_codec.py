"""Token vectors in one byte a component: what late interaction stores and compares.

A contextual token vector is centred (the vectors of a language model crowd around one direction),
projected to its principal components and rounded to one byte. The bytes are unsigned, because the
index's engines store them so; each row sums to the same, so that the product of two rows ranks like
the product of the signed vectors. Both were chosen by measurement (docs/evaluation.md).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding.port import TokenVectors, Vectors

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDTH = 128
CODEC_VERSION = "pca-1"
MAX_QUERY_TOKENS = 96

_BUNDLED = Path(__file__).with_name("e5_token_projection.npz")
_FARTHEST = 65_535
_MIDDLE = 128
_STEPS = 300.0  # a component of a unit vector rarely exceeds 126 / 300 = .42
_TOP = 126
_CONSTANT = float(_MIDDLE * _MIDDLE * WIDTH)


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """One text's tokens in reading order.

    `codes` is (t, WIDTH); `ends` (t,) is the character of the text before which a token ends, 0 for
    a token of the context in front of the text.
    """

    codes: Codes
    ends: NDArray[np.uint16]

    def behind(self, context: int) -> "TokenCodes":
        """The same tokens of a text whose first `context` characters are context."""
        ends = self.ends.astype(np.int32) - context
        return TokenCodes(self.codes, ends.clip(0, _FARTHEST).astype(np.uint16))


class TokenCodec:
    """Encodes token vectors; `version` is part of the index's fingerprint."""

    version = CODEC_VERSION

    def __init__(self, file: Path = _BUNDLED) -> None:
        """The file holds `mean` (d,) and `basis` (d, WIDTH - 1), orthonormal columns."""
        with np.load(file) as stored:
            self._mean: Floats = stored["mean"].astype(np.float32)
            basis: Floats = stored["basis"].astype(np.float32)
        self._projection = basis @ _zero_sum_rows(WIDTH)

    def encode_text(self, tokens: TokenVectors) -> TokenCodes:
        """The codes of one text without context."""
        ends = tokens.offsets[:, 1].clip(0, _FARTHEST).astype(np.uint16)
        return TokenCodes(self.encode(tokens.vectors), ends)

    def encode(self, vectors: Vectors) -> Codes:
        """Shape (t, d) to (t, WIDTH)."""
        if not len(vectors):
            return np.empty((0, WIDTH), np.uint8)
        reduced: Floats = (vectors - self._mean) @ self._projection
        reduced /= np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9)
        return _balanced(reduced * np.float32(_STEPS))


def similarities(query: Codes, passage: Codes) -> Floats:
    """Cosine of each query token with each passage token, shape (q, t), about -1…1."""
    signed = query.astype(np.float32) - _MIDDLE
    found: Floats = signed @ (passage.astype(np.float32) - _MIDDLE).T / np.float32(_STEPS**2)
    return found


def mean_similarity(engine_score: float, tokens: int) -> float:
    """An engine's sum of maximal products as the mean cosine over the query's tokens."""
    return (engine_score / tokens - _CONSTANT) / _STEPS**2


def _balanced(exact: Floats) -> Codes:
    """Rounded to whole steps such that each row sums to zero, then moved up to unsigned bytes."""
    rounded = np.rint(exact).clip(-_TOP, _TOP)
    for _ in range(2):  # twice only for vectors that have hardly more than one component
        excess = rounded.sum(axis=1)
        if not excess.any():
            break
        side = np.sign(excess)[:, None]
        # where one step more or less costs the least
        gain = np.where(np.abs(rounded) > _TOP, -np.inf, (rounded - exact) * side)
        rank = np.argsort(np.argsort(-gain, axis=1), axis=1)
        rounded -= side * ((rank < np.abs(excess)[:, None]) & np.isfinite(gain))
    return (rounded + _MIDDLE).astype(np.uint8)


def _zero_sum_rows(width: int) -> Floats:
    """Helmert's matrix, shape (width - 1, width): orthonormal rows, each summing to zero."""
    rows = np.tril(np.ones((width - 1, width)))
    order = np.arange(1, width)
    rows[order - 1, order] = -order
    found: Floats = (rows / np.sqrt(order * (order + 1))[:, None]).astype(np.float32)
    return found
