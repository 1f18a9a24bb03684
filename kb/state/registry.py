"""The registry of documents: which revision of which document answers may use.

Writing a document's row is the commit point of an ingestion: passages of any other revision are
ignored by readers and cleaned up. An intent, written before the index is touched, lets the next
start finish or undo what a crash interrupted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Select, and_, case, delete, select, update
from sqlalchemy.orm import Session

from kb.audience import Viewer
from kb.errors import NotFoundError
from kb.immutable import Immutable
from kb.passages import DocumentHead, Kind, document_id_of
from kb.points import revision_key
from kb.state.clock import utc_now
from kb.state.containers import Containers
from kb.state.database import Database
from kb.state.tables import (
    CURRENT,
    CounterRow,
    DocumentRow,
    GenerationDocumentRow,
    GenerationRow,
    IntentRow,
    ReviewRow,
    TextRow,
)
from kb.state.vocabularies import NO_WORDS, DocumentVocabulary
from kb.validity import Validity

_CHANGES = "documents"
_COUNTED = select(CounterRow.value).where(CounterRow.name == _CHANGES)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading, paragraph, list item or table row at `start`…`end` of the document's text."""

    start: int
    end: int
    kind: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A document's text with its outline and its vocabulary."""

    text: str
    outline: tuple[OutlineEntry, ...]
    vocabulary: DocumentVocabulary


#: of a document of which nothing is kept
NO_TEXT = StoredText("", (), NO_WORDS)


@dataclass(frozen=True, slots=True)
class StoredDocument(Immutable):
    """A document as the registry knows it.

    `origins` says for each automatic value where it came from; `corrections` are an admin's. Of its
    `pages`, `ocr_pages` were read by text recognition.
    """

    head: DocumentHead
    content_hash: str
    processing: str
    revision: str
    passages: int
    pages: int
    warnings: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)
    ingested_at: datetime = datetime(1970, 1, 1)
    ocr_pages: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """What readers may use of a document at this moment."""

    revision: str
    head: DocumentHead


