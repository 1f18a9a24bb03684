"""What the CLI asks for, whoever does the work: the running service, or this process.

Everything but ingestion goes through the HTTP API: over the Unix socket when a service runs, else
by calling the application in this process. One set of routes, one behaviour.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from ingest.progress import Progress, Step, step_of
from ingest.report import RunReport
from integrations.building import Plan
from integrations.building_state import BuildState
from integrations.desk import Desk, open_desk
from integrations.settings import Settings
from integrations.web.access import COMMAND_LINE
from integrations.web.app import create_app
from integrations.web.guards import LocalCaller
from kb.datafolder import DataFolder
from kb.errors import (
    AuskunftError,
    EmbeddingError,
    InputError,
    NotFoundError,
    ServiceError,
    SourceNotFoundError,
    StorageFullError,
)
from kb.state.jobs import Job

_TIMEOUT = httpx.Timeout(60.0, read=None)
_BY_STATUS: dict[int, type[AuskunftError]] = {404: NotFoundError, 422: InputError}
_BY_CODE: dict[str, type[AuskunftError]] = {
    kind.code: kind for kind in (InputError, SourceNotFoundError, StorageFullError, EmbeddingError)
}


class Operations:
    """The operations of a data folder."""

    def __init__(self, folder: Path, desk: Desk | None) -> None:
        self._folder = DataFolder(folder)
        self._desk = desk

    def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One API call; raises the AuskunftError that the answer describes."""
        return _body(self._response(method, path, arguments))

    def fetch(self, path: str, **arguments: Any) -> bytes:
        """What an address of the API holds, as it is; raises like `call`."""
        response = self._response("GET", path, arguments)
        if not response.is_success:
            _body(response)
        return response.content

    def _response(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        if self._desk is not None:
            return asyncio.run(_in_process(self._desk, method, path, arguments))
        with _service(self._folder.socket) as client:
            return client.request(method, path, **arguments)

    def ingest(
        self, paths: Sequence[Path], *, public: bool, prune: bool, progress: Progress
    ) -> dict[str, Any]:
        """Ingest files; progress is reported as it happens either way."""
        if self._desk is not None:
            self._desk.require_serving()
            places = [str(path.expanduser().resolve()) for path in paths]
            job = self._desk.jobs.ingest(places, public=public, prune=prune)
            self._desk.remembered.note(COMMAND_LINE, "ingest.start", job.label)
            return _done_here(self._desk, job, progress)
        body = {
            "paths": [str(path.expanduser().resolve()) for path in paths],
            "public": public,
            "prune": prune,
        }
        return _run_in_service(self._folder.socket, "/api/v1/ingest", body, progress)

    def read_source(self, source_id: str, *, progress: Progress) -> dict[str, Any]:
        """Read a source now; the report as JSON."""
        if self._desk is not None:
            self._desk.require_serving()
            job = self._desk.sources.read(source_id)
            self._desk.remembered.note(COMMAND_LINE, "source.read", job.label)
            return _done_here(self._desk, job, progress)
        path = f"/api/v1/sources/{source_id}/read"
        return _run_in_service(self._folder.socket, path, {}, progress)

    def check(self, *, repair: bool, progress: Progress) -> dict[str, Any]:
        """Compare registry, originals and index; the report as JSON."""
        if self._desk is not None:
            if repair:
                self._desk.remembered.note(COMMAND_LINE, "check.repair", "Bestand")
            return _done_here(self._desk, self._desk.jobs.check(repair=repair), progress)
        path = f"/api/v1/check?repair={str(repair).lower()}"
        return _run_in_service(self._folder.socket, path, {}, progress)


def _done_here(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    done = desk.jobs.run(job, progress)
    if done.error:
        raise _BY_CODE.get(done.error_code, ServiceError)(done.error)
    return dict(done.report or {})


@contextmanager
def operations(settings: Settings, folder: Path) -> Iterator[Operations]:
    """The running service of a data folder if there is one, else the folder opened here."""
    if service_runs(folder):
        yield Operations(folder, None)
        return
    with open_desk(settings, folder, tell=_tell) as desk:
        yield Operations(folder, desk)


def building(settings: Settings, folder: Path, plan: Plan, progress: Progress) -> dict[str, Any]:
    """A rebuild, or the way back from one: by the running service, which goes on answering, or here.

    Returns the report as JSON; raises the AuskunftError that ended it.
    """
    if service_runs(folder):
        path = "/api/v1/rebuild" if plan is Plan.FRESH else "/api/v1/generations/rollback"
        return _run_in_service(DataFolder(folder).socket, path, {}, progress)

    def listen(news: BuildState | RunReport | AuskunftError) -> None:
        if isinstance(news, BuildState):
            progress(Step(news.done, news.total, news.name, share=news.share))

    with open_desk(settings, folder, answering=False, tell=_tell) as desk:
        verb = "index.rebuild" if plan is Plan.FRESH else "index.rollback"
        desk.remembered.note(COMMAND_LINE, verb, "Suchindex")
        desk.building.listen(listen)
        return desk.building.run(plan).as_dict()


def _run_in_service(
    socket_path: Path, path: str, body: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    with (
        _service(socket_path) as client,
        client.stream("POST", path, json=body) as response,
    ):
        if response.status_code != httpx.codes.OK:
            response.read()
            return _body(response)
        return _follow(response, progress)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def service_runs(folder: Path) -> bool:
    """Whether something answers on the data folder's socket."""
    path = DataFolder(folder).socket
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


@contextmanager
def _service(path: Path) -> Iterator[httpx.Client]:
    transport = httpx.HTTPTransport(uds=str(path))
    try:
        with httpx.Client(
            transport=transport, base_url="http://auskunft", timeout=_TIMEOUT
        ) as client:
            yield client
    except httpx.HTTPError as error:
        raise ServiceError(
            f"Der laufende Dienst antwortet nicht ({error}). Bitte neu starten und den Befehl "
            "wiederholen."
        ) from error


async def _in_process(
    desk: Desk, method: str, path: str, arguments: dict[str, Any]
) -> httpx.Response:
    app = LocalCaller(create_app(desk))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://auskunft", timeout=_TIMEOUT
    ) as client:
        return await client.request(method, path, **arguments)


def _body(response: httpx.Response) -> dict[str, Any]:
    content: dict[str, Any] = response.json()
    if response.is_success:
        return content
    kind = _BY_STATUS.get(response.status_code, ServiceError)
    raise kind(str(content.get("detail") or content.get("title") or response.status_code))


def _follow(response: httpx.Response, progress: Progress) -> dict[str, Any]:
    job_id = ""
    try:
        for name, data in _sse(response.iter_lines()):
            if name == "job":
                job_id = data["job_id"]
            elif name == "progress":
                progress(step_of(data))
            elif name == "report":
                return data
            elif name == "error":
                raise _BY_CODE.get(data.get("code", ""), ServiceError)(str(data["detail"]))
    except KeyboardInterrupt:
        if job_id:
            _tell(
                f"Der Auftrag {job_id} läuft im Dienst weiter. Abbrechen: „auskunft jobs cancel "
                f"{job_id}“."
            )
        raise
    raise ServiceError(
        "Der Dienst hat den Lauf nicht zu Ende gemeldet. Bitte „auskunft status“ prüfen und den "
        "Lauf wiederholen; bereits Eingelesenes wird dabei übersprungen."
    )


def _sse(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
