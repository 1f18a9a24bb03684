"""Sources in the state database: where documents keep coming from, when next, and what was fetched."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from kb.errors import NotFoundError
from kb.state.clock import utc_now
from kb.state.database import Database
from kb.state.tables import PageRow, SourceRow


class SourceKind(StrEnum):
    """Files and folders of this machine, or addresses on the web."""

    FOLDER = "folder"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What a source is. `places` are paths or web addresses; the patterns are for sitemaps.

    `every_minutes` is 0 for a source that is only read when somebody says so; a watched folder is
    read soon after something in it changes.
    """

    kind: SourceKind
    places: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    public: bool = False
    prune: bool = False
    watch: bool = False
    every_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A source, the moment (UTC) at which it is read next, and the job that read it last."""

    source_id: str
    spec: SourceSpec
    next_at: datetime | None
    last_job: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """An address that was fetched, the place of its document, and what the server said of its state."""

    url: str
    uri: str
    etag: str
    last_modified: str


class Sources:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, spec: SourceSpec) -> Source:
        """A new source; one with a schedule is due at once."""
        values = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(spec).items()
        }
        row = SourceRow(
            source_id=secrets.token_hex(4),
            **values,
            next_at=utc_now() if spec.every_minutes else None,
            last_job="",
            created_at=utc_now(),
        )
        with self._database.session() as session:
            session.add(row)
        return _source(row)

    def find(self, source_id: str) -> Source:
        """Raises NotFoundError."""
        with self._database.session() as session:
            return _source(_row(session.get(SourceRow, source_id), source_id))

    def all(self) -> list[Source]:
        """In the order in which they were added."""
        query = select(SourceRow).order_by(SourceRow.created_at, SourceRow.source_id)
        with self._database.session() as session:
            return [_source(row) for row in session.scalars(query)]

    def due(self) -> list[Source]:
        """Those whose time has come."""
        return [source for source in self.all() if source.next_at and source.next_at <= utc_now()]

    def began(self, source_id: str, job_id: str) -> None:
        """A job reads it now; the next one is due after its interval."""
        with self._database.session() as session:
            row = _row(session.get(SourceRow, source_id), source_id)
            row.last_job = job_id
            if row.every_minutes:
                row.next_at = utc_now() + timedelta(minutes=row.every_minutes)

    def remove(self, source_id: str) -> list[Page]:
        """Forget a source; returns what was fetched for it. Raises NotFoundError."""
        pages = self.pages(source_id)
        with self._database.session() as session:
            row = _row(session.get(SourceRow, source_id), source_id)
            session.execute(delete(PageRow).where(PageRow.source_id == source_id))
            session.delete(row)
        return list(pages.values())

    def pages(self, source_id: str) -> dict[str, Page]:
        """What was fetched for a source, by address."""
        query = select(PageRow).where(PageRow.source_id == source_id)
        with self._database.session() as session:
            return {
                row.url: Page(row.url, row.uri, row.etag, row.last_modified)
                for row in session.scalars(query)
            }

    def keep(self, source_id: str, page: Page) -> None:
        """Remember a page for the next time."""
        with self._database.session() as session:
            session.merge(PageRow(source_id=source_id, **asdict(page)))

    def forget(self, source_id: str, urls: Sequence[str]) -> None:
        """These pages are gone."""
        with self._database.session() as session:
            for url in urls:
                row = session.get(PageRow, (source_id, url))
                if row is not None:
                    session.delete(row)

    def uses(self, uri: str) -> bool:
        """Whether any source still has this document."""
        with self._database.session() as session:
            return session.scalars(select(PageRow).where(PageRow.uri == uri)).first() is not None


def _row(row: SourceRow | None, source_id: str) -> SourceRow:
    if row is None:
        raise NotFoundError(f"Eine Quelle {source_id!r} gibt es nicht.")
    return row


def _source(row: SourceRow) -> Source:
    spec = SourceSpec(
        kind=SourceKind(row.kind),
        places=tuple(row.places),
        sitemaps=tuple(row.sitemaps),
        include=tuple(row.include),
        exclude=tuple(row.exclude),
        hosts=tuple(row.hosts),
        public=row.public,
        prune=row.prune,
        watch=row.watch,
        every_minutes=row.every_minutes,
    )
    return Source(row.source_id, spec, row.next_at, row.last_job, row.created_at)
