"""The answer: statements with citations, the sources they cite, notices, and what was not found.

`as_dict` is the public JSON of the API and the CLI; keys are stable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kb.passages import DocumentHead


class AnswerStatus(StrEnum):
    """`partial`: some of what was asked is answered, some is not in the sources."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Source:
    """A cited place: `quote` is verbatim text of the document, at most 400 characters.

    `poorly_read` when text recognition was unsure of it: the original should be looked at.
    """

    n: int
    head: DocumentHead
    locator: str
    page: int | None
    quote: str
    start: int
    end: int
    passage_text: str
    poorly_read: bool = False

    def as_dict(self, as_of: date) -> dict[str, Any]:
        validity = self.head.validity
        return {
            "n": self.n,
            "document_id": self.head.document_id,
            "file": self.head.file,
            "uri": self.head.uri,
            "title": self.head.title,
            "kind": self.head.kind.value,
            "publisher": self.head.publisher,
            "locator": self.locator,
            "page": self.page,
            "quote": self.quote,
            "poorly_read": self.poorly_read,
            "date": _iso(self.head.dated),
            "link": f"/dokumente/{self.head.document_id}?von={self.start}&bis={self.end}#zitat",
            "validity": {
                "state": validity.state(as_of).value,
                "from": _iso(validity.valid_from),
                "until": _iso(validity.valid_until),
            },
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said, with the numbers of the sources that carry it."""

    text: str
    citations: tuple[int, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"text": self.text, "citations": list(self.citations)}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know beside the answer; `kind` is machine-readable."""

    kind: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask instead; from the operator's settings, never from a model."""

    name: str
    text: str = ""
    phone: str = ""
    email: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "text": self.text, "phone": self.phone, "email": self.email}


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One thing that was asked: how it was understood, and which statements answer it.

    `statements` are indexes into the answer's statements; one may answer two parts.
    """

    text: str
    asked_as: str
    status: AnswerStatus
    statements: tuple[int, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "asked_as": self.asked_as,
            "status": self.status.value,
            "statements": list(self.statements),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer to one question on one day, for one viewer; it has at least one part."""

    question: str
    asked_as: str
    language: str
    as_of: date
    status: AnswerStatus
    message: str = ""
    parts: Sequence[AnswerPart] = ()
    statements: Sequence[Statement] = ()
    sources: Sequence[Source] = ()
    notices: Sequence[Notice] = ()
    contacts: Sequence[Contact] = ()
    composed_by: str = "extractive"
    ranked_by: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "asked_as": self.asked_as,
            "language": self.language,
            "as_of": self.as_of.isoformat(),
            "status": self.status.value,
            "composed_by": self.composed_by,
            "ranked_by": self.ranked_by,
            "message": self.message,
            "parts": [part.as_dict() for part in self.parts],
            "statements": [statement.as_dict() for statement in self.statements],
            "sources": [source.as_dict(self.as_of) for source in self.sources],
            "records": [],
            "notices": [notice.as_dict() for notice in self.notices],
            "counter_question": None,
            "contacts": [contact.as_dict() for contact in self.contacts],
            "timings_ms": {name: round(value, 2) for name, value in self.timings_ms.items()},
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
