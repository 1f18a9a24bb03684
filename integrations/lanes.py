"""A lane: one generation of the index in service, with its language model and all that reads it.

A switch puts another lane in its place. Searches that have begun finish on the lane they began on,
which is closed after the last of them; a search that comes too late is sent on to the new lane.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Condition
from typing import Any

from assistant.assistant import Assistant
from kb.audience import Viewer
from kb.embedding.cache import CachedEmbedder
from kb.errors import IndexMismatchError
from kb.index.absent import AbsentIndex
from kb.index.port import Index, Scope
from kb.results import Found, Query
from kb.search import Search
from kb.state.generations import Generation
from kb.vocabulary import Vocabulary


class Leases:
    """How many searches are under way on a lane, and whether more may begin."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._held = 0
        self._over = False

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Keeps the lane open meanwhile; False when it is over already."""
        with self._changed:
            given = not self._over
            self._held += given
        try:
            yield given
        finally:
            with self._changed:
                self._held -= given
                self._changed.notify_all()

    def end(self) -> None:
        """Let no more begin and wait for the last."""
        with self._changed:
            self._over = True
            self._changed.wait_for(lambda: not self._held)


class LaneSearch(Search):
    """A search that knows when its lane is over, and when it cannot answer at all.

    `elsewhere` gives the search of the lane in service, `refuse` raises where none can answer; the
    rest is what a Search takes.
    """

    def __init__(
        self,
        leases: Leases,
        elsewhere: Callable[[], Search],
        refuse: Callable[[], None],
        *parts: Any,
        **options: Any,
    ) -> None:
        super().__init__(*parts, **options)
        self._leases = leases
        self._elsewhere = elsewhere
        self._refuse = refuse

    def find(self, query: Query, limit: int) -> Found:
        """See Search; raises RebuildingError or IndexMismatchError when nothing can be searched."""
        with self._leases.held() as given:
            if given:
                self._refuse()
                return super().find(query, limit)
        return self._elsewhere().find(query, limit)


@dataclass
class Lane:
    """`mismatch` says why this generation cannot answer, None when it can."""

    generation: Generation
    embedder: CachedEmbedder
    index: Index
    search: Search
    vocabulary: Vocabulary
    assistant: Assistant
    mismatch: IndexMismatchError | None = None
    leases: Leases = field(default_factory=Leases)

    @property
    def lost(self) -> bool:
        """Whether the data of this generation is gone or cannot be opened."""
        return isinstance(self.index, AbsentIndex)

    def warm(self) -> None:
        """Read what questions would have to wait for: words, vectors, the model, the index's files."""
        self.index.warm()
        self.search.find(Query("Wer hilft weiter?", Scope(Viewer.public()), date.today()), 1)

    def end(self, successor: "Lane | None" = None) -> None:
        """Close it after the last search; what the successor uses, too, stays open."""
        self.leases.end()
        self.index.close()
        if successor is None or successor.embedder is not self.embedder:
            self.embedder.close()
