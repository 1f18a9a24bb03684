"""What a search is asked and what it gives: typed values, no work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kb.immutable import Immutable
from kb.index.port import Scope
from kb.passages import DocumentHead, Passage
from kb.token_likeness import TokenLikeness


@dataclass(frozen=True, slots=True)
class Query(Immutable):
    """What to search for. `lexical` is another wording for the lexical side.

    With `historic` an expired or superseded document is ranked like any other. With `likeness` the
    first passages carry the likeness of their tokens, which costs as much as finding them. `depth`
    is how many candidates either side of the search may name; 0: as many as the search is set to.
    """

    text: str
    scope: Scope
    as_of: date
    lexical: str = ""
    historic: bool = False
    likeness: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ScoredPassage(Immutable):
    """A passage with its rank's score and the scores that led to it.

    `dense` is the cosine on the bundled model's scale, `sparse` BM25, `late` the mean cosine of late
    interaction (None where the passage was not among those reranked so). `fused` is what both first
    came to together, `penalty` what time and poor reading took from `score`.
    """

    passage: Passage
    score: float
    dense: float
    sparse: float
    late: float | None = None
    likeness: TokenLikeness | None = None
    superseded_by: DocumentHead | None = None
    fused: float = 0.0
    penalty: float = 0.0


@dataclass(frozen=True, slots=True)
class Found(Immutable):
    """Passages, best first, and what put them in order (`fusion`, `late-interaction`, a model).

    `corrections` are the words that were searched as something else, as (written, meant), `terms`
    the ids of the terms (see `kb.bm25.term_id`) that were searched, those that count little left out.
    `related` says what was searched beside each term of the question (see `kb.expansion`), `candidates`
    how many passages were ranked.
    """

    passages: tuple[ScoredPassage, ...]
    ranked_by: str
    corrections: tuple[tuple[str, str], ...] = ()
    terms: frozenset[int] = frozenset()
    related: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    candidates: int = 0
