"""Operations by this process, which opens the data folder: where no service runs.

Nothing else of the CLI imports what is needed for that; loading it takes seconds.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from ingest.progress import Progress, Step
from ingest.report import RunReport
from integrations.building_state import BuildState, Plan
from integrations.catalogue import reread
from integrations.cli.replies import TIMEOUT, body_of, content_of, error_of
from integrations.desk import Desk, open_desk
from integrations.settings import Settings
from integrations.web.access import COMMAND_LINE
from integrations.web.app import create_app
from integrations.web.guards import LocalCaller
from kb.errors import AuskunftError
from kb.state.jobs import Job


class InProcess:
    """The operations of a data folder that this process has opened."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One API call; raises the AuskunftError that the answer describes."""
        return body_of(asyncio.run(_response(self._desk, method, path, arguments)))

    def fetch(self, path: str, **arguments: Any) -> bytes:
        """What an address of the API holds, as it is; raises like `call`."""
        return content_of(asyncio.run(_response(self._desk, "GET", path, arguments)))

    def ingest(
        self, paths: Sequence[Path], *, public: bool, prune: bool, progress: Progress
    ) -> dict[str, Any]:
        """Ingest files; progress is reported as it happens."""
        self._desk.require_serving()
        places = [str(path.expanduser().resolve()) for path in paths]
        job = self._desk.jobs.ingest(places, public=public, prune=prune)
        self._note("ingest.start", job.label)
        return self._done(job, progress)

    def read_source(self, source_id: str, *, progress: Progress) -> dict[str, Any]:
        """Read a source now; the report as JSON."""
        self._desk.require_serving()
        job = self._desk.sources.read(source_id)
        self._note("source.read", job.label)
        return self._done(job, progress)

    def reindex(self, documents: Sequence[str], *, progress: Progress) -> dict[str, Any]:
        """Read documents, or all of them, once more from the originals; the report as JSON."""
        self._desk.require_serving()
        job = reread(self._desk, documents)
        self._note("document.reindex", job.label)
        return self._done(job, progress)

    def check(self, *, repair: bool, progress: Progress) -> dict[str, Any]:
        """Compare registry, originals and index; the report as JSON."""
        if repair:
            self._note("check.repair", "Bestand")
        return self._done(self._desk.jobs.check(repair=repair), progress)

    def build(self, plan: Plan, progress: Progress) -> dict[str, Any]:
        """A rebuild, or the way back from one; raises the AuskunftError that ended it."""

        def listen(news: BuildState | RunReport | AuskunftError) -> None:
            if isinstance(news, BuildState):
                progress(Step(news.done, news.total, news.name, share=news.share))

        self._note("index.rebuild" if plan is Plan.FRESH else "index.rollback", "Suchindex")
        self._desk.building.listen(listen)
        return self._desk.building.run(plan).as_dict()

    def _note(self, verb: str, what: str) -> None:
        self._desk.remembered.note(COMMAND_LINE, verb, what)

    def _done(self, job: Job, progress: Progress) -> dict[str, Any]:
        done = self._desk.jobs.run(job, progress)
        if done.error:
            raise error_of(done.error_code, done.error)
        return dict(done.report or {})


@contextmanager
def opened(settings: Settings, folder: Path, *, answering: bool) -> Iterator[InProcess]:
    """A data folder opened here; without `answering` no language model but the chosen is loaded."""
    with open_desk(settings, folder, answering=answering, tell=_tell) as desk:
        yield InProcess(desk)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


async def _response(
    desk: Desk, method: str, path: str, arguments: dict[str, Any]
) -> httpx.Response:
    app = LocalCaller(create_app(desk))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://auskunft", timeout=TIMEOUT
    ) as client:
        return await client.request(method, path, **arguments)
