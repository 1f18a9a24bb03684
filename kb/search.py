"""Hybrid search: a question and a scope in, ranked passages out.

Dense and lexical candidates are united, every candidate gets both scores, and the two are fused. The
best are put in order again: by late interaction over token vectors where the index has them, and by
a CrossEncoder where one is configured. When a document that a query met was changed meanwhile, the
query is repeated: no mix and no gap.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from kb.bm25 import SparseVector
from kb.candidates import Candidates, find_candidates
from kb.embedding.late import query_of
from kb.embedding.port import Embedder, Vector
from kb.embedding.scale import BundledScale
from kb.embedding.token_codec import Codes, mean_similarity
from kb.errors import RerankingError
from kb.expansion import Expansion, QueryExpander
from kb.fusion import array_of, blend, fuse, standardised, trust_in_words
from kb.index.port import Index
from kb.passages import DocumentHead
from kb.points import point_id
from kb.reranking.port import Reranker
from kb.results import Found, Query, ScoredPassage
from kb.signals import Signal, reading_penalty
from kb.state.registry import LiveDocuments, Registry
from kb.token_likeness import token_likeness
from kb.versions import Penalties, Successors

#: how often a query is repeated while its documents keep changing under it
_TRIES = 20
_FUSION, _LATE_INTERACTION = "fusion", "late-interaction"
#: part of the heaviest term's weight from which a term is worth showing to a reader
_MARKED = 0.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Weights of the ranking, chosen on the development sets (see docs/evaluation.md).

    The best `rerank` are reranked by late interaction, the best `likeness` carry the likeness of
    their tokens when the query asks for it. `signals` are added to the scores of a document's passages.
    """

    candidates: int = 100
    dense_weight: float = 0.7
    trusted: float = 0.5
    rerank: int = 50
    late_weight: float = 0.4
    likeness: int = 10
    penalties: Penalties = Penalties()
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A query in the forms that the index takes; the model reads it when it is first asked for."""

    query: Query
    words: Expansion
    meaning: Callable[[], tuple[Vector, Codes | None]]

    def vector(self) -> Vector:
        """What the question means, shape (dimension,)."""
        return self.meaning()[0]

    @property
    def codes(self) -> Codes | None:
        """The question's token codes, None where the model has none."""
        return self.meaning()[1]


class _Place(NamedTuple):
    """A candidate on its way through the ranking; `penalty` is what its document takes from it."""

    point_id: str
    score: float
    penalty: float
    successor: DocumentHead | None
    fused: float
    late: float | None = None

    def scored(self, score: float, late: float | None = None) -> "_Place":
        """The same candidate with another score."""
        return _Place(self.point_id, score, self.penalty, self.successor, self.fused, late)

    @property
    def rank(self) -> tuple[float, str]:
        """Sorts the best first, the same way every time."""
        return self.penalty - self.score, self.point_id


