"""Vectors of synthetic passages, made of real ones so that neighbourhoods are like real ones.

A passage's vector is a mixture of two real passages' vectors, moved by a fraction of the difference
of two others: it stays in the crowded cone where a language model's vectors lie. Its token codes are
real codes of the two passages, mixed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding.cache import CachedEmbedder
from kb.embedding.late import LateInteraction
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import Vectors
from kb.embedding.token_codec import WIDTH, TokenCodec, TokenCodes
from tests.benchmarks.scale.real_passages import RealPassage

#: how far a vector is moved, in differences of two real vectors; see `neighbourhood`
STRAY = 0.4
_BATCH = 50


@dataclass(frozen=True, slots=True)
class VectorPool:
    """Vectors of shape (n, d) and token codes of n real passages."""

    vectors: Vectors
    codes: list[TokenCodes]

    def mixed(
        self, rng: np.random.Generator, sources: NDArray[np.intp], stray: float = STRAY
    ) -> Vectors:
        """A vector of length 1 for each pair of sources, shape (len(sources), d)."""
        share = rng.uniform(0.5, 1.0, (len(sources), 1)).astype(np.float32)
        others = rng.integers(len(self.vectors), size=(2, len(sources)))
        moved = self.vectors[others[0]] - self.vectors[others[1]]
        found = share * self.vectors[sources[:, 0]] + (1 - share) * self.vectors[sources[:, 1]]
        found += np.float32(stray) * moved
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    def tokens(
        self, rng: np.random.Generator, sources: NDArray[np.intp], length: int
    ) -> TokenCodes:
        """Codes for a text of so many characters, as dense as in its first source."""
        first, second = self.codes[sources[0]], self.codes[sources[1]]
        rows = np.concatenate([first.codes, second.codes])
        if not len(rows):
            return TokenCodes(np.empty((0, WIDTH), np.uint8), np.empty(0, np.uint16))
        per_token = max(int(first.ends.max(initial=0)), 40) / max(len(first.codes), 1)
        count = max(int(length / per_token), 1)
        chosen = np.sort(rng.integers(len(rows), size=count))
        return TokenCodes(rows[chosen], np.linspace(1, length, count).astype(np.uint16))


def embedded(passages: Sequence[RealPassage], cache: Path) -> VectorPool:
    """Real passages through the bundled model; remembered in `cache`."""
    model = LateInteraction(OnnxE5(ensure_model_folder(cache)), TokenCodec())
    remembering = CachedEmbedder(model, cache / "vectors.sqlite")
    texts = [f"{entry.title} › {entry.heading}\n{entry.text}" for entry in passages]
    parts = [
        remembering.embed_passages_with_codes(texts[begin : begin + _BATCH])
        for begin in range(0, len(texts), _BATCH)
    ]
    remembering.close()
    return VectorPool(
        np.concatenate([vectors for vectors, _ in parts]),
        [entry for _, codes in parts for entry in codes],
    )


def neighbourhood(vectors: Vectors, seen: int = 500) -> tuple[float, float, float]:
    """Median cosine of a vector with its nearest, its tenth nearest and any other vector."""
    cosines = vectors[:seen] @ vectors.T
    np.fill_diagonal(cosines, -1.0)
    ordered = np.sort(cosines, axis=1)
    middle = ordered[:, 1:]
    return (
        float(np.median(ordered[:, -1])),
        float(np.median(ordered[:, -10])),
        float(np.median(middle)),
    )
