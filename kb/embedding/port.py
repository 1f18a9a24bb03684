"""The Embedder port: texts in, L2-normalised float32 vectors out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """One text's tokens, without prefix and special tokens.

    `vectors` is (t, dimension), rows of length 1; `offsets` is (t, 2): the half-open range of
    characters in the given text that a token stands for.
    """

    vectors: Vectors
    offsets: NDArray[np.int32]


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


class TokenReader(Embedder, Protocol):
    """An Embedder that also gives a vector for each token, out of the same pass."""

    def embed_passages_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[Vectors, list[TokenVectors]]:
        """The vectors of `embed_passages` and each text's tokens. Raises EmbeddingError."""

    def embed_query_with_tokens(self, text: str) -> tuple[Vector, TokenVectors]:
        """The vector of `embed_query` and the question's tokens. Raises EmbeddingError."""
