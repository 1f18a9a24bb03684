"""Slack that is busy or refuses, and a service that ended: late or apologised for, never silent."""

import asyncio

import pytest

from integrations.desk import Desk
from integrations.slack import phrases
from integrations.slack.owner import process_owner, service_owner
from kb.state.clock import utc_now
from kb.state.slack import Post, SlackPosts
from tests.integrations.slack.test_bot import (
    ASK,
    answered,
    answers_to,
    desk,
    mention,
    running,
    until,
)

__all__ = ["desk"]  # the fixture


@pytest.mark.parametrize(("end", "second"), [("chat.update", 81), ("chat.stopStream", 83)])
def test_an_answer_that_slack_does_not_take_comes_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, end: str, second: int
) -> None:
    monkeypatch.setattr("integrations.slack.bot._TICK_S", 0.3)

    early, late = f"{second}.1", f"{second}.2"

    async def course() -> None:
        async with running(desk) as slack:
            if end == "chat.update":
                slack.no_streams[""] = "not_allowed"
            slack.down = {end}
            await slack.event(mention("COPEN", ASK, early), early)
            await until(lambda: slack.calls.count(end) > 1)
            assert answers_to(slack, early) == []
            slack.down = {"chat.postMessage", "chat.startStream"}
            await slack.event(mention("COPEN", ASK, late), late)
            await until(lambda: answers_to(slack, early))
            await until(lambda: slack.calls.count("chat.postMessage") > 2)
            slack.down, slack.busy = set(), 1
            await until(lambda: answers_to(slack, late), 15)
            for ts in (early, late):
                assert ["750 Euro" in one["text"] for one in answers_to(slack, ts)] == [True]

    asyncio.run(course())


def test_what_an_ended_service_left_is_apologised_for_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = SlackPosts(desk.parts.database, service_owner())
    beside = SlackPosts(desk.parts.database, process_owner())
    monkeypatch.setattr("integrations.slack.bot.process_owner", service_owner)
    texts = {"82.1": phrases.WORKING, "82.2": phrases.sign(7), "82.3": "750 Euro [1]"}

    async def course() -> None:
        async with running(desk, bots=0) as slack:
            for ts, text in texts.items():
                slack.posted[f"9.{ts}"] = {"ts": f"9.{ts}", "thread_ts": ts, "channel": "COPEN",
                                           "text": text}  # fmt: skip
                post = Post("COPEN", ts, ts, f"9.{ts}")
                assert ended.take(post, utc_now())
            assert beside.take(Post("COPEN", "82.4", "82.4"), utc_now())
            async with running(desk, there=slack):
                await answered(slack, mention("COPEN", ASK, "82.5"))
                await until(lambda: answers_to(slack, "82.1") and answers_to(slack, "82.2"))
            for ts in ("82.1", "82.2"):
                assert [one["text"] for one in answers_to(slack, ts)] == [phrases.INTERRUPTED]
            # the answer was there already, and the other process lives
            assert [one["text"] for one in answers_to(slack, "82.3")] == [texts["82.3"]]
            assert answers_to(slack, "82.4") == []
        beside.finish(Post("COPEN", "82.4", "82.4"))

    asyncio.run(course())
