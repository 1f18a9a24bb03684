"""The audit log: who changed what and when. Entries are added, read, and removed after their time."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, delete, func, select

from kb.state.database import Database
from kb.state.question_tables import AuditRow

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`verb` is machine-readable (`document.correct`), `object` what it was done to; `at` is UTC."""

    at: datetime
    who: str
    verb: str
    object: str
    before: str = ""
    after: str = ""
    entry_id: int = 0


class AuditLog:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: AuditEntry) -> None:
        """Add an entry; long values are cut."""
        row = AuditRow(
            at=entry.at,
            who=_short(entry.who),
            verb=entry.verb,
            object=_short(entry.object),
            before=_short(entry.before),
            after=_short(entry.after),
        )
        with self._database.session() as session:
            session.add(row)

    def page(
        self,
        *,
        first: date | None = None,
        last: date | None = None,
        verb: str = "",
        who: str = "",
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[AuditEntry], int]:
        """The latest first, and how many there are altogether.

        Days are UTC; `verb` is a whole one or the part before its dot, `who` a part of the name.
        """
        conditions: list[ColumnElement[bool]] = []
        if first:
            conditions.append(AuditRow.at >= datetime.combine(first, time()))
        if last:
            conditions.append(AuditRow.at <= datetime.combine(last, time.max))
        if verb:
            whole = AuditRow.verb == verb
            conditions.append(whole | AuditRow.verb.startswith(f"{verb}.", autoescape=True))
        if who:
            conditions.append(func.lower(AuditRow.who).contains(who.lower(), autoescape=True))
        rows = (
            select(AuditRow)
            .where(*conditions)
            .order_by(AuditRow.entry_id.desc())
            .limit(limit)
            .offset(offset)
        )
        total = select(func.count()).select_from(AuditRow).where(*conditions)
        with self._database.session() as session:
            return [_entry(row) for row in session.scalars(rows)], session.scalar(total) or 0

    def forget(self, before: datetime) -> int:
        """Delete what is older than a moment (UTC); returns how many."""
        with self._database.session() as session:
            gone = session.execute(delete(AuditRow).where(AuditRow.at < before))
            return int(gone.rowcount)  # type: ignore[attr-defined]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.at, row.who, row.verb, row.object, row.before, row.after, row.entry_id)
