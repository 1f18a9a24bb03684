"""The whole bot on a real desk with the real slack-bolt, against a local Slack."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from integrations.desk import Desk
from integrations.slack import phrases
from integrations.slack.bot import SlackBot
from integrations.slack.options import SlackOptions, fixed_mappings
from integrations.slack.service import Service
from integrations.web.app import create_app
from integrations.web.guards import LocalCaller
from kb.errors import ServiceError
from kb.state.slack import Post, SlackPosts
from kb.state.slack_mappings import SlackMappings
from tests import folders
from tests.integrations.scripted_desk import hide
from tests.integrations.slack.server import APP, BOT, LocalSlack, local_slack

PUBLIC_TEXT = (
    "---\naudience: public\n---\n\n# Förderung\n\n"
    "Der Zuschuss für Lehrlinge beträgt 750 Euro im Monat.\n"
)
STAFF_TEXT = "# Vermerk\n\nDer Bearbeitungscode für Sonderfälle lautet Zinnober.\n"
ASK, ASK_STAFF = (
    "Wie hoch ist der Zuschuss für Lehrlinge?",
    "Wie lautet der Bearbeitungscode für Sonderfälle?",
)
PLAIN = {"team_id": "T1", "is_restricted": False, "is_ultra_restricted": False}


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder:
        texts = folder / "texte"
        texts.mkdir()
        (texts / "zuschuss.md").write_text(PUBLIC_TEXT, "utf-8")
        (texts / "vermerk.md").write_text(STAFF_TEXT, "utf-8")
        contact = {"contact_name": "Leitstelle", "contact_phone": "0351 1234"}
        with folders.opened(folder / "daten", **contact) as opened:
            report = opened.ingestion.run([texts], opened.ingest_options)
            assert report.complete, report.as_dict()
            hide(opened, "vermerk.md")
            mappings = SlackMappings(opened.parts.database)
            for mapped in ("S1", "CSTAFF", "CGUEST", "CSHARED"):
                mappings.put(mapped, ["staff"])
            yield opened


def service_of(desk: Desk) -> Service:
    """The desk's own application, called as through its Unix socket."""
    transport = httpx.ASGITransport(LocalCaller(create_app(desk)), raise_app_exceptions=False)
    return Service(httpx.AsyncClient(transport=transport, base_url="http://auskunft"))


def bot_of(desk: Desk, service: Service, slack: LocalSlack, token: str = BOT) -> SlackBot:
    settings, fixed = desk.settings, fixed_mappings("GSTAFF=staff", "")
    options = SlackOptions(token, APP, api=slack.api, mappings=fixed)
    return SlackBot(service, desk.parts.database, options, settings.address, settings.contacts)


@asynccontextmanager
async def running(
    desk: Desk, bots: int = 1, there: LocalSlack | None = None
) -> AsyncIterator[LocalSlack]:
    """Bots in a workspace, by default one of their own."""
    async with contextlib.nullcontext(there) if there else local_slack() as slack:
        workspace(slack)
        service = service_of(desk)
        made = [bot_of(desk, service, slack) for _ in range(bots)]
        for bot in made:
            await bot.start()
        try:
            yield slack
        finally:
            for bot in made:
                await bot.stop()
            await service.close()
        assert slack.refused == []


def workspace(slack: LocalSlack) -> None:
    slack.users = {
        "USTAFF": PLAIN, "UPLAIN": PLAIN, "UBOT": {**PLAIN, "is_bot": True},
        "UGUEST": {**PLAIN, "is_restricted": True}, "UEXT": {**PLAIN, "team_id": "T2"},
        "UGONE": {**PLAIN, "deleted": True}, "UVAGUE": {"team_id": "T1"},
    }  # fmt: skip
    slack.groups = {"S1": ["USTAFF", "UGUEST", "UEXT", "UGONE", "UVAGUE"]}
    slack.channels = {
        "CSTAFF": {}, "GSTAFF": {"is_private": True}, "COPEN": {}, "CGUEST": {},
        "CSHARED": {"is_ext_shared": True},
    }  # fmt: skip
    insiders = ["USTAFF", "UPLAIN", "UBOT"]
    slack.members = dict.fromkeys(slack.channels, insiders)
    slack.members["CGUEST"] = [*insiders, "UGUEST"]


