"""Notices to a channel: files that could not be read, and documents that expire soon.

Each thing is told once per channel, by one of the processes that run. What the channel's audience may
not see is counted, not named; of files that failed nobody knows the audience, so they are counted too.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import notices_phrases as phrases
from integrations.slack.admin_blocks import section
from integrations.slack.audience import Audiences
from integrations.slack.mrkdwn import escaped, link
from integrations.slack.options import Noticing
from integrations.slack.service import Service
from kb.audience import Viewer
from kb.state.notices import Notices
from kb.state.slack import Post, SlackPosts

_LOOKING = timedelta(hours=1)
_RECENT_JOBS, _MOST_LINES, _LONGEST = 200, 15, 120
FAILED, EXPIRING = "failed", "expiring"
States = dict[str, str]


class ChannelNotices:
    """Call `tick` often; it looks once an hour."""

    def __init__(
        self,
        client: AsyncWebClient,
        service: Service,
        audiences: Audiences,
        notices: Notices,
        posts: SlackPosts,
        noticing: Noticing,
        address: str,
    ) -> None:
        self._client = client
        self._service = service
        self._audiences = audiences
        self._notices = notices
        self._posts = posts
        self._channel = noticing.channel
        self._ahead = noticing.ahead_days
        self._address = address
        self._looked_at: datetime | None = None

    async def tick(self, now: datetime | None = None) -> None:
        """Tell what is new. Raises AuskunftError and SlackClientError; the next hour tries again."""
        now = now or datetime.now(UTC).replace(tzinfo=None)
        if self._looked_at is not None and now - self._looked_at < _LOOKING:
            return
        self._looked_at = now
        documents = (await self._service.call("GET", "/documents"))["documents"]
        jobs = (await self._service.call("GET", "/jobs", params={"limit": _RECENT_JOBS}))["jobs"]
        expiring = expiring_of(documents, now.date(), self._ahead)
        present = {
            FAILED: failed_in(jobs),
            EXPIRING: {name: one["valid_until"] for name, one in expiring.items()},
        }
        news = {kind: await self._news(kind, states) for kind, states in present.items()}
        if not any(news.values()) or not await self._mine(now):
            return
        viewer = await self._audiences.of_place(self._channel, "channel", "")
        text = notice_text(
            len(news[FAILED]), [expiring[name] for name in news[EXPIRING]], viewer, self._address
        )
        await self._client.chat_postMessage(
            channel=self._channel, text=text, blocks=[section(text)]
        )
        kept = {self._kind(kind): states for kind, states in news.items()}
        await asyncio.to_thread(self._notices.keep, kept, now)

    async def _news(self, kind: str, states: States) -> States:
        """What was not told in this channel yet; what is over is forgotten."""
        name = self._kind(kind)
        await asyncio.to_thread(self._notices.settle, name, states)
        fresh = await asyncio.to_thread(self._notices.news, name, states)
        return {subject: states[subject] for subject in sorted(fresh)}

    async def _mine(self, now: datetime) -> bool:
        """Whether this process is the one that tells the news of this hour.

        The hour is claimed and not the news: another process may read what is left of them while
        this one keeps what it told.
        """
        post = Post(self._channel, f"notice-{now:%Y%m%d-%H}", "")
        if not await asyncio.to_thread(self._posts.take, post, now):
            return False
        await asyncio.to_thread(self._posts.finish, post)
        return True

    def _kind(self, kind: str) -> str:
        """As short as the table has it."""
        return f"slack-{kind[:2]}-{sha256(self._channel.encode()).hexdigest()[:10]}"


def failed_in(jobs: list[dict[str, Any]]) -> States:
    """Files and jobs that went wrong when they were tried last; `jobs` has the latest first."""
    latest: States = {}
    for job in jobs:
        if job["finished_at"] is None:
            continue
        latest.setdefault(f"job {job['label']}", job["error"] if job["state"] == "failed" else "")
        for source in (job["report"] or {}).get("sources") or ():
            failed = source["status"] == "failed"
            latest.setdefault(source["uri"], " ".join(source["errors"]) if failed else "")
    return {subject: state for subject, state in latest.items() if state}


def expiring_of(
    documents: list[dict[str, Any]], today: date, ahead: int
) -> dict[str, dict[str, Any]]:
    """The documents by id that expire within `ahead` days from today."""
    latest = (today + timedelta(days=ahead)).isoformat()
    return {
        one["document_id"]: one
        for one in documents
        if one["valid_until"] and today.isoformat() <= one["valid_until"] <= latest
    }


def notice_text(failed: int, expiring: list[dict[str, Any]], viewer: Viewer, address: str) -> str:
    """As mrkdwn; titles only of what the viewer may see."""
    lines = []
    if failed:
        words = phrases.FAILED_ONE if failed == 1 else phrases.FAILED_MANY.format(number=failed)
        lines.append(f"{words} {link(f'{address}/admin/auftraege', phrases.JOBS)}")
    named = [one for one in expiring if viewer.may_see(one["audience"])]
    named.sort(key=lambda one: (one["valid_until"], one["title"]))
    if named:
        lines.append(phrases.EXPIRING)
        lines += [_line(one, address) for one in named[:_MOST_LINES]]
    hidden = len(expiring) - len(named[:_MOST_LINES])
    if hidden:
        words = phrases.HIDDEN_ONE if hidden == 1 else phrases.HIDDEN_MANY.format(number=hidden)
        where = f"{address}/admin/dokumente?auffaellig=laeuft-ab"
        lines.append(f"{words} {link(where, phrases.DOCUMENTS)}")
    return "\n".join(lines)


def _line(document: Mapping[str, Any], address: str) -> str:
    title = " ".join(document["title"].split())
    shown = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    until = date.fromisoformat(document["valid_until"]).strftime("%d.%m.%Y")
    where = f"{address}/dokumente/{document['document_id']}"
    return f"• {link(where, shown)} – {escaped(phrases.UNTIL.format(day=until))}"
