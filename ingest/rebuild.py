"""Building the index anew from the kept originals, under the head data the registry holds."""

from collections.abc import Callable

from ingest.classify import values_of
from ingest.report import RunReport, SourceReport
from ingest.rules import Statement
from ingest.run import Ingestion, Progress
from ingest.sources import StoredSource
from kb.state.registry import StoredDocument
from kb.store import KnowledgeBase


def rebuild(
    knowledge: KnowledgeBase,
    ingestion: Ingestion,
    switch: Callable[[], None],
    progress: Progress = lambda done, total, name: None,
) -> RunReport:
    """Write every document into `knowledge.index` (a new, empty generation), then switch to it.

    A document whose original is missing or unreadable is reported and stays out; the switch
    happens all the same, because the former generation does not fit any more.
    """
    documents = knowledge.registry.all()
    reports: list[SourceReport] = []
    for position, document in enumerate(documents):
        progress(position, len(documents), document.head.file)
        reports.append(
            ingestion.again(_source(knowledge, document), _statements(document), document)
        )
    knowledge.index.flush()
    switch()
    progress(len(documents), len(documents), "")
    return RunReport(tuple(reports), sum(report.seconds for report in reports))


def _source(knowledge: KnowledgeBase, document: StoredDocument) -> StoredSource:
    path = knowledge.originals.path(document.content_hash)
    return StoredSource(
        path=path,
        root=path.parent,
        max_bytes=1 << 40,
        original_uri=document.head.uri,
        original_name=document.head.file,
    )


def _statements(document: StoredDocument) -> list[Statement]:
    return [
        Statement({name: value}, document.origins.get(name, "Register"))
        for name, value in values_of(document.head).items()
    ]
