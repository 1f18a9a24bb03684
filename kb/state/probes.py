"""Test questions of the operator's own ("probes") and their runs in the state database.

What is expected of an answer and how an answer went are JSON here: `assistant.evaluation` knows what
they mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select

from kb.errors import InputError, NotFoundError
from kb.state.clock import Clock, utc_now
from kb.state.database import Database
from kb.state.question_tables import ProbeRow, ProbeRunRow

#: so many test questions at most: a run asks them all
MOST_PROBES = 500
_RUNS_KEPT = 30


class Cause(StrEnum):
    """Why the test questions were asked."""

    HAND = "hand"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Probe:
    """A test question; `expected` is JSON of what is expected of its answer."""

    probe_id: str
    text: str
    audience: str
    expected: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """One asking of all test questions, with times in UTC and the verdicts as JSON.

    `state` names the state of the documents in which they were asked.
    """

    began_at: datetime
    finished_at: datetime
    cause: Cause
    state: str
    verdicts: Sequence[Mapping[str, Any]]
    run_id: int = 0


class Probes:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[Probe]:
        """In the order in which they were made."""
        rows = select(ProbeRow).order_by(ProbeRow.created_at, ProbeRow.probe_id)
        with self._database.session() as session:
            return [_probe(row) for row in session.scalars(rows)]

    def find(self, probe_id: str) -> Probe:
        """Raises NotFoundError."""
        with self._database.session() as session:
            row = session.get(ProbeRow, probe_id)
            if row is None:
                raise _unknown(probe_id)
            return _probe(row)

    def put(self, probes: Sequence[Probe]) -> None:
        """Write them all or none; one whose id is known takes the place of the earlier one.

        Raises InputError when there would be too many.
        """
        now = self._clock()
        with self._database.session() as session:
            for probe in probes:
                row = session.get(ProbeRow, probe.probe_id)
                if row is None:
                    row = ProbeRow(probe_id=probe.probe_id, created_at=now)
                    session.add(row)
                row.text, row.audience = probe.text, probe.audience
                row.expected = dict(probe.expected)
            session.flush()
            total = session.scalar(select(func.count()).select_from(ProbeRow)) or 0
            if total > MOST_PROBES:
                raise InputError(
                    f"Es wären {total} Testfragen, höchstens {MOST_PROBES} sind möglich. Bitte "
                    "zuerst einige löschen."
                )

    def remove(self, probe_id: str) -> None:
        """Raises NotFoundError."""
        with self._database.session() as session:
            row = session.get(ProbeRow, probe_id)
            if row is None:
                raise _unknown(probe_id)
            session.delete(row)

    def keep(self, run: ProbeRun) -> None:
        """Store a run; the oldest ones go."""
        with self._database.session() as session:
            session.add(
                ProbeRunRow(
                    began_at=run.began_at,
                    finished_at=run.finished_at,
                    cause=run.cause,
                    state=run.state,
                    verdicts=[dict(verdict) for verdict in run.verdicts],
                )
            )
            session.flush()
            kept = select(ProbeRunRow.run_id).order_by(ProbeRunRow.run_id.desc()).limit(_RUNS_KEPT)
            oldest = min(session.scalars(kept))
            session.execute(delete(ProbeRunRow).where(ProbeRunRow.run_id < oldest))

    def runs(self, limit: int = _RUNS_KEPT) -> list[ProbeRun]:
        """The latest first."""
        rows = select(ProbeRunRow).order_by(ProbeRunRow.run_id.desc()).limit(limit)
        with self._database.session() as session:
            return [_run(row) for row in session.scalars(rows)]

    def run_and_before(self, run_id: int) -> list[ProbeRun]:
        """A run and, where there is one, the run before it. Raises NotFoundError."""
        rows = (
            select(ProbeRunRow)
            .where(ProbeRunRow.run_id <= run_id)
            .order_by(ProbeRunRow.run_id.desc())
            .limit(2)
        )
        with self._database.session() as session:
            found = [_run(row) for row in session.scalars(rows)]
        if not found or found[0].run_id != run_id:
            raise NotFoundError(f"Einen Lauf {run_id} der Testfragen gibt es nicht (mehr).")
        return found


def _unknown(probe_id: str) -> NotFoundError:
    return NotFoundError(
        f"Eine Testfrage {probe_id!r} gibt es nicht. „auskunft testquestions list“ zeigt alle."
    )


def _probe(row: ProbeRow) -> Probe:
    return Probe(row.probe_id, row.text, row.audience, dict(row.expected))


def _run(row: ProbeRunRow) -> ProbeRun:
    return ProbeRun(
        row.began_at, row.finished_at, Cause(row.cause), row.state, row.verdicts, row.run_id
    )
