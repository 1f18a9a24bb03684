"""Answers that grow: where Slack allows it, once, whole, and never left half."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from integrations.desk import Desk
from integrations.slack import phrases
from integrations.slack.answers import Reply
from integrations.slack.blocks import is_whole, section_block
from integrations.slack.clients import impatient_client, slack_client
from integrations.slack.delivery import Delivery
from integrations.slack.mrkdwn import in_markdown
from integrations.slack.owner import service_owner
from integrations.slack.streams import Stream, Streams
from kb.state.clock import utc_now
from kb.state.database import Database
from kb.state.slack import UNKNOWN_STREAM, Post, SlackPosts
from kb.state.slack_tables import SlackPostRow
from tests.integrations.slack.server import BOT, LocalSlack, local_slack
from tests.integrations.slack.test_bot import (
    ASK,
    answered,
    answers_to,
    desk,
    direct,
    mention,
    running,
    until,
)

__all__ = ["desk"]  # the fixture
ENDING = [
    section_block(phrases.SOURCES),
    {"type": "actions", "elements": [{"type": "button", "action_id": "auskunft_feedback_ja",
     "text": {"type": "plain_text", "text": "Hilfreich"}, "value": "a"}]},
]  # fmt: skip
SAID = (
    "Der Zuschuss beträgt 750 Euro. [1]",
    "Er gilt bis 2027. [2]",
    "Zuständig ist die Kammer. [1]",
)
NOW = utc_now()


def reply(*sentences: str) -> Reply:
    whole = [section_block(one) for one in sentences] + ENDING
    return Reply(" ".join(sentences), whole, "?", sentences=list(sentences), ending=ENDING)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'zustand.sqlite'}")) as made:
        yield made


@dataclass
class Bench:
    """What answers one post, without a service: the test says what it says."""

    slack: LocalSlack
    posts: SlackPosts
    delivery: Delivery
    streams: Streams
    now: float = 0.0

    async def signed(self, ts: str = "5.000001", channel: str = "C1") -> Post:
        post = Post(channel, ts, ts)
        self.slack.threads[ts] = [mention(channel, ASK, ts)]
        self.posts.take(post, NOW)
        client = slack_client(BOT, self.slack.api)
        sign = await client.chat_postMessage(channel=channel, thread_ts=ts, text=phrases.WORKING)
        self.posts.replied(post, sign["ts"])
        return replace(post, reply=sign["ts"])

    def stream(self, post: Post) -> Stream:
        return self.streams.stream(post, mention(post.channel, ASK, post.ts))

    async def ended(self, stream: Stream, said: Reply) -> dict[str, Any]:
        """The only message there is, after the end."""
        assert await self.delivery.deliver(await stream.close(), said, stream.end)
        (message,) = self.slack.posted.values()
        assert not message.get("streaming")
        return message

    def grown(self) -> str:
        return "".join(one["text"] for one in self.slack.posted.values() if one.get("streaming"))


@asynccontextmanager
async def bench(database: Database, owner: str = "bot") -> AsyncIterator[Bench]:
    async with local_slack() as slack:
        posts = SlackPosts(database, owner)
        client = slack_client(BOT, slack.api)
        delivery = Delivery(client, posts, "UBOT")
        quick = impatient_client(BOT, slack.api)
        made = Bench(slack, posts, delivery, None)  # type: ignore[arg-type]
        made.streams = Streams(quick, client, posts, delivery, "T1", seconds=lambda: made.now)
        yield made
        assert slack.refused == []


def say(stream: Stream, said: str) -> None:
    text, _, number = said.rpartition(" [")
    stream.say({"text": text, "citations": [int(number.rstrip("]"))]})


def test_an_answer_grows_in_place_of_its_sign_in_channels_and_direct(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            for event in (mention("COPEN", ASK, "91.1"), direct(ASK, "91.2", "UPLAIN")):
                message = await answered(slack, event)
                assert "750 Euro" in message["text"] and "[1]" in message["text"]
                assert is_whole(message["blocks"])
                sections = [one for one in message["blocks"] if one["type"] == "section"]
                assert not any("750 Euro" in one["text"]["text"] for one in sections)
                assert [one["ts"] for one in slack.posted.values()].count(message["ts"]) == 1
                assert len(answers_to(slack, event["ts"])) == 1
            assert len(slack.posted) == 2, "no sign is left"
            assert "chat.update" not in slack.calls

    asyncio.run(course())


def test_sentences_come_one_after_the_other_and_the_end_brings_the_rest(database: Database) -> None:
    async def course() -> None:
        async with bench(database) as made:
            stream = made.stream(await made.signed())
            for number, said in enumerate(SAID[:2], 1):
                say(stream, said)
                await until(lambda number=number: made.grown().count("[") == number)
            say(stream, SAID[2])
            message = await made.ended(stream, reply(*SAID))
            assert message["text"].split("\n\n") == [*SAID, ""]
            assert message["blocks"] == ENDING
            assert made.posts.messages("C1", "5.000001") == {message["ts"]}

    asyncio.run(course())


@pytest.mark.parametrize(
    "error", ["not_allowed", "missing_scope", "unknown_method", "invalid_arguments"]
)
def test_a_workspace_that_refuses_is_left_alone_for_a_while(database: Database, error: str) -> None:
    async def course() -> None:
        async with bench(database) as made:
            made.slack.no_streams[""] = error
            for number in range(3):
                stream = made.stream(await made.signed(f"5.00000{number}", f"C{number}"))
                say(stream, SAID[0])
                message = await made.ended(stream, reply(SAID[0]))
                assert message["blocks"] == reply(SAID[0]).blocks
                made.slack.posted.clear()
            assert made.slack.calls.count("chat.startStream") == 1
            made.slack.no_streams.clear()
            made.now += 3_601
            stream = made.stream(await made.signed("5.000009"))
            say(stream, SAID[0])
            assert (await made.ended(stream, reply(SAID[0])))["blocks"] == ENDING

    asyncio.run(course())


def test_a_channel_that_refuses_and_a_rate_say_nothing_about_others(database: Database) -> None:
    async def course() -> None:
        async with bench(database) as made:
            made.slack.no_streams["C1"] = "channel_type_not_supported"
            for channel, ending in (("C1", False), ("C2", True)):
                stream = made.stream(await made.signed(f"5.{channel[1]}", channel))
                say(stream, SAID[0])
                message = await made.ended(stream, reply(SAID[0]))
                assert (message["blocks"] == ENDING) is ending
                made.slack.posted.clear()
            made.slack.limited["chat.startStream"] = 1
            for number, (later, ending) in enumerate(((0, False), (0, False), (2, True))):
                made.now += later
                stream = made.stream(await made.signed(f"6.{number}", "C3"))
                say(stream, SAID[0])
                message = await made.ended(stream, reply(SAID[0]))
                assert (message["blocks"] == ENDING) is ending
                made.slack.posted.clear()

    asyncio.run(course())


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_a_rate_limit_in_between_loses_nothing(database: Database, method: str) -> None:
    async def course() -> None:
        async with bench(database) as made:
            stream = made.stream(await made.signed())
            say(stream, SAID[0])
            await until(made.grown)
            made.slack.limited[method] = 1
            say(stream, SAID[1])
            if method == "chat.appendStream":
                await until(lambda: method in made.slack.calls)
                await until(lambda: made.grown().count("[") == 2)
            say(stream, SAID[2])
            message = await made.ended(stream, reply(*SAID))
            assert message["text"].split("\n\n") == [*SAID, ""]
            assert message["blocks"] == ENDING

    asyncio.run(course())


def test_the_message_says_in_the_end_what_the_answer_says(database: Database) -> None:
    told = {
        "a sentence was struck": (SAID[:2], reply(SAID[0], SAID[2])),
        "it failed after all": (SAID[:1], Reply(phrases.LATER)),
        "Markdown may show it otherwise": (("Für *alle* [1]",), reply("Für *alle* [1]")),
        "too long for one call": (
            SAID[:1],
            reply(SAID[0], *(f"{'x' * 2_900} [1]" for _ in "12345")),
        ),
    }

    async def course() -> None:
        async with bench(database) as made:
            for number, (said, whole) in enumerate(told.values()):
                stream = made.stream(await made.signed(f"5.00000{number}"))
                for one in said:
                    say(stream, one)
                    await until(made.grown)
                text = replace(whole, text=whole.text[:3_000])
                message = await made.ended(stream, text)
                assert (message["text"], message["blocks"]) == (text.text, text.blocks)
                made.slack.posted.clear()

    asyncio.run(course())


def test_what_slack_ends_or_loses_on_the_way_is_whole_in_one_message(database: Database) -> None:
    async def course() -> None:
        async with bench(database) as made:
            stream = made.stream(await made.signed())
            say(stream, SAID[0])
            await until(made.grown)
            (ts,) = [ts for ts, one in made.slack.posted.items() if one.get("streaming")]
            made.slack.expire(ts)
            say(stream, SAID[1])
            message = await made.ended(stream, reply(*SAID))
            assert message["ts"] == ts and message["blocks"] == reply(*SAID).blocks
            for number, lost in enumerate(
                ("chat.startStream", "chat.appendStream", "chat.stopStream")
            ):
                made.slack.posted.clear()
                made.now += 61  # a lost answer is no lasting refusal
                made.slack.lost = {lost}
                stream = made.stream(await made.signed(f"7.00000{number}"))
                for said in SAID[:2]:
                    say(stream, said)
                    await until(lambda: made.slack.posted and "[" in str(made.slack.posted))
                    await until(
                        lambda said=said, lost=lost: (
                            said in made.grown() or lost not in made.slack.lost
                        )
                    )
                message = await made.ended(stream, reply(*SAID))
                assert made.slack.lost == set()
                assert message["blocks"] == reply(*SAID).blocks


@pytest.mark.parametrize(
    ("left", "whole"),
    [
        ("growing", False),
        ("not noted", False),
        ("stopped", False),
        ("finished", True),
        ("sign", False),
    ],
)
def test_what_a_dead_process_left_growing_ends_in_one_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, left: str, whole: bool
) -> None:
    monkeypatch.setattr("integrations.slack.bot.process_owner", service_owner)
    ts = f"5.{left.encode().hex()}"

    async def course() -> None:
        async with bench(desk.parts.database, service_owner()) as made:
            post = await made.signed(ts)
            if left == "sign":
                made.posts.replied(post, "")
            else:
                stream = made.stream(post)
                say(stream, SAID[0])
                await until(made.grown)
                post = await stream.close()
            if left == "not noted":
                made.posts.streaming(post, UNKNOWN_STREAM)
            if left == "stopped":
                made.slack.posted[post.stream]["streaming"] = False
            if left == "finished":
                assert await stream.end(reply(*SAID))
            async with running(desk, there=made.slack):
                await until(lambda: _state(desk.parts.database, ts) == "over")
            (message,) = made.slack.posted.values()
            assert (message["text"] == phrases.INTERRUPTED) is not whole
            assert is_whole(message["blocks"]) is whole and not message.get("streaming")

    asyncio.run(course())


def test_an_end_in_the_middle_of_an_answer_is_one_apology(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.slack.bot._DRAIN_S", 0.5)

    async def course() -> None:
        reached, first = asyncio.Event(), True

        async def wait() -> None:
            nonlocal first
            if first:
                first = False
                reached.set()
                await asyncio.sleep(3)

        async with local_slack() as slack:
            slack.before["chat.stopStream"] = wait
            async with running(desk, there=slack):
                await slack.event(mention("COPEN", ASK, "93.1"), "E93.1")
                await asyncio.wait_for(reached.wait(), 8)
            (message,) = slack.posted.values()
            assert message["text"] == phrases.INTERRUPTED and not message["streaming"]

    asyncio.run(course())


def test_text_in_markdown_is_what_is_read() -> None:
    for text in (
        "Nr. 5.4 gilt ab 01.01.2027. [1]",
        "750 Euro – § 12 Abs. 1 (neu) [1] [2]",
        "12.3 %",
    ):
        assert in_markdown(text) == text
    assert in_markdown("Bürger*innen_x") == r"Bürger\*innen\_x"
    assert in_markdown("1. Januar") == r"1\. Januar" and in_markdown("# Titel") == r"\# Titel"
    assert in_markdown("<!channel> & [x](http://a)") == r"&lt;!channel&gt; &amp; [x]\(http://a)"
    assert ":warning:" not in in_markdown(":warning:")


def _state(database: Database, ts: str) -> str | None:
    with database.session() as session:
        return session.scalar(select(SlackPostRow.state).where(SlackPostRow.ts == ts))
