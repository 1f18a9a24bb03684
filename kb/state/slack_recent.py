"""A person's own latest questions to the bot in Slack, for their start page only.

They are deleted after 30 days, when ten newer ones have come, and whenever the person wants. Times
are UTC without a zone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from kb.state.database import Database
from kb.state.slack_tables import SlackRecentRow

MOST, KEPT = 10, timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RecentQuestion:
    """A question as its asker sees it."""

    recent_id: int
    question: str


class SlackRecent:
    """Thread-safe; everybody gets and deletes their own only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: str, question: str, now: datetime) -> None:
        """Put a question first; the same one is not there twice."""
        mine = SlackRecentRow.user == user
        with self._database.session() as session:
            session.execute(delete(SlackRecentRow).where(mine, SlackRecentRow.question == question))
            session.add(SlackRecentRow(user=user, question=question, asked_at=now))
            session.flush()
            newest = select(SlackRecentRow.recent_id).where(mine)
            kept = session.scalars(newest.order_by(SlackRecentRow.recent_id.desc()).limit(MOST))
            session.execute(
                delete(SlackRecentRow).where(mine, SlackRecentRow.recent_id.not_in(kept.all()))
            )

    def of(self, user: str, now: datetime) -> list[RecentQuestion]:
        """The person's questions, the latest first."""
        young = (SlackRecentRow.user == user) & (SlackRecentRow.asked_at >= now - KEPT)
        latest = select(SlackRecentRow).where(young).order_by(SlackRecentRow.recent_id.desc())
        with self._database.session() as session:
            rows = session.scalars(latest)
            return [RecentQuestion(row.recent_id, row.question) for row in rows]

    def remove(self, user: str, recent_id: int | None = None) -> None:
        """Delete one of the person's questions, or all; what is gone already is fine."""
        which = SlackRecentRow.user == user
        if recent_id is not None:
            which &= SlackRecentRow.recent_id == recent_id
        with self._database.session() as session:
            session.execute(delete(SlackRecentRow).where(which))

    def forget(self, now: datetime) -> None:
        """Delete everybody's questions that are older than they are kept."""
        old = SlackRecentRow.asked_at < now - KEPT
        with self._database.session() as session:
            session.execute(delete(SlackRecentRow).where(old))
