"""Which terms and words occur where: document frequencies and the vocabulary of each document.

Counts are kept per audience and summed over what a viewer may see, so that a term known only from
a staff document looks unknown to the public. Re-read after changes, at most once a second, and only
the documents that changed.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kb.audience import Viewer
from kb.bm25 import term_id
from kb.index.port import IndexedPassage
from kb.lexical import words_of
from kb.lexicon import Counts, Lexicon, Words
from kb.spelling import Ids
from kb.state.registry import Registry
from kb.state.vocabularies import DocumentVocabulary

#: as if there were so many passages at least, when it is counted how rare a word is
_FEWEST = 100
_REFRESH_SECONDS = 1.0
_MOST_VIEWS = 16
#: words of no document any more that the lexicon may hold besides as many as are in use
_MOST_UNUSED = 50_000
Terms = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Totals:
    """Sorted term ids with the number of passages that hold each, and the number of passages."""

    terms: Terms
    counts: NDArray[np.int64]
    passages: int


@dataclass(frozen=True, slots=True)
class _Held:
    """A document's vocabulary, its terms in shape (2, n), and the revision it belongs to."""

    revision: str
    rows: NDArray[np.uint32]
    words: Ids


class _AudienceWords:
    """In how many documents of each audience a word of the lexicon occurs. Immutable."""

    def __init__(self, lexicon: Lexicon, counts: Mapping[str, Counts]) -> None:
        self._lexicon = lexicon
        self._counts = counts
        self._views: dict[frozenset[str], Words] = {}

    @property
    def unused(self) -> int:
        """How many more words the lexicon holds than twice those that occur."""
        used = np.zeros(len(self._lexicon), bool)
        for counts in self._counts.values():
            used[: len(counts)] |= counts > 0
        return len(used) - 2 * int(used.sum())

    def seen_by(self, viewer: Viewer) -> Words:
        visible = frozenset(name for name in self._counts if viewer.may_see(name))
        view = self._views.get(visible)
        if view is None:
            total = np.zeros(len(self._lexicon), np.int32)
            for name in visible:
                total[: len(self._counts[name])] += self._counts[name]
            if len(self._views) >= _MOST_VIEWS:
                self._views.clear()
            view = self._views[visible] = Words(self._lexicon, total)
        return view


class Vocabulary:
    """Term statistics over the registry's live documents. Thread-safe."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._lock = Lock()
        self._documents: dict[str, _Held] = {}
        self._totals: dict[str, _Totals] = {}
        self._lexicon = Lexicon()
        self._words = _AudienceWords(self._lexicon, {})
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
        """Inverse document frequency, scaled to 0…1; a term that never occurs weighs 1.

        Counted as among `_FEWEST` passages at least: of a handful, most hold the word that matters.
        """
        total = max(self.passages(viewer), _FEWEST) + 1
        return {
            term: log((total + 1) / (count + 1)) / log(total + 1)
            for term, count in self.passages_with(terms, viewer).items()
        }

    def words(self, viewer: Viewer) -> Words:
        """The words of the documents that the viewer may see."""
        self._refresh()
        return self._words.seen_by(viewer)

    def passages(self, viewer: Viewer) -> int:
        """How many passages the viewer may see."""
        return sum(totals.passages for totals in self._visible(viewer))

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
        if self._words.unused > _MOST_UNUSED:
            self._lexicon, self._documents = Lexicon(), {}
        documents = {
            document_id: entry
            for document_id, entry in self._documents.items()
            if document_id in live and live[document_id].revision == entry.revision
        }
        missing = [document_id for document_id in live if document_id not in documents]
        stored = self._registry.vocabularies(missing)
        documents |= self._held({key: (live[key].revision, stored[key]) for key in stored})
        parts: dict[str, list[_Held]] = {}
        for document_id, entry in documents.items():
            parts.setdefault(live[document_id].head.audience, []).append(entry)
        passages = dict.fromkeys(parts, 0)
        for stored_document in self._registry.all():
            if stored_document.head.audience in passages:
                passages[stored_document.head.audience] += stored_document.passages
        self._documents = documents
        self._totals = {
            audience: _summed([entry.rows for entry in held], passages[audience])
            for audience, held in parts.items()
        }
        counts = {
            audience: np.bincount(
                np.concatenate([entry.words for entry in held]), minlength=len(self._lexicon)
            ).astype(np.int32)
            for audience, held in parts.items()
        }
        self._words = _AudienceWords(self._lexicon, counts)

    def _held(self, read: Mapping[str, tuple[str, DocumentVocabulary]]) -> dict[str, _Held]:
        """Vocabularies as they were read, their words taken into the lexicon."""
        self._lexicon.take_in({word for _, entry in read.values() for word in entry.words})
        return {
            document_id: _Held(revision, entry.terms, self._lexicon.ids_of(entry.words))
            for document_id, (revision, entry) in read.items()
        }


def vocabulary_of(passages: Sequence[IndexedPassage]) -> DocumentVocabulary:
    """The vocabulary of a document from its passages: what the index got, and the words behind it."""
    counts: Counter[int] = Counter()
    words: set[str] = set()
    for entry in passages:
        counts.update(entry.sparse.indices)
        words.update(words_of(f"{entry.passage.context}\n{entry.passage.text}"))
    ordered = sorted(counts.items())
    terms = np.array([[term for term, _ in ordered], [n for _, n in ordered]], dtype=np.uint32)
    return DocumentVocabulary(terms, tuple(sorted(words)))


def _summed(rows: list[NDArray[np.uint32]], passages: int) -> _Totals:
    joined = np.concatenate(rows, axis=1)
    terms, inverse = np.unique(joined[0], return_inverse=True)
    counts = np.bincount(inverse, weights=joined[1]).astype(np.int64)
    return _Totals(terms, counts, passages)
