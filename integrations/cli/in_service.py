"""Operations by the running service of a data folder: its HTTP API over the Unix socket."""

import json
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from ingest.progress import Progress, step_of
from integrations.building_state import Plan
from integrations.cli.replies import TIMEOUT, body_of, content_of, error_of
from kb.datafolder import DataFolder
from kb.errors import ServiceError

_BUILDING = {Plan.FRESH: "/api/v1/rebuild", Plan.BACK: "/api/v1/generations/rollback"}


class InService:
    """The operations of a data folder that a running service has opened."""

    def __init__(self, folder: Path) -> None:
        self._socket = DataFolder(folder).socket

    def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One API call; raises the AuskunftError that the answer describes."""
        with _service(self._socket) as client:
            return body_of(client.request(method, path, **arguments))

    def fetch(self, path: str, **arguments: Any) -> bytes:
        """What an address of the API holds, as it is; raises like `call`."""
        with _service(self._socket) as client:
            return content_of(client.get(path, **arguments))

    def ingest(
        self, paths: Sequence[Path], *, public: bool, prune: bool, progress: Progress
    ) -> dict[str, Any]:
        """Ingest files; progress is reported as it happens."""
        places = [str(path.expanduser().resolve()) for path in paths]
        body = {"paths": places, "public": public, "prune": prune}
        return self._run("/api/v1/ingest", progress, body)

    def read_source(self, source_id: str, *, progress: Progress) -> dict[str, Any]:
        """Read a source now; the report as JSON."""
        return self._run(f"/api/v1/sources/{source_id}/read", progress)

    def reindex(self, documents: Sequence[str], *, progress: Progress) -> dict[str, Any]:
        """Read documents, or all of them, once more from the originals; the report as JSON."""
        query = urlencode([("select", document) for document in documents])
        return self._run(f"/api/v1/documents/reindex?{query}", progress)

    def check(self, *, repair: bool, progress: Progress) -> dict[str, Any]:
        """Compare registry, originals and index; the report as JSON."""
        return self._run(f"/api/v1/check?repair={str(repair).lower()}", progress)

    def build(self, plan: Plan, progress: Progress) -> dict[str, Any]:
        """A rebuild, or the way back from one, while the service goes on answering."""
        return self._run(_BUILDING[plan], progress)

    def _run(
        self, path: str, progress: Progress, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        with (
            _service(self._socket) as client,
            client.stream("POST", path, json=body or {}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                response.read()
                return body_of(response)
            return _follow(response, progress)


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
            transport=transport, base_url="http://auskunft", timeout=TIMEOUT
        ) as client:
            yield client
    except httpx.HTTPError as error:
        raise ServiceError(
            f"Der laufende Dienst antwortet nicht ({error}). Bitte neu starten und den Befehl "
            "wiederholen."
        ) from error


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
                raise error_of(data.get("code", ""), str(data["detail"]))
    except KeyboardInterrupt:
        if job_id:
            print(
                f"Der Auftrag {job_id} läuft im Dienst weiter. Abbrechen: „auskunft jobs cancel "
                f"{job_id}“.",
                file=sys.stderr,
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