async def until(true: Callable[[], Any], seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "this did not happen in time"
        await asyncio.sleep(0.02)


def mention(channel: str, text: str, ts: str, user: str = "UPLAIN") -> dict[str, Any]:
    return {"type": "app_mention", "channel": channel, "user": user, "ts": ts,
            "text": f"<@UBOT> {text}"}  # fmt: skip


def direct(text: str, ts: str, user: str) -> dict[str, Any]:
    return {"type": "message", "channel": f"D{user}", "channel_type": "im", "user": user,
            "ts": ts, "text": text}  # fmt: skip


def answers_to(slack: LocalSlack, ts: str) -> list[dict[str, Any]]:
    """What was answered; signs in place of which nothing has come yet, and what grows, left out."""
    there = [one for one in slack.posted.values() if one.get("thread_ts") == ts]
    return [one for one in there if not (phrases.is_sign(one["text"]) or one.get("streaming"))]


async def answered(slack: LocalSlack, event: dict[str, Any]) -> dict[str, Any]:
    await slack.event(event, f"E{event['ts']}")
    await until(lambda: answers_to(slack, event["ts"]))
    return answers_to(slack, event["ts"])[0]


def shown(message: dict[str, Any]) -> str:
    return str(message)


def test_an_answer_with_sources_modal_and_feedback(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            slack.busy = 1
            message = await answered(slack, mention("COPEN", ASK, "1.1"))
            texts = [one["text"]["text"] for one in message["blocks"] if one["type"] == "section"]
            said, listed = "\n".join([message["text"], *texts]).split(phrases.SOURCES)
            assert said.count("750 Euro") == 1
            numbers = set(re.findall(r"\[(\d+)\]", said))
            assert numbers and numbers == set(re.findall(r"^\[(\d+)\]", listed.strip(), re.M))
            assert "/dokumente/" in listed
            button = next(one["accessory"] for one in message["blocks"] if "accessory" in one)
            await slack.press(button, message, "UPLAIN")
            await until(lambda: slack.views)
            assert "750 Euro" in str(slack.views[0])
            rating = message["blocks"][-1]["elements"][0]
            await slack.press(rating, message, "UPLAIN")
            await until(lambda: slack.ephemeral)
            assert slack.ephemeral[0]["text"] == phrases.THANKS

    asyncio.run(course())


def test_nothing_found_empty_and_failing_end_in_a_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            missing = await answered(slack, mention("COPEN", "Wer gewann 1954 die WM?", "2.1"))
            assert "Leitstelle" in shown(missing) and "0351 1234" in shown(missing)
            assert (await answered(slack, mention("COPEN", "", "2.2")))["text"] == phrases.EMPTY
            desk.remembered.pause("Wartung")
            try:
                assert "Pause" in (await answered(slack, mention("COPEN", ASK, "2.3")))["text"]
            finally:
                desk.remembered.resume()

            def fail() -> None:
                raise RuntimeError("geheim")

            monkeypatch.setattr(desk, "require_serving", fail)
            failed = await answered(slack, mention("COPEN", ASK, "2.4"))
            assert failed["text"].startswith(phrases.LATER) and "geheim" not in shown(failed)

    asyncio.run(course())


@pytest.mark.parametrize(
    ("channel", "user", "sees"),
    [
        ("D", "USTAFF", True), ("D", "UPLAIN", False), ("D", "UGUEST", False),
        ("D", "UVAGUE", False), ("D", "UEXT", False), ("D", "UGONE", False), ("D", "UNKNOWN", False),
        ("CSTAFF", "USTAFF", True), ("CSTAFF", "UPLAIN", True), ("GSTAFF", "USTAFF", True),
        ("COPEN", "USTAFF", False), ("CGUEST", "USTAFF", False), ("CGUEST", "UGUEST", False),
        ("CSHARED", "USTAFF", False), ("CSHARED", "UEXT", False), ("CLOST", "USTAFF", False),
    ],
)  # fmt: skip
def test_who_sees_what(desk: Desk, channel: str, user: str, sees: bool) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            event = direct(ASK_STAFF, f"3.{channel}{user}", user) if channel == "D" else mention(
                channel, ASK_STAFF, f"3.{channel}{user}", user)  # fmt: skip
            message = shown(await answered(slack, event))
            assert ("Zinnober" in message) is sees
            assert ("Vermerk" in message) is sees

    asyncio.run(course())


def test_every_post_is_answered_once(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk, bots=2) as slack:
            await until(lambda: len(slack.sockets) == 2)
            stamps = [f"4.{number}" for number in range(12)]
            for number, ts in enumerate(stamps):
                for retry in range(3):
                    slack.sockets.reverse()
                    event = mention("COPEN", ASK, ts)
                    await slack.event(event, f"E{number}", retry)
                await slack.event({**event, "type": "message", "channel_type": "channel"}, f"M{ts}")
            await until(lambda: all(answers_to(slack, ts) for ts in stamps), 60)
            await asyncio.sleep(0.5)
            assert [len(answers_to(slack, ts)) for ts in stamps] == [1] * len(stamps)
            assert len(slack.posted) == len(stamps)

    asyncio.run(course())


def test_what_a_dead_process_left_is_apologised_for(desk: Desk) -> None:
    from datetime import datetime

    left = SlackPosts(desk.parts.database, "tot")
    assert left.take(Post("COPEN", "5.1", "5.1"), datetime(2026, 1, 1))

    async def course() -> None:
        async with running(desk) as slack:
            await until(lambda: answers_to(slack, "5.1"))
            assert answers_to(slack, "5.1")[0]["text"] == phrases.INTERRUPTED

    asyncio.run(course())


def test_wrong_tokens_are_told_at_the_start(desk: Desk) -> None:
    async def course() -> None:
        async with local_slack() as slack:
            bot = bot_of(desk, service_of(desk), slack, "xoxb-falsch")
            with pytest.raises(ServiceError, match="AUSKUNFT_SLACK_BOT_TOKEN"):
                await bot.start()

    asyncio.run(course())
