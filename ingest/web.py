"""A run over a source on the web: fetched politely, taken in one by one, what is gone is removed."""

import time
from dataclasses import replace

from ingest.fetch.client import Fetched, FetchStatus
from ingest.fetch.crawl import CrawlPlan, Failure, crawl
from ingest.fetch.sitemap import Selection
from ingest.fetch.source import source_of
from ingest.fetch.web import Validators, Web
from ingest.intake import as_before, remove
from ingest.options import IngestOptions
from ingest.progress import Course, Progress
from ingest.report import RunReport, SourceReport, Status
from ingest.run import Ingestion
from ingest.steps import processing_of
from kb.audience import PUBLIC, STAFF
from kb.errors import StoppedError
from kb.state.sources import Page, Source, Sources
from kb.store import KnowledgeBase

#: seconds after which a run leaves the rest to the next one
_LONGEST = 4 * 3_600.0


class WebIngestion:
    """Sources on the web into one knowledge base."""

    def __init__(
        self, ingestion: Ingestion, knowledge: KnowledgeBase, sources: Sources, web: Web
    ) -> None:
        self._ingestion = ingestion
        self._knowledge = knowledge
        self._sources = sources
        self._web = web

    def run(self, source: Source, options: IngestOptions, progress: Progress) -> RunReport:
        """Raises StorageFullError and EmbeddingError; nothing is lost."""
        begin = time.perf_counter()
        run = _Run(self._knowledge, self._sources, source)
        options = replace(options, public=source.spec.public)
        course = Course([], progress)
        stopped = False
        try:
            with self._ingestion.session(options, course) as take:
                for result in crawl(
                    self._web,
                    _plan(source),
                    known=run.known,
                    should_stop=lambda: (
                        self._ingestion.stopping or time.perf_counter() - begin > _LONGEST
                    ),
                    progress=lambda done, total, url: course.expect(total),
                ):
                    if not run.settled(result):
                        run.note(result, take(source_of(result)))  # type: ignore[arg-type]
                    else:
                        course.skip()
                stopped = self._ingestion.stopping
                if not stopped and source.spec.prune:
                    run.prune()
        except StoppedError:
            stopped = True
        course.finish()
        return RunReport(tuple(run.reports), time.perf_counter() - begin, stopped=stopped)


class _Run:
    """What is known of a source's pages, and what has become of them in this run."""

    def __init__(self, knowledge: KnowledgeBase, sources: Sources, source: Source) -> None:
        self._knowledge = knowledge
        self._sources = sources
        self._source = source
        self._pages = sources.pages(source.source_id)
        self._processing = processing_of([], PUBLIC if source.spec.public else STAFF)
        self._seen: set[str] = set()
        self._whole = True
        self.reports: list[SourceReport] = []

    def known(self, url: str) -> Validators:
        """What the server needs to say that nothing has changed; nothing when we want it anew."""
        page = self._pages.get(url)
        document = self._knowledge.registry.at(page.uri) if page else None
        if page is None or document is None or document.processing != self._processing:
            return Validators()
        return Validators(page.uri, page.etag, page.last_modified)

    def settled(self, result: Fetched | Failure) -> bool:
        """Whether a result needs no taking in; reported then."""
        if isinstance(result, Failure):
            self._failed(result)
            return True
        self._seen.add(result.url)
        if result.status is FetchStatus.UNCHANGED:
            self._unchanged(result)
        elif result.status is FetchStatus.GONE:
            self._gone(result.url)
        return result.status is not FetchStatus.NEW

    def note(self, fetched: Fetched, reports: list[SourceReport]) -> None:
        """A page was taken in; what could not be read is fetched anew the next time."""
        self.reports += reports
        former = self._pages.get(fetched.url)
        if former is not None and former.uri != fetched.final_url:
            self._gone(fetched.url)
        if all(report.status is not Status.FAILED for report in reports):
            etag, changed = fetched.etag, fetched.last_modified
            page = Page(fetched.url, fetched.final_url, etag, changed)
            self._sources.keep(self._source.source_id, page)

    def prune(self) -> None:
        """Remove pages that are named no more, unless not all that names pages could be read."""
        if not self._whole:
            return
        for url in sorted(self._pages.keys() - self._seen):
            self._gone(url)

    def _failed(self, failure: Failure) -> None:
        self._seen.add(failure.url)
        if failure.url in self._source.spec.sitemaps or failure.url not in self._pages:
            self._whole = False
        self.reports.append(
            SourceReport(failure.url, failure.url, Status.FAILED, errors=(str(failure.error),))
        )

    def _unchanged(self, fetched: Fetched) -> None:
        document = self._knowledge.registry.at(fetched.final_url)
        if document is not None:
            self.reports.append(as_before(document))

    def _gone(self, url: str) -> None:
        page = self._pages.get(url)
        if page is None:
            return
        self._sources.forget(self._source.source_id, [url])
        document = self._knowledge.registry.at(page.uri)
        if document is not None and not self._sources.uses(page.uri):
            self.reports.append(remove(self._knowledge, document))


def _plan(source: Source) -> CrawlPlan:
    spec = source.spec
    selection = Selection(spec.include, spec.exclude, spec.hosts)
    return CrawlPlan(spec.places, spec.sitemaps, selection)
