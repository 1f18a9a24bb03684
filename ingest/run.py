"""One ingestion run: every source on its own, with a report at the end.

Unchanged sources are skipped by content hash and processing digest. One broken file never stops the
run; a full disk does, because every further file would fail the same way.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from ingest.intake import Intake, Order, remove
from ingest.options import IngestOptions
from ingest.parsing.parser import Parser
from ingest.progress import Course, Progress, Watch, nobody
from ingest.report import RunReport, SourceReport
from ingest.sources import SourceFile, discover, inside_of
from kb.embedding.port import Embedder
from kb.errors import StoppedError
from kb.state.registry import StoredDocument
from kb.store import KnowledgeBase


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
        parser: Parser | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._parser = parser or Parser()
        self._watch = Watch()
        self._intake = Intake(knowledge, embedder, require_room, self._parser, self._watch)
        self._require_ready = require_ready
        self._running = False
        self._changing = Lock()

    @contextmanager
    def paused(self) -> Iterator[Callable[[Embedder], None]]:
        """Between two documents: gives the function that sets another language model."""
        with self._intake.turn.pause():
            yield self._intake.use

    def run(
        self,
        paths: Sequence[Path],
        options: IngestOptions = IngestOptions(),
        progress: Progress = nobody,
    ) -> RunReport:
        """Files and folders; with `prune`, what is no longer below them is removed.

        Raises SourceNotFoundError for a missing path and StorageFullError; nothing is lost.
        """
        self._require_ready()
        begin = time.perf_counter()
        report = self.take(list(discover(paths, options.max_bytes)), options, progress)
        removed = []
        if options.prune and not report.stopped:
            removed = self._prune(paths, {entry.uri for entry in report.sources})
        self._knowledge.index.flush()
        return RunReport(
            (*report.sources, *removed), time.perf_counter() - begin, stopped=report.stopped
        )

    def take(
        self, sources: Sequence[SourceFile], options: IngestOptions, progress: Progress = nobody
    ) -> RunReport:
        """These sources, wherever they come from. Raises StorageFullError; nothing is lost."""
        begin = time.perf_counter()
        course = Course([source.size for source in sources], progress)
        reports: list[SourceReport] = []
        try:
            with self.session(options, course) as take:
                for source in sources:
                    reports += take(source)
        except StoppedError:
            return RunReport(tuple(reports), time.perf_counter() - begin, stopped=True)
        course.finish()
        return RunReport(tuple(reports), time.perf_counter() - begin)

    def reread(
        self,
        documents: Sequence[StoredDocument],
        options: IngestOptions,
        progress: Progress = nobody,
    ) -> RunReport:
        """Documents once more out of their kept originals. Raises StorageFullError; nothing is lost.

        One that was removed meanwhile is left out.
        """
        self._require_ready()
        begin = time.perf_counter()
        course = Course([document.passages for document in documents], progress)
        reports: list[SourceReport] = []
        try:
            with self._listening(course):
                for document in documents:
                    self._watch.check()
                    reports += self._reread(document.head.document_id, Order.of(options), course)
        except StoppedError:
            return RunReport(tuple(reports), time.perf_counter() - begin, stopped=True)
        course.finish()
        return RunReport(tuple(reports), time.perf_counter() - begin)

    def _reread(self, document_id: str, order: Order, course: Course) -> list[SourceReport]:
        document = self._knowledge.registry.find(document_id)
        if document is None:
            course.skip()
            return []
        course.begin(document.head.file)
        report = self._intake.reread(document, order)
        course.end(report.passages)
        return [report]

    @contextmanager
    def session(
        self, options: IngestOptions, course: Course
    ) -> Iterator[Callable[[SourceFile], list[SourceReport]]]:
        """A run whose sources come one by one: gives the function that takes one in.

        That raises StoppedError after `stop`, and StorageFullError; nothing is lost.
        """
        self._require_ready()
        order = Order.of(options)

        def take(source: SourceFile) -> list[SourceReport]:
            self._watch.check()
            course.begin(source.name)
            taken = self._intake.take(source, order)
            course.end(sum(report.passages for report in taken))
            return taken

        with self._listening(course):
            yield take

    @contextmanager
    def _listening(self, course: Course) -> Iterator[None]:
        """A run is under way: what happens is told to `course`, and `stop` reaches it."""
        self._watch.listen(course.within)
        self._begin()
        try:
            yield
        finally:
            self._end()
            self._knowledge.index.flush()

    @property
    def stopping(self) -> bool:
        """Whether the run under way is to end."""
        return self._watch.stopped

    def stop(self) -> None:
        """Break off the run under way, from another thread; what is finished is kept."""
        with self._changing:
            if self._running:
                self._watch.stop()
                self._parser.stop()

    def _begin(self) -> None:
        with self._changing:
            self._running = True

    def _end(self) -> None:
        """A stop that comes from now on is not for the next run."""
        with self._changing:
            self._running = False
            self._watch.resume()
            self._parser.resume()

    def _prune(self, paths: Sequence[Path], present: set[str]) -> list[SourceReport]:
        roots = [path.expanduser().resolve().as_uri() for path in paths]
        removed = [
            remove(self._knowledge, document)
            for document in self._knowledge.registry.all()
            if _is_below(document.head.uri, roots) and document.head.uri not in present
        ]
        self._forget_containers(roots)
        return removed

    def _forget_containers(self, roots: Sequence[str]) -> None:
        """Nothing is known any more of a file that held others, when none of them is left."""
        registry = self._knowledge.registry
        for uri in registry.containers.places():
            if (
                _is_below(uri, roots)
                and not registry.at(uri)
                and not registry.below(inside_of(uri))
            ):
                registry.containers.forget(uri)


def _is_below(uri: str, roots: Sequence[str]) -> bool:
    return any(uri == root or uri.startswith((root + "/", root + "!/")) for root in roots)
