"""Notices to a channel: told once, by one process, and titles only where its audience may see them."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from integrations.desk import Desk
from integrations.slack.audience import Audiences
from integrations.slack.clients import slack_client
from integrations.slack.notices import ChannelNotices, failed_in, notice_text
from integrations.slack.options import Noticing, slack_options
from integrations.slack.service import Service
from kb.audience import Viewer
from kb.errors import InputError
from kb.state.notices import Notices
from kb.state.slack import SlackPosts
from kb.state.slack_mappings import SlackMappings
from tests import folders
from tests.integrations.scripted_desk import hide
from tests.integrations.slack.server import BOT, LocalSlack, local_slack
from tests.integrations.slack.test_bot import service_of, workspace

NOW = datetime.now()
SOON = (date.today() + timedelta(days=10)).isoformat()
HEAD = f"---\ntitle: {{}}\naudience: {{}}\nvalid_until: {SOON}\n---\n\n# Text\n\nEin Satz.\n"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder:
        texts = folder / "texte"
        texts.mkdir()
        (texts / "offen.md").write_text(HEAD.format("Merkblatt <!channel>", "public"), "utf-8")
        (texts / "intern.md").write_text(HEAD.format("Geheimer Vermerk", "staff"), "utf-8")
        (texts / "kaputt.pdf").write_bytes(b"%PDF-1.7 nichts")
        with folders.opened(folder / "daten") as opened:
            opened.jobs.run(opened.jobs.ingest([str(texts)], public=True, prune=False))
            hide(opened, "intern.md")
            SlackMappings(opened.parts.database).put("CSTAFF", ["staff"])
            SlackMappings(opened.parts.database).put("CGUEST", ["staff"])
            yield opened


def notices_of(desk: Desk, slack: LocalSlack, service: Service, channel: str) -> ChannelNotices:
    """As each of several processes has them."""
    client, database = slack_client(BOT, slack.api), desk.parts.database
    audiences = Audiences(client, "T1", SlackMappings(database).audiences)
    posts = SlackPosts(database, f"prozess-{id(client)}")
    noticing = Noticing(channel, 30)
    return ChannelNotices(
        client, service, audiences, Notices(database), posts, noticing, "https://x.test"
    )


def test_told_once_and_only_what_the_channel_may_see(desk: Desk) -> None:
    async def course() -> None:
        async with local_slack() as slack:
            workspace(slack)
            service = service_of(desk)
            for channel, named in (("CSTAFF", True), ("COPEN", False), ("CGUEST", False)):
                slack.posted.clear()
                processes = [notices_of(desk, slack, service, channel) for _ in range(3)]
                await asyncio.gather(*(one.tick(NOW) for one in processes))
                (told,) = slack.posted.values()
                assert ("Geheimer Vermerk" in told["text"]) is named
                assert ("1 Dokument bald ab" in told["text"]) is not named
                assert "<!channel>" not in told["text"]
                assert "Merkblatt &lt;!channel&gt;" in told["text"]
                assert "1 Datei oder Quelle" in told["text"] and "kaputt" not in told["text"]
                later = notices_of(desk, slack, service, channel)
                await later.tick(NOW + timedelta(hours=2))
                assert len(slack.posted) == 1
            assert slack.refused == []
            await service.close()

    asyncio.run(course())


def test_what_could_not_be_posted_is_told_later(desk: Desk) -> None:
    async def course() -> None:
        async with local_slack() as slack:
            service = service_of(desk)
            notices = notices_of(desk, slack, service, "CLATER")
            slack.down.add("chat.postMessage")
            with pytest.raises(Exception, match="internal_error"):
                await notices.tick(NOW)
            slack.down.clear()
            await notices.tick(NOW + timedelta(minutes=5))
            assert slack.posted == {}
            await notices.tick(NOW + timedelta(hours=1, minutes=1))
            assert len(slack.posted) == 1
            await service.close()

    asyncio.run(course())


def test_the_latest_attempt_decides_and_long_lists_are_counted() -> None:
    source = {"uri": "file:///a", "status": "failed", "errors": ["kaputt"]}
    job = {"finished_at": "x", "label": "L", "state": "done", "error": ""}
    good = {**job, "report": {"sources": [{**source, "status": "indexed", "errors": []}]}}
    bad = {**job, "report": {"sources": [source]}}
    assert failed_in([good, bad]) == {} and failed_in([bad, good]) == {"file:///a": "kaputt"}
    many = [{"document_id": str(n), "title": "T" * 500, "audience": "public", "valid_until": SOON}
            for n in range(400)]  # fmt: skip
    text = notice_text(0, many, Viewer.public(), "https://x.test")
    assert len(text) <= 3_000 and "385 Dokumente" in text


def test_the_channel_of_notices_is_checked() -> None:
    with pytest.raises(InputError, match="NOTICES_CHANNEL"):
        slack_options("xoxb-1", "xapp-1", "", noticing=Noticing("#allgemein"))
