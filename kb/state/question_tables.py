"""Tables around asking: questions, counts, work list, audit, pauses, test questions, written answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.state.tables import Base, Prose


class QuestionRow(Base):
    """A question that was asked, masked, and what came of it; never who asked.

    Where no texts are kept the row is the receipt that feedback needs for a day.
    """

    __tablename__ = "questions"

    answer_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    asked_at: Mapped[datetime]
    day: Mapped[date]
    way: Mapped[str] = mapped_column(String(8))
    site: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    audience: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(Prose)
    asked_as: Mapped[str] = mapped_column(Prose)
    outcome: Mapped[str] = mapped_column(String(12))
    cited: Mapped[list[str]] = mapped_column(JSON)
    first_ms: Mapped[int | None]
    total_ms: Mapped[int | None]
    helpful: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(Prose)

    __table_args__ = (Index("ix_questions_asked_at", "asked_at"),)


class DailyCountRow(Base):
    """How often something was so on a day: a measure (`outcome`), one of its values, a number."""

    __tablename__ = "daily_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[str] = mapped_column(String(12), primary_key=True)
    number: Mapped[int]


class WorkRow(Base):
    """Something for the operator's people to see to: a group of like questions, or a call-back.

    `kept`: a person wrote the title, so it outlives the questions it stands for.
    """

    __tablename__ = "work_items"

    item_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(Prose)
    kept: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10))
    assignee: Mapped[str] = mapped_column(Prose)
    note: Mapped[str] = mapped_column(Prose)
    times: Mapped[int]
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    person: Mapped[dict[str, str]] = mapped_column(JSON)
    model: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_work_items_state", "kind", "state"),)


class AuditRow(Base):
    """Who changed what and when; rows are added and, after their time, removed, never altered."""

    __tablename__ = "audit"

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(Prose)
    verb: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(Prose)
    before: Mapped[str] = mapped_column(Prose)
    after: Mapped[str] = mapped_column(Prose)

    __table_args__ = (Index("ix_audit_at", "at"),)


class PauseRow(Base):
    """A time in which nothing was answered; the one without an end goes on."""

    __tablename__ = "pauses"

    pause_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Prose)


class WrittenAnswerRow(Base):
    """An answer that somebody writes by hand; `content` is its latest wording.

    `published`: a wording was approved and is a document now, maybe an earlier one than this.
    """

    __tablename__ = "written_answers"

    answer_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    published: Mapped[bool]
    version: Mapped[int]
    item_id: Mapped[str] = mapped_column(String(16))
    written_by: Mapped[str] = mapped_column(Prose)
    written_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(Prose)
    approved_at: Mapped[datetime | None]


class ProbeRow(Base):
    """A test question of the operator's own; `expected` is what is expected of its answer."""

    __tablename__ = "test_questions"

    probe_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str] = mapped_column(Prose)
    audience: Mapped[str] = mapped_column(String(80))
    expected: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class ProbeRunRow(Base):
    """One asking of all test questions; `verdicts` has how each of them went."""

    __tablename__ = "test_runs"

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(Text)
    verdicts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
