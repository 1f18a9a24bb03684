"""What the operator was told of by mail: for each subject the state that was told, and when.

Subjects and states are kept as digests: nothing here can be read, only compared.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select

from kb.state.database import Database
from kb.state.tables import NoticeRow


class Notices:
    """Thread-safe; every method is its own transaction. `kind` says what subjects are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def news(self, kind: str, states: Mapping[str, str]) -> set[str]:
        """The subjects that were not told of yet, or in another state than now."""
        query = select(NoticeRow).where(NoticeRow.kind == kind)
        with self._database.session() as session:
            told = {row.subject: row.state for row in session.scalars(query)}
        return {
            subject
            for subject, state in states.items()
            if told.get(_key(kind, subject)) != _digest(state)
        }

    def keep(self, told: Mapping[str, Mapping[str, str]], now: datetime) -> None:
        """Remember all that was told at once: states by subject, by kind; `now` is UTC."""
        with self._database.session() as session:
            for kind, states in told.items():
                for subject, state in states.items():
                    session.merge(
                        NoticeRow(
                            subject=_key(kind, subject),
                            kind=kind,
                            state=_digest(state),
                            told_at=now,
                        )
                    )

    def settle(self, kind: str, present: Iterable[str]) -> None:
        """Forget the subjects that are over: all of the kind but these."""
        kept = {_key(kind, subject) for subject in present}
        with self._database.session() as session:
            known = set(session.scalars(select(NoticeRow.subject).where(NoticeRow.kind == kind)))
            for subject in known - kept:
                session.execute(delete(NoticeRow).where(NoticeRow.subject == subject))

    def forget(self, kind: str, subject: str) -> None:
        """Forget one subject, which is over."""
        with self._database.session() as session:
            session.execute(delete(NoticeRow).where(NoticeRow.subject == _key(kind, subject)))

    def last(self, kind: str) -> datetime | None:
        """When something of this kind was told last, UTC."""
        with self._database.session() as session:
            found: datetime | None = session.scalar(
                select(func.max(NoticeRow.told_at)).where(NoticeRow.kind == kind)
            )
            return found


def _key(kind: str, subject: str) -> str:
    return _digest(f"{kind}\0{subject}")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
