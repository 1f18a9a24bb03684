"""Taking in one source, with all that is inside it: skipped, moved, replaced, or reported as failed."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.classify import is_read, values_of
from ingest.convert import holds_files
from ingest.options import IngestOptions
from ingest.parsing.parser import Parser
from ingest.process import Process, Processed, reason_of
from ingest.progress import Watch
from ingest.recognition import can_be_recognised_now
from ingest.report import SourceReport, Status
from ingest.rules import FolderRules, Statement, shared
from ingest.sources import (
    MemberSource,
    SourceFile,
    StoredSource,
    depth_of,
    inside_of,
    is_gone,
    member_of,
)
from ingest.steps import processing_of
from ingest.turn import Turn
from kb.audience import PUBLIC, STAFF
from kb.embedding.port import Embedder
from kb.errors import SourceTooLargeError
from kb.state.containers import Container
from kb.state.registry import StoredDocument
from kb.store import KnowledgeBase

#: a mail in an archive in a mail is enough
_DEEPEST = 3
_FILES = "file:"
_NO_LIMIT = 1 << 40
#: the origin of what was said when a file was handed in
STATED = "Angabe beim Hochladen"


@dataclass(frozen=True, slots=True)
class Order:
    """How a run treats its sources; `rules` are those of the folders it goes through.

    `stated` is what whoever handed the sources in said of all of them; a sidecar knows better.
    """

    rules: FolderRules
    audience: str
    reserve_mb: int
    stated: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, options: IngestOptions) -> "Order":
        audience = PUBLIC if options.public else STAFF
        return cls(FolderRules(), audience, options.reserve_mb, options.stated)

    def statements(self, source: SourceFile) -> list[Statement]:
        """What is written down about a source, the weakest first. Raises InputError."""
        written = self.rules.statements(source)
        if not self.stated:
            return written
        stated = Statement(self.stated, STATED)
        return [shared(stated) if isinstance(source, MemberSource) else stated, *written]


class Intake:
    """Into one knowledge base, one document after the other."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        embedder: Embedder,
        require_room: Callable[[int], None],
        parser: Parser,
        watch: Watch,
    ) -> None:
        self._knowledge = knowledge
        self._require_room = require_room
        self._parser = parser
        self._watch = watch
        self.turn = Turn()
        self.use(embedder)

    def use(self, embedder: Embedder) -> None:
        """Go on with another language model; between two documents."""
        self._process = Process(self._knowledge, embedder, self._parser, self._watch)

    def take(
        self, source: SourceFile, order: Order, left: Sequence[StoredDocument] = ()
    ) -> list[SourceReport]:
        """What became of a source and of the files inside it.

        `left` are documents whose places in the file around it are empty now: it may be one of them.
        Raises only what ends the run: StorageFullError, EmbeddingError, StoppedError.
        """
        begin = time.perf_counter()
        try:
            if holds_files(source):
                return self._container(source, order, left, begin)
            with self.turn.document():
                document, changed, _ = self._document(source, order, left)
        except Exception as error:
            return [_failed(source, reason_of(error, source), time.perf_counter() - begin)]
        return [_taken(source, document, changed, begin)] if document else []

    def reread(self, document: StoredDocument, order: Order) -> SourceReport:
        """Read a document's kept original once more, with the converters of today.

        What was written down about it holds as before; what was read out of it is read anew. On any
        error the document stays as it is. Raises what `take` raises.
        """
        begin = time.perf_counter()
        path = self._knowledge.originals.path(document.content_hash)
        head = document.head
        source = StoredSource(path, path.parent, _NO_LIMIT, head.uri, head.file)
        try:
            with self.turn.document():
                self._require_room(order.reserve_mb)
                processed = self._process.run(
                    source,
                    statements=written_down(document),
                    audience=head.audience,
                    corrections=document.corrections,
                    processing=document.processing,
                    document_id=head.document_id,
                )
        except Exception as error:
            return _failed(source, reason_of(error, source), time.perf_counter() - begin)
        if processed.document is None:
            return as_before(document)
        return _taken(source, processed.document, True, begin)

    def _container(
        self, source: SourceFile, order: Order, left: Sequence[StoredDocument], begin: float
    ) -> list[SourceReport]:
        """The file itself, where it has a text, then those inside; whole or to be tried again."""
        if depth_of(source) >= _DEEPEST:
            raise SourceTooLargeError(
                f"{source.label}: Die Datei steckt in mehr als {_DEEPEST} Dateien. Bitte auspacken "
                "und einzeln ablegen."
            )
        containers, registry = self._knowledge.registry.containers, self._knowledge.registry
        own, inside = registry.at(source.uri), registry.below(inside_of(source.uri))
        known = [*([own] if own else []), *inside]
        processing = processing_of(order.statements(source), order.audience)
        stamp = Container(source.uri, source.content_hash, processing, len(known))
        waiting = any(can_be_recognised_now(document.warnings) for document in known)
        if known and containers.find(source.uri) == stamp and not waiting:
            return [as_before(document) for document in known]
        containers.forget(source.uri)
        with self.turn.document():
            document, changed, processed = self._document(source, order, left, anew=True)
        reports = [_taken(source, document, changed, begin)] if document else []
        members = [member_of(source, entry.name, entry.data) for entry in processed.attachments]
        left = [*left, *_left(inside, members)]
        for member in members:
            self._watch.check()
            reports += self.take(member, order, left)
        reports += self._gone(inside, reports)
        if not any(report.status is Status.FAILED for report in reports):
            there = sum(report.status is not Status.REMOVED for report in reports)
            containers.note(Container(source.uri, source.content_hash, processing, there))
        return reports

    def _document(
        self,
        source: SourceFile,
        order: Order,
        left: Sequence[StoredDocument],
        *,
        anew: bool = False,
    ) -> tuple[StoredDocument | None, bool, Processed]:
        """The document of a source, whether it changed, and what was found in the source."""
        registry = self._knowledge.registry
        former = registry.at(source.uri)
        statements = order.statements(source)
        processing = processing_of(statements, order.audience)
        seen = (former.content_hash, former.processing) if former else None
        unchanged = seen == (source.content_hash, processing)
        if former and unchanged and not anew and not can_be_recognised_now(former.warnings):
            return former, False, Processed(former, ())
        former = former or self._moved(source, left)
        self._require_room(order.reserve_mb)
        processed = self._processed(source, order, statements, processing, former)
        return processed.document, True, processed

    def _processed(
        self,
        source: SourceFile,
        order: Order,
        statements: Sequence[Statement],
        processing: str,
        former: StoredDocument | None,
    ) -> Processed:
        document_id = former.head.document_id if former else ""
        return self._process.run(
            source,
            statements=statements,
            audience=order.audience,
            corrections=former.corrections if former else {},
            processing=processing,
            document_id=document_id or self._knowledge.registry.new_id(source.uri),
        )

    def _moved(self, source: SourceFile, left: Sequence[StoredDocument]) -> StoredDocument | None:
        """The document of the same bytes whose file is gone: it keeps its id and its corrections."""
        if not source.uri.startswith(_FILES):
            return None
        places_left = {document.head.uri for document in left}
        for document in self._knowledge.registry.with_content(source.content_hash):
            if document.head.uri in places_left or is_gone(document.head.uri, source.root):
                return document
        return None

    def _gone(
        self, before: Sequence[StoredDocument], reports: Sequence[SourceReport]
    ) -> list[SourceReport]:
        """Remove what a changed container holds no more; a broken file inside keeps what it had."""
        present = {report.uri for report in reports}
        moved = {report.document_id for report in reports}
        broken = tuple(
            inside_of(report.uri) for report in reports if report.status is Status.FAILED
        )
        return [
            remove(self._knowledge, document)
            for document in before
            if document.head.uri not in present
            and document.head.document_id not in moved
            and not document.head.uri.startswith(broken)
        ]


