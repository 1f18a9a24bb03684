"""Whoever asks is told something: by a full line, a lost process, an error, and before Slack is."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from integrations.desk import Desk
from integrations.slack import admin_phrases, phrases
from integrations.slack.blocks import SHOW_ACTION
from integrations.slack.service import Service, over_network
from kb.state.slack import Post, SlackPosts
from kb.state.slack_tables import SlackPostRow
from tests.integrations.slack.server import local_slack
from tests.integrations.slack.test_bot import (
    ASK,
    answered,
    answers_to,
    bot_of,
    desk,
    direct,
    mention,
    running,
    until,
    workspace,
)
from tests.integrations.slack.test_ways_in import button, commanded

__all__ = ["desk"]  # the fixture


def test_a_full_line_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.slack.line.LONGEST", 0)

    async def course() -> None:
        async with running(desk) as slack:
            public = await answered(slack, mention("COPEN", ASK, "101.1"))
            private = await commanded(slack, ASK, "COPEN", "UPLAIN")
            assert public["text"].startswith(phrases.FULL) and private["text"] == public["text"]
            assert "Leitstelle" in public["text"]

    asyncio.run(course())


def test_a_post_is_taken_on_before_slack_is_told_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, fails = SlackPosts.take, [True, True]

    def failing(self: SlackPosts, post: Post, now: datetime) -> bool:
        if fails:
            fails.pop()
            raise OSError("no database")
        return take(self, post, now)

    monkeypatch.setattr(SlackPosts, "take", failing)

    async def course() -> None:
        async with running(desk) as slack:
            names = [await slack.event(mention("COPEN", ASK, "102.1"), "E102", n) for n in (0, 1)]
            await until(lambda: not fails)
            names.append(await slack.event(mention("COPEN", ASK, "102.1"), "E102", 2))
            await until(lambda: names[2] in slack.acknowledged)
            await until(lambda: answers_to(slack, "102.1"))
            assert not {*names[:2]} & slack.acknowledged

    asyncio.run(course())


@pytest.mark.parametrize("shows", [False, True])
def test_what_a_dead_process_owed_one_person_is_apologised_for(desk: Desk, shows: bool) -> None:
    async def course() -> None:
        async with local_slack() as slack:
            address = slack._respond_at("r")
            post = Post("COPEN", f"mark{shows}", f"mark{shows}", respond=address)
            if shows:  # in the channel, for which its sign is there already
                post = Post("COPEN", f"mark{shows}", f"mark{shows}", "9.5", respond=address)
                slack.posted["9.5"] = {"ts": "9.5", "channel": "COPEN", "text": phrases.WORKING}
            left = SlackPosts(desk.parts.database, "tot")
            assert left.take(post, datetime(2026, 1, 1))
            async with running(desk, there=slack):
                await until(lambda: _kept(desk, post) == "")
            told = slack.private["r"] + list(slack.posted.values())
            assert [one["text"] for one in told] == [phrases.INTERRUPTED]

    asyncio.run(course())


def test_who_asked_alone_is_told_of_an_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the process itself, which is ended while the answer is under way."""
    monkeypatch.setattr("integrations.slack.bot._DRAIN_S", 0.2)

    async def course() -> None:
        under_way = asyncio.Event()

        async def silent(*way: Any) -> None:
            under_way.set()

        hung = await asyncio.start_server(silent, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{hung.sockets[0].getsockname()[1]}"
        async with hung, local_slack() as slack:
            workspace(slack)
            service = Service(over_network(address, "x"))
            bot = bot_of(desk, service, slack)
            await bot.start()
            _, way = await slack.command(ASK, "COPEN", "UPLAIN")
            await asyncio.wait_for(under_way.wait(), 8)
            await slack.event(mention("COPEN", ASK, "103.1"), "E103")
            await until(lambda: slack.posted)
            await bot.stop()
            await service.close()
            assert [one["text"] for one in slack.private[way]] == [phrases.INTERRUPTED]
            assert [one["text"] for one in slack.posted.values()] == [phrases.INTERRUPTED]

    asyncio.run(course())


def test_an_answer_for_the_channel_that_slack_does_not_take_comes_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.slack.bot._TICK_S", 0.2)

    async def course() -> None:
        async with running(desk) as slack:
            show = button(await commanded(slack, ASK, "COPEN", "UPLAIN"), SHOW_ACTION)
            assert show is not None
            slack.down = {"chat.update"}
            await slack.press_private(show, "COPEN", "UPLAIN", "104.1")
            await until(lambda: slack.calls.count("chat.update") > 1)
            slack.down = set()
            await until(lambda: "750 Euro" in str(slack.posted))
            assert len(slack.posted) == 1

    asyncio.run(course())


def test_a_sign_whose_sending_was_not_noticed_becomes_the_answer(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            root = mention("COPEN", ASK, "5.000105")
            slack.threads["5.000105"] = [root]
            slack.no_streams[""] = "not_allowed"
            slack.lost = {"chat.postMessage"}
            message = await answered(slack, root)
            assert "750 Euro" in message["text"]
            assert list(slack.posted.values()) == [message]

    asyncio.run(course())


def test_a_file_that_cannot_be_offered_is_answered_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.slack.bot._TICK_S", 0.2)

    async def course() -> None:
        async with running(desk) as slack:
            slack.down = {"chat.postMessage"}
            file = slack.share("a.txt", b"x")
            event = {**direct("", "106.1", "UPLAIN"), "subtype": "file_share", "files": [file]}
            await slack.event(event, "E106")
            await until(lambda: slack.calls.count("chat.postMessage") > 1)
            slack.down = set()
            await until(lambda: answers_to(slack, "106.1"))
            assert [one["text"] for one in answers_to(slack, "106.1")] == [admin_phrases.FAILED]

    asyncio.run(course())


def _kept(desk: Desk, post: Post) -> str:
    """Where the post's asker is answered, as far as it is kept."""
    with desk.parts.database.session() as session:
        row = session.get(SlackPostRow, (post.channel, post.ts))
        assert row is not None
        return row.respond