class LiveDocuments(Mapping[str, Live]):
    """All documents that answers may use at one moment, by document id."""

    def __init__(self, documents: Mapping[str, Live]) -> None:
        self._documents = documents
        self._by_key = {
            revision_key(document_id, live.revision): live
            for document_id, live in documents.items()
        }
        #: those that say which other document they replace
        self.superseding = tuple(live for live in documents.values() if live.head.supersedes)

    def of_key(self, key: str) -> Live | None:
        """The document of which this is the live revision's key (see `kb.points`), if there is one."""
        return self._by_key.get(key)

    def __getitem__(self, document_id: str) -> Live:
        return self._documents[document_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


class Registry:
    """Documents in the state database. Thread-safe; every method is its own transaction.

    With the name of a generation, `live` gives the revisions which that generation of the index
    holds, before and after a switch; who may see what, and what is removed, is the same in all.
    """

    def __init__(self, database: Database, generation: str = "") -> None:
        self._database = database
        self._generation = generation
        self.containers = Containers(database)
        self._lock = Lock()
        self._live = LiveDocuments({})
        self._live_at = -1

    def live(self) -> LiveDocuments:
        """All documents that may be answered from, as of now (re-read only after a change)."""
        sequence = self.changes()
        with self._lock:
            if sequence == self._live_at:
                return self._live
        with self._database.session() as session:
            sequence = _changes(session)
            rows = session.execute(_live_rows(self._generation)).all()
            live = LiveDocuments(
                {row.document_id: Live(revision, head_of(row)) for row, revision in rows}
            )
        with self._lock:
            self._live, self._live_at = live, sequence
            return live

    def changes(self) -> int:
        """A number that grows with every change to any document."""
        return self._database.scalar(_COUNTED) or 0

    def at(self, uri: str) -> StoredDocument | None:
        """The document from this place."""
        return self._first(select(DocumentRow).where(DocumentRow.uri == uri))

    def below(self, prefix: str) -> list[StoredDocument]:
        """Documents whose place begins so, by place."""
        inside = DocumentRow.uri.startswith(prefix, autoescape=True)
        with self._database.session() as session:
            rows = session.scalars(select(DocumentRow).where(inside).order_by(DocumentRow.uri))
            return [_stored(row) for row in rows]

    def with_content(self, content_hash: str) -> list[StoredDocument]:
        """Documents made from these bytes, by place."""
        same = DocumentRow.content_hash == content_hash
        with self._database.session() as session:
            rows = session.scalars(select(DocumentRow).where(same).order_by(DocumentRow.uri))
            return [_stored(row) for row in rows]

    def new_id(self, uri: str) -> str:
        """An id for a document from this place; one that was moved away keeps the place's first."""
        wanted, number = document_id_of(uri), 1
        while self.find(wanted) is not None:
            number += 1
            wanted = document_id_of(f"{uri}#{number}")
        return wanted

    def find(self, document_id: str) -> StoredDocument | None:
        with self._database.session() as session:
            row = session.get(DocumentRow, document_id)
            return _stored(row) if row else None

    def _first(self, query: Select[DocumentRow]) -> StoredDocument | None:
        with self._database.session() as session:
            row = session.scalars(query).first()
            return _stored(row) if row else None

    def get(self, document_id: str, viewer: Viewer) -> StoredDocument:
        """Raises NotFoundError also for a document that the viewer may not see."""
        stored = self.find(document_id)
        if stored is None or not viewer.may_see(stored.head.audience):
            raise NotFoundError(f"Das Dokument {document_id!r} gibt es hier nicht.")
        return stored

    def text(self, document_id: str) -> StoredText:
        """Raises NotFoundError; the caller has checked that the viewer may see the document."""
        with self._database.session() as session:
            row = session.get(TextRow, document_id)
            if row is None:
                raise NotFoundError(f"Das Dokument {document_id!r} gibt es hier nicht.")
            outline = tuple(OutlineEntry(*entry) for entry in row.outline)
            return StoredText(row.text, outline, DocumentVocabulary.unpacked(row.vocabulary))

    def vocabularies(self, document_ids: Sequence[str]) -> dict[str, DocumentVocabulary]:
        """Vocabularies of the named documents."""
        found: dict[str, DocumentVocabulary] = {}
        with self._database.session() as session:
            for begin in range(0, len(document_ids), 500):
                part = document_ids[begin : begin + 500]
                query = select(TextRow.document_id, TextRow.vocabulary)
                for key, blob in session.execute(query.where(TextRow.document_id.in_(part))):
                    found[key] = DocumentVocabulary.unpacked(blob)
        return found

    def all(self) -> list[StoredDocument]:
        """Every document, whatever the audience, by place. For operators, not for viewers."""
        with self._database.session() as session:
            rows = session.scalars(select(DocumentRow).order_by(DocumentRow.uri)).all()
            return [_stored(row) for row in rows]

    def content_hashes(self, audience: str = "") -> frozenset[str]:
        """Hashes of the originals that documents, or those for one audience, were made from."""
        wanted = select(DocumentRow.content_hash)
        if audience:
            wanted = wanted.where(DocumentRow.audience == audience)
        with self._database.session() as session:
            return frozenset(session.scalars(wanted))

    def begin(self, document_id: str, revision: str) -> None:
        """Note that passages of this revision are about to be written."""
        with self._database.session() as session:
            session.merge(IntentRow(document_id=document_id, revision=revision))

    def commit(self, document: StoredDocument, text: StoredText) -> None:
        """Make a revision the live one, in one transaction."""
        with self._database.session() as session:
            session.merge(_row(document))
            session.flush()
            session.merge(TextRow(document_id=document.head.document_id, **text_columns(text)))
            outdate(session, document.head.document_id)
            bump(session)

    def correct(self, document_id: str, head: DocumentHead, corrections: Mapping[str, str]) -> None:
        """Replace a document's head data by an admin's; passages keep their revision."""
        with self._database.session() as session:
            row = session.get(DocumentRow, document_id)
            if row is None:
                raise NotFoundError(f"Das Dokument {document_id!r} gibt es nicht.")
            for name, value in _head_columns(head).items():
                setattr(row, name, value)
            row.corrections = {**row.corrections, **corrections}
            session.merge(IntentRow(document_id=document_id, revision=row.revision))
            bump(session)

    def describe(self, document: StoredDocument) -> None:
        """Set where a document's values came from, and nothing else."""
        with self._database.session() as session:
            row = session.get(DocumentRow, document.head.document_id)
            if row is not None:
                row.origins, row.corrections = dict(document.origins), dict(document.corrections)

    def remove(self, document_id: str) -> None:
        """Take a document out: from the return of this call on it is unanswerable."""
        with self._database.session() as session:
            session.merge(IntentRow(document_id=document_id, revision=""))
            session.execute(delete(TextRow).where(TextRow.document_id == document_id))
            session.execute(delete(DocumentRow).where(DocumentRow.document_id == document_id))
            session.execute(delete(ReviewRow).where(ReviewRow.document_id == document_id))
            outdate(session, document_id)
            bump(session)

    def settle(self, document_id: str) -> None:
        """The index agrees with the registry again."""
        with self._database.session() as session:
            session.execute(delete(IntentRow).where(IntentRow.document_id == document_id))

    def unsettled(self) -> list[str]:
        """Documents whose change was interrupted."""
        with self._database.session() as session:
            return list(session.scalars(select(IntentRow.document_id)))


def _live_rows(generation: str) -> Select[DocumentRow, str]:
    """Documents with the revision that readers of a generation use, in one statement: no mix."""
    if not generation:
        return select(DocumentRow, DocumentRow.revision)
    held = GenerationDocumentRow
    current = select(GenerationRow.name).where(GenerationRow.state == CURRENT).scalar_subquery()
    revision = case((current == generation, DocumentRow.revision), else_=held.revision)
    joined = and_(held.document_id == DocumentRow.document_id, held.generation == generation)
    return select(DocumentRow, revision).outerjoin(held, joined).where(revision.is_not(None))


def _changes(session: Session) -> int:
    return session.scalar(_COUNTED) or 0


def bump(session: Session) -> None:
    """Say that something about the documents changed; part of the transaction that changes it."""
    row = session.get(CounterRow, _CHANGES, with_for_update=True)
    if row is None:
        session.add(CounterRow(name=_CHANGES, value=1))
    else:
        row.value += 1


def outdate(session: Session, document_id: str) -> None:
    """Erase what other generations know of a document: it changed, or it is gone."""
    session.execute(
        update(GenerationDocumentRow)
        .where(GenerationDocumentRow.document_id == document_id)
        .values(of_revision="", text="", outline=[], vocabulary=b"")
    )


def text_columns(text: StoredText) -> dict[str, Any]:
    """A document's text as columns of a table."""
    return {
        "text": text.text,
        "outline": [
            [entry.start, entry.end, entry.kind, entry.level, entry.page] for entry in text.outline
        ],
        "vocabulary": text.vocabulary.packed(),
    }


def head_of(row: DocumentRow) -> DocumentHead:
    """The head data in a document's row."""
    return DocumentHead(
        document_id=row.document_id,
        uri=row.uri,
        file=row.file,
        title=row.title,
        kind=Kind(row.kind),
        audience=row.audience,
        language=row.language,
        publisher=row.publisher,
        dated=row.dated,
        validity=Validity(row.valid_from, row.valid_until),
        supersedes=row.supersedes,
    )


def _head_columns(head: DocumentHead) -> dict[str, str | date | None]:
    return {
        "uri": head.uri,
        "file": head.file,
        "title": head.title,
        "kind": head.kind.value,
        "audience": head.audience,
        "language": head.language,
        "publisher": head.publisher,
        "dated": head.dated,
        "valid_from": head.validity.valid_from,
        "valid_until": head.validity.valid_until,
        "supersedes": head.supersedes,
    }


def _stored(row: DocumentRow) -> StoredDocument:
    return StoredDocument(
        head=head_of(row),
        content_hash=row.content_hash,
        processing=row.processing,
        revision=row.revision,
        passages=row.passages,
        pages=row.pages,
        ocr_pages=row.ocr_pages,
        warnings=tuple(row.warnings),
        origins=dict(row.origins),
        corrections=dict(row.corrections),
        ingested_at=row.ingested_at,
    )


def _row(document: StoredDocument) -> DocumentRow:
    return DocumentRow(
        document_id=document.head.document_id,
        **_head_columns(document.head),
        content_hash=document.content_hash,
        processing=document.processing,
        revision=document.revision,
        passages=document.passages,
        pages=document.pages,
        ocr_pages=document.ocr_pages,
        warnings=list(document.warnings),
        origins=dict(document.origins),
        corrections=dict(document.corrections),
        ingested_at=utc_now(),
    )
