"""Review dates: when somebody has to look whether a document still holds.

They say nothing about the document itself, so answers and the index know nothing of them.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, select

from kb.state.database import Database
from kb.state.tables import ReviewRow


class Reviews:
    """Thread-safe; every method is its own transaction. A removed document's date goes with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, document_ids: Iterable[str], due: date | None) -> None:
        """Set the day of these documents; None: no review any more."""
        with self._database.session() as session:
            for document_id in document_ids:
                if due is None:
                    session.execute(delete(ReviewRow).where(ReviewRow.document_id == document_id))
                else:
                    session.merge(ReviewRow(document_id=document_id, due=due))

    def find(self, document_id: str) -> date | None:
        with self._database.session() as session:
            row = session.get(ReviewRow, document_id)
            return row.due if row else None

    def all(self) -> dict[str, date]:
        """The planned days by document id."""
        with self._database.session() as session:
            return {row.document_id: row.due for row in session.scalars(select(ReviewRow))}

    def due(self, day: date) -> dict[str, date]:
        """Those that are due on that day or were due before, by document id."""
        return {document_id: due for document_id, due in self.all().items() if due <= day}
