"""Sessions in the state database: who is signed in on which device, until when.

A session ends when nobody used it for a while, at the latest after its lifetime, when it is revoked
(then its row is gone), or when its account is disabled. Only a digest of the cookie is stored.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from kb.errors import NotFoundError, StorageFullError
from kb.state.accounts import Account, account_of
from kb.state.clock import Clock, utc_now
from kb.state.database import Database
from kb.state.secrets import digest_of, new_secret
from kb.state.tables import AccountRow, SessionRow

_ID = "ses-"
#: using a session is written down at most this often
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A session, without its secret; times are UTC."""

    session_id: str
    account_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class Sessions:
    """Thread-safe; every method is its own transaction."""

    def __init__(
        self,
        database: Database,
        lifetime: timedelta,
        idle: timedelta,
        now: Clock = utc_now,
    ) -> None:
        """A session lasts for `lifetime` at most, and for `idle` when it is not used."""
        self._database = database
        self._lifetime = lifetime
        self._idle = idle
        self._now = now

    def begin(self, account_id: str) -> tuple[Session, str]:
        """A new session and the value of its cookie, which cannot be read again."""
        now, secret = self._now(), new_secret()
        row = SessionRow(
            session_id=_ID + secrets.token_hex(6),
            digest=digest_of(secret),
            account_id=account_id,
            created_at=now,
            seen_at=now,
            expires_at=now + self._lifetime,
        )
        over = or_(SessionRow.expires_at <= now, SessionRow.seen_at <= now - self._idle)
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(over))
            session.add(row)
        return _session(row), secret

    def find(self, secret: str) -> tuple[Session, Account] | None:
        """The session with this cookie and whose it is; None when it is over or never was."""
        now = self._now()
        query = (
            select(SessionRow, AccountRow)
            .join(AccountRow, AccountRow.account_id == SessionRow.account_id)
            .where(SessionRow.digest == digest_of(secret), *self._running(now))
        )
        with self._database.session() as session:
            found = session.execute(query).first()
        if found is None:
            return None
        row, account = found
        if now - row.seen_at >= _NOTED_EVERY:
            with suppress(StorageFullError):  # reading goes on without room
                self._note(row.session_id, now)
        return _session(row), account_of(account)

    def _note(self, session_id: str, now: datetime) -> None:
        with self._database.session() as session:
            this = SessionRow.session_id == session_id
            session.execute(update(SessionRow).where(this).values(seen_at=now))

    def _running(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (
            SessionRow.expires_at > now,
            SessionRow.seen_at > now - self._idle,
            AccountRow.disabled.is_(False),
        )

    def running(self, account_id: str = "") -> list[Session]:
        """The sessions that are not over, of one account or of all, the latest first."""
        query = (
            select(SessionRow)
            .join(AccountRow, AccountRow.account_id == SessionRow.account_id)
            .where(*self._running(self._now()))
            .order_by(SessionRow.seen_at.desc(), SessionRow.session_id)
        )
        if account_id:
            query = query.where(SessionRow.account_id == account_id)
        with self._database.session() as session:
            return [_session(row) for row in session.scalars(query)]

    def end(self, session_id: str, account_id: str = "") -> None:
        """Revoke a session, with `account_id` only when it is that account's. Raises NotFoundError."""
        which = delete(SessionRow).where(SessionRow.session_id == session_id)
        if account_id:
            which = which.where(SessionRow.account_id == account_id)
        with self._database.session() as session:
            gone = session.execute(which).rowcount  # type: ignore[attr-defined]
        if not gone:
            raise NotFoundError(f"Eine Sitzung {session_id!r} gibt es nicht (mehr).")

    def end_all(self, account_id: str) -> int:
        """Revoke every session of an account; how many there were."""
        which = delete(SessionRow).where(SessionRow.account_id == account_id)
        with self._database.session() as session:
            return int(session.execute(which).rowcount)  # type: ignore[attr-defined]


def _session(row: SessionRow) -> Session:
    return Session(row.session_id, row.account_id, row.created_at, row.seen_at, row.expires_at)
