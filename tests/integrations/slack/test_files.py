"""Files that admins share with the bot, from the offer to the document; and those refused."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.desk import Desk
from integrations.slack import files_phrases as phrases
from integrations.slack.download import MOST_MB, from_slack
from integrations.slack.files import brings_files
from integrations.slack.files_view import said_in, wrong_in
from kb.state.slack_mappings import SlackMappings
from tests import folders
from tests.integrations.slack.server import LocalSlack
from tests.integrations.slack.test_admin import running
from tests.integrations.slack.test_bot import PLAIN, answers_to, until

# says of itself that everybody may see it; the modal knows better
TEXT = b"---\naudience: public\n---\n\n# Merkblatt\n\nDas Losungswort lautet Karmesin.\n"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as opened:
        mappings = SlackMappings(opened.parts.database)
        mappings.put("UADMIN", [], admin=True)
        mappings.put("S1", ["vorstand"])
        opened.jobs.start(opened.tick)
        yield opened


def shared_in(channel: str, ts: str, user: str, *files: dict[str, Any]) -> dict[str, Any]:
    event = {"channel": channel, "user": user, "ts": ts, "text": "", "files": list(files)}
    if channel.startswith("D"):
        return {**event, "type": "message", "channel_type": "im", "subtype": "file_share"}
    return {**event, "type": "app_mention", "text": "<@UBOT>"}


async def offered(slack: LocalSlack, event: dict[str, Any]) -> dict[str, Any]:
    await slack.event(event, f"E{event['ts']}")
    await until(lambda: answers_to(slack, event["ts"]))
    return answers_to(slack, event["ts"])[0]


async def opened_view(slack: LocalSlack, message: dict[str, Any]) -> dict[str, Any]:
    slack.views.clear()
    await slack.press(message["blocks"][-1]["elements"][0], message, "UADMIN")
    await until(lambda: slack.views)
    return slack.views[0]


def option(view: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    block = next(one for one in view["blocks"] if one["block_id"] == field)
    options = block["element"]["options"]
    return {"selected_option": next(one for one in options if one["value"] == value)}


def test_a_file_is_asked_about_and_taken_in_for_staff(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            file = slack.share("Merkblatt <!here>.md", TEXT)
            event = shared_in("CANY", "1.1", "UADMIN", file)
            message = await offered(slack, event)
            assert "<!here>" not in str(message["blocks"])
            assert message["thread_ts"] == "1.1"
            # somebody else's press opens nothing
            await slack.press(message["blocks"][-1]["elements"][0], message, "UPLAIN")
            await until(lambda: slack.ephemeral)
            assert slack.ephemeral[0]["text"] == phrases.NOT_ADMIN and not slack.views

            view = await opened_view(slack, message)
            audience = view["blocks"][0]["element"]
            assert audience["initial_option"]["value"] == "staff"
            assert [one["value"] for one in audience["options"]] == ["staff", "public", "vorstand"]
            days = {"valid_from": {"selected_date": "2026-05-02"},
                    "valid_until": {"selected_date": "2026-05-01"}}  # fmt: skip
            await slack.submit(view, days, "UADMIN")
            await until(lambda: slack.errors)
            assert slack.errors == [{"valid_until": phrases.WRONG_DAYS}]
            values = {
                "audience": option(view, "audience", "staff"),
                "kind": option(view, "kind", "guideline"),
                "valid_until": {"selected_date": "2031-12-31"},
            }
            await slack.submit(view, values, "UADMIN")
            await until(lambda: "Fertig:" in answers_to(slack, "1.1")[0]["text"], 30)
            (report,) = answers_to(slack, "1.1")
            assert "(1 Textstelle)" in report["text"]
            assert "es bleibt bei „staff“" in report["text"]
            (document,) = desk.knowledge.registry.all()
            head = document.head
            assert (head.audience, head.kind.value) == ("staff", "guideline")
            assert head.validity.valid_until is not None
            assert head.validity.valid_until.isoformat() == "2031-12-31"
            entry = desk.remembered.audit.page(limit=1)[0][0]
            assert (entry.who, entry.verb) == ("Slack UADMIN", "upload.start")

    asyncio.run(course())


def test_what_is_no_file_of_slack_is_not_fetched(desk: Desk) -> None:
    before = len(desk.jobs.recent(100))

    async def course() -> None:
        async with running(desk) as slack:
            elsewhere = slack.share("fern.md", b"x", url_private_download="https://evil.test/x")
            moved = slack.share("umgeleitet.md", b"x")
            slack.contents[moved["id"]] = "https://evil.test/x"
            huge = slack.share("riesig.md", b"x", size=(MOST_MB + 1) * 1024**2)
            longer = slack.share("laenger.md", b"xyz", size=2)
            files = (elsewhere, moved, huge, longer)
            message = await offered(slack, shared_in("DUADMIN", "2.1", "UADMIN", *files))
            view = await opened_view(slack, message)
            await slack.submit(view, {"audience": option(view, "audience", "staff")}, "UADMIN")

            def texts() -> str:
                return " ".join(one["text"] for one in slack.posted.values())

            await until(lambda: "nicht vollständig" in texts(), 20)
            for sentence in ("nicht bei Slack", "nicht heraus", "größer als"):
                assert sentence in texts()

    asyncio.run(course())
    assert len(desk.jobs.recent(100)) == before


def test_others_get_a_friendly_sentence_once(desk: Desk) -> None:
    async def course() -> None:
        async with running(desk) as slack:
            slack.users["UNEW"] = PLAIN
            file = slack.share("a.md", b"x")
            event = shared_in("DUNEW", "3.1", "UNEW", file)
            message = await offered(slack, event)
            assert message["text"] == phrases.NOT_ADMIN
            await slack.event(event, "E3.1", 1)
            many = [slack.share(f"{n}.md", b"x") for n in range(11)]
            crowd = await offered(slack, shared_in("CANY", "3.2", "UADMIN", *many))
            assert "höchstens 10" in crowd["text"]
            assert len(slack.posted) == 2

    asyncio.run(course())


@pytest.mark.parametrize(
    ("address", "slacks"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.pdf", True),
        ("https://slack.com/x", True), ("http://files.slack.com/x", False),
        ("https://files.slack.com.evil.test/x", False), ("https://evilslack.com/x", False),
        ("https://files.slack.com@evil.test/x", False), ("https://u:p@files.slack.com/x", False),
        ("https://files.slack.com:8443/x", False), ("file:///etc/passwd", False), ("", False),
        ("https://[::1/x", False), ("http://127.0.0.1:9/x", True), ("http://127.0.0.1:10/x", False),
    ],
)  # fmt: skip
def test_addresses_of_slack(address: str, slacks: bool) -> None:
    assert from_slack(address, "http://127.0.0.1:9/api/") is slacks


def test_what_a_modal_says_is_for_staff_unless_it_says_otherwise() -> None:
    assert said_in({"state": {"values": {}}}) == {"audience": "staff"}
    assert wrong_in({"valid_from": "2026-01-01"}) == {}
    event = shared_in("DX", "1", "U1", {"id": "F1"})
    assert brings_files(event) and not brings_files({**event, "bot_id": "B1"})
    assert not brings_files({**event, "channel_type": "channel"})
