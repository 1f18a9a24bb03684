"""One ingestion run: every source through the pipeline, each on its own, with a report at the end.

Unchanged sources are skipped by content hash and processing digest. One broken file never stops the
run; a full disk does, because every further file would fail the same way.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from haystack import Pipeline

from ingest.pipeline import build_pipeline
from ingest.report import RunReport, SourceReport, Status
from ingest.rules import FolderRules, Statement
from ingest.sources import DEFAULT_MAX_BYTES, SourceFile, discover
from ingest.steps import processing_of
from kb.audience import PUBLIC, STAFF
from kb.embedding.port import Embedder
from kb.errors import AuskunftError, EmbeddingError, StorageFullError
from kb.passages import document_id_of
from kb.state.registry import StoredDocument
from kb.store import KnowledgeBase

_log = logging.getLogger(__name__)

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
    """Ingests into one knowledge base. Not for concurrent runs: the caller serialises them."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        embedder: Embedder,
        require_room: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._knowledge = knowledge
        self._pipeline = build_pipeline(knowledge, embedder)
        self._require_room = require_room

    def run(
        self,
        paths: Sequence[Path],
        options: IngestOptions = IngestOptions(),
        progress: Progress = lambda done, total, name: None,
    ) -> RunReport:
        """Raises SourceNotFoundError for a missing path and StorageFullError; nothing is lost."""
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

    def again(
        self, source: SourceFile, statements: Sequence[Statement], former: StoredDocument
    ) -> SourceReport:
        """Process a document of the registry once more, under the same head data."""
        begin = time.perf_counter()
        return self._reported(
            source,
            begin,
            lambda: (
                self._process(source, list(statements), STAFF, former, former.processing),
                True,
            ),
        )

    def _one(self, source: SourceFile, rules: FolderRules, options: IngestOptions) -> SourceReport:
        begin = time.perf_counter()
        return self._reported(source, begin, lambda: self._ingest(source, rules, options))

    def _reported(
        self,
        source: SourceFile,
        begin: float,
        ingest: Callable[[], tuple[StoredDocument, bool]],
    ) -> SourceReport:
        try:
            document, changed = ingest()
        except (StorageFullError, EmbeddingError):
            raise
        except AuskunftError as error:
            return _failed(source, str(error), time.perf_counter() - begin)
        except Exception:
            _log.exception("ingesting %s failed", source.uri)
            reason = "unerwarteter Fehler beim Verarbeiten, Einzelheiten stehen im Protokoll"
            return _failed(source, f"{source.name}: {reason}.", time.perf_counter() - begin)
        status = Status.PARTIAL if document.warnings else Status.INDEXED
        return SourceReport(
            uri=source.uri,
            file=source.name,
            status=status if changed else Status.UNCHANGED,
            passages=document.passages,
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
        if former and seen == (source.content_hash, processing):
            return former, False
        self._require_room(options.reserve_mb)
        return self._process(source, statements, audience, former, processing), True

    def _process(
        self,
        source: SourceFile,
        statements: list[Statement],
        audience: str,
        former: StoredDocument | None,
        processing: str,
    ) -> StoredDocument:
        corrections = dict(former.corrections) if former else {}
        result = _run_pipeline(
            self._pipeline,
            {
                "converter": {"source": source},
                "classifier": {
                    "source": source,
                    "statements": statements,
                    "default_audience": audience,
                    "corrections": corrections,
                },
                "embedder": {"source": source},
                "writer": {
                    "source": source,
                    "processing": processing,
                    "corrections": corrections,
                },
            },
        )
        document: StoredDocument = result["writer"]["document"]
        return document

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


def _run_pipeline(pipeline: Pipeline, data: dict[str, Any]) -> dict[str, Any]:
    """Run the pipeline; an error of ours comes out as itself, not inside Haystack's.

    `run_async` and not `run`: on an error the latter serialises the inputs and makes a folder in
    the home directory.
    """
    try:
        return asyncio.run(pipeline.run_async(data))
    except AuskunftError:
        raise
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, AuskunftError):
                raise cause from None
            cause = cause.__cause__
        raise
