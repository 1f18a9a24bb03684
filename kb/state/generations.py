"""Which generation of the index answers, and what the others hold: the commit point of a switch.

A generation that is built or was in use before knows for each document the revision it holds and
the state of the registry that this stands for. The difference to the registry as it is now (`gap`)
is what has to be caught up with. `switch` exchanges the rows of two generations in one transaction.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from kb.errors import NotFoundError
from kb.immutable import Immutable
from kb.passages import DocumentHead
from kb.state.clock import utc_now
from kb.state.database import Database
from kb.state.registry import NO_TEXT, StoredText, bump, head_of, text_columns
from kb.state.tables import (
    CURRENT,
    DocumentRow,
    GenerationDocumentRow,
    GenerationRow,
    IntentRow,
    TextRow,
)

_Held = GenerationDocumentRow
#: the columns of a document's text, which both tables have
_TEXT = tuple(column.name for column in TextRow.__table__.columns if not column.primary_key)


class GenerationState(StrEnum):
    """`set_aside`: an operator went back from it; `dropped`: its data is being deleted."""

    BUILDING = "building"
    CURRENT = CURRENT
    FORMER = "former"
    SET_ASIDE = "set_aside"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Generation(Immutable):
    """A generation of the index: what it was built with, and with which setting of the embedder."""

    name: str
    state: GenerationState
    fingerprint: Mapping[str, Any]
    embedder: str
    created_at: datetime
    switched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held(Immutable):
    """A document as a generation holds it; `warnings` say why when it `failed`."""

    document_id: str
    of_revision: str
    of_head: str
    revision: str
    passages: int
    pages: int
    warnings: tuple[str, ...] = ()
    failed: bool = False
    ocr_pages: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Document ids by what a generation lacks: the content, only the head data, or the removal."""

    content: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    removals: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.content or self.heads or self.removals)


class GapError(Exception):
    """A switch to a generation that has not caught up; the caller catches up and tries again."""


def digest_of(head: DocumentHead) -> str:
    """Tells head data apart: SHA-256, hexadecimal."""
    return hashlib.sha256(repr(head).encode()).hexdigest()


