"""The candidates of a search: passages that either engine query named, each with both scores.

Only what is live and visible gets through, whatever the index still holds.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

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

    The lexical query is asked while the model reads (`vector`). The embedded index holds Python's
    interpreter lock, the model does not once it has begun: so the query waits until this thread is on
    its way there, and then for the lock, which this thread gives back when the model begins.
    """
    begun = Event()

    def beside_the_model() -> list[Hit]:
        begun.wait()
        return index.sparse(terms, scope, limit)

    with ThreadPoolExecutor(1) as beside:
        lexical = beside.submit(beside_the_model)
        begun.set()
        meaning = vector()
        matching = lexical.result()
    near = index.dense(meaning, scope, limit)
    found = {hit.point_id for hit in near}
    named = [hit.point_id for hit in matching if hit.point_id not in found]
    more = index.dense(meaning, scope, len(named), among=named) if named else []
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


def _visible(keys: Mapping[str, str], live: LiveDocuments, scope: Scope) -> dict[str, Live]:
    """The documents of those points, given with their keys, that are of a live revision and visible."""
    return {
        point: entry
        for point, key in keys.items()
        if (entry := live.of_key(key)) is not None and scope.viewer.may_see(entry.head.audience)
    }
