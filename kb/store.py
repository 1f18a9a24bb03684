"""The knowledge base as one thing that changes atomically: registry, index and originals together.

Replacing a document: note the intent, keep the original, write the new passages beside the old,
commit the registry row (from here on readers use the new revision), delete what is old, settle the
intent. A crash at any point leaves an intent behind, and `repair` makes index and originals agree
with the registry again.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Lock

from kb.audience import PUBLIC, Viewer
from kb.errors import AuskunftError
from kb.index.port import Index, IndexedPassage, Scope
from kb.originals import Originals
from kb.page_images import PageImages
from kb.passages import DocumentHead, Passage
from kb.state.registry import Registry, StoredDocument, StoredText


class KnowledgeBase:
    """Writes go through here and nowhere else; they are serialised by a lock."""

    def __init__(
        self,
        registry: Registry,
        index: Index,
        originals: Originals,
        forget: Callable[[Sequence[Passage]], None] = lambda passages: None,
        pictures: PageImages | None = None,
    ) -> None:
        """`forget` erases what caches remember of a removed document's passages.

        `pictures` are those of the originals' pages.
        """
        self.registry = registry
        self.index = index
        self.originals = originals
        self.pictures = pictures
        self._forget = forget
        self._writing = Lock()

    def replace(
        self,
        document: StoredDocument,
        text: StoredText,
        passages: Sequence[IndexedPassage],
        original: bytes,
    ) -> None:
        """Make this revision the live one. On any error before the commit the former one stays."""
        document_id = document.head.document_id
        with self._writing:
            former = self.registry.find(document_id)
            self.registry.begin(document_id, document.revision)
            try:
                self.originals.keep(document.content_hash, original)
                self.index.write(passages)
                self.registry.commit(document, text)
            except Exception:
                self._undo(document_id, document.content_hash, former)
                raise
            self.index.delete_document(document_id, keep_revision=document.revision)
            if former:
                self._forget_unused(former.content_hash)
            self.registry.settle(document_id)

    def remove(self, document_id: str) -> None:
        """Delete a document: unanswerable at once, then its passages and original are erased."""
        with self._writing:
            former = self.registry.find(document_id)
            passages: Sequence[Passage] = ()
            if former:
                scope = Scope(Viewer(frozenset({former.head.audience})))
                passages = self.index.document_passages(document_id, scope)
            self.registry.remove(document_id)
            self.index.delete_document(document_id)
            self._forget(passages)
            if former:
                self._forget_unused(former.content_hash)
            self.registry.settle(document_id)

    def correct(self, document_id: str, head: DocumentHead, corrections: Mapping[str, str]) -> None:
        """Change head data by hand; readers see it at once, the index's filters follow."""
        with self._writing:
            self.registry.correct(document_id, head, corrections)
            self.index.update_head(head)
            self._forget_hidden_pictures(document_id)
            self.registry.settle(document_id)

    def exchange(self, index: Index, commit: Callable[[], None]) -> None:
        """Go over to another index; `commit` makes that last, and nobody writes meanwhile."""
        with self._writing:
            commit()
            self.index = index

    def repair(self) -> int:
        """Finish or undo what a crash interrupted; returns how many documents that concerned."""
        with self._writing:
            interrupted = self.registry.unsettled()
            if interrupted:
                self.originals.forget_all_but(self.registry.content_hashes())
                if self.pictures:
                    self.pictures.forget_all_but(self._shown_hashes())
            for document_id in interrupted:
                stored = self.registry.find(document_id)
                if stored is None:
                    self.index.delete_document(document_id)
                else:
                    self.index.delete_document(document_id, keep_revision=stored.revision)
                    self.index.update_head(stored.head)
                self.registry.settle(document_id)
            return len(interrupted)

    def _undo(self, document_id: str, content_hash: str, former: StoredDocument | None) -> None:
        """Take half-written passages out again; where that fails too, the intent stays behind."""
        self._forget_unused(content_hash)
        with suppress(AuskunftError):
            self.index.delete_document(
                document_id, keep_revision=former.revision if former else None
            )
            self.registry.settle(document_id)

    def _forget_unused(self, content_hash: str) -> None:
        if content_hash not in self.registry.content_hashes():
            self.originals.forget(content_hash)
        if self.pictures and content_hash not in self._shown_hashes():
            self.pictures.forget(content_hash)

    def _forget_hidden_pictures(self, document_id: str) -> None:
        """Of a document that is not for everybody no picture stays lying about."""
        stored = self.registry.find(document_id)
        if self.pictures and stored and stored.content_hash not in self._shown_hashes():
            self.pictures.forget(stored.content_hash)

    def _shown_hashes(self) -> frozenset[str]:
        return self.registry.content_hashes(PUBLIC)
