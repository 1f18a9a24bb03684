"""Which terms occur where: document frequencies and the vocabulary of each document.

Counts are kept per audience and summed over what a viewer may see, so that a term known only from
a staff document looks unknown to the public. Re-read after changes, at most once a second.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kb.audience import Viewer
from kb.bm25 import K1, term_id
from kb.lexical import terms_of
from kb.state.registry import Registry

_REFRESH_SECONDS = 1.0
Terms = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Totals:
    """Sorted term ids with the number of passages that hold each, and the number of passages."""

    terms: Terms
    counts: NDArray[np.int64]
    passages: int


@dataclass(frozen=True, slots=True)
class _Held:
    """A document's vocabulary, shape (2, terms), and the revision it belongs to."""

    revision: str
    rows: NDArray[np.uint32]


class Vocabulary:
    """Term statistics over the registry's live documents. Thread-safe."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._lock = Lock()
        self._documents: dict[str, _Held] = {}
        self._totals: dict[str, _Totals] = {}
        self._seen = -1
        self._checked = 0.0

    def passages_with(self, terms: Iterable[str], viewer: Viewer) -> dict[str, int]:
        """For each term, in how many passages that the viewer may see it occurs."""
        wanted = list(terms)
        ids = np.array([term_id(term) for term in wanted], dtype=np.uint32)
        found = np.zeros(len(wanted), dtype=np.int64)
        for totals in self._visible(viewer):
            if not len(totals.terms):
                continue
            positions = np.searchsorted(totals.terms, ids).clip(max=len(totals.terms) - 1)
            found += np.where(totals.terms[positions] == ids, totals.counts[positions], 0)
        return dict(zip(wanted, found.tolist(), strict=True))

    def weights(self, terms: Iterable[str], viewer: Viewer) -> dict[str, float]:
        """Inverse document frequency, scaled to 0…1; a term that never occurs weighs 1."""
        total = sum(totals.passages for totals in self._visible(viewer)) + 1
        scale = log(total + 1)
        return {
            term: log((total + 1) / (count + 1)) / scale if scale else 1.0
            for term, count in self.passages_with(terms, viewer).items()
        }

    def ideal_score(self, text: str, viewer: Viewer) -> float:
        """The BM25 score of a passage that held every term of the text, each many times."""
        total = sum(totals.passages for totals in self._visible(viewer))
        counts = self.passages_with(set(terms_of(text)), viewer).values()
        return (K1 + 1) * sum(log(1 + (total - n + 0.5) / (n + 0.5)) for n in counts)

    def terms_in(self, document_id: str, terms: Iterable[str]) -> set[str]:
        """Those of the terms that occur anywhere in the document."""
        self._refresh()
        entry = self._documents.get(document_id)
        if entry is None:
            return set()
        vocabulary = entry.rows[0]
        found = set()
        for term in terms:
            position = int(np.searchsorted(vocabulary, np.uint32(term_id(term))))
            if position < len(vocabulary) and vocabulary[position] == term_id(term):
                found.add(term)
        return found

    def _visible(self, viewer: Viewer) -> list[_Totals]:
        self._refresh()
        return [totals for name, totals in self._totals.items() if viewer.may_see(name)]

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() - self._checked < _REFRESH_SECONDS:
                return
            self._checked = time.monotonic()
            changes = self._registry.changes()
            if changes == self._seen:
                return
            self._reload()
            self._seen = changes

    def _reload(self) -> None:
        live = self._registry.live()
        documents = {
            document_id: entry
            for document_id, entry in self._documents.items()
            if document_id in live and live[document_id].revision == entry.revision
        }
        missing = [document_id for document_id in live if document_id not in documents]
        for document_id, rows in self._registry.vocabularies(missing).items():
            documents[document_id] = _Held(live[document_id].revision, rows)
        parts: dict[str, list[NDArray[np.uint32]]] = {}
        for document_id, entry in documents.items():
            parts.setdefault(live[document_id].head.audience, []).append(entry.rows)
        passages = dict.fromkeys(parts, 0)
        for stored_document in self._registry.all():
            if stored_document.head.audience in passages:
                passages[stored_document.head.audience] += stored_document.passages
        self._documents = documents
        self._totals = {
            audience: _summed(rows, passages[audience]) for audience, rows in parts.items()
        }


def _summed(rows: list[NDArray[np.uint32]], passages: int) -> _Totals:
    joined = np.concatenate(rows, axis=1)
    terms, inverse = np.unique(joined[0], return_inverse=True)
    counts = np.bincount(inverse, weights=joined[1]).astype(np.int64)
    return _Totals(terms, counts, passages)
