"""API tokens: created by the CLI, shown once, stored as a SHA-256 digest only."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kb.errors import NotFoundError
from kb.roles import TokenScope
from kb.state.clock import utc_now
from kb.state.database import Database
from kb.state.secrets import digest_of, new_secret
from kb.state.tables import TokenRow

_PREFIX = "ausk_"


@dataclass(frozen=True, slots=True)
class Token:
    """A token's description, never its secret."""

    token_id: str
    name: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    revoked: bool


class Tokens:
    """Tokens in the state database; each method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, name: str, scopes: Iterable[TokenScope] = (TokenScope.ADMIN,)
    ) -> tuple[Token, str]:
        """Return the token's description and its secret, which cannot be read again."""
        secret = new_secret(_PREFIX)
        row = TokenRow(
            token_id=secrets.token_hex(4),
            digest=digest_of(secret),
            name=name,
            scopes=" ".join(scopes),
            created_at=utc_now(),
            revoked_at=None,
        )
        with self._database.session() as session:
            session.add(row)
        return _token(row), secret

    def verify(self, secret: str) -> Token | None:
        """The token with this secret, None when unknown or revoked."""
        with self._database.session() as session:
            query = select(TokenRow).where(TokenRow.digest == digest_of(secret))
            row = session.scalar(query)
            return _token(row) if row and row.revoked_at is None else None

    def all(self) -> list[Token]:
        with self._database.session() as session:
            rows = session.scalars(select(TokenRow).order_by(TokenRow.created_at)).all()
            return [_token(row) for row in rows]

    def revoke(self, token_id: str) -> None:
        with self._database.session() as session:
            row = session.get(TokenRow, token_id)
            if row is None:
                raise NotFoundError(
                    f"Ein Token mit der Kennung {token_id!r} gibt es nicht. „auskunft token list“ "
                    "zeigt alle."
                )
            row.revoked_at = row.revoked_at or utc_now()


def _token(row: TokenRow) -> Token:
    known = tuple(TokenScope(name) for name in row.scopes.split() if name in tuple(TokenScope))
    return Token(row.token_id, row.name, known, row.created_at, row.revoked_at is not None)
