"""Hybrid search: a question and a scope in, ranked passages out.

Dense and lexical candidates are united, every candidate gets both scores, and the two are fused. The
best are put in order again: by late interaction over token vectors where the index has them, or by a
CrossEncoder where one is configured. Passages whose revision is no longer live, or whose document
the viewer may no longer see, are dropped whatever the index still holds. When a document that a
query met was changed meanwhile, the query is repeated: no mix and no gap.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.bm25 import SparseVector, query_vector
from kb.embedding.late import query_of
from kb.embedding.port import Embedder, Vector
from kb.embedding.token_codec import Codes, mean_similarity
from kb.errors import RerankingError
from kb.fusion import array_of, blend, fuse, standardised, trust_in_words
from kb.index.port import Hit, Index, Scope, point_id
from kb.passages import DocumentHead
from kb.reranking.port import Reranker
from kb.results import Found, Query, ScoredPassage
from kb.state.registry import Live, Registry
from kb.token_likeness import token_likeness
from kb.validity import ValidityState
from kb.vocabulary import Vocabulary

#: how often a query is repeated while its documents keep changing under it
_TRIES = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Weights of the ranking, chosen on the development sets (see docs/evaluation.md).

    Penalties are in standard deviations of the fused score. The best `rerank` are reranked, the
    best `likeness` carry the likeness of their tokens.
    """

    candidates: int = 100
    dense_weight: float = 0.7
    trusted: float = 0.5
    rerank: int = 50
    late_weight: float = 0.4
    likeness: int = 10
    expired_penalty: float = 0.75
    superseded_penalty: float = 1.5


@dataclass(frozen=True, slots=True)
class _Read:
    """A query in the forms that the index takes; `ideal` is the score of one with all its words."""

    query: Query
    vector: Vector
    codes: Codes | None
    terms: SparseVector
    ideal: float


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Both scores by point id, and every document that the index named, live or not."""

    dense: Mapping[str, Hit]
    sparse: Mapping[str, float]
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A candidate in its place: score without and with what late interaction found."""

    point_id: str
    score: float
    late: float | None
    successor: DocumentHead | None


