"""Jobs on both databases: their course, breaking off, and what a dead process leaves behind."""

import threading
import time
from pathlib import Path

import pytest

from ingest.jobs.queue import Queue
from kb.errors import InputError, NotFoundError
from kb.state.containers import Container, Containers
from kb.state.database import Database
from kb.state.jobs import Jobs, JobState


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def test_the_course_of_a_job(jobs: Jobs) -> None:
    job = jobs.add("ingest", {"paths": ["/a"]}, "Einlesen: a")
    assert (job.state, job.attempts, job.over) == (JobState.WAITING, 0, False)
    begun = jobs.begin(job.job_id)
    assert begun is not None and begun.started_at is not None
    assert (begun.state, begun.attempts, dict(begun.order)) == (
        JobState.RUNNING,
        1,
        {"paths": ["/a"]},
    )
    jobs.advance(job.job_id, {"done": 1})
    assert jobs.find(job.job_id).step == {"done": 1}
    jobs.finish(job.job_id, JobState.DONE, {"counts": {"indexed": 1}})
    done = jobs.find(job.job_id)
    assert done.over and done.report == {"counts": {"indexed": 1}} and done.finished_at is not None
    assert jobs.unfinished() == [] and jobs.recent() == [done]


def test_only_one_takes_a_job(jobs: Jobs) -> None:
    job = jobs.add("ingest", {}, "x")
    taken = []
    threads = [
        threading.Thread(target=lambda: taken.append(jobs.begin(job.job_id))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in taken if one is not None]) == 1


def test_a_waiting_job_ends_at_once_and_a_running_one_soon(jobs: Jobs) -> None:
    first, second = jobs.add("ingest", {}, "a"), jobs.add("ingest", {}, "b")
    jobs.begin(second.job_id)
    assert jobs.stop(first.job_id).state is JobState.STOPPED
    assert jobs.stop(second.job_id).state is JobState.STOPPING
    assert jobs.begin(first.job_id) is None
    with pytest.raises(InputError, match="schon zu Ende"):
        jobs.stop(first.job_id)
    with pytest.raises(NotFoundError):
        jobs.stop("nichts")


def test_what_a_dead_process_leaves(jobs: Jobs) -> None:
    waiting, running, stopping, done = (jobs.add("ingest", {}, name) for name in "wrsd")
    for job in (running, stopping, done):
        jobs.begin(job.job_id)
    jobs.stop(stopping.job_id)
    jobs.finish(done.job_id, JobState.DONE, {})
    revived = [job.job_id for job in jobs.revive()]
    assert sorted(revived) == sorted([waiting.job_id, running.job_id])
    assert jobs.find(stopping.job_id).state is JobState.STOPPED
    again = jobs.begin(running.job_id)
    assert again is not None and (again.attempts, again.failures) == (2, 0)


def test_a_job_that_waits_for_another_try(jobs: Jobs) -> None:
    job = jobs.add("ingest", {}, "x")
    jobs.begin(job.job_id)
    jobs.wait(job.job_id, 60, "Kein Platz mehr.", "storage-full")
    waiting = jobs.find(job.job_id)
    assert waiting.state is JobState.WAITING and waiting.retry_at is not None
    assert (waiting.error, waiting.error_code) == ("Kein Platz mehr.", "storage-full")
    begun = jobs.begin(job.job_id)
    assert begun is not None and begun.error == "" and begun.retry_at is None
    assert (begun.attempts, begun.failures) == (2, 1)
    jobs.wait(job.job_id, 0)  # the service is shut down in between
    assert jobs.find(job.job_id).failures == 1


def test_labels_and_errors_may_be_of_any_origin(jobs: Jobs) -> None:
    job = jobs.add("ingest", {"paths": ["/a\udc80".encode("utf-8", "replace").decode()]}, "a\0b")
    jobs.finish(job.job_id, JobState.FAILED, error="Fehler\0")
    assert "\0" not in jobs.find(job.job_id).label + jobs.find(job.job_id).error


def test_containers_are_remembered_until_forgotten(database: Database) -> None:
    containers = Containers(database)
    first = Container("file:///a.zip", "h" * 64, "p" * 64, 3)
    assert containers.find(first.uri) is None
    containers.note(first)
    containers.note(first)
    assert containers.find(first.uri) == first
    containers.forget(first.uri)
    containers.forget(first.uri)
    assert containers.find(first.uri) is None


def test_the_queue_hands_out_each_job_once(database_url: str, tmp_path: Path) -> None:
    done: list[str] = []
    queue = Queue(database_url, tmp_path / "jobs.sqlite", done.append, lambda: None)
    queue.put("vergessen")
    queue.clear()
    queue.start()
    try:
        queue.put("später", 1.5)
        for number in range(5):
            queue.put(str(number))
        deadline = time.monotonic() + 20
        while len(done) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        assert done == ["0", "1", "2", "3", "4", "später"]
    finally:
        queue.stop()


def test_a_job_that_kills_its_process_again_and_again_is_given_up(jobs: Jobs) -> None:
    job = jobs.add("ingest", {}, "x")
    for _ in range(8):
        assert jobs.begin(job.job_id) is not None
        left = jobs.revive()
    assert left == []
    given_up = jobs.find(job.job_id)
    assert given_up.state is JobState.FAILED and "mehrmals abgestürzt" in given_up.error