class GenerationLedger:
    """The generations in the state database. Every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Generation]:
        """Oldest first."""
        with self._database.session() as session:
            order = select(GenerationRow).order_by(GenerationRow.created_at, GenerationRow.name)
            return [_generation(row) for row in session.scalars(order)]

    def current(self) -> Generation | None:
        """The generation that answers, None before the first one."""
        return next((one for one in self.all() if one.state is GenerationState.CURRENT), None)

    def enter(
        self,
        name: str,
        fingerprint: Mapping[str, Any],
        embedder: str,
        state: GenerationState = GenerationState.BUILDING,
    ) -> Generation:
        """Note a generation before its data is made, so that none is ever forgotten."""
        row = GenerationRow(
            name=name,
            state=state.value,
            fingerprint=dict(fingerprint),
            embedder=embedder,
            created_at=utc_now(),
            switched_at=utc_now() if state is GenerationState.CURRENT else None,
        )
        with self._database.session() as session:
            session.add(row)
            session.flush()
            return _generation(row)

    def mark(self, name: str, state: GenerationState) -> None:
        with self._database.session() as session:
            chosen = update(GenerationRow).where(GenerationRow.name == name)
            session.execute(chosen.values(state=state.value))

    def forget(self, name: str) -> None:
        """Take a generation out; its data is deleted already."""
        with self._database.session() as session:
            session.execute(delete(_Held).where(_Held.generation == name))
            session.execute(delete(GenerationRow).where(GenerationRow.name == name))

    def clear(self, name: str) -> None:
        """The generation holds nothing (any more)."""
        with self._database.session() as session:
            session.execute(delete(_Held).where(_Held.generation == name))

    def open(self, name: str, document_id: str) -> None:
        """Note that a generation's passages of a document are about to change."""
        with self._database.session() as session:
            known = _of(name, document_id, select(_Held.document_id))
            if session.scalar(known) is None:
                session.add(_row(name, Held(document_id, "", "", "", 0, 0), NO_TEXT))
            else:
                session.execute(_of(name, document_id, update(_Held)).values(of_revision=""))

    def hold(self, name: str, held: Held, text: StoredText) -> None:
        """Note what a generation holds of a document now; its passages are written already."""
        with self._database.session() as session:
            session.merge(_row(name, held, text))

    def hold_head(self, name: str, document_id: str, of_head: str) -> None:
        """The generation's passages of the document carry this head data now."""
        with self._database.session() as session:
            session.execute(_of(name, document_id, update(_Held)).values(of_head=of_head))

    def release(self, name: str, document_id: str) -> None:
        """The generation holds nothing of the document any more."""
        with self._database.session() as session:
            session.execute(_of(name, document_id, delete(_Held)))

    def held(self, name: str) -> list[Held]:
        """What a generation that is not in use holds, without the texts."""
        columns = (
            _Held.document_id, _Held.of_revision, _Held.of_head, _Held.revision, _Held.passages,
            _Held.pages, _Held.warnings, _Held.failed, _Held.ocr_pages,
        )  # fmt: skip
        with self._database.session() as session:
            rows = session.execute(select(*columns).where(_Held.generation == name)).all()
        return [Held(*row[:6], tuple(row.warnings), row.failed, row.ocr_pages) for row in rows]

    def outdated(self, name: str) -> bool:
        """Whether a generation holds documents that have been replaced or removed since."""
        query = select(_Held.document_id).where(_Held.generation == name, _Held.of_revision == "")
        with self._database.session() as session:
            return session.scalar(query.limit(1)) is not None

    def gap(self, name: str) -> Gap:
        """What a generation that is not in use lacks of the registry as it is now."""
        query = (
            select(DocumentRow, _Held.of_revision, _Held.of_head)
            .outerjoin(_Held, _joined(name))
            .order_by(DocumentRow.uri)
        )
        gone = (
            select(_Held.document_id)
            .outerjoin(DocumentRow, DocumentRow.document_id == _Held.document_id)
            .where(_Held.generation == name, DocumentRow.document_id.is_(None))
        )
        content: list[str] = []
        heads: list[str] = []
        with self._database.session() as session:
            for row, of_revision, of_head in session.execute(query):
                if of_revision != row.revision:
                    content.append(row.document_id)
                elif of_head != digest_of(head_of(row)):
                    heads.append(row.document_id)
            return Gap(tuple(content), tuple(heads), tuple(session.scalars(gone)))

    def switch(self, name: str, leave: GenerationState = GenerationState.FORMER) -> None:
        """Put a generation into use, and the one before it into the state `leave`; one transaction.

        The caller keeps everybody else from writing. Raises GapError when something is missing.
        """
        with self._database.session() as session:
            bump(session)
            if session.get(GenerationRow, name) is None:
                raise NotFoundError(f"Die Generation {name!r} des Suchindex gibt es nicht.")
            if session.scalar(_lacking(name)):
                raise GapError(name)
            former = session.scalar(
                select(GenerationRow).where(GenerationRow.state == GenerationState.CURRENT)
            )
            if former is not None:
                _set_down(session, former.name, name)
                _leave_unsettled(session, former.name)
                former.state = leave.value
                session.flush()
            _take_up(session, name)
            chosen = update(GenerationRow).where(GenerationRow.name == name)
            session.execute(
                chosen.values(state=GenerationState.CURRENT.value, switched_at=utc_now())
            )


def _row(name: str, held: Held, text: StoredText) -> GenerationDocumentRow:
    return GenerationDocumentRow(
        generation=name,
        document_id=held.document_id,
        of_revision=held.of_revision,
        of_head=held.of_head,
        revision=held.revision,
        passages=held.passages,
        pages=held.pages,
        ocr_pages=held.ocr_pages,
        warnings=list(held.warnings),
        failed=held.failed,
        **text_columns(text),
    )


