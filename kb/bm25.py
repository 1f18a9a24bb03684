"""Sparse vectors for lexical search: Okapi BM25 with the inverse document frequency left to the index.

The document side carries saturated term frequencies (k1, b and a fixed average length, so that a
stored vector stays right when the corpus grows); the query side carries ones; Qdrant multiplies by
IDF. Formula: Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, eq. 3.15.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kb.lexical import terms_of
from kb.references import CITED, OWN, in_law, laws_in, own_terms

K1 = 1.2
B = 0.75
AVERAGE_LENGTH = 90.0
CONTEXT_WEIGHT = 0.5
#: what being the section that a question names counts, where naming it counts 1
OWN_WEIGHT = 2.0
#: what it counts on top when the law is the named one as well
LAW_WEIGHT = 4.0

#: begin terms of sections and days, which stand beside the words and do not lengthen a passage
_SECOND_NAMES = (CITED, "#")


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term ids (32 bit, ascending) and their weights, of equal length."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@lru_cache(maxsize=500_000)
def term_id(term: str) -> int:
    """A stable 32-bit id of a term."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "little")


def passage_vector(text: str, context: str = "", locators: Iterable[str] = ()) -> SparseVector:
    """BM25 weights of a passage; terms of title and headings count with CONTEXT_WEIGHT.

    `locators` say which sections the passage is (`§ 82 Abs. 2`): it is found by them, too.
    """
    frequencies: Counter[str] = Counter()
    words = terms_of(text)
    for term in words:
        frequencies[term] += 1.0  # type: ignore[assignment]
    for term in set(terms_of(context)):
        frequencies[term] += CONTEXT_WEIGHT  # type: ignore[assignment]
    if own := own_terms(locators):
        laws = laws_in(context, terms_of(context))
        frequencies.update(dict.fromkeys(own | in_law(own, laws), 1))
    length = sum(not term.startswith(_SECOND_NAMES) for term in words)
    norm = K1 * (1 - B + B * length / AVERAGE_LENGTH)
    return sparse_vector(
        {term: frequency * (K1 + 1) / (frequency + norm) for term, frequency in frequencies.items()}
    )


def query_weights(text: str) -> dict[str, float]:
    """One per distinct term of the question; sections weigh more in passages that are these."""
    weights = dict.fromkeys(terms_of(text), 1.0)
    cited = [OWN + term for term in weights if term.startswith(CITED)]
    if not cited:
        return weights
    laws = laws_in(text, weights)
    return {
        **weights,
        **dict.fromkeys(cited, OWN_WEIGHT),
        **dict.fromkeys(in_law(cited, laws), LAW_WEIGHT),
    }


def query_vector(text: str) -> SparseVector:
    """The question's `query_weights`; empty when it has only stop words."""
    return sparse_vector(query_weights(text))


def sparse_vector(weights: Mapping[str, float]) -> SparseVector:
    """Terms and their weights as the index takes them."""
    items = sorted((term_id(term), weight) for term, weight in weights.items())
    return SparseVector(tuple(key for key, _ in items), tuple(value for _, value in items))