class Search:
    """Search over one index and registry. Reading only; safe to call from several threads."""

    def __init__(
        self,
        index: Index,
        registry: Registry,
        embedder: Embedder,
        expander: QueryExpander,
        options: SearchOptions = SearchOptions(),
        reranker: Reranker | None = None,
    ) -> None:
        self._index = index
        self._registry = registry
        self._embedder = embedder
        self._scale = BundledScale(embedder)
        self._expander = expander
        self._options = options
        self._reranker = reranker

    @property
    def options(self) -> SearchOptions:
        """The weights that the ranking goes by."""
        return self._options

    async def find_async(self, query: Query, limit: int) -> Found:
        """`find`, while the event loop stays free."""
        return await asyncio.to_thread(self.find, query, limit)

    def find(self, query: Query, limit: int) -> Found:
        """The best `limit` passages, best first. Raises EmbeddingError, ServiceError."""
        read = self._read(query)
        found = Found((), _FUSION)
        for _ in range(_TRIES):
            live = self._registry.live()
            candidates = find_candidates(
                self._index,
                read.vector,
                read.words.vector,
                query.scope,
                live,
                query.depth or self._options.candidates,
            )
            found = self._found(read, candidates, live, limit)
            if _unchanged(candidates.named, live, self._registry.live()):
                break
        return found

    def _read(self, query: Query) -> _Read:
        words = self._expander.expand(query.text, query.scope.viewer, lexical=query.lexical)
        return _Read(query, words, cache(lambda: query_of(self._embedder, words.corrected_text)))

    def _found(self, read: _Read, candidates: Candidates, live: LiveDocuments, limit: int) -> Found:
        """Ranked, read from the index and, where configured, put in order by the reranker."""
        fused = self._fused(read, candidates, live)
        ranked = self._refined(read, fused)
        wanted = max(limit, self._reranker.top) if self._reranker else limit
        passages = self._stored(read, ranked[:wanted], candidates)
        compared = any(place.late is not None for place in ranked)
        ranked_by = _LATE_INTERACTION if compared else _FUSION
        if self._reranker is not None and passages:
            try:
                passages = self._reranked(read.query, passages, self._reranker)
                ranked_by = self._reranker.name
            except RerankingError as error:
                _log.warning("%s", error)
        passages = self._with_likeness(read, passages[:limit])
        corrections = tuple((word.written, word.meant) for word in read.words.corrections)
        return Found(
            tuple(passages),
            ranked_by,
            corrections,
            _terms_of(read.words.vector),
            read.words.related,
            len(candidates.dense),
        )

    def _fused(self, read: _Read, candidates: Candidates, live: LiveDocuments) -> list[_Place]:
        """All candidates by both scores, best first."""
        keys = list(candidates.dense)
        if not keys:
            return []
        options, query = self._options, read.query
        sparse = array_of([candidates.sparse[key] for key in keys])
        dense = array_of([candidates.dense[key] for key in keys])
        trust = trust_in_words(float(sparse.max()), read.words.ideal, options.trusted)
        scores = fuse(dense, sparse, options.dense_weight, trust)
        successors = Successors(live, query.scope, query.as_of)
        lost: dict[str, tuple[float, DocumentHead | None]] = {}
        places = []
        for key, score in zip(keys, scores.tolist(), strict=True):
            head = candidates.documents[key].head
            if head.document_id not in lost:
                successor = successors.of(head)
                lost[head.document_id] = self._penalty(query, head, successor), successor
            places.append(_Place(key, score, *lost[head.document_id], fused=score))
        return sorted(places, key=lambda place: place.rank)

    def _refined(self, read: _Read, fused: Sequence[_Place]) -> list[_Place]:
        """The first of the fusion in the order of late interaction, the others behind them."""
        first, others = fused[: self._options.rerank], fused[self._options.rerank :]
        late = self._late(read, first)
        if not late:
            return list(fused)
        usual = sum(late.values()) / len(late)  # for passages stored without token vectors
        scores = blend(
            array_of([place.score for place in first]),
            array_of([late.get(place.point_id, usual) for place in first]),
            self._options.late_weight,
        )
        refined = [
            place.scored(score, late.get(place.point_id))
            for place, score in zip(first, scores.tolist(), strict=True)
        ]
        refined.sort(key=lambda place: place.rank)
        # scores of the others are on another scale: they may not rise above the last
        floor = refined[-1].score - refined[-1].penalty
        top = others[0].score - others[0].penalty if others else 0.0
        behind = [place.scored(place.score - top + floor) for place in others]
        return [*refined, *behind]

    def _late(self, read: _Read, places: Sequence[_Place]) -> dict[str, float]:
        """Mean cosine of late interaction by point id; empty where there are no token vectors."""
        if read.codes is None or not len(read.codes):
            return {}
        keys = [place.point_id for place in places]
        hits = self._index.late(read.codes, read.query.scope, keys)
        return {hit.point_id: mean_similarity(hit.score, len(read.codes)) for hit in hits}

    def _stored(
        self, read: _Read, ranked: Sequence[_Place], candidates: Candidates
    ) -> list[ScoredPassage]:
        """The passages themselves, with the heads that the registry has now."""
        stored = self._index.passages([place.point_id for place in ranked], read.query.scope)
        found = [
            ScoredPassage(
                passage=replace(
                    stored[place.point_id], document=candidates.documents[place.point_id].head
                ),
                score=place.score - penalty,
                dense=self._scale(candidates.dense[place.point_id]),
                sparse=candidates.sparse[place.point_id],
                late=place.late,
                superseded_by=place.successor,
                fused=place.fused,
                penalty=penalty,
            )
            for place in ranked
            if place.point_id in stored
            for penalty in [place.penalty + reading_penalty(stored[place.point_id])]
        ]
        if any(entry.passage.poorly_read for entry in found):
            found.sort(key=lambda entry: -entry.score)
        return found

    def _reranked(
        self, query: Query, passages: Sequence[ScoredPassage], reranker: Reranker
    ) -> list[ScoredPassage]:
        """The first `reranker.top` in the model's order, less what time takes; raises RerankingError."""
        top, rest = passages[: reranker.top], passages[reranker.top :]
        texts = [f"{entry.passage.context}\n{entry.passage.text}" for entry in top]
        scores = standardised(array_of(reranker.scores(query.text, texts).tolist()))
        scored = [
            replace(
                entry,
                score=score
                - self._penalty(query, entry.passage.document, entry.superseded_by)
                - reading_penalty(entry.passage),
            )
            for entry, score in zip(top, scores.tolist(), strict=True)
        ]
        scored.sort(key=lambda entry: -entry.score)
        # the others' scores are on another scale, as above
        lower = scored[-1].score - rest[0].score if rest else 0.0
        return [*scored, *(replace(entry, score=entry.score + lower) for entry in rest)]

    def _with_likeness(self, read: _Read, passages: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """The first few get the likeness of their tokens to the question's."""
        if not read.query.likeness or read.codes is None or not len(read.codes):
            return list(passages)
        count = self._options.likeness
        keys = [_key(entry) for entry in passages[:count]]
        codes = self._index.token_codes(keys, read.query.scope)
        first = [
            replace(entry, likeness=token_likeness(read.codes, codes[key]))
            if key in codes
            else entry
            for key, entry in zip(keys, passages[:count], strict=True)
        ]
        return [*first, *passages[count:]]

    def _penalty(self, query: Query, head: DocumentHead, successor: DocumentHead | None) -> float:
        """What time takes from the scores of a document, less what the signals add."""
        added = sum(signal(head, query) for signal in self._options.signals)
        if query.historic:
            return -added
        return self._options.penalties.of(head, successor, query.as_of) - added


def _unchanged(named: Iterable[str], before: LiveDocuments, now: LiveDocuments) -> bool:
    """Whether what a query met in the index is what it was before the query.

    A revision that neither knows came and went meanwhile, or is being written: one more query tells.
    """
    if now is before:
        return True
    return all((live := before.of_key(key)) and now.of_key(key) == live for key in named)


def _terms_of(vector: SparseVector) -> frozenset[int]:
    """The terms that count much: the question's own and those that stand for them well."""
    least = _MARKED * max(vector.values, default=0.0)
    weighed = zip(vector.indices, vector.values, strict=True)
    return frozenset(term for term, weight in weighed if weight >= least)


def _key(entry: ScoredPassage) -> str:
    passage = entry.passage
    return point_id(passage.document.document_id, passage.revision, passage.ordinal)
