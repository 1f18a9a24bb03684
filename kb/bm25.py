"""Sparse vectors for lexical search: Okapi BM25 with the inverse document frequency left to the index.

The document side carries saturated term frequencies (k1, b and a fixed average length, so that a
stored vector stays right when the corpus grows); the query side carries ones; Qdrant multiplies by
IDF. Formula: Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, eq. 3.15.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from kb.lexical import terms_of

K1 = 1.2
B = 0.75
AVERAGE_LENGTH = 90.0
CONTEXT_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term ids (32 bit, ascending) and their weights, of equal length."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@lru_cache(maxsize=500_000)
def term_id(term: str) -> int:
    """A stable 32-bit id of a term."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "little")


def passage_vector(text: str, context: str = "") -> SparseVector:
    """BM25 weights of a passage; terms of title and headings count with CONTEXT_WEIGHT."""
    frequencies: Counter[str] = Counter()
    words = terms_of(text)
    for term in words:
        frequencies[term] += 1.0  # type: ignore[assignment]
    for term in set(terms_of(context)):
        frequencies[term] += CONTEXT_WEIGHT  # type: ignore[assignment]
    norm = K1 * (1 - B + B * len(words) / AVERAGE_LENGTH)
    weights = {
        term_id(term): frequency * (K1 + 1) / (frequency + norm)
        for term, frequency in frequencies.items()
    }
    return _sorted(weights)


def query_vector(text: str) -> SparseVector:
    """One per distinct term of the question; empty when it has only stop words."""
    return _sorted({term_id(term): 1.0 for term in terms_of(text)})


def _sorted(weights: dict[int, float]) -> SparseVector:
    items = sorted(weights.items())
    return SparseVector(tuple(key for key, _ in items), tuple(value for _, value in items))