def _left(
    before: Sequence[StoredDocument], members: Sequence[SourceFile]
) -> Iterator[StoredDocument]:
    """What was in a container at places where it has nothing now."""
    there = {member.uri for member in members}
    within = tuple(inside_of(uri) for uri in there)
    for document in before:
        if document.head.uri not in there and not document.head.uri.startswith(within):
            yield document


def remove(knowledge: KnowledgeBase, document: StoredDocument) -> SourceReport:
    """Delete a document whose source is gone."""
    knowledge.remove(document.head.document_id)
    return SourceReport(
        uri=document.head.uri,
        file=document.head.file,
        status=Status.REMOVED,
        document_id=document.head.document_id,
    )


def written_down(document: StoredDocument) -> list[Statement]:
    """What others than the document itself said of it, as it was taken over."""
    values, found = values_of(document.head), list[Statement]()
    for name, origin in document.origins.items():
        if not is_read(origin) and name in values:
            found.append(Statement({name: values[name]}, origin))
    return found


def _taken(
    source: SourceFile, document: StoredDocument, changed: bool, begin: float
) -> SourceReport:
    status = Status.PARTIAL if document.warnings else Status.INDEXED
    return SourceReport(
        uri=source.uri,
        file=source.label,
        status=status if changed else Status.UNCHANGED,
        passages=document.passages,
        ocr_pages=document.ocr_pages,
        errors=document.warnings,
        document_id=document.head.document_id,
        audience=document.head.audience,
        seconds=time.perf_counter() - begin,
    )


def as_before(document: StoredDocument) -> SourceReport:
    """What to report of a document that has not changed."""
    return SourceReport(
        uri=document.head.uri,
        file=document.head.file,
        status=Status.UNCHANGED,
        passages=document.passages,
        ocr_pages=document.ocr_pages,
        errors=document.warnings,
        document_id=document.head.document_id,
        audience=document.head.audience,
    )


def _failed(source: SourceFile, message: str, seconds: float) -> SourceReport:
    return SourceReport(source.uri, source.label, Status.FAILED, errors=(message,), seconds=seconds)
