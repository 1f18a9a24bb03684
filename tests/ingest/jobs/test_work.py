"""A stop that comes at the very begin of a job is not lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ingest.jobs.work import Work
from ingest.progress import Progress, Step
from ingest.report import RunReport
from kb.state.database import Database
from kb.state.jobs import Jobs, JobState


class Ended:
    """Work whose run looks, with its first step, whether it was broken off."""

    def __init__(self, database: Database) -> None:
        self.jobs = JobsStoppedAtBegin(database)
        self.broken_off = False
        self.work = Work(self.jobs, {"ingest": self._do}, self._break_off)
        self.jobs.work = self.work

    def _do(self, order: Mapping[str, Any], progress: Progress) -> RunReport:
        progress(Step(0, 1, "a.md"))
        return RunReport(stopped=self.broken_off)

    def _break_off(self) -> None:
        self.broken_off = True


class JobsStoppedAtBegin(Jobs):
    """Somebody is quick: between the job's begin in the database and the worker's next line."""

    work: Work
    ends = False

    def begin(self, job_id: str):  # type: ignore[no-untyped-def]
        job = super().begin(job_id)
        self.work.end() if self.ends else self.work.stop(job_id)
        return job


@pytest.mark.parametrize(("ends", "state"), [(False, JobState.STOPPED), (True, JobState.WAITING)])
def test_a_stop_right_after_the_begin_is_heard(tmp_path: Path, ends: bool, state: JobState) -> None:
    made = Ended(Database.in_file(tmp_path / "auskunft.sqlite"))
    made.jobs.ends = ends
    job = made.jobs.add("ingest", {}, "Einlesen")
    assert made.work.run(job.job_id) is None
    assert made.broken_off
    assert made.jobs.find(job.job_id).state is state


def test_who_interrupts_the_command_does_not_want_it_done_later(tmp_path: Path) -> None:
    def interrupted(order: Mapping[str, Any], progress: Progress) -> RunReport:
        raise KeyboardInterrupt

    jobs = Jobs(Database.in_file(tmp_path / "auskunft.sqlite"))
    job = jobs.add("ingest", {}, "Einlesen")
    with pytest.raises(KeyboardInterrupt):
        Work(jobs, {"ingest": interrupted}, lambda: None).run(job.job_id)
    assert jobs.find(job.job_id).state is JobState.STOPPED
    assert jobs.revive() == []
