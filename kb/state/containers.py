"""Files that hold other files: which of them were taken in whole, so that they can be skipped."""

from dataclasses import dataclass

from sqlalchemy import select

from kb.state.database import Database
from kb.state.tables import ContainerRow


@dataclass(frozen=True, slots=True)
class Container:
    """A mail or an archive at a place, and how many documents came out of it, itself included."""

    uri: str
    content_hash: str
    processing: str
    documents: int


class Containers:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, uri: str) -> Container | None:
        with self._database.session() as session:
            row = session.get(ContainerRow, uri)
            if row is None:
                return None
            return Container(row.uri, row.content_hash, row.processing, row.documents)

    def places(self) -> list[str]:
        """Where containers are known of, in order."""
        with self._database.session() as session:
            return list(session.scalars(select(ContainerRow.uri).order_by(ContainerRow.uri)))

    def note(self, container: Container) -> None:
        """It was taken in whole."""
        with self._database.session() as session:
            session.merge(
                ContainerRow(
                    uri=container.uri,
                    content_hash=container.content_hash,
                    processing=container.processing,
                    documents=container.documents,
                )
            )

    def forget(self, uri: str) -> None:
        """It is about to be taken in anew, or gone."""
        with self._database.session() as session:
            row = session.get(ContainerRow, uri)
            if row is not None:
                session.delete(row)
