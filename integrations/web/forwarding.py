"""Requests that a trusted program passes on for a person, as the Slack bot does.

Headers say so. They count only from callers who may name the groups that an answer is for; a
request of anybody else is what it is, whatever it claims.
"""

import re
from dataclasses import dataclass, replace

from starlette.requests import Request

from integrations.web.access import COMMAND_LINE, Caller
from kb.questions import Way

#: how the question came in, and a mark of whoever asked, the same for all questions of one person
WAY, ASKER = "auskunft-way", "auskunft-asker"
#: the id of the person in Slack who changes something, for the audit log
ACTOR = "auskunft-actor"
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Forwarded:
    """`asker` is for counting only and says nothing about the person."""

    way: Way
    asker: str


def forwarded(request: Request, caller: Caller) -> Forwarded | None:
    """For whom a trusted program asks; None when it asks for itself or is not trusted."""
    asker = request.headers.get(ASKER, "")[:_LONGEST]
    if not caller.names_groups or not asker or request.headers.get(WAY) != Way.SLACK:
        return None
    return Forwarded(Way.SLACK, f"{Way.SLACK}/{asker}")


def acting(request: Request, caller: Caller) -> Caller:
    """The caller, named after the person in Slack that a trusted program acts for."""
    actor = request.headers.get(ACTOR, "")
    if not caller.names_groups or caller.person or not _PERSON.fullmatch(actor):
        return caller
    through = "" if caller.name == COMMAND_LINE else f" ({caller.name})"
    return replace(caller, name=f"Slack {actor}{through}")
