"""Whether registry, originals and index agree, and making them agree again.

Everything is compared, nothing guessed: an original that is gone or changed cannot be repaired unless
its file is still where it came from; missing passages are made anew from the original.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ingest.classify import values_of
from ingest.parsing.parser import Parser
from ingest.process import Process, reason_of
from ingest.progress import Course, Progress, Watch, nobody
from ingest.rules import FIELDS
from ingest.sources import StoredSource
from kb.embedding.port import Embedder
from kb.errors import NotFoundError, StoppedError
from kb.index.port import Batch, IndexedPassage
from kb.state.registry import StoredDocument, StoredText
from kb.store import KnowledgeBase

_NO_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; `document_id` is empty where it is nobody's."""

    document_id: str
    file: str
    problem: str
    repaired: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "document_id": self.document_id,
            "file": self.file,
            "problem": self.problem,
            "repaired": self.repaired,
        }


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at and what was found."""

    documents: int
    findings: Sequence[Finding] = field(default_factory=tuple)
    stopped: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.stopped and all(finding.repaired for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "findings": [finding.as_dict() for finding in self.findings],
            "sound": self.sound,
            "stopped": self.stopped,
        }


class Check:
    """One knowledge base. Nobody else may write to it meanwhile."""

    def __init__(self, knowledge: KnowledgeBase, embedder: Embedder, parser: Parser) -> None:
        self._knowledge = knowledge
        self._watch = Watch()
        self._process = Process(_AsBefore(knowledge), embedder, parser, self._watch)

    def run(self, *, repair: bool = False, progress: Progress = nobody) -> CheckReport:
        """Look at everything; with `repair` mend what can be mended. Raises StorageFullError."""
        if repair:
            self._knowledge.repair()
        documents = self._knowledge.registry.all()
        inventory = self._knowledge.index.inventory()
        course = Course([document.passages for document in documents], progress)
        findings: list[Finding] = []
        try:
            for document in documents:
                self._watch.check()
                course.begin(document.head.file)
                findings += self._document(document, inventory, repair)
                course.end(document.passages)
            findings += self._strays(documents, inventory, repair)
        except StoppedError:
            return CheckReport(len(documents), tuple(findings), stopped=True)
        finally:
            self._knowledge.index.flush()
        course.finish()
        return CheckReport(len(documents), tuple(findings))

    def stop(self) -> None:
        """Break it off, from another thread; what is mended stays so."""
        self._watch.stop()

    def _document(
        self, document: StoredDocument, inventory: Counter[Batch], repair: bool
    ) -> Iterator[Finding]:
        original = self._original(document)
        mended = bool(original) and repair and self._restored(document)
        if original:
            yield _finding(document, original, mended)
        of_it = {batch: n for batch, n in inventory.items() if _is_of(batch, document)}
        there = sum(n for batch, n in of_it.items() if batch.revision == document.revision)
        whole = there == document.passages and self._has_text(document)
        if not whole:
            problem = f"Im Suchindex sind {there} von {document.passages} Textstellen"
            if there == document.passages:
                problem = "Der gespeicherte Text fehlt"
            able = repair and (not original or mended)
            reason = self._made_anew(document) if able else ""
            yield _finding(document, f"{problem}{reason}", able and not reason)
        elif any(batch.revision != document.revision for batch in of_it):
            if repair:
                self._knowledge.index.delete_document(
                    document.head.document_id, keep_revision=document.revision
                )
            yield _finding(document, "Im Suchindex liegen Reste einer früheren Fassung", repair)
        if whole and any(batch.audience != document.head.audience for batch in of_it):
            if repair:
                self._knowledge.index.update_head(document.head)
            yield _finding(document, "Der Suchindex kennt eine andere Zielgruppe", repair)

    def _strays(
        self, documents: Sequence[StoredDocument], inventory: Counter[Batch], repair: bool
    ) -> Iterator[Finding]:
        """Passages and originals that belong to no document."""
        known = {document.head.document_id for document in documents}
        for document_id in sorted({batch.document_id for batch in inventory} - known):
            if repair:
                self._knowledge.index.delete_document(document_id)
            yield Finding(document_id, "", "Textstellen ohne Dokument im Suchindex", repair)
        hashes = {document.content_hash for document in documents}
        for content_hash in sorted(self._knowledge.originals.all() - hashes):
            if repair:
                self._knowledge.originals.forget(content_hash)
            yield Finding("", content_hash[:12], "Original ohne Dokument", repair)

    def _original(self, document: StoredDocument) -> str:
        """What is wrong with the kept original; empty when nothing is."""
        try:
            data = self._knowledge.originals.read(document.content_hash)
        except (NotFoundError, OSError):
            return "Das Original fehlt"
        if hashlib.sha256(data).hexdigest() != document.content_hash:
            return "Das Original ist beschädigt"
        return ""

    def _restored(self, document: StoredDocument) -> bool:
        """Keep the original again from where it came from, if it is there as it was."""
        parts = urlsplit(document.head.uri)
        if parts.scheme != "file":
            return False
        try:
            data = Path(unquote(parts.path)).read_bytes()
        except OSError:
            return False
        if hashlib.sha256(data).hexdigest() != document.content_hash:
            return False
        self._knowledge.originals.forget(document.content_hash)
        self._knowledge.originals.keep(document.content_hash, data)
        return True

    def _has_text(self, document: StoredDocument) -> bool:
        try:
            self._knowledge.registry.text(document.head.document_id)
        except NotFoundError:
            return False
        return True

    def _made_anew(self, document: StoredDocument) -> str:
        """Process the original again; returns why that failed, as an addition to a sentence."""
        head = document.head
        path = self._knowledge.originals.path(document.content_hash)
        source = StoredSource(path, path.parent, _NO_LIMIT, head.uri, head.file)
        try:
            self._process.run(
                source,
                audience=head.audience,
                corrections={**dict.fromkeys(FIELDS, ""), **values_of(head)},
                processing=document.processing,
                document_id=head.document_id,
            )
        except Exception as error:
            return f"; neu einlesen geht nicht: {reason_of(error, source)}"
        return ""


class _AsBefore:
    """Takes documents in with the values they had: those count as said by whoever said them before."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def replace(
        self,
        document: StoredDocument,
        text: StoredText,
        passages: Sequence[IndexedPassage],
        original: bytes,
    ) -> None:
        """In place of the one of the same id; raises StorageFullError."""
        before = self._knowledge.registry.find(document.head.document_id)
        if before is not None:
            document = replace(document, origins=before.origins, corrections=before.corrections)
        self._knowledge.replace(document, text, passages, original)


def _is_of(batch: Batch, document: StoredDocument) -> bool:
    return batch.document_id == document.head.document_id


def _finding(document: StoredDocument, problem: str, repaired: bool) -> Finding:
    return Finding(document.head.document_id, document.head.file, problem, repaired)
