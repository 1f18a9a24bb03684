"""The tables of the state database; alembic migrations in `migrations/` create and change them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Prose(TypeDecorator[str]):
    """Text of any origin: a NUL, which PostgreSQL refuses, becomes U+FFFD; offsets stay right."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace("\0", "\ufffd") if value is not None else None


class Base(DeclarativeBase):
    """Base of all tables."""


class DocumentRow(Base):
    """One ingested document. The row's `revision` is what answers may use: writing it is the commit."""

    __tablename__ = "documents"

    document_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    uri: Mapped[str] = mapped_column(Text, unique=True)
    file: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Prose)
    kind: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    publisher: Mapped[str] = mapped_column(Prose)
    dated: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    supersedes: Mapped[str] = mapped_column(Prose)
    content_hash: Mapped[str] = mapped_column(String(64))
    processing: Mapped[str] = mapped_column(String(64))
    revision: Mapped[str] = mapped_column(String(40))
    passages: Mapped[int]
    pages: Mapped[int]
    ocr_pages: Mapped[int] = mapped_column(server_default="0")
    warnings: Mapped[list[str]] = mapped_column(JSON)
    origins: Mapped[dict[str, str]] = mapped_column(JSON)
    corrections: Mapped[dict[str, str]] = mapped_column(JSON)
    ingested_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_documents_audience", "audience"),
        Index("ix_documents_content_hash", "content_hash"),
    )


class NoticeRow(Base):
    """What the operator was told of; subject and state as SHA-256."""

    __tablename__ = "notices"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(64))
    told_at: Mapped[datetime]


class ReviewRow(Base):
    """On which day somebody has to look whether a document still holds."""

    __tablename__ = "reviews"

    document_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    due: Mapped[date]


class ContainerRow(Base):
    """A mail or an archive that was taken in whole: with so many documents, itself included."""

    __tablename__ = "containers"

    uri: Mapped[str] = mapped_column(Text, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    processing: Mapped[str] = mapped_column(String(64))
    documents: Mapped[int]


class TextRow(Base):
    """A document's converted text, its outline and its vocabulary."""

    __tablename__ = "document_texts"

    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Prose)
    outline: Mapped[list[Any]] = mapped_column(JSON)
    vocabulary: Mapped[bytes] = mapped_column(LargeBinary)


class JobRow(Base):
    """A piece of work that outlives the process: what is to be done, how far it is, what came of it."""

    __tablename__ = "jobs"

    job_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    order: Mapped[dict[str, Any]] = mapped_column("job_order", JSON)
    label: Mapped[str] = mapped_column(Prose)
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int]
    failures: Mapped[int] = mapped_column(server_default="0")
    deaths: Mapped[int] = mapped_column(server_default="0")
    step: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str] = mapped_column(Prose)
    error_code: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_jobs_state", "state"),)


class SourceRow(Base):
    """Where documents keep coming from: folders of this machine, or addresses on the web."""

    __tablename__ = "sources"

    source_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    places: Mapped[list[str]] = mapped_column(JSON)
    sitemaps: Mapped[list[str]] = mapped_column(JSON)
    include: Mapped[list[str]] = mapped_column(JSON)
    exclude: Mapped[list[str]] = mapped_column(JSON)
    hosts: Mapped[list[str]] = mapped_column(JSON)
    public: Mapped[bool]
    prune: Mapped[bool]
    watch: Mapped[bool]
    every_minutes: Mapped[int]
    next_at: Mapped[datetime | None]
    last_job: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class PageRow(Base):
    """An address that a source has fetched: what to send back the next time, and what it became."""

    __tablename__ = "pages"

    source_id: Mapped[str] = mapped_column(
        ForeignKey("sources.source_id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str] = mapped_column(Text, primary_key=True)
    uri: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(Text)
    last_modified: Mapped[str] = mapped_column(Text)


class IntentRow(Base):
    """A change to a document's passages that has begun; after a crash it is finished or undone."""

    __tablename__ = "intents"

    document_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision: Mapped[str] = mapped_column(String(40))


class CounterRow(Base):
    """Numbers that only grow; `documents` counts changes so that readers notice them."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


#: the state of the generation that answers; there is one at most
CURRENT = "current"


class GenerationRow(Base):
    """A generation of the index; the row in state `current` says which one answers."""

    __tablename__ = "generations"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    fingerprint: Mapped[dict[str, Any]] = mapped_column(JSON)
    embedder: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    switched_at: Mapped[datetime | None]


class GenerationDocumentRow(Base):
    """What a generation that is not in use made of a document.

    It stands for the document as it was with revision `of_revision` and the head digest `of_head`;
    an empty `of_revision` marks what is outdated or removed. The current generation's documents are
    in the tables above; a switch exchanges the two.
    """

    __tablename__ = "generation_documents"

    generation: Mapped[str] = mapped_column(
        ForeignKey("generations.name", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    of_revision: Mapped[str] = mapped_column(String(40))
    of_head: Mapped[str] = mapped_column(String(64))
    revision: Mapped[str] = mapped_column(String(40))
    passages: Mapped[int]
    pages: Mapped[int]
    ocr_pages: Mapped[int] = mapped_column(server_default="0")
    warnings: Mapped[list[str]] = mapped_column(JSON)
    failed: Mapped[bool]
    text: Mapped[str] = mapped_column(Prose)
    outline: Mapped[list[Any]] = mapped_column(JSON)
    vocabulary: Mapped[bytes] = mapped_column(LargeBinary)


class TokenRow(Base):
    """An API token: only its SHA-256 is stored."""

    __tablename__ = "tokens"

    token_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text, server_default="admin")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AccountRow(Base):
    """Somebody who has signed in: whose word it is that they are who they are, and what they may do."""

    __tablename__ = "accounts"

    account_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Prose)
    name: Mapped[str] = mapped_column(Prose)
    email: Mapped[str] = mapped_column(Prose)
    role: Mapped[str] = mapped_column(String(20))
    groups: Mapped[list[str]] = mapped_column(JSON)
    disabled: Mapped[bool]
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class InviteRow(Base):
    """A link that signs somebody in once: only the SHA-256 of its secret is stored."""

    __tablename__ = "invites"

    invite_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Prose)
    role: Mapped[str] = mapped_column(String(20))
    groups: Mapped[list[str]] = mapped_column(JSON)
    account_id: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SessionRow(Base):
    """A device on which somebody is signed in: only the SHA-256 of its cookie is stored."""

    __tablename__ = "sessions"

    session_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("accounts.account_id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
