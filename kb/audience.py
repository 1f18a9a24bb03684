"""Who may see what: audiences of documents and the viewer who asks.

A document carries exactly one audience: `public`, `staff` or a group's name. A viewer sees the
public documents and those of the groups they belong to; without a group the viewer is the public.
"""

import re
from dataclasses import dataclass, field

from kb.errors import InputError

PUBLIC = "public"
STAFF = "staff"
_NAME = re.compile(r"[a-z0-9äöüß][a-z0-9äöüß_.:-]{0,63}")


def parse_audience(value: str) -> str:
    """Normalise an audience name; raises InputError on anything but a short plain name."""
    name = value.strip().lower()
    if not _NAME.fullmatch(name):
        raise InputError(
            f"Zielgruppe {value!r} ist kein gültiger Name. Erlaubt sind „public“, „staff“ oder ein "
            "Gruppenname aus Buchstaben, Ziffern, Punkt, Doppelpunkt, Binde- und Unterstrich."
        )
    return name


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person or channel an answer is for; `groups` are audiences beyond the public one."""

    groups: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def public(cls) -> "Viewer":
        return cls()

    @classmethod
    def member_of(cls, *groups: str) -> "Viewer":
        return cls(frozenset(parse_audience(group) for group in groups))

    @property
    def audiences(self) -> frozenset[str]:
        """Every audience whose documents this viewer may see."""
        return self.groups | {PUBLIC}

    def may_see(self, audience: str) -> bool:
        return audience in self.audiences
