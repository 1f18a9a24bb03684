"""The Reranker port: the question and the best candidates in, better scores out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Reranker(Protocol):
    """Reads question and passage together; only the first `top` candidates are worth its time."""

    @property
    def name(self) -> str:
        """What an answer names as having put the passages in order."""

    @property
    def top(self) -> int:
        """How many candidates it wants."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts),), higher is better; raises RerankingError, also when out of time."""
