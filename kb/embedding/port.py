"""The Embedder port: texts in, L2-normalised float32 vectors out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """One embedding model. Vectors of different `model_id` must never be mixed in an index."""

    @property
    def model_id(self) -> str:
        """Names the weights, the engine and its precision; part of the index's fingerprint."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), each row of length 1. Raises EmbeddingError."""

    def embed_query(self, text: str) -> Vector:
        """Shape (dimension,), of length 1. Raises EmbeddingError."""
