"""The work list: unanswered questions, like ones together, and call-backs that were asked for.

A question joins the nearest open item that is near enough, or opens one. An item that nobody gave a
title has the wording of its latest question and goes with it; one with a title of its own stays.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from kb.embedding.port import Vector
from kb.errors import NotFoundError
from kb.questions import WorkKind, WorkState
from kb.state.database import Database
from kb.state.question_tables import WorkRow

#: least cosine of the bundled model at which two questions are one item. Of 54 questions on 17 matters
#: in 50 orders, .92 put 93 % of the pairs together rightly and found 28 % of all; .90: 73 and 45 %,
#: .88: 60 and 55 %, .94: 100 and 9 %. Two matters in one item do more harm than two items on one.
ALIKE = 0.92


_OPEN = (WorkState.OPEN, WorkState.IN_WORK)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """`times` is how often it was asked, `last_at` when last (UTC); `person` is for call-backs."""

    item_id: str
    kind: WorkKind
    title: str
    kept: bool
    state: WorkState
    assignee: str
    note: str
    times: int
    created_at: datetime
    last_at: datetime
    person: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's text and its vector by the named language model; empty where there is none."""

    text: str
    model: str = ""
    vector: Vector = field(default_factory=lambda: np.zeros(0, np.float32))


class Worklist:
    """Every method is its own transaction; `join` is for one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def join(self, wording: Wording, now: datetime, scale: Callable[[float], float] = float) -> str:
        """Enter an unanswered question; returns the item's id.

        `scale` makes of the model's cosine what the bundled model would give.
        """
        with self._database.session() as session:
            row = _nearest(session, wording, scale)
            if row is None:
                row = _new(WorkKind.QUESTION, wording.text, now)
                session.add(row)
            row.times += 1
            row.last_at = now
            if not row.kept:
                row.title = wording.text
                row.model, row.vector = wording.model, wording.vector.tobytes()
            return row.item_id

    def call_back(self, question: str, person: Mapping[str, str], now: datetime) -> WorkItem:
        """Enter a person who wants to be called."""
        row = _new(WorkKind.CALLBACK, question, now)
        row.times = 1
        row.person = dict(person)
        with self._database.session() as session:
            session.add(row)
        return _item(row)

    def find(self, item_id: str) -> WorkItem:
        """Raises NotFoundError."""
        with self._database.session() as session:
            return _item(_row(session.get(WorkRow, item_id), item_id))

    def wording_of(self, item_id: str) -> Wording:
        """The words and the vector by which an item takes in questions. Raises NotFoundError."""
        with self._database.session() as session:
            row = _row(session.get(WorkRow, item_id), item_id)
            return Wording(row.title, row.model, np.frombuffer(row.vector, np.float32))

    def page(
        self,
        *,
        kind: WorkKind | None = None,
        states: tuple[WorkState, ...] = (),
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[WorkItem], int]:
        """What was asked most often and last comes first, and how many there are altogether."""
        conditions: list[ColumnElement[bool]] = []
        if kind is not None:
            conditions.append(WorkRow.kind == kind)
        if states:
            conditions.append(WorkRow.state.in_(states))
        rows = (
            select(WorkRow)
            .where(*conditions)
            .order_by(WorkRow.times.desc(), WorkRow.last_at.desc(), WorkRow.item_id)
            .limit(limit)
            .offset(offset)
        )
        total = select(func.count()).select_from(WorkRow).where(*conditions)
        with self._database.session() as session:
            return [_item(row) for row in session.scalars(rows)], session.scalar(total) or 0

    def change(
        self,
        item_id: str,
        *,
        state: WorkState | None = None,
        assignee: str | None = None,
        note: str | None = None,
        title: Wording | None = None,
    ) -> WorkItem:
        """Change what is given. A title stays for good. Raises NotFoundError."""
        values: dict[str, object] = {
            name: value
            for name, value in (("state", state), ("assignee", assignee), ("note", note))
            if value is not None
        }
        if title is not None:
            values |= {"title": title.text, "kept": True}
            values |= {"model": title.model, "vector": title.vector.tobytes()}
        with self._database.session() as session:
            if values:
                session.execute(update(WorkRow).where(WorkRow.item_id == item_id).values(values))
            return _item(_row(session.get(WorkRow, item_id), item_id))

    def remove(self, item_id: str) -> None:
        """Delete an item with all that is in it. Raises NotFoundError."""
        with self._database.session() as session:
            session.delete(_row(session.get(WorkRow, item_id), item_id))

    def forget(self, kind: WorkKind, before: datetime) -> int:
        """Delete items last asked for before a moment (UTC), but for questions with a kept title."""
        conditions = [WorkRow.kind == kind, WorkRow.last_at < before]
        if kind is WorkKind.QUESTION:
            conditions.append(WorkRow.kept.is_(False))
        with self._database.session() as session:
            gone = session.execute(delete(WorkRow).where(*conditions))
            return int(gone.rowcount)  # type: ignore[attr-defined]


def _nearest(session: Session, wording: Wording, scale: Callable[[float], float]) -> WorkRow | None:
    """The open item with the same words, else the nearest one by meaning if near enough."""
    mine = (WorkRow.kind == WorkKind.QUESTION, WorkRow.state.in_(_OPEN))
    same = select(WorkRow).where(*mine, func.lower(WorkRow.title) == wording.text.lower())
    found = session.scalars(same.order_by(WorkRow.created_at)).first()
    if found is not None or not wording.vector.size:
        return found
    like = select(WorkRow.item_id, WorkRow.vector).where(*mine, WorkRow.model == wording.model)
    size = wording.vector.nbytes
    rows = [(row.item_id, row.vector) for row in session.execute(like) if len(row.vector) == size]
    if not rows:
        return None
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), np.float32)
    likeness = vectors.reshape(len(rows), -1) @ wording.vector
    best = int(np.argmax(likeness))
    alike = scale(float(likeness[best])) >= ALIKE
    return session.get(WorkRow, rows[best][0]) if alike else None


def _new(kind: WorkKind, title: str, now: datetime) -> WorkRow:
    return WorkRow(
        item_id=secrets.token_hex(6),
        kind=kind,
        title=title,
        kept=False,
        state=WorkState.OPEN,
        assignee="",
        note="",
        times=0,
        created_at=now,
        last_at=now,
        person={},
        model="",
        vector=b"",
    )


def _row(row: WorkRow | None, item_id: str) -> WorkRow:
    if row is None:
        raise NotFoundError(
            f"Einen Eintrag {item_id!r} gibt es in der Arbeitsliste nicht. „auskunft worklist list“ "
            "zeigt alle."
        )
    return row


def _item(row: WorkRow) -> WorkItem:
    return WorkItem(
        item_id=row.item_id,
        kind=WorkKind(row.kind),
        title=row.title,
        kept=row.kept,
        state=WorkState(row.state),
        assignee=row.assignee,
        note=row.note,
        times=row.times,
        created_at=row.created_at,
        last_at=row.last_at,
        person=dict(row.person),
    )
