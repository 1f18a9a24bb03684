"""Who calls, and what they may do: asked of each request, in this order.

1. Whoever comes through the Unix socket owns the service and may do everything.
2. A token (`Authorization: Bearer …`) lets a program do what its scopes say.
3. A session cookie, which the guard in `signin/guard.py` has looked up, stands for an account.
4. Everybody else is the public.
"""

from dataclasses import dataclass, field

from fastapi import Request

from integrations.web.guards import LOCAL
from integrations.web.signin.person import person_of
from kb.audience import Viewer, parse_audience
from kb.errors import AccessDeniedError
from kb.roles import NAMING_GROUPS, Role, role_of
from kb.state.tokens import Tokens

#: who acts through the Unix socket
COMMAND_LINE = "Kommandozeile"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, a program, or the public.

    `groups` are the caller's own audiences beyond the public one. `name` is for the audit log and
    empty for the public. `names_groups`: may ask for groups that are not the caller's own.
    """

    role: Role = Role.PUBLIC
    groups: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    names_groups: bool = False
    person: bool = False

    @property
    def operator(self) -> bool:
        """Whether the caller may do everything."""
        return self.role.covers(Role.ADMIN)

    @property
    def editor(self) -> bool:
        """Whether the caller may see and change all documents, sources and jobs."""
        return self.role.covers(Role.EDITOR)

    def viewer(self, groups: list[str]) -> Viewer:
        """The viewer to answer for: with the groups named, else with the caller's own.

        Raises AccessDeniedError when a group is neither the caller's own nor theirs to name.
        """
        if not groups:
            return Viewer(self.groups)
        named = frozenset(parse_audience(group) for group in groups)
        if not self.names_groups and not (self.person and named <= self.groups):
            raise AccessDeniedError(_no_group(self))
        return Viewer(named)

    def require(self, role: Role) -> None:
        """Raise AccessDeniedError unless the caller may do what `role` may."""
        if self.role.covers(role):
            return
        if self.person:
            raise AccessDeniedError(
                f"Dafür ist die Rolle „{role}“ nötig; Sie sind mit der Rolle „{self.role}“ angemeldet."
            )
        if self.name:
            raise AccessDeniedError(
                "Der Umfang dieses Tokens reicht dafür nicht. Ein anderes erstellt „auskunft token "
                "create --scope …“."
            )
        raise AccessDeniedError(
            "Dafür ist eine Anmeldung nötig (/anmelden) oder ein Token („auskunft token create“), "
            "gesendet als „Authorization: Bearer …“."
        )


def _no_group(caller: Caller) -> str:
    if caller.person:
        own = ", ".join(sorted(caller.groups)) or "keine"
        return f"Angeben können Sie nur Ihre eigenen Gruppen ({own})."
    return (
        "Gruppen kann nur angeben, wer angemeldet ist oder ein Token mit dem Umfang „ask:staff“ "
        "sendet. Ohne Gruppe wird aus den öffentlichen Dokumenten geantwortet."
    )


def caller_of(request: Request, tokens: Tokens) -> Caller:
    """Raises AccessDeniedError for a token that is wrong or revoked."""
    if request.scope.get(LOCAL):
        return Caller(Role.ADMIN, name=COMMAND_LINE, names_groups=True)
    header = request.headers.get("authorization", "")
    if header:
        return _of_token(header, tokens)
    person = person_of(request)
    if person is None:
        return Caller()
    account = person.account
    return Caller(
        account.role,
        account.audiences,
        account.label,
        names_groups=account.role.covers(Role.ADMIN),
        person=True,
    )


def viewer_of(request: Request) -> Viewer:
    """For whom a page is shown: the person who is signed in, else the public."""
    person = person_of(request)
    return Viewer(person.account.audiences) if person else Viewer.public()


def _of_token(header: str, tokens: Tokens) -> Caller:
    scheme, _, secret = header.partition(" ")
    token = tokens.verify(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None or not token.scopes:
        raise AccessDeniedError("Dieses Token ist unbekannt oder widerrufen.")
    return Caller(
        role_of(token.scopes),
        name=f"Token {token.name}",
        names_groups=not NAMING_GROUPS.isdisjoint(token.scopes),
    )
