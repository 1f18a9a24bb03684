"""What each kind of job does: ingesting paths, reading a source, taking in uploads, checking."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ingest.check import Check, CheckReport
from ingest.fetch.guard import Guard, parse_allowed
from ingest.fetch.web import Limits, Web, user_agent
from ingest.jobs.work import Doing
from ingest.options import IngestOptions
from ingest.parsing.parser import Parser
from ingest.progress import Progress
from ingest.report import RunReport
from ingest.uploads import uploaded
from ingest.web import WebIngestion
from integrations.parts import Parts, embedder_for, stored_in
from integrations.switchboard import Switchboard
from integrations.written_document import place_of
from kb.state.sources import SourceKind, Sources
from kb.state.written_answers import WrittenAnswers

INGEST, SOURCE, UPLOAD, CHECK, REREAD = "ingest", "source", "upload", "check", "reread"
ANSWER = "answer"


class Tasks:
    """The jobs of one data folder; `kinds` are what the worker knows."""

    def __init__(self, parts: Parts, board: Switchboard) -> None:
        self._parts = parts
        self._board = board
        self._sources = Sources(parts.database)
        self._answers = WrittenAnswers(parts.database)
        self._checking: Check | None = None
        self.kinds: Mapping[str, Doing] = {
            INGEST: self._ingest,
            SOURCE: self._source,
            UPLOAD: self._upload,
            CHECK: self._check,
            REREAD: self._reread,
            ANSWER: self._answer,
        }

    def break_off(self) -> None:
        """End the one under way soon."""
        self._board.ingestion.stop()
        if self._checking is not None:
            self._checking.stop()

    def _options(self, *, public: bool, prune: bool = False) -> IngestOptions:
        return replace(self._parts.settings.ingest_options, public=public, prune=prune)

    def _ingest(self, order: Mapping[str, Any], progress: Progress) -> RunReport:
        options = self._options(public=order["public"], prune=order["prune"])
        paths = [Path(path) for path in order["paths"]]
        return self._board.ingestion.run(paths, options, progress)

    def _source(self, order: Mapping[str, Any], progress: Progress) -> RunReport:
        source = self._sources.find(order["source_id"])
        options = self._options(public=source.spec.public, prune=source.spec.prune)
        if source.spec.kind is SourceKind.FOLDER:
            paths = [Path(place) for place in source.spec.places]
            return self._board.ingestion.run(paths, options, progress)
        web = WebIngestion(self._board.ingestion, self._board.knowledge, self._sources, self._web())
        return web.run(source, options, progress)

    def _upload(self, order: Mapping[str, Any], progress: Progress) -> RunReport:
        folder = self._parts.folder.inbox / order["inbox"]
        options = self._options(public=order["public"])
        options = replace(options, stated=order.get("stated", {}))
        sources = uploaded(folder, options.max_bytes)
        return self._board.ingestion.take(sources, options, progress)

    def _answer(self, order: Mapping[str, Any], progress: Progress) -> RunReport:
        """A written answer, unless it was withdrawn before or while it is taken in."""
        answer_id = order["answer_id"]
        if not self._answers.find(answer_id).published:
            return RunReport((), 0.0)
        report = self._upload(order, progress)
        document = self._board.knowledge.registry.at(place_of(answer_id))
        if document is not None and not self._answers.find(answer_id).published:
            self._board.knowledge.remove(document.head.document_id)
        return report

    def _reread(self, order: Mapping[str, Any], progress: Progress) -> RunReport:
        """`document_ids` of the order; all documents where it names none."""
        wanted = frozenset(order["document_ids"])
        documents = [
            document
            for document in self._board.knowledge.registry.all()
            if not wanted or document.head.document_id in wanted
        ]
        return self._board.ingestion.reread(documents, self._options(public=False), progress)

    def _check(self, order: Mapping[str, Any], progress: Progress) -> CheckReport:
        self._board.require_serving()
        lane = self._board.lane
        check = Check(
            self._board.knowledge,
            embedder_for(stored_in(lane.generation), lane.embedder),
            Parser(self._parts.settings.parse_limits),
        )
        self._checking = check
        try:
            return check.run(repair=order["repair"], progress=progress)
        finally:
            self._checking = None

    def _web(self) -> Web:
        settings = self._parts.settings
        guard = Guard(parse_allowed(settings.allowed_web))
        agent = user_agent(version("auskunft"), settings.web_contact)
        return Web(guard, agent, Limits(max_bytes=settings.ingest_options.max_bytes))
