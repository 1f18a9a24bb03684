"""The candidates of a search: passages that either engine query named, each with both scores.

Only what is live and visible gets through, whatever the index still holds.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kb.bm25 import SparseVector
from kb.embedding.port import Vector
from kb.index.port import Hit, Index, Scope
from kb.points import key_of
from kb.state.registry import Live, LiveDocuments


@dataclass(frozen=True, slots=True)
class Candidates:
    """Both scores and the document by point id, and the key of every revision that the index named."""

    dense: Mapping[str, float]
    sparse: Mapping[str, float]
    documents: Mapping[str, Live]
    named: frozenset[str]


def find_candidates(
    index: Index,
    vector: Callable[[], Vector],
    terms: SparseVector,
    scope: Scope,
    live: LiveDocuments,
    limit: int,
) -> Candidates:
    """The best `limit` of either query, united; a passage without a shared term scores 0 there.

    What does not depend on each other is asked at the same time: the lexical query while the model
    reads (`vector`), the nearness of what it named while the nearest are sought. Model and index
    work without Python's interpreter lock.
    """
    with ThreadPoolExecutor(1) as beside:
        lexical = beside.submit(index.sparse, terms, scope, limit)
        meaning = vector()
        matching = lexical.result()
        named = [hit.point_id for hit in matching]
        nearness = beside.submit(_nearness, index, meaning, scope, named)
        near = index.dense(meaning, scope, limit)
        more = nearness.result()
    keys = {hit.point_id: key_of(hit.point_id) for hit in (*near, *matching)}
    documents = _visible(keys, live, scope)
    dense = {hit.point_id: hit.score for hit in (*near, *more) if hit.point_id in documents}
    sparse = {hit.point_id: hit.score for hit in matching if hit.point_id in documents}
    without_sparse = [key for key in dense if key not in sparse]
    if without_sparse:
        also = index.sparse(terms, scope, len(without_sparse), among=without_sparse)
        sparse.update({hit.point_id: hit.score for hit in also})
    return Candidates(
        dense,
        {key: sparse.get(key, 0.0) for key in dense},
        documents,
        frozenset(keys.values()),
    )


def _nearness(index: Index, meaning: Vector, scope: Scope, named: Sequence[str]) -> list[Hit]:
    """The dense scores of these points."""
    return list(index.dense(meaning, scope, len(named), among=named)) if named else []


def _visible(keys: Mapping[str, str], live: LiveDocuments, scope: Scope) -> dict[str, Live]:
    """The documents of those points, given with their keys, that are of a live revision and visible."""
    return {
        point: entry
        for point, key in keys.items()
        if (entry := live.of_key(key)) is not None and scope.viewer.may_see(entry.head.audience)
    }
