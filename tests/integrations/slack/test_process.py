"""The bot as a process of its own, beside a real service: real processes, a local Slack."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator

import httpx
import pytest

from integrations.slack import phrases
from integrations.slack.manifest import SCOPES
from integrations.slack.owner import known_dead, process_owner, service_owner
from tests import folders
from tests.integrations.running import auskunft, free_port
from tests.integrations.slack.load import Place, ask, bots, place
from tests.integrations.slack.server import APP, BOT
from tests.integrations.slack.test_bot import ASK, answered, answers_to, mention, until
from tests.integrations.slack.test_http import Caller


@pytest.fixture(scope="module")
def where() -> Iterator[Place]:
    with place() as made:
        yield made


def test_two_processes_answer_every_post_once_and_quickly(where: Place) -> None:
    async def course() -> None:
        async with bots(where, 2) as slack:
            answer = await answered(slack, mention("COPEN", ASK, "71.1"))
            assert "750 Euro" in answer["text"]
            slack.scopes = ",".join(SCOPES)
            arguments = ("slack", "check", "--data", where.data)
            more = {"AUSKUNFT_SLACK_SERVICE": where.service.url}
            settings = {**where.settings, **more}
            checked = await asyncio.to_thread(auskunft, *arguments, **settings)
            assert checked.code == 0, checked.out + checked.err
            assert f"{where.service.url}/dokumente/" in str(answer["blocks"])
            burst = await ask(slack, 50)
            assert (burst.share, burst.apologies) == (1, 0)
            assert burst.sign_at(0.95) <= 3
            assert any("Fragen vor Ihnen" in text for _, _, text in slack.written)
            assert (await ask(slack, 60, again=0.3)).share == 1
            for _ in range(2):  # Slack renews its connections
                number = len(slack.calls)
                await slack.refresh()
                await until(lambda n=number: "apps.connections.open" in slack.calls[n:], 20)
            await until(lambda: slack.sockets)
            await answered(slack, mention("COPEN", ASK, "71.2"))
            killed = await ask(slack, 30, kill=where.bots[0])
            assert killed.share == 1
        assert ASK not in where.logs()

    asyncio.run(course())


def test_the_end_of_the_process_is_an_apology_and_no_silence(where: Place) -> None:
    async def course() -> None:
        async with bots(where, 1) as slack:
            stamps = [f"72.{number}" for number in range(30)]
            os.kill(where.service.process.pid, signal.SIGSTOP)  # answers take as long as one likes
            try:
                for ts in stamps:
                    await slack.event(mention("COPEN", ASK, ts), f"E{ts}")
                await until(lambda: len(slack.posted) == len(stamps), 10)
                where.bots[0].send_signal(signal.SIGTERM)
                assert await asyncio.to_thread(where.bots[0].wait, 20) == 0
            finally:
                os.kill(where.service.process.pid, signal.SIGCONT)
            for ts in stamps:
                assert [one["text"] for one in answers_to(slack, ts)] == [phrases.INTERRUPTED]

    asyncio.run(course())


def test_a_service_called_over_http_and_a_process_beside_it_answer_once(where: Place) -> None:
    async def course() -> None:
        async with bots(where, 1) as slack, httpx.AsyncClient(base_url=where.service.url) as http:
            caller, event = Caller(http), mention("COPEN", ASK, "74.1")
            status = 503
            while status == 503:  # the service tries again and again to reach Slack
                status = (await caller.event({"type": "nothing"})).status_code
                await asyncio.sleep(0.2)
            assert status == 200
            await slack.event(event, "E74.1")
            assert (await caller.event(event)).status_code == 200
            over_http = mention("COPEN", ASK, "74.2")
            assert (await caller.event(over_http)).status_code == 200
            assert (await caller.event(over_http, x_slack_signature="")).status_code == 401
            await slack.event(over_http, "E74.2", 1)
            await until(lambda: answers_to(slack, "74.1") and answers_to(slack, "74.2"))
            await asyncio.sleep(0.5)
            assert [len(answers_to(slack, ts)) for ts in ("74.1", "74.2")] == [1, 1]

    asyncio.run(course())


def test_without_its_service_the_bot_says_so(where: Place) -> None:
    async def course() -> None:
        async with bots(where, 1, f"http://127.0.0.1:{free_port()}") as slack:
            answer = await answered(slack, mention("COPEN", ASK, "73.1"))
            assert answer["text"].startswith(phrases.LATER)

    asyncio.run(course())


def test_what_is_wrong_is_said_before_anything_begins(where: Place) -> None:
    run = ("slack", "run", "--service", where.service.url, "--data")
    tokens = {"AUSKUNFT_SLACK_BOT_TOKEN": BOT, "AUSKUNFT_SLACK_APP_TOKEN": APP}
    complete = {**tokens, "AUSKUNFT_SLACK_SERVICE_TOKEN": "x"}
    with folders.quick_folder() as folder:
        assert "AUSKUNFT_SLACK_SERVICE_TOKEN" in auskunft(*run, folder, **tokens).err
        assert "keine Datenbank" in auskunft(*run, folder, **complete).err
        assert not list(folder.iterdir())
        with sqlite3.connect(folder / "auskunft.sqlite") as made:
            made.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
            made.execute("INSERT INTO alembic_version VALUES ('0012')")
        older = auskunft(*run, folder, **complete)
        assert older.code == 1 and "Stand 0012" in older.err


def test_who_is_known_to_be_dead() -> None:
    own = process_owner()
    there, pid, started, _ = own.split(":")
    assert len(own) <= 40
    assert not known_dead(own, own)
    assert not known_dead(f"{there}:{pid}:{started}:ffff", own)  # another bot of this process
    assert known_dead(f"{there}:{pid}:1:ffff", own)  # its number was given out again
    assert known_dead(f"{there}:4194305:{started}:ffff", own)
    assert not known_dead(f"000000000000:{pid}:1:ffff", own)  # on another machine
    assert not known_dead("", own)
    assert known_dead(service_owner(), service_owner())
    assert not known_dead(service_owner(), own)
