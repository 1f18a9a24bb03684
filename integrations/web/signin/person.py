"""The person a request comes from: put into its scope by the guard, read by everybody else."""

import hashlib
import hmac
from dataclasses import dataclass

from fastapi import Request

from kb.state.accounts import Account
from kb.state.sessions import Session

PERSON = "auskunft.person"
#: the field of a form, and the header of a script's request, that carry the token
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in; `csrf` proves that a form or a script is from our own pages."""

    account: Account
    session: Session
    csrf: str


def person_of(request: Request) -> Person | None:
    """The person who is signed in, None for the public."""
    person: Person | None = request.scope.get(PERSON)
    return person


def csrf_of(cookie: str) -> str:
    """The token that belongs to a session's cookie; the cookie cannot be computed from it."""
    return hmac.new(cookie.encode(), b"auskunft csrf", hashlib.sha256).hexdigest()
