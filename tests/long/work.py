"""What is done until the kill, and which of it was acknowledged before."""

import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ingest.sources import discover
from kb.audience import PUBLIC, STAFF
from tests.integrations.running import Service, begun
from tests.long.expected import Expected, of_sources
from tests.long.papers import ABSENT, Shelf, State, said

_OVER = ("done", "failed", "stopped")


@dataclass
class Run:
    """A run over a shelf: the files in its order, what each document becomes, how far it was."""

    sources: list[str]
    targets: dict[str, State]
    job_id: str = ""
    done: int = 0
    cancelled: bool = False

    @property
    def finished(self) -> list[str]:
        """Places of the documents that are known to be done; what is pruned comes last."""
        if self.done >= len(self.sources) + 1:
            return list(self.targets)
        return of_sources(self.targets, self.sources[: self.done])


class Work:
    """Common to all: runs that were begun, and what may be and what must be in consequence."""

    def __init__(self, expected: Expected) -> None:
        self.name = "first run"
        self.acknowledged = 0
        self.ambiguous = 0
        self._expected = expected
        self.runs: list[Run] = []

    def _begin(self, shelf: Shelf, *, prune: bool) -> Run:
        targets = self._expected.targets(shelf, prune=prune)
        for uri, state in targets.items():
            self._expected.may_become(uri, state)
        sources = [source.uri for source in discover([shelf.folder])]
        self.runs.append(Run(sources, targets))
        return self.runs[-1]

    def _count(self) -> None:
        """Take what is known to be done for certain."""
        for run in self.runs:
            for uri in run.finished:
                self._expected.became(uri, run.targets[uri])
            self.acknowledged += len(run.finished)
            self.ambiguous += len(run.targets) - len(run.finished)

    def expect_finished(self) -> None:
        """Runs whose job was taken on and not cancelled have come to their end since."""
        for run in self.runs:
            for uri, state in run.targets.items():
                self._expected.may_become(uri, state)
                if run.job_id and not run.cancelled:
                    self._expected.became(uri, state)


class ServiceWork(Work):
    """Over HTTP; every call may find that the service is gone."""

    def __init__(self, service: Service, expected: Expected) -> None:
        super().__init__(expected)
        self._service = service
        self._client = service.local()
        self._cancel_at = 0.0

    @contextmanager
    def killed_at(self, moment: float) -> Iterator[None]:
        """Kill the service then, whatever is being done."""
        delay = max(moment - time.monotonic(), 0)
        timer = threading.Timer(delay, self._service.process.send_signal, [signal.SIGKILL])
        timer.start()
        try:
            yield
        except httpx.TransportError:
            pass
        finally:
            timer.join()
            self._count()

    def ingest(self, shelf: Shelf, *, prune: bool) -> None:
        """Hand in a job."""
        run = self._begin(shelf, prune=prune)
        body = {"paths": [str(shelf.folder)], "prune": prune}
        answer = self._client.post("/api/v1/jobs", json=body)
        assert answer.status_code == 202, answer.text
        run.job_id = answer.json()["job_id"]

    def cancel_after(self, seconds: float) -> None:
        """Have the first job broken off."""
        time.sleep(seconds)
        self.runs[0].cancelled = True
        self._client.post(f"/api/v1/jobs/{self.runs[0].job_id}/cancel")

    def change(self, shelf: Shelf, chance: random.Random) -> None:
        """Correct and delete documents of a shelf that no job is about."""
        uris = self._expected.present(shelf.folder.as_uri())
        documents = self._client.get("/api/v1/documents").json()["documents"]
        ids = {document["uri"]: document["document_id"] for document in documents}
        chance.shuffle(uris)
        for uri in uris:
            [(says, audience)] = self._expected.of(uri)
            remove = chance.random() < 0.3
            state = ABSENT if remove else (says, PUBLIC if audience == STAFF else STAFF)
            self._expected.may_become(uri, state)
            self.ambiguous += 1
            call = {"method": "DELETE" if remove else "PATCH", "params": {"select": ids[uri]}}
            body = {} if remove else {"json": {"audience": state[1]}}
            answer = self._client.request(url="/api/v1/documents", **call, **body)
            assert answer.status_code == 200, answer.text
            self._expected.became(uri, state)
            self.acknowledged, self.ambiguous = self.acknowledged + 1, self.ambiguous - 1

    def watch(self) -> None:
        """Note how far the jobs are, until nobody answers any more."""
        while True:
            jobs = self._client.get("/api/v1/jobs").json()["jobs"]
            by_id = {job["job_id"]: job for job in jobs}
            for run in self.runs:
                job = by_id[run.job_id]
                run.done = job["progress"].get("done", 0)
                if job["state"] == "done":
                    run.done = len(run.sources) + 1
            time.sleep(0.02)