class Search:
    """Search over one index and registry. Reading only; safe to call from several threads."""

    def __init__(
        self,
        index: Index,
        registry: Registry,
        embedder: Embedder,
        vocabulary: Vocabulary,
        options: SearchOptions = SearchOptions(),
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._registry = registry
        self._embedder = embedder
        self._vocabulary = vocabulary
        self._options = options
        self._reranker = reranker

    async def find_async(self, query: Query, limit: int) -> Found:
        """`find`, while the event loop stays free."""
        return await asyncio.to_thread(self.find, query, limit)

    def find(self, query: Query, limit: int) -> Found:
        """The best `limit` passages, best first."""
        read = self._read(query)
        found = Found((), "fusion")
        for _ in range(_TRIES):
            live = self._registry.live()
            candidates = self._candidates(read, live)
            found = self._found(read, candidates, live, limit)
            now = self._registry.live()
            if all(now.get(key) == live.get(key) for key in candidates.documents):
                break
        return found

    def _read(self, query: Query) -> _Read:
        vector, codes = query_of(self._embedder, query.text)
        wording = query.lexical or query.text
        ideal = self._vocabulary.ideal_score(wording, query.scope.viewer)
        return _Read(query, vector, codes, query_vector(wording), ideal)

    def _found(
        self, read: _Read, candidates: _Candidates, live: Mapping[str, Live], limit: int
    ) -> Found:
        """Ranked, read from the index and, where configured, put in order by the reranker."""
        ranked = self._ranked(read, candidates, live)
        wanted = max(limit, self._reranker.top) if self._reranker else limit
        scope = read.query.scope
        stored = self._index.passages([entry.point_id for entry in ranked[:wanted]], scope)
        passages = [
            ScoredPassage(
                passage=replace(
                    stored[entry.point_id],
                    document=live[candidates.dense[entry.point_id].document_id].head,
                ),
                score=entry.score,
                dense=candidates.dense[entry.point_id].score,
                sparse=candidates.sparse[entry.point_id],
                late=entry.late,
                superseded_by=entry.successor,
            )
            for entry in ranked[:wanted]
            if entry.point_id in stored
        ]
        ranked_by = "fusion" if read.codes is None else "late-interaction"
        if self._reranker is not None:
            try:
                passages = self._reranked(read.query, passages, self._reranker)
                ranked_by = self._reranker.name
            except RerankingError as error:
                _log.warning("%s", error)
        return Found(tuple(self._with_likeness(read, passages[:limit])), ranked_by)

    def _reranked(
        self, query: Query, passages: Sequence[ScoredPassage], reranker: Reranker
    ) -> list[ScoredPassage]:
        """The first `reranker.top` in the model's order, less what time takes; raises RerankingError."""
        top, rest = passages[: reranker.top], passages[reranker.top :]
        texts = [f"{entry.passage.context}\n{entry.passage.text}" for entry in top]
        scores = standardised(array_of(reranker.scores(query.text, texts).tolist()))
        scored = [
            replace(entry, score=float(score) - self._penalty(entry, query))
            for entry, score in zip(top, scores, strict=True)
        ]
        return [*sorted(scored, key=lambda entry: -entry.score), *rest]

    def _with_likeness(self, read: _Read, passages: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """The first few get the likeness of their tokens to the question's."""
        if read.codes is None:
            return list(passages)
        first = passages[: self._options.likeness]
        keys = {
            point_id(e.passage.document.document_id, e.passage.revision, e.passage.ordinal): e
            for e in first
        }
        codes = self._index.token_codes(list(keys), read.query.scope)
        liked = [
            replace(entry, likeness=token_likeness(read.codes, codes[key]))
            if key in codes
            else entry
            for key, entry in keys.items()
        ]
        return [*liked, *passages[self._options.likeness :]]

    def _ranked(
        self, read: _Read, candidates: _Candidates, live: Mapping[str, Live]
    ) -> list[_Ranked]:
        """All candidates, best first; the best of the fusion are refined by late interaction."""
        options, query = self._options, read.query
        keys = list(candidates.dense)
        if not keys:
            return []
        sparse = array_of([candidates.sparse[key] for key in keys])
        trust = trust_in_words(float(sparse.max()), read.ideal, options.trusted)
        dense = array_of([candidates.dense[key].score for key in keys])
        scores = fuse(dense, sparse, options.dense_weight, trust)
        successors = _successors(live, query.scope, query.as_of)
        penalties: dict[str, float] = {}
        fused: dict[str, float] = {}
        for key, score in zip(keys, scores.tolist(), strict=True):
            head = live[candidates.dense[key].document_id].head
            successor = successors.get(head.document_id)
            penalties[key] = self._penalty_of(head, successor, query)
            fused[key] = score
        order = sorted(keys, key=lambda key: (penalties[key] - fused[key], key))
        late = self._late(read, order[: options.rerank])
        first = order[: options.rerank]
        if late:
            usual = sum(late.values()) / len(late)  # for passages stored without token vectors
            refined = blend(
                array_of([fused[key] for key in first]),
                array_of([late.get(key, usual) for key in first]),
                options.late_weight,
            )
            for key, score in zip(first, refined.tolist(), strict=True):
                fused[key] = score
            # the others stay behind, in the order they had
            others = order[options.rerank :]
            lowest = min(fused[key] - penalties[key] for key in first)
            first.sort(key=lambda key: (penalties[key] - fused[key], key))
            order = [*first, *others]
            for place, key in enumerate(others, 1):
                fused[key] = lowest + penalties[key] - 0.01 * place
        return [
            _Ranked(
                key,
                fused[key] - penalties[key],
                late.get(key),
                successors.get(candidates.dense[key].document_id),
            )
            for key in order
        ]

    def _late(self, read: _Read, keys: Sequence[str]) -> dict[str, float]:
        """Mean cosine of late interaction by point id; empty where there are no token vectors."""
        if read.codes is None or not len(read.codes):
            return {}
        hits = self._index.late(read.codes, read.query.scope, keys)
        return {hit.point_id: mean_similarity(hit.score, len(read.codes)) for hit in hits}

    def _candidates(self, read: _Read, live: Mapping[str, Live]) -> _Candidates:
        """Both scores of every candidate of either search; no shared term scores 0."""
        limit, scope = self._options.candidates, read.query.scope
        near = self._index.dense(read.vector, scope, limit)
        matching = self._index.sparse(read.terms, scope, limit)
        dense = {hit.point_id: hit for hit in _live_only(near, live, scope)}
        sparse = {hit.point_id: hit.score for hit in _live_only(matching, live, scope)}
        without_dense = [key for key in sparse if key not in dense]
        without_sparse = [key for key in dense if key not in sparse]
        if without_dense:
            more = self._index.dense(read.vector, scope, len(without_dense), among=without_dense)
            dense.update({hit.point_id: hit for hit in more})
        if without_sparse:
            also = self._index.sparse(read.terms, scope, len(without_sparse), among=without_sparse)
            sparse.update({hit.point_id: hit.score for hit in also})
        return _Candidates(
            dense,
            {key: sparse.get(key, 0.0) for key in dense},
            frozenset(hit.document_id for hit in (*near, *matching)),
        )

    def _penalty(self, entry: ScoredPassage, query: Query) -> float:
        return self._penalty_of(entry.passage.document, entry.superseded_by, query)

    def _penalty_of(
        self, head: DocumentHead, successor: DocumentHead | None, query: Query
    ) -> float:
        """What time takes from a document's score."""
        if query.historic:
            return 0.0
        if successor is not None:
            return self._options.superseded_penalty
        if head.validity.state(query.as_of) is ValidityState.EXPIRED:
            return self._options.expired_penalty
        return 0.0


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
