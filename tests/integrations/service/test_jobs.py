"""Jobs over HTTP and by command: progress, cancelling, once more, and `kill -9` in the middle."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.forked import forked
from tests.integrations.running import Outcome, Service, environment, events, running

Cli = Callable[..., Outcome]
#: enough to be caught in the middle
_MANY = 60


@pytest.fixture
def place() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        documents.write(folder / "unterlagen")
        many = folder / "viele"
        many.mkdir()
        for number in range(_MANY):
            words = f"Das Merkblatt {number} regelt den Fall {number * 7} und was dazu gehört.\n\n"
            (many / f"m{number:02}.md").write_text(f"# Merkblatt {number}\n\n{words * 5}", "utf-8")
        folders.prepared(folder / "daten")
        yield folder


def hand_in(client: httpx.Client, *paths: Path) -> str:
    answer = client.post("/api/v1/jobs", json={"paths": [str(path) for path in paths]})
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["job_id"]
    return job_id


def until(
    client: httpx.Client, job_id: str, holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The job as soon as something holds of it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(f"/api/v1/jobs/{job_id}").json()
        if holds(job):
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def over(job: dict[str, Any]) -> bool:
    return job["state"] in ("done", "failed", "stopped")


def under_way(job: dict[str, Any]) -> bool:
    return job["progress"].get("done", 0) >= 3


def test_a_job_from_the_beginning_to_the_end(cli: Cli, place: Path) -> None:
    with running(place / "daten") as service, service.local() as client:
        job_id = hand_in(client, place / "unterlagen")
        seen = events(client.get(f"/api/v1/jobs/{job_id}/events").text)
        assert seen[0] == ("job", {"job_id": job_id}) and seen[-1][0] == "report"
        assert seen[-1][1]["counts"] == {"indexed": 2}
        job = client.get(f"/api/v1/jobs/{job_id}").json()
        assert (job["state"], job["attempts"], job["error"]) == ("done", 1, "")
        assert job["report"] == seen[-1][1] and job["finished_at"] >= job["started_at"]
        # again: the events of a job that is over are its report
        assert events(client.get(f"/api/v1/jobs/{job_id}/events").text)[-1] == seen[-1]
        listed = cli("jobs", "list", "--data", service.data, "--json").json["jobs"]
        assert [entry["job_id"] for entry in listed] == [job_id]
        shown = cli("jobs", "show", job_id, "--data", service.data)
        assert "Einlesen: unterlagen" in shown.out and "2 neu oder geändert" in shown.out


def test_jobs_are_for_operators(place: Path) -> None:
    with running(place / "daten") as service:
        assert service.http.get("/api/v1/jobs").status_code == 403
        assert service.http.post("/api/v1/jobs", json={"paths": ["/"]}).status_code == 403


def test_what_cannot_be_is_refused_at_once(cli: Cli, place: Path) -> None:
    with running(place / "daten") as service, service.local() as client:
        missing = client.post("/api/v1/jobs", json={"paths": [str(place / "fehlt")]})
        assert missing.status_code == 422 and "fehlt" in missing.json()["detail"]
        assert client.get("/api/v1/jobs/gibtesnicht").status_code == 404
        assert client.get("/api/v1/jobs").json() == {"jobs": []}
        unknown = cli("jobs", "cancel", "gibtesnicht", "--data", service.data)
        assert unknown.code == 1 and "gibtesnicht" in unknown.err


def test_cancelled_and_done_once_more(cli: Cli, place: Path) -> None:
    with running(place / "daten") as service, service.local() as client:
        job_id = hand_in(client, place / "viele")
        second = hand_in(client, place / "unterlagen")
        until(client, job_id, under_way)
        begin = time.monotonic()
        assert cli("jobs", "cancel", job_id, "--data", service.data).code == 0
        job = until(client, job_id, over)
        assert time.monotonic() - begin < 15
        assert job["state"] == "stopped" and job["report"]["stopped"]
        kept = job["report"]["counts"]["indexed"]
        assert 3 <= kept < _MANY
        assert until(client, second, over)["report"]["counts"] == {"indexed": 2}
        assert client.post(f"/api/v1/jobs/{job_id}/cancel").status_code == 422
        again = client.post(f"/api/v1/jobs/{job_id}/retry").json()["job_id"]
        done = until(client, again, over)
        assert done["report"]["counts"] == {"unchanged": kept, "indexed": _MANY - kept}


def test_a_waiting_job_can_be_cancelled(place: Path) -> None:
    with running(place / "daten") as service, service.local() as client:
        first, second = hand_in(client, place / "viele"), hand_in(client, place / "unterlagen")
        until(client, first, under_way)
        assert client.post(f"/api/v1/jobs/{second}/cancel").json()["state"] == "stopped"
        client.post(f"/api/v1/jobs/{first}/cancel")
        until(client, first, over)
        assert client.get(f"/api/v1/jobs/{second}").json()["report"] is None


@pytest.mark.parametrize(
    ("number", "queue_is_lost"), [(signal.SIGKILL, True), (signal.SIGTERM, False)]
)
def test_the_next_start_goes_on(place: Path, number: signal.Signals, queue_is_lost: bool) -> None:
    data = place / "daten"
    with running(data) as service:
        with service.local() as client:
            first, second = hand_in(client, place / "viele"), hand_in(client, place / "unterlagen")
            until(client, first, under_way)
        begin = time.monotonic()
        service.stop(number)
        assert time.monotonic() - begin < 20
    if queue_is_lost:
        for file in data.glob("jobs.sqlite*"):
            file.unlink()
    with running(data) as service, service.local() as client:
        job = until(client, first, over)
        assert (job["state"], job["attempts"]) == ("done", 2)
        assert sum(job["report"]["counts"].values()) == _MANY
        assert job["report"]["counts"]["unchanged"] >= 3
        assert until(client, second, over)["report"]["counts"] == {"indexed": 2}
        assert len(client.get("/api/v1/documents").json()["documents"]) == _MANY + 2


def test_without_a_service_the_command_does_it_and_it_is_remembered(cli: Cli, place: Path) -> None:
    data = place / "daten"
    ran = cli("ingest", "--data", data, place / "unterlagen", "--json")
    assert ran.code == 0 and ran.json["counts"] == {"indexed": 2}
    [job] = cli("jobs", "list", "--data", data, "--json").json["jobs"]
    assert job["state"] == "done" and job["report"]["counts"] == {"indexed": 2}


def test_several_listeners_hear_the_same_end(place: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def listen(service: Service, job_id: str) -> tuple[str, Any]:
        with service.local() as client:
            return events(client.get(f"/api/v1/jobs/{job_id}/events").text)[-1]

    with running(place / "daten") as service, service.local() as client:
        job_id = hand_in(client, place / "viele")
        with ThreadPoolExecutor(3) as pool:
            ends = list(pool.map(lambda _: listen(service, job_id), range(3)))
    assert ends[0][0] == "report" and ends[0] == ends[1] == ends[2]


def test_a_command_that_is_interrupted_tells_that_the_service_goes_on(place: Path) -> None:
    with running(place / "daten") as service, service.local() as client:
        command = ["ingest", str(place / "viele"), "--data", str(service.data)]
        process = forked(command, environment(), None, place / "gesagt")
        deadline = time.monotonic() + 60
        while not (jobs := client.get("/api/v1/jobs").json()["jobs"]):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        job_id = jobs[0]["job_id"]
        until(client, job_id, under_way)
        process.send_signal(signal.SIGINT)
        process.wait(30)
        told = (place / "gesagt").read_text("utf-8")
        assert f"auskunft jobs cancel {job_id}" in told and "läuft im Dienst weiter" in told
        assert until(client, job_id, over)["state"] == "done"
