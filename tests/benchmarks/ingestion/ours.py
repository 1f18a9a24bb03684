"""Our ingestion, file by file, with the time of its stages."""

import pytest

from ingest import steps
from ingest.parsing.parser import Parser
from ingest.run import Ingestion
from ingest.sources import SourceFile
from integrations.desk import Desk
from tests.benchmarks.ingestion.measured import Clock, Measured, Stages

#: functions that the pipeline's steps call, by stage
_CALLED = {
    "classify": "classifying and chunking",
    "chunk": "classifying and chunking",
    "passage_vector": "BM25 vectors",
    "vocabulary_of": "the document's words",
}


class Ours:
    """The service's own ingestion into an empty data folder."""

    def __init__(self, desk: Desk, patch: pytest.MonkeyPatch) -> None:
        self.stages = Stages()
        self._desk = desk
        parser, embedder = Parser(desk.settings.parse_limits), desk.embedder
        for of, method, stage in (
            (parser, "convert", "reading (a process of its own)"),
            (embedder, "embed_passages_with_codes", "embedding"),
            (desk.knowledge, "replace", "writing registry, index, original"),
        ):
            patch.setattr(of, method, self.stages.of(stage, getattr(of, method)))
        for name, stage in _CALLED.items():
            patch.setattr(steps, name, self.stages.of(stage, getattr(steps, name)))
        self._ingestion = Ingestion(desk.knowledge, embedder, parser=parser)

    def take(self, source: SourceFile) -> Measured:
        """One file, as a run of its own."""
        clock = Clock()
        [report] = self._ingestion.take([source], self._desk.ingest_options).sources
        spent = clock.read()
        document = self._desk.knowledge.registry.at(source.uri)
        if document is None:
            return Measured(f"{source.name} ({report.status.value})", *spent)
        text = self._desk.knowledge.registry.text(document.head.document_id).text
        pages = max(document.pages, 1)
        return Measured(
            source.name, *spent, pages, document.passages, len(text), document.ocr_pages
        )
