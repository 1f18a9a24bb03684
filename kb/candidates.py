"""The candidates of a search: passages that either engine query named, each with both scores.

Only what is live and visible gets through, whatever the index still holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.bm25 import SparseVector
from kb.embedding.port import Vector
from kb.index.port import Hit, Index, Scope
from kb.state.registry import Live


@dataclass(frozen=True, slots=True)
class Candidates:
    """Both scores by point id, and every document that the index named, live or not."""

    dense: Mapping[str, Hit]
    sparse: Mapping[str, float]
    documents: frozenset[str]


def find_candidates(
    index: Index,
    vector: Vector,
    terms: SparseVector,
    scope: Scope,
    live: Mapping[str, Live],
    limit: int,
) -> Candidates:
    """The best `limit` of either query, united; a passage without a shared term scores 0 there."""
    near = index.dense(vector, scope, limit)
    matching = index.sparse(terms, scope, limit)
    dense = {hit.point_id: hit for hit in _live_only(near, live, scope)}
    sparse = {hit.point_id: hit.score for hit in _live_only(matching, live, scope)}
    without_dense = [key for key in sparse if key not in dense]
    without_sparse = [key for key in dense if key not in sparse]
    if without_dense:
        more = index.dense(vector, scope, len(without_dense), among=without_dense)
        dense.update({hit.point_id: hit for hit in more})
    if without_sparse:
        also = index.sparse(terms, scope, len(without_sparse), among=without_sparse)
        sparse.update({hit.point_id: hit.score for hit in also})
    return Candidates(
        dense,
        {key: sparse.get(key, 0.0) for key in dense},
        frozenset(hit.document_id for hit in (*near, *matching)),
    )


def _live_only(hits: Sequence[Hit], live: Mapping[str, Live], scope: Scope) -> list[Hit]:
    return [
        hit
        for hit in hits
        if (entry := live.get(hit.document_id)) is not None
        and entry.revision == hit.revision
        and scope.viewer.may_see(entry.head.audience)
    ]