def _joined(name: str) -> ColumnElement[bool]:
    return and_(_Held.document_id == DocumentRow.document_id, _Held.generation == name)


def _of(name: str, document_id: str, statement: Any) -> Any:
    return statement.where(_Held.generation == name, _Held.document_id == document_id)


def _lacking(name: str) -> Any:
    differs = or_(_Held.of_revision.is_(None), _Held.of_revision != DocumentRow.revision)
    return (
        select(func.count()).select_from(DocumentRow).outerjoin(_Held, _joined(name)).where(differs)
    )


def _set_down(session: Session, former: str, name: str) -> None:
    """Keep the rows in use as those of `former`, standing for what `name` brings."""
    session.execute(delete(_Held).where(_Held.generation == former))
    coming = aliased(_Held)
    values: dict[str, Any] = {
        "generation": literal(former),
        "document_id": DocumentRow.document_id,
        "of_revision": coming.revision,
        "of_head": coming.of_head,
        "revision": DocumentRow.revision,
        "passages": DocumentRow.passages,
        "pages": DocumentRow.pages,
        "ocr_pages": DocumentRow.ocr_pages,
        "warnings": DocumentRow.warnings,
        "failed": literal(False),
        **{column: getattr(TextRow, column) for column in _TEXT},
    }
    rows = (
        select(*values.values())
        .join_from(DocumentRow, TextRow, TextRow.document_id == DocumentRow.document_id)
        .join(coming, coming.document_id == DocumentRow.document_id)
        .where(coming.generation == name)
    )
    session.execute(insert(_Held).from_select(list(values), rows, include_defaults=False))


def _leave_unsettled(session: Session, former: str) -> None:
    """Of a document whose change was interrupted nobody knows what the index holds."""
    unsettled = set(session.scalars(select(IntentRow.document_id)))
    mine = _Held.generation == former, _Held.document_id.in_(unsettled)
    known = set(session.scalars(select(_Held.document_id).where(*mine)))
    session.execute(update(_Held).where(*mine).values(of_revision=""))
    for document_id in unsettled - known:
        session.add(_row(former, Held(document_id, "", "", "", 0, 0), NO_TEXT))


def _take_up(session: Session, name: str) -> None:
    """Make what `name` holds the rows in use; a document that failed keeps its text for reading.

    It gets no processing digest, so that the next ingestion tries it again.
    """
    held = select(_Held).where(_Held.generation == name)
    whole = held.where(_Held.failed.is_(False))
    changed = {
        column: _one(column, name)
        for column in ("revision", "passages", "pages", "ocr_pages", "warnings")
    }
    ids = held.with_only_columns(_Held.document_id)
    session.execute(
        update(DocumentRow)
        .where(DocumentRow.document_id.in_(ids))
        .values(**changed)
        .execution_options(synchronize_session=False)
    )
    failed = ids.where(_Held.failed.is_(True))
    session.execute(
        update(DocumentRow)
        .where(DocumentRow.document_id.in_(failed))
        .values(processing="")
        .execution_options(synchronize_session=False)
    )
    renewed = whole.with_only_columns(_Held.document_id)
    session.execute(delete(TextRow).where(TextRow.document_id.in_(renewed)))
    columns = ["document_id", *_TEXT]
    texts = whole.with_only_columns(*(getattr(_Held, column) for column in columns))
    session.execute(insert(TextRow).from_select(columns, texts, include_defaults=False))
    session.execute(delete(_Held).where(_Held.generation == name))


def _one(column: str, name: str) -> Any:
    """A column of what a generation holds of the document that is being updated."""
    return (
        select(getattr(_Held, column))
        .where(_Held.generation == name, _Held.document_id == DocumentRow.document_id)
        .scalar_subquery()
    )


def _generation(row: GenerationRow) -> Generation:
    return Generation(
        name=row.name,
        state=GenerationState(row.state),
        fingerprint=dict(row.fingerprint),
        embedder=row.embedder,
        created_at=row.created_at,
        switched_at=row.switched_at,
    )
