"""Answers written by hand: drafts, approved ones, withdrawn ones; each change makes a new version."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from kb.errors import InputError, NotFoundError
from kb.questions import WrittenState
from kb.state.database import Database
from kb.state.question_tables import WrittenAnswerRow
from kb.validity import Validity


@dataclass(frozen=True, slots=True)
class WrittenContent:
    """What somebody wrote: question first as it is asked most, `contact` may be empty."""

    questions: tuple[str, ...]
    text: str
    kind: str
    audience: str
    contact: str = ""
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer with who wrote and approved it; times are UTC, `item_id` is of the work list.

    `published`: an approved wording is a document now, an earlier one while this is a draft.
    """

    answer_id: str
    content: WrittenContent
    state: WrittenState
    published: bool
    version: int
    item_id: str
    written_by: str
    written_at: datetime
    approved_by: str
    approved_at: datetime | None


class WrittenAnswers:
    """Thread-safe; every method is its own transaction. All but `add` and `page` raise NotFoundError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, content: WrittenContent, who: str, now: datetime, item_id: str) -> WrittenAnswer:
        """A first draft."""
        row = WrittenAnswerRow(
            answer_id=secrets.token_hex(6),
            content=_stored(content),
            state=WrittenState.DRAFT,
            published=False,
            version=1,
            item_id=item_id,
            written_by=who,
            written_at=now,
            approved_by="",
            approved_at=None,
        )
        with self._database.session() as session:
            session.add(row)
        return _answer(row)

    def find(self, answer_id: str) -> WrittenAnswer:
        with self._database.session() as session:
            return _answer(_row(session.get(WrittenAnswerRow, answer_id)))

    def all(self) -> list[WrittenAnswer]:
        """The latest written first."""
        query = select(WrittenAnswerRow).order_by(WrittenAnswerRow.written_at.desc())
        with self._database.session() as session:
            return [_answer(row) for row in session.scalars(query)]

    def revise(
        self, answer_id: str, content: WrittenContent, who: str, now: datetime
    ) -> WrittenAnswer:
        """A new wording, to be approved; until then the document stays as it is."""
        with self._database.session() as session:
            row = _row(session.get(WrittenAnswerRow, answer_id))
            row.content, row.state = _stored(content), WrittenState.DRAFT
            row.version += 1
            row.written_by, row.written_at = who, now
            row.approved_by, row.approved_at = "", None
            return _answer(row)

    def approve(self, answer_id: str, version: int, who: str, now: datetime) -> WrittenAnswer:
        """Approve the version that somebody has read. Raises InputError for another or no draft."""
        with self._database.session() as session:
            row = _row(session.get(WrittenAnswerRow, answer_id))
            if row.state != WrittenState.DRAFT:
                raise InputError("Freigegeben werden kann nur ein Entwurf.")
            if row.version != version:
                raise InputError(
                    "Die Antwort wurde inzwischen geändert. Bitte die neue Fassung lesen und dann "
                    "freigeben."
                )
            row.state, row.published = WrittenState.APPROVED, True
            row.approved_by, row.approved_at = who, now
            return _answer(row)

    def withdraw(self, answer_id: str) -> WrittenAnswer:
        """Discard a draft, or take an approved answer back."""
        with self._database.session() as session:
            row = _row(session.get(WrittenAnswerRow, answer_id))
            row.state, row.published = WrittenState.WITHDRAWN, False
            return _answer(row)


def _stored(content: WrittenContent) -> dict[str, Any]:
    first, last = content.validity.valid_from, content.validity.valid_until
    return {
        "questions": list(content.questions),
        "text": content.text,
        "kind": content.kind,
        "audience": content.audience,
        "contact": content.contact,
        "valid_from": first.isoformat() if first else "",
        "valid_until": last.isoformat() if last else "",
    }


def _content(stored: Mapping[str, Any]) -> WrittenContent:
    first, last = (
        date.fromisoformat(stored[name]) if stored[name] else None
        for name in ("valid_from", "valid_until")
    )
    return WrittenContent(
        questions=tuple(stored["questions"]),
        text=stored["text"],
        kind=stored["kind"],
        audience=stored["audience"],
        contact=stored["contact"],
        validity=Validity(first, last),
    )


def _row(row: WrittenAnswerRow | None) -> WrittenAnswerRow:
    if row is None:
        raise NotFoundError(
            "Diese geschriebene Antwort gibt es nicht. „auskunft answers list“ zeigt alle."
        )
    return row


def _answer(row: WrittenAnswerRow) -> WrittenAnswer:
    return WrittenAnswer(
        answer_id=row.answer_id,
        content=_content(row.content),
        state=WrittenState(row.state),
        published=row.published,
        version=row.version,
        item_id=row.item_id,
        written_by=row.written_by,
        written_at=row.written_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )
