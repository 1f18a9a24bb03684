"""What people and programs may do: roles of accounts, scopes of API tokens.

Roles form a ladder, each may do what the ones below may. Which documents somebody sees is not
decided by the ladder but by audiences: the public one, `staff` from the role of the same name on,
and one's own groups.
"""

from collections.abc import Iterable
from enum import StrEnum

from kb.errors import InputError


class Role(StrEnum):
    """`PUBLIC` is whoever is not signed in; no account has it."""

    PUBLIC = "public"
    VIEWER = "viewer"
    STAFF = "staff"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        return _LADDER.index(self) >= _LADDER.index(needed)


_LADDER = tuple(Role)
#: the roles that an account can have, the least first
ACCOUNT_ROLES = _LADDER[1:]


def parse_role(value: str) -> Role:
    """The role of an account by its name; raises InputError."""
    name = value.strip().lower()
    if name not in ACCOUNT_ROLES:
        raise InputError(
            f"Die Rolle {value!r} gibt es nicht. Erlaubt sind {', '.join(ACCOUNT_ROLES)}."
        )
    return Role(name)


class TokenScope(StrEnum):
    """What an API token lets a program do; `ADMIN` contains all others."""

    ASK = "ask"
    ASK_STAFF = "ask:staff"
    DOCUMENTS = "documents"
    ADMIN = "admin"


#: what somebody may do who holds a token with this scope
ROLE_OF_SCOPE = {
    TokenScope.ASK: Role.PUBLIC,
    TokenScope.ASK_STAFF: Role.PUBLIC,
    TokenScope.DOCUMENTS: Role.EDITOR,
    TokenScope.ADMIN: Role.ADMIN,
}
#: scopes whose holders may name the groups that an answer is for
NAMING_GROUPS = frozenset({TokenScope.ASK_STAFF, TokenScope.ADMIN})


def parse_scopes(values: Iterable[str]) -> tuple[TokenScope, ...]:
    """Scopes by their names, each once; raises InputError for an unknown one or for none."""
    names = list(dict.fromkeys(value.strip().lower() for value in values))
    unknown = [name for name in names if name not in tuple(TokenScope)]
    if unknown or not names:
        wrong = f"Den Umfang {unknown[0]!r} gibt es nicht." if unknown else "Der Umfang fehlt."
        raise InputError(f"{wrong} Erlaubt sind {', '.join(TokenScope)}.")
    return tuple(TokenScope(name) for name in names)


def role_of(scopes: Iterable[TokenScope]) -> Role:
    """The highest role that any of the scopes gives."""
    return max((ROLE_OF_SCOPE[scope] for scope in scopes), key=_LADDER.index, default=Role.PUBLIC)
