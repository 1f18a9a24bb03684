"""Setting up: a manifest that Slack takes, and a check that says what is missing."""

import asyncio
import json

import pytest
import yaml

from integrations.slack.manifest import EVENTS, SCOPES, as_json, as_yaml, manifest
from tests import folders
from tests.integrations.running import Outcome, auskunft
from tests.integrations.slack.server import APP, BOT, LocalSlack, local_slack

_SECTIONS = {"display_information", "features", "oauth_config", "settings"}


@pytest.mark.parametrize("address", ["", "https://auskunft.example.de/"])
def test_the_manifest_says_what_is_asked_for_and_why(address: str) -> None:
    made = manifest("Auskunft der Kammer mit einem recht langen Namen", address)
    text = as_yaml(made)
    assert yaml.safe_load(text) == made == json.loads(as_json(made))
    for name, reason in (SCOPES | EVENTS).items():
        assert f"- {name}  # {reason}" in text
    assert set(made) == _SECTIONS
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert made["settings"]["socket_mode_enabled"] is not bool(address)
    urls = {text for text in json.dumps(made).split('"') if text.startswith("https:")}
    assert urls == ({"https://auskunft.example.de/slack/events"} if address else set())
    for event, scope in (("message.im", "im:history"), ("app_mention", "app_mentions:read")):
        assert event in EVENTS and scope in SCOPES


def test_the_check_says_what_is_missing() -> None:
    async def checked(slack: LocalSlack, bot: str, **more: str) -> Outcome:
        with folders.quick_folder() as folder:
            return await asyncio.to_thread(
                auskunft, "slack", "check", "--data", folder, AUSKUNFT_SLACK_API=slack.api,
                AUSKUNFT_SLACK_BOT_TOKEN=bot, **more,
            )  # fmt: skip

    async def course() -> None:
        async with local_slack() as slack:
            slack.scopes = ",".join(SCOPES.keys() - {"chat:write", "users:read"})
            some = await checked(slack, BOT, AUSKUNFT_SLACK_APP_TOKEN="xapp-falsch",
                                 AUSKUNFT_SLACK_SIGNING_SECRET="x")  # fmt: skip
            assert some.code == 1
            lines = some.out.splitlines()
            assert [line[0] for line in lines] == ["✓", "✗", "✗", "✗", "✗"]
            assert "chat:write, users:read" in lines[1]
            assert "connections:write" in lines[2] and "invalid_auth" in lines[2]
            assert "AUSKUNFT_PUBLIC_URL" in lines[3] and "auskunft serve" in lines[4]
            wrong = await checked(slack, "xoxb-falsch", AUSKUNFT_SLACK_APP_TOKEN=APP)
            lines = wrong.out.splitlines()
            assert [line[0] for line in lines] == ["✗", "✗", "✓", "✗"]

    asyncio.run(course())
    nothing = auskunft("slack", "check")
    assert nothing.code == 2 and "AUSKUNFT_SLACK_BOT_TOKEN" in nothing.err
