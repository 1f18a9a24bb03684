"""Tables of the Slack bot: the posts it has taken on, and who there sees which documents."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.state.tables import Base


class SlackPostRow(Base):
    """One post that somebody took on to answer; neither its text nor its author is kept.

    `reply` is the sign, then the answer; `stream` the answer that grows beneath it; `respond` where
    what only one person sees is sent, until it is over.
    """

    __tablename__ = "slack_posts"

    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    ts: Mapped[str] = mapped_column(String(40), primary_key=True)
    thread: Mapped[str] = mapped_column(String(40))
    reply: Mapped[str] = mapped_column(String(40))
    stream: Mapped[str] = mapped_column(String(40), server_default=text("''"))
    respond: Mapped[str] = mapped_column(String(500), server_default=text("''"))
    state: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str] = mapped_column(String(40))
    seen_at: Mapped[datetime]

    __table_args__ = (Index("ix_slack_posts_state", "state", "seen_at"),)


class SlackMappingRow(Base):
    """One audience that a channel or a user group of Slack sees beside the public one."""

    __tablename__ = "slack_mappings"

    slack_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    audience: Mapped[str] = mapped_column(String(80), primary_key=True)


class SlackAdminRow(Base):
    """A person or user group of Slack that may look after the documents there."""

    __tablename__ = "slack_admins"

    slack_id: Mapped[str] = mapped_column(String(40), primary_key=True)


class SlackRecentRow(Base):
    """A question on its asker's own start page, until they delete it or it is old."""

    __tablename__ = "slack_recent"

    recent_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    user: Mapped[str] = mapped_column("slack_user", String(40), index=True)
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
