"""Hybrid search: a question and a scope in, ranked passages out.

Dense and lexical candidates are united, every candidate gets both scores, and the two are fused by
weight after standardising each over the candidates. Passages whose revision is no longer live, or
whose document the viewer may no longer see, are dropped whatever the index still holds. When a
document that a query met was changed meanwhile, the query is repeated: no mix and no gap.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kb.bm25 import SparseVector, query_vector
from kb.embedding.port import Embedder, Vector
from kb.immutable import Immutable
from kb.index.port import Hit, Index, Scope
from kb.passages import DocumentHead, Passage
from kb.state.registry import Live, Registry
from kb.validity import ValidityState

#: how often a query is repeated while its documents keep changing under it
_TRIES = 20


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Weights of the fusion, chosen on the development sets (see docs/evaluation.md).

    Penalties are in standard deviations of the fused score.
    """

    candidates: int = 100
    dense_weight: float = 0.7
    expired_penalty: float = 0.75
    superseded_penalty: float = 1.5


@dataclass(frozen=True, slots=True)
class ScoredPassage(Immutable):
    """A passage with its fused score, its cosine to the question and its BM25 score."""

    passage: Passage
    score: float
    dense: float
    sparse: float
    superseded_by: DocumentHead | None = None


@dataclass(frozen=True, slots=True)
class _Query:
    """A question in the forms that the index takes."""

    vector: Vector
    terms: SparseVector
    scope: Scope
    as_of: date
    historic: bool


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Both scores by point id, and every document that the index named, live or not."""

    dense: Mapping[str, Hit]
    sparse: Mapping[str, float]
    documents: frozenset[str]


class Search:
    """Search over one index and registry. Reading only; safe to call from several threads."""

    def __init__(
        self,
        index: Index,
        registry: Registry,
        embedder: Embedder,
        options: SearchOptions = SearchOptions(),
    ) -> None:
        self._index = index
        self._registry = registry
        self._embedder = embedder
        self._options = options

    async def search(
        self,
        text: str,
        scope: Scope,
        as_of: date,
        limit: int,
        *,
        lexical: str = "",
        historic: bool = False,
    ) -> list[ScoredPassage]:
        """The best `limit` passages, best first. The event loop stays free meanwhile."""
        return await asyncio.to_thread(
            self.search_now, text, scope, as_of, limit, lexical=lexical, historic=historic
        )

    def search_now(
        self,
        text: str,
        scope: Scope,
        as_of: date,
        limit: int,
        *,
        lexical: str = "",
        historic: bool = False,
    ) -> list[ScoredPassage]:
        """The same, in this thread.

        `lexical` is another wording for the lexical side; with `historic` an expired or superseded
        document is ranked like any other.
        """
        terms = query_vector(lexical or text)
        query = _Query(self._embedder.embed_query(text), terms, scope, as_of, historic)
        found: list[ScoredPassage] = []
        for _ in range(_TRIES):
            live = self._registry.live()
            candidates = self._candidates(query, live)
            found = self._ranked(query, candidates, live, limit)
            now = self._registry.live()
            if all(now.get(key) == live.get(key) for key in candidates.documents):
                break
        return found

    def _ranked(
        self, query: _Query, candidates: _Candidates, live: Mapping[str, Live], limit: int
    ) -> list[ScoredPassage]:
        dense, sparse = candidates.dense, candidates.sparse
        if not dense:
            return []
        keys = list(dense)
        fused = self._fuse(
            np.array([dense[key].score for key in keys]), np.array([sparse[key] for key in keys])
        )
        successors = _successors(live, query.scope, query.as_of)
        ranked: list[tuple[float, str, DocumentHead | None]] = []
        for key, score in zip(keys, fused.tolist(), strict=True):
            head = live[dense[key].document_id].head
            successor = successors.get(head.document_id)
            penalty = 0.0 if query.historic else self._penalty(head, successor, query.as_of)
            ranked.append((score - penalty, key, successor))
        ranked.sort(key=lambda entry: (-entry[0], entry[1]))
        found = self._index.passages([key for _, key, _ in ranked[:limit]], query.scope)
        return [
            ScoredPassage(
                passage=replace(found[key], document=live[dense[key].document_id].head),
                score=score,
                dense=dense[key].score,
                sparse=sparse[key],
                superseded_by=successor,
            )
            for score, key, successor in ranked[:limit]
            if key in found
        ]

    def _candidates(self, query: _Query, live: Mapping[str, Live]) -> _Candidates:
        """Both scores of every candidate of either search; no shared term scores 0."""
        limit, scope = self._options.candidates, query.scope
        near = self._index.dense(query.vector, scope, limit)
        matching = self._index.sparse(query.terms, scope, limit)
        dense = {hit.point_id: hit for hit in _live_only(near, live, scope)}
        sparse = {hit.point_id: hit.score for hit in _live_only(matching, live, scope)}
        without_dense = [key for key in sparse if key not in dense]
        without_sparse = [key for key in dense if key not in sparse]
        if without_dense:
            more = self._index.dense(query.vector, scope, len(without_dense), among=without_dense)
            dense.update({hit.point_id: hit for hit in more})
        if without_sparse:
            also = self._index.sparse(query.terms, scope, len(without_sparse), among=without_sparse)
            sparse.update({hit.point_id: hit.score for hit in also})
        return _Candidates(
            dense,
            {key: sparse.get(key, 0.0) for key in dense},
            frozenset(hit.document_id for hit in (*near, *matching)),
        )

    def _fuse(
        self,
        dense: "np.ndarray[tuple[int], np.dtype[np.float64]]",
        sparse: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    ) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        weight = self._options.dense_weight
        fused: np.ndarray[tuple[int], np.dtype[np.float64]] = weight * _standardised(dense) + (
            1 - weight
        ) * _standardised(sparse)
        return fused

    def _penalty(self, head: DocumentHead, successor: DocumentHead | None, as_of: date) -> float:
        if successor is not None:
            return self._options.superseded_penalty
        if head.validity.state(as_of) is ValidityState.EXPIRED:
            return self._options.expired_penalty
        return 0.0


def _standardised(
    scores: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    deviation = scores.std()
    if deviation == 0:
        return np.zeros_like(scores)
    standard: np.ndarray[tuple[int], np.dtype[np.float64]] = (scores - scores.mean()) / deviation
    return standard


def _live_only(hits: Sequence[Hit], live: Mapping[str, Live], scope: Scope) -> list[Hit]:
    return [
        hit
        for hit in hits
        if (entry := live.get(hit.document_id)) is not None
        and entry.revision == hit.revision
        and scope.viewer.may_see(entry.head.audience)
    ]


def _successors(live: Mapping[str, Live], scope: Scope, as_of: date) -> dict[str, DocumentHead]:
    """Superseded documents with the newest visible version that replaces each on this day."""
    newer = [
        entry.head
        for entry in live.values()
        if entry.head.supersedes
        and scope.viewer.may_see(entry.head.audience)
        and entry.head.validity.state(as_of) is not ValidityState.UPCOMING
    ]
    by_name = {head.supersedes: head for head in sorted(newer, key=_age)}
    found: dict[str, DocumentHead] = {}
    for document_id, entry in live.items() if by_name else ():
        passed = {document_id}
        head = entry.head
        while (
            following := by_name.get(head.file) or by_name.get(head.document_id)
        ) and following.document_id not in passed:
            passed.add(following.document_id)
            found[document_id] = head = following
    return found


def _age(head: DocumentHead) -> tuple[date, str]:
    """Orders the versions of a document, oldest first; undated ones are the oldest."""
    return head.validity.valid_from or head.dated or date.min, head.document_id
