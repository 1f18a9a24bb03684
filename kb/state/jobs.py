"""Jobs in the state database: the truth about what is to be done, whatever a queue has lost.

A job waits, runs, and ends done, failed or stopped. One that was running when its process died is
simply run again: ingestion skips what is finished.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select, update

from kb.errors import InputError, NotFoundError
from kb.state.clock import utc_now
from kb.state.database import Database
from kb.state.tables import JobRow

#: finished jobs that are kept to be looked at
_KEPT = 500
#: a job under which so many processes have died is not tried again
_MOST_DEATHS = 8
_DEADLY = (
    "Der Dienst ist bei diesem Auftrag mehrmals abgestürzt; er wird nicht noch einmal versucht. "
    "Bitte das Protokoll ansehen und die Dateien einzeln einlesen."
)


class JobState(StrEnum):
    """`waiting` for its turn or for `retry_at`; `stopping`: somebody broke it off, it is not out yet."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


_OVER = (JobState.DONE, JobState.FAILED, JobState.STOPPED)


@dataclass(frozen=True, slots=True)
class Job:
    """`order` is what is to be done, `step` how far it is, `report` what came of it; times are UTC.

    `attempts` is how often it began, `failures` how often it was put off because of an error.
    """

    job_id: str
    kind: str
    order: Mapping[str, Any]
    label: str
    state: JobState
    attempts: int
    failures: int
    step: Mapping[str, Any]
    report: Mapping[str, Any] | None
    error: str
    error_code: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    retry_at: datetime | None

    @property
    def over(self) -> bool:
        return self.state in _OVER


class Jobs:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, order: Mapping[str, Any], label: str) -> Job:
        """A new job that waits. `label` says in German what it is."""
        row = JobRow(
            job_id=secrets.token_hex(8),
            kind=kind,
            order=dict(order),
            label=label,
            state=JobState.WAITING,
            attempts=0,
            failures=0,
            deaths=0,
            step={},
            report=None,
            error="",
            error_code="",
            created_at=utc_now(),
        )
        with self._database.session() as session:
            session.add(row)
        self._forget_old()
        return _job(row)

    def find(self, job_id: str) -> Job:
        """Raises NotFoundError."""
        with self._database.session() as session:
            return _job(_row(session.get(JobRow, job_id), job_id))

    def recent(self, limit: int = 50) -> list[Job]:
        """The latest first."""
        query = select(JobRow).order_by(JobRow.created_at.desc(), JobRow.job_id).limit(limit)
        with self._database.session() as session:
            return [_job(row) for row in session.scalars(query)]

    def unfinished(self) -> list[Job]:
        """In the order in which they came."""
        query = select(JobRow).where(JobRow.state.not_in(_OVER)).order_by(JobRow.created_at)
        with self._database.session() as session:
            return [_job(row) for row in session.scalars(query)]

    def ended_since(self, moment: datetime) -> list[Job]:
        """Those that ended at that time (UTC) or later, in the order in which they ended."""
        ended = (JobRow.state.in_(_OVER), JobRow.finished_at >= moment)
        query = select(JobRow).where(*ended).order_by(JobRow.finished_at, JobRow.job_id)
        with self._database.session() as session:
            return [_job(row) for row in session.scalars(query)]

    def begin(self, job_id: str) -> Job | None:
        """It runs from now on; None when it is not waiting (any more)."""
        waiting = (JobRow.job_id == job_id, JobRow.state == JobState.WAITING)
        values = {
            "state": JobState.RUNNING,
            "attempts": JobRow.attempts + 1,
            "started_at": utc_now(),
            "retry_at": None,
            "error": "",
            "error_code": "",
        }
        with self._database.session() as session:
            taken = session.execute(update(JobRow).where(*waiting).values(values))
            if not taken.rowcount:  # type: ignore[attr-defined]
                return None
        return self.find(job_id)

    def advance(self, job_id: str, step: Mapping[str, Any]) -> None:
        """How far it is."""
        with self._database.session() as session:
            session.execute(update(JobRow).where(JobRow.job_id == job_id).values(step=dict(step)))

    def finish(
        self,
        job_id: str,
        state: JobState,
        report: Mapping[str, Any] | None = None,
        error: str = "",
        code: str = "",
    ) -> None:
        """It is over. `code` is the error's (see `kb.errors`)."""
        values = {
            "state": state,
            "report": dict(report) if report is not None else None,
            "error": error,
            "error_code": code,
            "finished_at": utc_now(),
        }
        with self._database.session() as session:
            session.execute(update(JobRow).where(JobRow.job_id == job_id).values(values))

    def wait(self, job_id: str, seconds: float, error: str = "", code: str = "") -> None:
        """It is to be tried again after a while; with an error that is a failure."""
        again = utc_now() + timedelta(seconds=seconds)
        values = {
            "state": JobState.WAITING,
            "failures": JobRow.failures + int(bool(error)),
            "retry_at": again,
            "error": error,
            "error_code": code,
        }
        with self._database.session() as session:
            session.execute(update(JobRow).where(JobRow.job_id == job_id).values(values))

    def stop(self, job_id: str) -> Job:
        """Break it off: over at once when it waits, else as soon as its process notices.

        Raises NotFoundError, InputError when it is over already.
        """
        with self._database.session() as session:
            row = _row(session.get(JobRow, job_id, with_for_update=True), job_id)
            if row.state in _OVER:
                raise InputError(f"Der Auftrag {job_id} ist schon zu Ende.")
            if row.state == JobState.WAITING:
                row.state, row.finished_at = JobState.STOPPED, utc_now()
            else:
                row.state = JobState.STOPPING
            return _job(row)

    def revive(self) -> list[Job]:
        """What a process that died has left: broken-off jobs are over, the others wait again."""
        with self._database.session() as session:
            for row in session.scalars(select(JobRow).where(JobRow.state.not_in(_OVER))):
                if row.state == JobState.STOPPING:
                    row.state, row.finished_at = JobState.STOPPED, utc_now()
                    continue
                row.deaths += row.state == JobState.RUNNING
                if row.deaths >= _MOST_DEATHS:
                    row.state, row.finished_at, row.error = JobState.FAILED, utc_now(), _DEADLY
                else:
                    row.state = JobState.WAITING
        return self.unfinished()

    def _forget_old(self) -> None:
        kept = (
            select(JobRow.job_id)
            .where(JobRow.state.in_(_OVER))
            .order_by(JobRow.created_at.desc())
            .limit(_KEPT)
        )
        with self._database.session() as session:
            wanted = list(session.scalars(kept))
            if len(wanted) == _KEPT:
                old = (JobRow.state.in_(_OVER), JobRow.job_id.not_in(wanted))
                session.execute(delete(JobRow).where(*old))


def _row(row: JobRow | None, job_id: str) -> JobRow:
    if row is None:
        raise NotFoundError(f"Einen Auftrag {job_id!r} gibt es nicht.")
    return row


def _job(row: JobRow) -> Job:
    return Job(
        job_id=row.job_id,
        kind=row.kind,
        order=dict(row.order),
        label=row.label,
        state=JobState(row.state),
        attempts=row.attempts,
        failures=row.failures,
        step=dict(row.step),
        report=dict(row.report) if row.report is not None else None,
        error=row.error,
        error_code=row.error_code,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        retry_at=row.retry_at,
    )
