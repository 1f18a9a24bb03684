"""Who calls: the public, or an operator (through the Unix socket or with an admin token)."""

from dataclasses import dataclass

from fastapi import Request

from integrations.web.guards import LOCAL
from kb.audience import Viewer
from kb.errors import AccessDeniedError
from kb.state.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller; only operators may name groups or change documents."""

    operator: bool

    def viewer(self, groups: list[str]) -> Viewer:
        """The viewer to answer for; raises AccessDeniedError when groups are not the caller's."""
        if groups and not self.operator:
            raise AccessDeniedError(
                "Gruppen kann nur angeben, wer angemeldet ist. Ohne Gruppe wird aus den "
                "öffentlichen Dokumenten geantwortet."
            )
        return Viewer.member_of(*groups)

    def require_operator(self) -> None:
        if not self.operator:
            raise AccessDeniedError(
                "Dafür ist ein Admin-Token nötig („auskunft token create“), gesendet als "
                "„Authorization: Bearer …“."
            )


def viewer_of(request: Request) -> Viewer:
    """For whom the pages are made; the only place that decides it for a page."""
    return Viewer.public()


def caller_of(request: Request, tokens: Tokens) -> Caller:
    """Raises AccessDeniedError for a token that is wrong or revoked."""
    if request.scope.get(LOCAL):
        return Caller(operator=True)
    header = request.headers.get("authorization", "")
    if not header:
        return Caller(operator=False)
    scheme, _, secret = header.partition(" ")
    token = tokens.verify(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None or token.role != "admin":
        raise AccessDeniedError("Dieses Token ist unbekannt oder widerrufen.")
    return Caller(operator=True)
