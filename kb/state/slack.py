"""Which posts in Slack were taken on, and by whom: so that each is answered once.

A post is named by its channel and its time stamp, which are the same in every redelivery and in both
events (`app_mention`, `message`) of one post. Taking it on is one insert, so that of any number of
processes exactly one wins. Times are UTC without a zone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from kb.state.database import Database
from kb.state.slack_tables import SlackPostRow

_OPEN, _OVER = "open", "over"
#: the stream of which only is known that it was asked for
UNKNOWN_STREAM = "?"


@dataclass(frozen=True, slots=True)
class Post:
    """A post in Slack; `thread` is where the answer goes, `reply` the bot's message, if any yet.

    `stream` is the message that grows to be the answer, where there is one. `respond` is the
    address for what only one person sees; Slack takes nothing there after half an hour.
    """

    channel: str
    ts: str
    thread: str
    reply: str = ""
    stream: str = ""
    respond: str = ""


class SlackPosts:
    """Thread-safe; `owner` names this process among all that answer for the workspace."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self.owner = owner

    def take(self, post: Post, now: datetime) -> bool:
        """Take a post on; False when it has been taken on before, by whomever."""
        row = SlackPostRow(
            channel=post.channel,
            ts=post.ts,
            thread=post.thread,
            reply=post.reply,
            stream=post.stream,
            respond=post.respond,
            state=_OPEN,
            owner=self.owner,
            seen_at=now,
        )
        try:
            with self._database.session() as session:
                session.add(row)
        except IntegrityError:
            return False
        return True

    def takes_part(self, channel: str, thread: str) -> bool:
        """Whether anybody has answered in this thread, as far as posts are kept."""
        there = (SlackPostRow.channel == channel) & (SlackPostRow.thread == thread)
        with self._database.session() as session:
            return session.scalar(select(SlackPostRow.ts).where(there).limit(1)) is not None

    def replied(self, post: Post, reply: str) -> None:
        """Remember the message that is to become the answer; "" when it is gone."""
        self._change(post, reply=reply)

    def streaming(self, post: Post, stream: str) -> None:
        """Remember the message that grows; "" when there is none after all."""
        self._change(post, stream=stream)

    def messages(self, channel: str, thread: str) -> frozenset[str]:
        """The bot's messages in a thread that belong to posts, as far as posts are kept."""
        there = (SlackPostRow.channel == channel) & (SlackPostRow.thread == thread)
        with self._database.session() as session:
            rows = session.execute(select(SlackPostRow.reply, SlackPostRow.stream).where(there))
            return frozenset(ts for row in rows for ts in row if ts)

    def finish(self, post: Post) -> None:
        """The asker has an answer, or a sentence that says why there is none."""
        self._change(post, state=_OVER, respond="")

    def release(self, post: Post) -> None:
        """Forget that a post was taken on, so that it can be once more."""
        with self._database.session() as session:
            session.execute(delete(SlackPostRow).where(_is(post)))

    def alive(self, now: datetime) -> None:
        """Keep the open posts of this process from being taken over."""
        mine = (SlackPostRow.owner == self.owner) & (SlackPostRow.state == _OPEN)
        with self._database.session() as session:
            session.execute(update(SlackPostRow).where(mine).values(seen_at=now))

    def others(self) -> frozenset[str]:
        """The other processes that have open posts."""
        theirs = (SlackPostRow.state == _OPEN) & (SlackPostRow.owner != self.owner)
        with self._database.session() as session:
            return frozenset(session.scalars(select(SlackPostRow.owner).where(theirs).distinct()))

    def take_over(self, before: datetime, now: datetime, dead: Collection[str] = ()) -> list[Post]:
        """Open posts of others who are `dead`, or have not been seen since `before`.

        Each is handed to one process only. It is that one's from `now` on, which apologises.
        """
        left = (
            (SlackPostRow.state == _OPEN)
            & (SlackPostRow.owner != self.owner)
            & ((SlackPostRow.seen_at < before) | SlackPostRow.owner.in_(dead))
        )
        with self._database.session() as session:
            posts = [
                _post(row)
                for row in session.scalars(
                    select(SlackPostRow).where(left).order_by(SlackPostRow.ts)
                )
            ]
        return [post for post in posts if self._won(post, left, now)]

    def holds(self, post: Post, now: datetime) -> bool:
        """Whether the post is still this process's to answer, which lives as of `now`."""
        mine = (SlackPostRow.owner == self.owner) & (SlackPostRow.state == _OPEN)
        return self._won(post, mine, now)

    def forget(self, before: datetime) -> int:
        """Delete what was over before; returns how many posts that were."""
        old = (SlackPostRow.state == _OVER) & (SlackPostRow.seen_at < before)
        with self._database.session() as session:
            gone = session.execute(delete(SlackPostRow).where(old))
            return int(gone.rowcount)  # type: ignore[attr-defined]

    def _won(self, post: Post, still: ColumnElement[bool], now: datetime) -> bool:
        values = {"owner": self.owner, "seen_at": now}
        change = update(SlackPostRow).where(_is(post), still).values(**values)
        with self._database.session() as session:
            return bool(session.execute(change).rowcount)  # type: ignore[attr-defined]

    def _change(self, post: Post, **values: str) -> None:
        with self._database.session() as session:
            session.execute(update(SlackPostRow).where(_is(post)).values(**values))


def _is(post: Post) -> ColumnElement[bool]:
    return (SlackPostRow.channel == post.channel) & (SlackPostRow.ts == post.ts)


def _post(row: SlackPostRow) -> Post:
    return Post(row.channel, row.ts, row.thread, row.reply, row.stream, row.respond)
