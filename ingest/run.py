"""One ingestion run: every source through the pipeline, each on its own, with a report at the end.

Unchanged sources are skipped by content hash and processing digest. One broken file never stops the
run; a full disk does, because every further file would fail the same way.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.process import Process, reason_of
from ingest.recognition import can_be_recognised_now
from ingest.report import RunReport, SourceReport, Status
from ingest.rules import FolderRules
from ingest.sources import DEFAULT_MAX_BYTES, SourceFile, discover
from ingest.steps import processing_of
from ingest.turn import Turn
from kb.audience import PUBLIC, STAFF
from kb.embedding.port import Embedder
from kb.passages import document_id_of
from kb.state.registry import StoredDocument
from kb.store import KnowledgeBase

#: called with (sources done, sources in all, name of the source just finished)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How a run treats its sources; `reserve_mb` is the disk room below which nothing is written."""

    public: bool = False
    prune: bool = False
    max_bytes: int = DEFAULT_MAX_BYTES
    reserve_mb: int = 200


class Ingestion:
    """Ingests into one knowledge base. Not for concurrent runs: the caller serialises them.

    `require_ready` raises where nothing can be ingested now, `require_room` where the disk is full.
    """

    def __init__(
        self,
        knowledge: KnowledgeBase,
        embedder: Embedder,
        require_room: Callable[[int], None] = lambda _: None,
        require_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._knowledge = knowledge
        self._process = Process(knowledge, embedder)
        self._require_room = require_room
        self._require_ready = require_ready
        self._turn = Turn()

    @contextmanager
    def paused(self) -> Iterator[Callable[[Embedder], None]]:
        """Between two documents: gives the function that sets another language model."""
        with self._turn.pause():
            yield self._use

    def _use(self, embedder: Embedder) -> None:
        self._process = Process(self._knowledge, embedder)

    def run(
        self,
        paths: Sequence[Path],
        options: IngestOptions = IngestOptions(),
        progress: Progress = lambda done, total, name: None,
    ) -> RunReport:
        """Raises SourceNotFoundError for a missing path and StorageFullError; nothing is lost."""
        self._require_ready()
        begin = time.perf_counter()
        sources = list(discover(paths, options.max_bytes))
        rules = FolderRules()
        reports: list[SourceReport] = []
        for position, source in enumerate(sources):
            progress(position, len(sources), source.name)
            reports.append(self._one(source, rules, options))
        if options.prune:
            reports.extend(self._prune(paths, sources))
        self._knowledge.index.flush()
        progress(len(sources), len(sources), "")
        return RunReport(tuple(reports), time.perf_counter() - begin)

    def _one(self, source: SourceFile, rules: FolderRules, options: IngestOptions) -> SourceReport:
        begin = time.perf_counter()
        try:
            with self._turn.document():
                document, changed = self._ingest(source, rules, options)
        except Exception as error:
            return _failed(source, reason_of(error, source), time.perf_counter() - begin)
        status = Status.PARTIAL if document.warnings else Status.INDEXED
        return SourceReport(
            uri=source.uri,
            file=source.name,
            status=status if changed else Status.UNCHANGED,
            passages=document.passages,
            ocr_pages=document.ocr_pages,
            errors=document.warnings,
            document_id=document.head.document_id,
            audience=document.head.audience,
            seconds=time.perf_counter() - begin,
        )

    def _ingest(
        self, source: SourceFile, rules: FolderRules, options: IngestOptions
    ) -> tuple[StoredDocument, bool]:
        former = self._knowledge.registry.find(document_id_of(source.uri))
        statements = rules.statements(source)
        audience = PUBLIC if options.public else STAFF
        processing = processing_of(statements, audience)
        seen = (former.content_hash, former.processing) if former else None
        unchanged = former and seen == (source.content_hash, processing)
        if former and unchanged and not can_be_recognised_now(former.warnings):
            return former, False
        self._require_room(options.reserve_mb)
        document = self._process.run(
            source,
            statements=statements,
            audience=audience,
            corrections=former.corrections if former else {},
            processing=processing,
        )
        return document, True

    def _prune(self, paths: Sequence[Path], sources: Sequence[SourceFile]) -> list[SourceReport]:
        roots = [path.expanduser().resolve() for path in paths]
        present = {source.uri for source in sources}
        reports: list[SourceReport] = []
        for document in self._knowledge.registry.all():
            uri = document.head.uri
            below = any(
                uri.startswith(root.as_uri() + "/") or uri == root.as_uri() for root in roots
            )
            if below and uri not in present:
                self._knowledge.remove(document.head.document_id)
                reports.append(
                    SourceReport(
                        uri=uri,
                        file=document.head.file,
                        status=Status.REMOVED,
                        document_id=document.head.document_id,
                    )
                )
        return reports


def _failed(source: SourceFile, message: str, seconds: float) -> SourceReport:
    return SourceReport(source.uri, source.name, Status.FAILED, errors=(message,), seconds=seconds)
