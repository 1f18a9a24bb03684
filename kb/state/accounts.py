"""Accounts in the state database: who has ever signed in, and what they may do.

An account belongs to the one who vouches for it: an OpenID provider (`issuer`, `subject`) or an
invite. A provider's word on name, role and groups is taken anew at each sign-in.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from kb.audience import PUBLIC, STAFF, parse_audience
from kb.errors import InputError, NotFoundError, SignInError
from kb.roles import Role
from kb.state.clock import Clock, utc_now
from kb.state.database import Database
from kb.state.tables import AccountRow, InviteRow, SessionRow

#: the issuer of accounts that were made by an invite
INVITED = "invite"
_ID = "acc-"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """What is said of somebody who signs in; `subject` is unique for its `issuer`."""

    issuer: str
    subject: str
    name: str
    email: str = ""
    role: Role = Role.VIEWER
    groups: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; times are UTC."""

    account_id: str
    issuer: str
    subject: str
    name: str
    email: str
    role: Role
    groups: frozenset[str]
    disabled: bool
    created_at: datetime
    signed_in_at: datetime | None

    @property
    def audiences(self) -> frozenset[str]:
        """The audiences beyond the public one whose documents this person sees."""
        return self.groups | {STAFF} if self.role.covers(Role.STAFF) else self.groups

    @property
    def label(self) -> str:
        """How the person is called on pages and in the audit log."""
        return self.name or self.email or self.account_id


class Accounts:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    def sign_in(self, identity: Identity) -> Account:
        """The account of somebody whose identity is proven; the first sign-in makes it.

        Raises SignInError when it is disabled.
        """
        try:
            return self._sign_in(identity)
        except IntegrityError:  # the first sign-in, twice at the same moment
            return self._sign_in(identity)

    def _sign_in(self, identity: Identity) -> Account:
        theirs = (
            AccountRow.issuer == identity.issuer,
            AccountRow.subject == identity.subject,
        )
        with self._database.session() as session:
            row = session.scalar(select(AccountRow).where(*theirs).with_for_update())
            if row is None:
                row = new_account(identity, self._now())
                session.add(row)
            require_enabled(row)
            row.name, row.email = identity.name[:_LONGEST_NAME], identity.email[:_LONGEST_NAME]
            row.role, row.groups = identity.role, sorted(identity.groups)
            row.signed_in_at = self._now()
            return account_of(row)

    def find(self, account_id: str) -> Account:
        """Raises NotFoundError."""
        with self._database.session() as session:
            return account_of(account_row(session.get(AccountRow, account_id), account_id))

    def all(self) -> list[Account]:
        """In the order in which they first signed in."""
        query = select(AccountRow).order_by(AccountRow.created_at, AccountRow.account_id)
        with self._database.session() as session:
            return [account_of(row) for row in session.scalars(query)]

    def set_disabled(self, account_id: str, disabled: bool) -> Account:
        """Disabled, it cannot sign in, and its sessions are worth nothing. Raises NotFoundError."""
        with self._database.session() as session:
            row = account_row(session.get(AccountRow, account_id), account_id)
            row.disabled = disabled
            return account_of(row)

    def set_rights(
        self, account_id: str, role: Role | None = None, groups: Iterable[str] | None = None
    ) -> Account:
        """Another role or other groups from now on, in all sessions; None leaves them.

        Raises NotFoundError, and InputError for an account whose rights its provider gives.
        """
        with self._database.session() as session:
            row = account_row(session.get(AccountRow, account_id), account_id)
            if row.issuer != INVITED:
                raise InputError(
                    f"Rolle und Gruppen des Kontos {account_id} kommen bei jeder Anmeldung vom "
                    "Anmeldedienst. Bitte dort ändern, oder das Konto hier sperren."
                )
            row.role = row.role if role is None else role
            row.groups = row.groups if groups is None else checked_groups(groups)
            return account_of(row)

    def remove(self, account_id: str) -> None:
        """Forget a person: account, sessions, the invites that led here. Raises NotFoundError."""
        with self._database.session() as session:
            row = account_row(session.get(AccountRow, account_id), account_id)
            session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
            session.execute(delete(InviteRow).where(InviteRow.account_id == account_id))
            session.delete(row)


def new_account(identity: Identity, now: datetime) -> AccountRow:
    """The row of an account that did not exist; its groups are checked. Raises InputError."""
    return AccountRow(
        account_id=_ID + secrets.token_hex(6),
        issuer=identity.issuer,
        subject=identity.subject,
        name=identity.name[:_LONGEST_NAME],
        email=identity.email[:_LONGEST_NAME],
        role=identity.role,
        groups=sorted(parse_audience(group) for group in identity.groups),
        disabled=False,
        created_at=now,
        signed_in_at=now,
    )


def checked_groups(groups: Iterable[str]) -> list[str]:
    """Groups that somebody can be given, in order. Raises InputError."""
    names = sorted({parse_audience(group) for group in groups})
    if {PUBLIC, STAFF} & set(names):
        raise InputError(
            "„public“ und „staff“ sind keine Gruppen: Öffentliches sehen alle, und Dokumente für "
            "Mitarbeitende sieht, wer mindestens die Rolle „staff“ hat."
        )
    return names


def require_enabled(row: AccountRow) -> None:
    """Raise SignInError for a disabled account."""
    if row.disabled:
        raise SignInError(
            "Dieses Konto ist gesperrt.",
            "Eine Anmeldung ist damit nicht möglich. Bitte wenden Sie sich an die Stelle, die "
            "diese Auskunft betreibt.",
        )


def account_row(row: AccountRow | None, account_id: str) -> AccountRow:
    """The row, or NotFoundError in its place."""
    if row is None:
        raise NotFoundError(
            f"Ein Konto {account_id!r} gibt es nicht. „auskunft admin accounts“ zeigt alle."
        )
    return row


def account_of(row: AccountRow) -> Account:
    """An account as it is in the database."""
    return Account(
        account_id=row.account_id,
        issuer=row.issuer,
        subject=row.subject,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        groups=frozenset(row.groups),
        disabled=row.disabled,
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
    )
