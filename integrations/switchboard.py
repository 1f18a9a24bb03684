"""Which generation of the index answers in this process, and putting another one in its place.

Readers take `lane` anew for each question. Writers go through `knowledge` and `ingestion`, which
stay the same objects and change over to the new index together, between two documents.
"""

import logging
from collections.abc import Callable

from assistant.assistant import Assistant
from ingest.parsing.parser import Parser
from ingest.run import Ingestion
from ingest.steps import embedding_text
from integrations.garbage import settle
from integrations.lanes import Lane, LaneSearch, Leases
from integrations.parts import (
    Parts,
    answers_with,
    current_generation,
    embedder_for,
    stored_in,
    wanted_of,
)
from integrations.settings import Settings
from kb.embedding.cache import CachedEmbedder
from kb.embedding.late import WithoutTokens
from kb.errors import AuskunftError, DataFolderError, IndexMismatchError, StorageFullError
from kb.expansion import QueryExpander
from kb.index.absent import AbsentIndex
from kb.index.port import Index
from kb.page_images import PageImages
from kb.reranking.cross_encoder import CrossEncoderReranker
from kb.reranking.port import Reranker
from kb.state.generations import Generation
from kb.state.registry import Registry
from kb.store import KnowledgeBase
from kb.synonyms import Synonyms
from kb.vocabulary import Vocabulary

_log = logging.getLogger(__name__)
_EMPTY = (
    "Der Suchindex ist leer, obwohl Dokumente eingelesen sind; vermutlich wurde er gelöscht. "
    "Bitte mit „auskunft rebuild“ aus den Originalen neu aufbauen."
)


class Switchboard:
    """The lane in service. `wanted` is the fingerprint that the settings ask for."""

    def __init__(self, parts: Parts, *, answering: bool) -> None:
        """With `answering=False` no language model is loaded besides the one in the settings."""
        self.parts = parts
        #: what to say instead of the lane's mismatch, while something is done about that
        self.refusal: Callable[[], AuskunftError | None] = lambda: None
        self._reranker = _reranker(parts.settings) if answering else None
        self._synonyms = Synonyms(parts.synonyms)
        embedder = parts.embedder(parts.settings.model_choice)
        self.wanted = wanted_of(parts.settings, embedder)
        generation = current_generation(parts, self.wanted)
        self.lane = self._first_lane(generation, embedder, answering=answering)
        self.knowledge = KnowledgeBase(
            parts.registry,
            self.lane.index,
            parts.originals,
            lambda passages: self.lane.embedder.forget([embedding_text(one) for one in passages]),
            PageImages(parts.folder.page_images),
        )
        self.ingestion = Ingestion(
            self.knowledge,
            embedder_for(stored_in(generation), self.lane.embedder),
            parts.folder.require_room,
            self.require_serving,
            Parser(parts.settings.parse_limits),
        )
        if parts.generations.marked() != generation.name:
            parts.generations.mark(generation.name)

    def require_serving(self) -> None:
        """Raise RebuildingError or IndexMismatchError when no generation can answer."""
        self._refuse(self.lane.mismatch)

    def switch(
        self,
        generation: Generation,
        index: Index,
        embedder: CachedEmbedder,
        commit: Callable[[], None],
    ) -> None:
        """Put a generation into service and close the one before, after its last search.

        `commit` makes the switch for good; nobody writes meanwhile, and when it raises nothing has
        changed. Until the new lane is in place, readers of the old one still find it whole.
        """
        lane = self._lane(generation, index, embedder)
        self._best_effort("warming the new generation", lane.warm)
        with self.ingestion.paused() as use_model:
            self.knowledge.exchange(index, commit)
            use_model(embedder_for(stored_in(generation), embedder))
        self._best_effort("warming the new revisions", lane.warm)
        former, self.lane = self.lane, lane
        mark = self.parts.generations.mark
        self._best_effort("marking the new generation", lambda: mark(generation.name))
        self._best_effort("closing the former one", lambda: former.end(successor=lane))
        settle()

    def close(self) -> None:
        self.lane.end()

    def _refuse(self, mismatch: IndexMismatchError | None) -> None:
        if mismatch is not None:
            raise self.refusal() or mismatch

    def _first_lane(
        self, generation: Generation, embedder: CachedEmbedder, *, answering: bool
    ) -> Lane:
        index = self._open(generation)
        if isinstance(index, AbsentIndex):
            return self._lane(generation, index, embedder, IndexMismatchError(index.reason))
        stored = stored_in(generation)
        if answers_with(embedder, stored):
            return self._lane(generation, index, embedder)
        former = self._former_model(generation) if answering else None
        if former is not None:
            embedder.close()
            return self._lane(generation, index, former)
        mismatch = self.wanted.mismatch(stored, generation.name)
        return self._lane(generation, index, embedder, mismatch)

    def _former_model(self, generation: Generation) -> CachedEmbedder | None:
        """The model that a generation was made with, if that makes it answer."""
        stored = stored_in(generation)
        if stored.analyser != self.wanted.analyser or not generation.embedder:
            return None
        try:
            former = self.parts.embedder(generation.embedder)
            former.embed_query("Bereit?")
        except AuskunftError as error:
            _log.warning("the former language model cannot be loaded: %s", error)
            return None
        if answers_with(former, stored):
            return former
        former.close()
        return None

    def _open(self, generation: Generation) -> Index:
        try:
            index = self.parts.generations.open(generation.name, stored_in(generation))
        except StorageFullError:
            raise
        except (DataFolderError, IndexMismatchError) as error:
            return AbsentIndex(str(error))
        if index.total() == 0 and any(entry.passages for entry in self.parts.registry.all()):
            index.close()
            return AbsentIndex(_EMPTY)
        return index

    def _lane(
        self,
        generation: Generation,
        index: Index,
        embedder: CachedEmbedder,
        mismatch: IndexMismatchError | None = None,
    ) -> Lane:
        """All that reads a generation, ready to be put into service."""
        parts, leases = self.parts, Leases()
        vocabulary = Vocabulary(parts.registry)
        search = LaneSearch(
            leases,
            lambda: self.lane.search,
            lambda: self._refuse(mismatch),
            index,
            Registry(parts.database, generation.name),
            embedder if self.wanted.tokens else WithoutTokens(embedder),
            QueryExpander(vocabulary, self._synonyms),
            reranker=self._reranker,
        )
        assistant = Assistant(search, vocabulary, parts.settings.contacts, parts.folder.demo)
        return Lane(generation, embedder, index, search, vocabulary, assistant, mismatch, leases)

    @staticmethod
    def _best_effort(what: str, step: Callable[[], None]) -> None:
        """The switch does not depend on this; the next start makes up for it."""
        try:
            step()
        except Exception:
            _log.exception("%s failed", what)


def _reranker(settings: Settings) -> Reranker | None:
    """The CrossEncoder that the settings name; raises RerankingError when it cannot be loaded."""
    if not settings.cross_encoder:
        return None
    return CrossEncoderReranker(
        settings.cross_encoder,
        top=settings.reranker_top,
        budget_seconds=settings.reranker_budget_ms / 1000,
        threads=settings.threads,
    )
