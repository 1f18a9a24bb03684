"""How alike the question's tokens are to those of a passage, down to its sentences."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.embedding.token_codec import Codes, TokenCodes, similarities
from kb.immutable import Immutable


@dataclass(frozen=True, slots=True)
class TokenLikeness(Immutable):
    """`cosines` is (q, t), question by passage tokens; `ends` (t,) the characters they end before.

    Tokens of the passage's context (title, heading) end at 0.
    """

    cosines: NDArray[np.float32]
    ends: NDArray[np.uint16]

    def within(self, *spans: tuple[int, int]) -> float:
        """Mean over the question's tokens of the best cosine among these ranges of characters.

        0 when no token lies there.
        """
        inside = np.zeros(len(self.ends), dtype=bool)
        for start, end in spans:
            inside |= (self.ends > start) & (self.ends <= end)
        if not inside.any() or not len(self.cosines):
            return 0.0
        return float(self.cosines[:, inside].max(axis=1).mean())


def token_likeness(question: Codes, passage: TokenCodes) -> TokenLikeness:
    """The likeness of a question's and a passage's token codes."""
    return TokenLikeness(similarities(question, passage.codes), passage.ends)
