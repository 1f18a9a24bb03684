"""The pause switch: while a pause has no end, nothing is answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from kb.state.database import Database
from kb.state.question_tables import PauseRow


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that goes on; `since` is UTC, `reason` is for the operator's people."""

    since: datetime
    reason: str


class Pauses:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> Pause | None:
        """The pause that goes on, if there is one."""
        query = select(PauseRow).where(PauseRow.until.is_(None)).order_by(PauseRow.pause_id)
        with self._database.session() as session:
            row = session.scalars(query).first()
            return Pause(row.since, row.reason) if row else None

    def begin(self, reason: str, now: datetime) -> Pause:
        """Pause from now on; one that goes on gets the new reason."""
        open_one = PauseRow.until.is_(None)
        with self._database.session() as session:
            changed = session.execute(update(PauseRow).where(open_one).values(reason=reason))
            if not changed.rowcount:  # type: ignore[attr-defined]
                session.add(PauseRow(since=now, until=None, reason=reason))
        return self.current() or Pause(now, reason)

    def end(self, now: datetime) -> bool:
        """Answer again; False when nothing was paused."""
        ended = update(PauseRow).where(PauseRow.until.is_(None)).values(until=now)
        with self._database.session() as session:
            return bool(session.execute(ended).rowcount)  # type: ignore[attr-defined]
