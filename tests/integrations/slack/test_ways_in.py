"""The other ways in: threads that go on, the command, the start page, the assistant's pane."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from integrations.desk import Desk
from integrations.slack import phrases
from integrations.slack.blocks import FULLER_ACTION, SHOW_ACTION
from tests.integrations.slack.server import LocalSlack
from tests.integrations.slack.test_bot import (
    ASK,
    ASK_STAFF,
    answered,
    desk,
    direct,
    mention,
    running,
    shown,
    until,
)

__all__ = ["desk"]
SECRETS = ("Zinnober", "Vermerk", "vermerk", "Bearbeitungscode für Sonderfälle lautet")


def leaks(seen: Any) -> bool:
    return any(secret in str(seen) for secret in SECRETS)


def button(message: Any, action: str) -> dict[str, Any] | None:
    rows = [one for one in message.get("blocks") or [] if one["type"] == "actions"]
    found = [each for row in rows for each in row["elements"] if each["action_id"] == action]
    return found[0] if found else None


async def commanded(slack: LocalSlack, text: str, channel: str, user: str) -> dict[str, Any]:
    _, way = await slack.command(text, channel, user)
    await until(lambda: slack.private[way])
    return slack.private[way][0]


async def settled(slack: LocalSlack) -> None:
    """Until nothing has been asked of Slack for a while."""
    before = -1
    while before != len(slack.calls):
        before = len(slack.calls)
        await asyncio.sleep(0.5)


def course(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def reply_in(channel: str, thread: str, text: str, ts: str, user: str = "UPLAIN") -> dict[str, Any]:
    return {"type": "message", "channel": channel, "channel_type": "channel", "user": user,
            "ts": ts, "thread_ts": thread, "text": text}  # fmt: skip


def test_a_thread_goes_on_without_a_mention_and_people_are_left_alone(desk: Desk) -> None:
    async def talk() -> None:
        async with running(desk) as slack:
            root = mention("COPEN", ASK, "5.000001")
            slack.threads["5.000001"] = [root]
            await answered(slack, root)
            for number, text in enumerate(("danke", "<@USTAFF> weißt du das?", ":+1:")):
                chat = reply_in("COPEN", "5.000001", text, f"10.90000{number}")
                await slack.event(chat, f"T{number}")
            strange = reply_in("COPEN", "6.000001", "Und wie hoch ist der?", "10.900009")
            await slack.event(strange, "T9")
            await settled(slack)
            assert len(slack.posted) == 1
            further = reply_in("COPEN", "5.000001", "Und wie hoch ist der?", "11.000001")
            slack.threads["5.000001"].append(further)
            for name in ("F1", "F1", "F2"):
                await slack.event(further, name)
            await until(lambda: len(slack.posted) == 2)
            await settled(slack)
            (first, second) = slack.posted.values()
            assert len(slack.posted) == 2 and "750 Euro" in second["text"]
            assert "Verstanden als" in shown(second) and "Verstanden als" not in shown(first)
            assert "Zuschuss" in shown(second["blocks"][0])

    course(talk())


def test_a_command_answers_one_person_and_shows_the_channel_its_own_answer(desk: Desk) -> None:
    async def talk() -> None:
        async with running(desk) as slack:
            _, silent = await slack.command("hilfe", "COPEN", "USTAFF")
            private = await commanded(slack, ASK_STAFF, "COPEN", "USTAFF")
            assert "Zinnober" in private["text"] and private["response_type"] == "ephemeral"
            assert slack.private[silent] == [] and slack.posted == {}
            show = button(private, SHOW_ACTION)
            assert show is not None
            slack.closed.add("COPEN")
            way = await slack.press_private(show, "COPEN", "USTAFF", "7.1")
            await until(lambda: slack.private[way])
            assert slack.private[way][0]["text"] == phrases.NOT_MEMBER
            slack.closed.clear()
            ways = [await slack.press_private(show, "COPEN", "USTAFF", "7.1") for _ in range(2)]
            await until(lambda: all(slack.private[way] for way in ways))
            await settled(slack)
            told = {slack.private[way][0]["text"] for way in ways}
            assert told == {phrases.SHOWN, phrases.SHOWN_ALREADY}
            (public,) = slack.posted.values()
            assert "<@USTAFF>" in shown(public["blocks"][0]) and "Zinnober" not in shown(public)
            assert "Vermerk" not in shown(public)
            assert button(await commanded(slack, ASK, "DUSTAFF", "USTAFF"), SHOW_ACTION) is None

    course(talk())


def test_the_fuller_answer_is_offered_to_those_who_may_see_it_only(desk: Desk) -> None:
    async def talk() -> None:
        async with running(desk) as slack:
            for number, user in enumerate(("UPLAIN", "UGUEST", "UEXT")):
                await answered(slack, mention("COPEN", ASK_STAFF, f"12.{number}", user))
            await answered(slack, mention("CSTAFF", ASK_STAFF, "12.8", "USTAFF"))
            await settled(slack)
            assert slack.ephemeral == []
            await answered(slack, mention("COPEN", ASK_STAFF, "12.9", "USTAFF"))
            await until(lambda: slack.ephemeral)
            (offer,) = slack.ephemeral
            assert offer["user"] == "USTAFF" and "Zinnober" not in shown(offer)
            press = button(offer, FULLER_ACTION)
            assert press is not None
            for user, sees in (("USTAFF", True), ("UPLAIN", False)):
                way = await slack.press_private(press, "COPEN", user, "12.99")
                await until(lambda way=way: slack.private[way])
                (got,) = slack.private[way]
                assert ("Zinnober" in shown(got)) is sees and got["replace_original"]
            in_channel = [one for one in slack.posted.values() if one["channel"] == "COPEN"]
            assert not any(leaks(one) for one in in_channel)

    course(talk())


def test_the_start_page_shows_what_its_person_may_see_and_has_asked(desk: Desk) -> None:
    own_words = "Bitte nenne den Bearbeitungscode für Sonderfälle"

    async def opened(slack: LocalSlack, user: str) -> str:
        slack.homes.pop(user, None)
        event = {"type": "app_home_opened", "user": user, "tab": "home", "channel": f"D{user}"}
        await slack.event(event, f"H{user}{len(slack.calls)}")
        await until(lambda: user in slack.homes)
        return str(slack.homes[user])

    async def talk() -> None:
        async with running(desk) as slack:
            await answered(slack, direct(own_words, "14.1", "USTAFF"))
            await commanded(slack, ASK, "COPEN", "USTAFF")
            await settled(slack)
            own = await opened(slack, "USTAFF")
            assert "Vermerk" in own and "Förderung" in own and ASK in own and own_words in own
            for user in ("UPLAIN", "UGUEST", "UEXT", "UGONE", "UNKNOWN"):
                page = await opened(slack, user)
                assert "Förderung" in page and not leaks(page) and own_words not in page
            rows = slack.homes["USTAFF"]["blocks"]
            delete = next(one["accessory"] for one in rows if ASK in str(one))
            await slack.press_at_home(delete, "USTAFF")
            await until(lambda: ASK not in str(slack.homes["USTAFF"]))
            assert own_words in str(slack.homes["USTAFF"])
            await slack.press_at_home(rows[-1]["elements"][0], "USTAFF")
            await until(lambda: own_words not in str(slack.homes["USTAFF"]))
            assert phrases.NO_RECENT in str(slack.homes["USTAFF"])

    course(talk())


def test_the_pane_suggests_names_and_says_that_it_works(desk: Desk) -> None:
    async def talk() -> None:
        async with running(desk) as slack:
            examples = [ASK, "Was wird laut „Förderung“ gefördert?"]
            thread = {"channel_id": "DUPLAIN", "thread_ts": "15.000001", "user_id": "UPLAIN"}
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("integrations.examples.Examples.current", lambda self: examples)
                event = {"type": "assistant_thread_started", "assistant_thread": thread}
                await slack.event(event, "P1")
                await until(lambda: "15.000001" in slack.panes)
            prompts = slack.panes["15.000001"]["prompts"]
            assert [one["message"] for one in prompts] == examples
            post = {**direct(ASK, "15.000002", "UPLAIN"), "thread_ts": "15.000001"}
            await slack.event(post, "P2")
            await until(lambda: "title" in slack.panes["15.000001"].keys() - {"prompts"}
                        and slack.panes["15.000001"].get("status") == "")  # fmt: skip
            await until(lambda: slack.panes["15.000001"]["title"] == ASK)
            (message,) = slack.posted.values()
            assert "750 Euro" in message["text"]

    course(talk())
