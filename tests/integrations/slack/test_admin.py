"""What admins do in Slack: on a real desk behind its real Unix socket, against a local Slack."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from integrations.desk import Desk
from integrations.slack import admin_phrases as phrases
from integrations.slack import following
from integrations.slack.admin import is_admin_word
from integrations.slack.bot import SlackBot
from integrations.slack.options import SlackOptions
from integrations.slack.service import Service, through_socket
from integrations.web.app import create_app
from integrations.web.guards import LocalCaller
from kb.errors import AccessDeniedError
from kb.roles import TokenScope
from kb.state.slack_mappings import SlackMappings
from tests import folders
from tests.integrations.slack.server import APP, BOT, LocalSlack, local_slack
from tests.integrations.slack.test_bot import PUBLIC_TEXT, STAFF_TEXT, until

FULL = {"team_id": "T1", "is_restricted": False, "is_ultra_restricted": False}


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder:
        texts = folder / "texte"
        texts.mkdir()
        (texts / "zuschuss.md").write_text(PUBLIC_TEXT, "utf-8")
        (texts / "vermerk.md").write_text(STAFF_TEXT, "utf-8")
        with folders.opened(folder / "daten") as opened:
            report = opened.ingestion.run([texts], opened.ingest_options)
            assert report.complete, report.as_dict()
            mappings = SlackMappings(opened.parts.database)
            for admin in ("UADMIN", "S9", "UGUEST", "UEXT", "UVAGUE", "UBOT"):
                mappings.put(admin, [], admin=True)
            opened.jobs.start(opened.tick)
            yield opened


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[Service]:
    """The desk's own application behind a real Unix socket."""
    place = desk.folder.path / "probe.sock"
    app = LocalCaller(create_app(desk))
    server = uvicorn.Server(uvicorn.Config(app, uds=str(place), log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    service = Service(through_socket(place))
    try:
        yield service
    finally:
        await service.close()
        server.should_exit = True
        await running


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[LocalSlack]:
    async with local_slack() as slack, served(desk) as service:
        slack.users = {
            "UADMIN": FULL, "UGROUP": FULL, "UPLAIN": FULL, "UBOT": {**FULL, "is_bot": True},
            "UGUEST": {**FULL, "is_restricted": True}, "UEXT": {**FULL, "team_id": "T2"},
            "UVAGUE": {"team_id": "T1"},
        }  # fmt: skip
        slack.groups = {"S9": ["UGROUP", "UGUEST"]}
        options = SlackOptions(BOT, APP, api=slack.api)
        bot = SlackBot(service, desk.parts.database, options, desk.settings.address)
        await bot.start()
        try:
            yield slack
        finally:
            await bot.stop()
        assert slack.refused == []


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job of a second is looked at more than once."""
    monkeypatch.setattr(following.Following.__init__, "__defaults__", (0.05,))


async def told(slack: LocalSlack, text: str, user: str = "UADMIN") -> dict[str, Any]:
    slack.responses.clear()
    await slack.slash(text, user, "CANY")
    await until(lambda: slack.responses)
    return slack.responses[0]


def ended(slack: LocalSlack) -> list[dict[str, Any]]:
    return [one for one in slack.posted.values() if "Fertig:" in one["text"]]


def test_words_for_admins() -> None:
    assert is_admin_word("status") and is_admin_word(" Status ") and is_admin_word("reindex a b")
    assert not is_admin_word("Status der Richtlinie?") and not is_admin_word("")


def test_only_full_members_that_are_listed_are_admins(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            for user in ("UADMIN", "UGROUP"):
                assert "Dokumente" in (await told(slack, "status", user))["text"]
            for user in ("UPLAIN", "UGUEST", "UEXT", "UVAGUE", "UBOT"):
                assert (await told(slack, "status", user))["text"] == phrases.NOT_ADMIN
                assert (await told(slack, "reindex alle", user))["text"] == phrases.NOT_ADMIN
            slack.down.add("users.info")
            assert (await told(slack, "status"))["text"] == phrases.NOT_ADMIN

    asyncio.run(course())


def test_status_and_help_are_for_the_asker_only(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            answer = await told(slack, "status")
            assert answer["response_type"] == "ephemeral"
            for part in ("2 Dokumente", "Suchindex:* bereit", "Offene Fragen:* 0", "GB"):
                assert part in answer["text"]
            assert (await told(slack, "hilfe"))["text"] == phrases.HELP
            assert slack.posted == {}

    asyncio.run(course())


def test_reindex_shows_its_progress_in_one_message(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            assert (await told(slack, "reindex"))["text"] == phrases.REINDEX_WHAT
            wrong = await told(slack, "reindex <!channel>.pdf")
            assert "&lt;!channel&gt;" in wrong["text"] and "<!channel>" not in wrong["text"]
            assert slack.posted == {}
            begun = await told(slack, "reindex zuschuss.md „vermerk.md“")
            assert begun["text"] == phrases.REINDEX_BEGUN
            await until(lambda: ended(slack), 30)
            assert len(slack.posted) == 1
            (message,) = slack.posted.values()
            assert message["channel"] == "DUADMIN" and "2 eingelesen" in message["text"]
            assert [one["type"] for one in message["blocks"]] == ["section"]
            entry = desk.remembered.audit.page(limit=1)[0][0]
            assert (entry.who, entry.verb) == ("Slack UADMIN", "document.reindex")

    asyncio.run(course())


def test_all_documents_only_after_a_question_and_only_by_admins(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            asked = await told(slack, "reindex alle")
            button = asked["blocks"][-1]["elements"][0]
            message = {"channel": "CANY", "ts": "1.1"}
            slack.responses.clear()
            await slack.press(button, message, "UPLAIN")
            await until(lambda: slack.responses)
            assert slack.responses[0]["text"] == phrases.NOT_ADMIN and slack.posted == {}
            await slack.press(button, message, "UADMIN")
            await until(lambda: ended(slack), 30)
            job = desk.jobs.recent(1)[0]
            cancel = {"type": "button", "action_id": "auskunft_job_cancel", "value": job.job_id}
            slack.responses.clear()
            await slack.press(cancel, message, "UADMIN")
            await until(lambda: slack.responses)
            assert slack.responses[0]["text"] == phrases.OVER_ALREADY

    asyncio.run(course())


def test_a_token_of_too_small_a_scope_and_actors_that_are_claimed(desk: Desk) -> None:
    small = desk.tokens.create("bot", (TokenScope.ASK_STAFF,))[1]
    editor = desk.tokens.create("skript", (TokenScope.DOCUMENTS,))[1]
    both = desk.tokens.create("bot2", (TokenScope.ASK_STAFF, TokenScope.DOCUMENTS))[1]
    app = create_app(desk)

    async def who(token: str) -> str:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1",
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        service = Service(client)
        await service.reindex(["zuschuss.md"], "U77")
        await service.close()
        return str(desk.remembered.audit.page(limit=1)[0][0].who)

    async def course() -> None:
        with pytest.raises(AccessDeniedError):
            await who(small)
        assert await who(editor) == "Token skript"
        assert await who(both) == "Slack U77 (Token bot2)"

    asyncio.run(course())
