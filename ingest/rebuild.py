"""Bringing a generation of the index in line with the registry, from the kept originals.

A new generation lacks everything, one from before a few changes; both catch up in the same way and
may be interrupted at any point. Documents keep the head data that the registry has. Nothing but the
generation and its rows in the ledger is written; the switch is somebody else's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.classify import values_of
from ingest.parsing.parser import Parser
from ingest.process import Process, reason_of
from ingest.progress import Watch
from ingest.report import RunReport, SourceReport, Status
from ingest.rules import FIELDS
from ingest.sources import StoredSource
from kb.embedding.port import Embedder
from kb.index.port import Index, IndexedPassage
from kb.originals import Originals
from kb.state.generations import Gap, GenerationLedger, Held, digest_of
from kb.state.registry import NO_TEXT, Registry, StoredDocument, StoredText

_NO_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a generation is: documents it holds of those there are; `share` (0…1) by passages."""

    done: int
    total: int
    share: float
    name: str = ""


class Rebuild:
    """One generation on its way to what the registry says. Not for concurrent use."""

    def __init__(
        self,
        name: str,
        index: Index,
        registry: Registry,
        ledger: GenerationLedger,
        originals: Originals,
        embedder: Embedder,
        parser: Parser,
    ) -> None:
        self._name = name
        self._index = index
        self._registry = registry
        self._ledger = ledger
        self._originals = originals
        self._entry = _Entry(name, index, ledger)
        self._process = Process(self._entry, embedder, parser, Watch())

    def catch_up(self, advanced: Callable[[Advance], None] = lambda _: None) -> None:
        """Until nothing is missing at that moment.

        A document whose original is missing or unreadable is held as failed, without passages.
        Raises StorageFullError and EmbeddingError; a later call goes on from there.
        """
        while gap := self._ledger.gap(self._name):
            take_out(self._name, self._index, self._ledger, gap.removals)
            self._change_heads(gap.heads)
            self._fill(gap, advanced)

    def whole(self) -> bool:
        """Whether the index holds exactly the passages that the ledger says it does."""
        return self._index.total() == sum(held.passages for held in self._ledger.held(self._name))

    def _change_heads(self, document_ids: Sequence[str]) -> None:
        for document_id in document_ids:
            document = self._registry.find(document_id)
            if document is not None:
                self._index.update_head(document.head)
                self._ledger.hold_head(self._name, document_id, digest_of(document.head))

    def _fill(self, gap: Gap, advanced: Callable[[Advance], None]) -> None:
        weights = {entry.head.document_id: entry.passages + 1 for entry in self._registry.all()}
        left = sum(weights.get(document_id, 0) for document_id in gap.content)
        for position, document_id in enumerate(gap.content):
            document = self._registry.find(document_id)
            if document is None:
                continue
            done = len(weights) - len(gap.content) + position
            share = 1 - left / max(sum(weights.values()), 1)
            advanced(Advance(done, len(weights), share, document.head.file))
            self._one(document)
            left -= weights.get(document_id, 0)
        advanced(Advance(len(weights), len(weights), 1.0))

    def _one(self, document: StoredDocument) -> None:
        head = document.head
        path = self._originals.path(document.content_hash)
        source = StoredSource(
            path=path,
            root=path.parent,
            max_bytes=_NO_LIMIT,
            original_uri=head.uri,
            original_name=head.file,
        )
        self._entry.expected = document
        try:
            self._process.run(
                source,
                audience=head.audience,
                corrections={**dict.fromkeys(FIELDS, ""), **values_of(head)},
                processing=document.processing,
                document_id=head.document_id,
            )
        except Exception as error:
            reason = reason_of(error, source)
        else:
            return
        now = self._registry.find(head.document_id)
        if now is None or now.revision != document.revision:
            return  # replaced or removed meanwhile, its original with it: the next round's work
        self._index.delete_document(head.document_id)
        held = Held(
            document_id=head.document_id,
            of_revision=document.revision,
            of_head=digest_of(head),
            revision=document.revision,
            passages=0,
            pages=document.pages,
            ocr_pages=document.ocr_pages,
            warnings=(reason,),
            failed=True,
        )
        self._ledger.hold(self._name, held, NO_TEXT)


def take_out(
    name: str, index: Index, ledger: GenerationLedger, document_ids: Sequence[str]
) -> None:
    """Erase documents from a generation."""
    for document_id in document_ids:
        index.delete_document(document_id)
        ledger.release(name, document_id)


class _Entry:
    """Where the pipeline writes: passages into the generation, the rest into the ledger."""

    def __init__(self, name: str, index: Index, ledger: GenerationLedger) -> None:
        self._name = name
        self._index = index
        self._ledger = ledger
        self.expected: StoredDocument | None = None

    def replace(
        self,
        document: StoredDocument,
        text: StoredText,
        passages: Sequence[IndexedPassage],
        original: bytes,
    ) -> None:
        """The passages lie between two notes, so that a crash between them leaves a gap."""
        expected = self.expected
        if expected is None or expected.content_hash != document.content_hash:
            raise ValueError(f"unexpected document {document.head.document_id!r}")
        head = expected.head
        if document.head != head:  # whoever may see it is what the registry says, in any case
            passages = [
                replace(entry, passage=replace(entry.passage, document=head)) for entry in passages
            ]
        self._ledger.open(self._name, head.document_id)
        self._index.write(passages)
        self._index.delete_document(head.document_id, keep_revision=document.revision)
        held = Held(
            document_id=head.document_id,
            of_revision=expected.revision,
            of_head=digest_of(head),
            revision=document.revision,
            passages=document.passages,
            pages=document.pages,
            ocr_pages=document.ocr_pages,
            warnings=document.warnings,
        )
        self._ledger.hold(self._name, held, text)


def report_of(name: str, registry: Registry, ledger: GenerationLedger, seconds: float) -> RunReport:
    """What a generation holds that has caught up and is not in use yet, document by document."""
    documents = {document.head.document_id: document for document in registry.all()}
    reports = []
    for held in ledger.held(name):
        document = documents.get(held.document_id)
        if document is None:
            continue
        read = Status.PARTIAL if held.warnings else Status.INDEXED
        reports.append(
            SourceReport(
                uri=document.head.uri,
                file=document.head.file,
                status=Status.FAILED if held.failed else read,
                passages=held.passages,
                ocr_pages=held.ocr_pages,
                errors=held.warnings,
                document_id=held.document_id,
                audience=document.head.audience,
            )
        )
    return RunReport(tuple(sorted(reports, key=lambda report: report.uri)), seconds)
