"""Doing jobs: one after the other, each with progress, an end, and another try where that may help."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ingest.progress import Progress, Step, nobody
from ingest.report import Report
from kb.errors import AuskunftError, EmbeddingError, StoppedError, StorageFullError
from kb.state.jobs import Job, Jobs, JobState

#: does what a job of one kind orders: the order and the progress in, the report out
Doing = Callable[[Mapping[str, Any], Progress], Report]

#: seconds until a job is tried again that failed for a reason that may pass
_PAUSES = (60.0, 300.0, 1_800.0)
_PASSING = (StorageFullError, EmbeddingError)
_BETWEEN_NOTES = 1.0
_UNEXPECTED = "Es ist ein unerwarteter Fehler aufgetreten, Einzelheiten stehen im Protokoll."
_log = logging.getLogger(__name__)


class Work:
    """Jobs of the kinds in `doing`; `break_off` makes the one under way end soon."""

    def __init__(
        self, jobs: Jobs, doing: Mapping[str, Doing], break_off: Callable[[], None]
    ) -> None:
        self._jobs = jobs
        self._doing = doing
        self._break_off = break_off
        self._turn = threading.Lock()
        self._current = ""
        self._ending = False
        self._unwanted: set[str] = set()
        self._steps: dict[str, Mapping[str, Any]] = {}

    def run(self, job_id: str, progress: Progress = nobody) -> float | None:
        """Do one job; returns the seconds after which to try it again, None when it is over.

        Another one under way is waited for. Nothing is raised: errors become the job's.
        """
        with self._turn:
            job = None if self._ending else self._jobs.begin(job_id)
            if job is None:
                return None
            self._current = job_id
            try:
                return self._carried_out(job, progress)
            finally:
                self._current = ""
                self._unwanted.discard(job_id)
                self._steps.pop(job_id, None)

    def stop(self, job_id: str) -> Job:
        """Break a job off. Raises NotFoundError, InputError."""
        job = self._jobs.stop(job_id)
        if job.state is JobState.STOPPING:
            self._unwanted.add(job_id)  # noticed by a run that is just about to begin, too
            if self._current == job_id:
                self._break_off()
        return job

    def end(self) -> None:
        """The process ends: what is under way is broken off and left to the next start."""
        self._ending = True
        if self._current:
            self._break_off()

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return bool(self._current)

    def step(self, job: Job) -> Mapping[str, Any]:
        """How far a job is, fresher than in the database."""
        return self._steps.get(job.job_id, job.step)

    def _carried_out(self, job: Job, progress: Progress) -> float | None:
        try:
            report = self._doing[job.kind](job.order, self._noting(job.job_id, progress))
        except StoppedError:
            self._broken_off(job, None)
        except _PASSING as error:
            return self._later(job, error)
        except AuskunftError as error:
            self._failed(job, error)
        except KeyboardInterrupt:  # on the command line, by the person who gave the order
            self._finish(job, JobState.STOPPED, None)
            raise
        except Exception:
            _log.exception("job %s failed", job.job_id)
            self._failed(job, AuskunftError(_UNEXPECTED))
        else:
            if report.stopped:
                self._broken_off(job, report)
            else:
                self._finish(job, JobState.DONE, report)
        return None

    def _broken_off(self, job: Job, report: Report | None) -> None:
        if self._jobs.find(job.job_id).state is JobState.STOPPING or not self._ending:
            self._finish(job, JobState.STOPPED, report)
        else:
            self._jobs.wait(job.job_id, 0)

    def _later(self, job: Job, error: AuskunftError) -> float | None:
        if job.failures >= len(_PAUSES):
            self._failed(job, error)
            return None
        pause = _PAUSES[job.failures]
        self._jobs.wait(job.job_id, pause, str(error), error.code)
        return pause

    def _failed(self, job: Job, error: AuskunftError) -> None:
        self._note(job.job_id)
        self._jobs.finish(job.job_id, JobState.FAILED, error=str(error), code=error.code)

    def _finish(self, job: Job, state: JobState, report: Report | None) -> None:
        self._note(job.job_id)
        self._jobs.finish(job.job_id, state, report.as_dict() if report is not None else None)

    def _note(self, job_id: str) -> None:
        """Keep the last step, as whoever comes later will see it."""
        if job_id in self._steps:
            self._jobs.advance(job_id, self._steps[job_id])

    def _noting(self, job_id: str, progress: Progress) -> Progress:
        last = 0.0

        def note(step: Step) -> None:
            nonlocal last
            self._steps[job_id] = step.as_dict()
            progress(step)
            if self._ending or job_id in self._unwanted:  # stopped before the run had begun
                self._break_off()
            if time.monotonic() - last > _BETWEEN_NOTES:
                last = time.monotonic()
                self._note(job_id)

        return note