class CommandWork(Work):
    """The command, in a process of its own."""

    def __init__(self, data: Path, temporary: Path, expected: Expected) -> None:
        super().__init__(expected)
        self._data, self._temporary = data, temporary
        self._process: subprocess.Popen[bytes] | None = None
        self._changed: tuple[str, State] | None = None

    def ingest(self, shelf: Shelf, *, prune: bool) -> None:
        self._begin(shelf, prune=prune)
        self._run("ingest", shelf.folder, *(["--prune"] if prune else []))

    def change(self, shelf: Shelf, chance: random.Random, *, remove: bool) -> None:
        """Delete or correct one document."""
        uri = chance.choice(self.changeable(self._expected, shelf))
        [(says, audience)] = self._expected.of(uri)
        state = ABSENT if remove else (says, PUBLIC if audience == STAFF else STAFF)
        self._expected.may_become(uri, state)
        self._changed = uri, state
        name = uri.rsplit("/", 1)[1]
        arguments = ["remove", name, "--yes"] if remove else ["set", name, "--audience", state[1]]
        self._run("documents", *arguments)

    @staticmethod
    def changeable(expected: Expected, shelf: Shelf) -> list[str]:
        """The documents that are there and have a name of their own."""
        return [uri for uri in expected.present(shelf.folder.as_uri()) if "!/" not in uri]

    def repair(self) -> None:
        self._run("check", "--repair")

    def kill(self) -> bool:
        """Whether it was still there to be killed; one that was through had acknowledged all."""
        process = self._process
        assert process is not None
        process.kill()
        code = process.wait(60)
        if code == 0:
            for run in self.runs:
                run.done = len(run.sources) + 1
            if self._changed is not None:
                self._expected.became(*self._changed)
        self._count()
        return code == -signal.SIGKILL

    def _run(self, command: str, *arguments: object) -> None:
        log = self._data.with_name("befehl.log")
        self._process = begun(
            command, *arguments, "--data", self._data, log=log, TMPDIR=str(self._temporary)
        )


def finish_jobs(service: Service, work: Work, patience: float) -> list[str]:
    """Wait until all jobs are over; returns what is wrong with them, or with the stock afterwards."""
    deadline = time.monotonic() + patience
    with service.local() as client:
        while True:
            jobs = {job["job_id"]: job for job in client.get("/api/v1/jobs").json()["jobs"]}
            if all(job["state"] in _OVER for job in jobs.values()):
                break
            if time.monotonic() > deadline:
                return [f"jobs hang: {[job for job in jobs.values() if job['state'] not in _OVER]}"]
            time.sleep(0.05)
        problems = [
            f"job is lost: {run.job_id}"
            for run in work.runs
            if run.job_id and run.job_id not in jobs
        ]
        problems += [problem for run in work.runs for problem in _wrong_with(run, jobs)]
        report = client.post("/api/v1/check").text
        return problems + ([] if '"sound":true' in report else [f"check: {report[-500:]}"])


def _wrong_with(run: Run, jobs: dict[str, Any]) -> list[str]:
    job = jobs.get(run.job_id)
    if job is None or job["state"] == "done" or (run.cancelled and job["state"] == "stopped"):
        failed = job and [
            s for s in (job["report"] or {}).get("sources", ()) if s["status"] == "failed"
        ]
        return [f"job {run.job_id}: {failed}"] if failed else []
    return [f"job {run.job_id} is {job['state']}: {job['error']}"]


def listed(service: Service) -> dict[str, State]:
    """What the service says of each document's state."""
    found: dict[str, State] = {}
    with service.local() as client:
        for document in client.get("/api/v1/documents").json()["documents"]:
            text = client.get(f"/api/v1/documents/{document['document_id']}").json()["text"]
            versions = " + ".join(sorted({version for version, _ in said(text)}))
            found[document["uri"]] = (versions, document["audience"])
    return found
