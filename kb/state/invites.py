"""Invites in the state database: links that sign somebody in once, kept as a digest only.

An invite makes an account of its own, or signs in to the account it names, as a second link for
somebody who was invited before.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.errors import InputError, NotFoundError, SignInError
from kb.roles import Role
from kb.state.accounts import (
    INVITED,
    Account,
    Identity,
    account_of,
    account_row,
    checked_groups,
    new_account,
    require_enabled,
)
from kb.state.clock import Clock, utc_now
from kb.state.database import Database
from kb.state.secrets import digest_of, new_secret
from kb.state.tables import AccountRow, InviteRow

_ID = "inv-"
_ASK_ANEW = "Bitte lassen Sie sich einen neuen Link geben."
_UNKNOWN = "Diesen Link gibt es nicht. Bitte prüfen Sie, ob Sie ihn vollständig geöffnet haben."


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite, without its secret; times are UTC. `account_id` is empty until there is an account."""

    invite_id: str
    name: str
    role: Role
    groups: frozenset[str]
    account_id: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """`open`, `used`, `revoked` or `expired`."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > now else "expired"


class Invites:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    def create(
        self,
        name: str,
        role: Role = Role.VIEWER,
        groups: Iterable[str] = (),
        hours: int = 24,
        account_id: str = "",
    ) -> tuple[Invite, str]:
        """A new invite and its secret, which cannot be read again.

        With `account_id` it signs in to that account, and name, role and groups are the account's.
        Raises InputError, NotFoundError.
        """
        secret = new_secret()
        with self._database.session() as session:
            if account_id:
                account = account_row(session.get(AccountRow, account_id), account_id)
                if account.issuer != INVITED:
                    raise InputError(
                        f"Das Konto {account_id} meldet sich über den Anmeldedienst an; ein Link "
                        "ist dafür nicht möglich."
                    )
                require_enabled(account)
                name, role, groups = account.name, Role(account.role), account.groups
            row = InviteRow(
                invite_id=_ID + secrets.token_hex(6),
                digest=digest_of(secret),
                name=_checked_name(name),
                role=role,
                groups=checked_groups(groups),
                account_id=account_id,
                created_at=self._now(),
                expires_at=self._now() + timedelta(hours=hours),
                used_at=None,
                revoked_at=None,
            )
            session.add(row)
        return _invite(row), secret

    def look(self, secret: str) -> Invite:
        """The invite of a link that can still be used; raises SignInError saying why not."""
        query = select(InviteRow).where(InviteRow.digest == digest_of(secret))
        with self._database.session() as session:
            row = session.scalar(query)
            if row is None:
                raise SignInError("Der Link ist ungültig.", _UNKNOWN)
            invite = _invite(row)
        _require_open(invite, self._now())
        return invite

    def redeem(self, secret: str) -> Account:
        """Use the link up and return the account it signs in to; raises SignInError."""
        now = self._now()
        usable = (
            InviteRow.digest == digest_of(secret),
            InviteRow.used_at.is_(None),
            InviteRow.revoked_at.is_(None),
            InviteRow.expires_at > now,
        )
        with self._database.session() as session:
            taken = session.execute(update(InviteRow).where(*usable).values(used_at=now))
            if taken.rowcount:  # type: ignore[attr-defined]
                query = select(InviteRow).where(InviteRow.digest == digest_of(secret))
                return account_of(self._account(session.scalars(query).one(), session))
        self.look(secret)  # says why
        raise SignInError("Der Link ist ungültig.", _UNKNOWN)

    def _account(self, invite: InviteRow, session: Session) -> AccountRow:
        if invite.account_id:
            row = account_row(session.get(AccountRow, invite.account_id), invite.account_id)
            require_enabled(row)
            row.signed_in_at = self._now()
            return row
        identity = Identity(
            INVITED, invite.invite_id, invite.name, "", Role(invite.role), frozenset(invite.groups)
        )
        row = new_account(identity, self._now())
        session.add(row)
        invite.account_id = row.account_id
        return row

    def all(self) -> list[Invite]:
        """In the order in which they were made."""
        query = select(InviteRow).order_by(InviteRow.created_at, InviteRow.invite_id)
        with self._database.session() as session:
            return [_invite(row) for row in session.scalars(query)]

    def revoke(self, invite_id: str) -> None:
        """The link can no longer be used. Raises NotFoundError."""
        with self._database.session() as session:
            row = session.get(InviteRow, invite_id)
            if row is None:
                raise NotFoundError(
                    f"Eine Einladung {invite_id!r} gibt es nicht. „auskunft admin accounts“ zeigt "
                    "alle."
                )
            row.revoked_at = row.revoked_at or self._now()


def _require_open(invite: Invite, now: datetime) -> None:
    state = invite.state(now)
    if state == "used":
        raise SignInError(
            "Der Link ist schon benutzt.",
            f"Jeder Link gilt für eine einzige Anmeldung. {_ASK_ANEW}",
        )
    if state == "revoked":
        raise SignInError("Der Link gilt nicht mehr.", f"Er wurde zurückgezogen. {_ASK_ANEW}")
    if state == "expired":
        raise SignInError("Der Link ist abgelaufen.", _ASK_ANEW)


def _checked_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > 200 or not plain.isprintable():
        raise InputError(
            f"{name!r} ist kein Name. Bitte angeben, für wen der Link ist (höchstens 200 Zeichen)."
        )
    return plain


def _invite(row: InviteRow) -> Invite:
    return Invite(
        invite_id=row.invite_id,
        name=row.name,
        role=Role(row.role),
        groups=frozenset(row.groups),
        account_id=row.account_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
