"""Slack's calls over HTTP: signed ones are answered, all others refused with a 4xx."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from integrations.desk import Desk
from integrations.slack import phrases
from integrations.slack.bot import SlackBot
from integrations.slack.options import SlackOptions
from integrations.web.app import create_app
from tests.integrations.slack.load import SECRET
from tests.integrations.slack.server import BOT, LocalSlack, local_slack
from tests.integrations.slack.test_bot import (
    ASK,
    answers_to,
    desk,
    mention,
    service_of,
    until,
    workspace,
)

__all__ = ["desk"]  # the fixture
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.fixture(scope="module", autouse=True)
def signed_desk(desk: Desk) -> None:
    desk.settings.slack_bot_token = type(desk.settings.slack_bot_token)(BOT)
    desk.settings.slack_signing_secret = type(desk.settings.slack_bot_token)(SECRET)


class Caller:
    """Slack as an HTTP client."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def send(
        self, body: str | bytes, kind: str = _JSON, moment: str = "", **headers: str
    ) -> httpx.Response:
        moment = moment or str(int(time.time()))
        raw = body.encode() if isinstance(body, str) else body
        signature = SignatureVerifier(SECRET).generate_signature(
            timestamp=moment, body=raw.decode("utf-8", "replace")
        )
        given = {"content-type": kind, "x-slack-request-timestamp": moment,
                 "x-slack-signature": signature or ""} | {
                     name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
        encoded = {name: value.encode("latin-1") for name, value in given.items()}
        return await self._http.post("/slack/events", content=raw, headers=encoded)

    async def event(self, event: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.send(json.dumps(callback(event)), **headers)


def callback(event: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "E1", "team_id": "T1", "api_app_id": "A1",
            "event": event, "authorizations": []}  # fmt: skip


@asynccontextmanager
async def calling(desk: Desk, connected: bool = True) -> AsyncIterator[tuple[Caller, LocalSlack]]:
    async with local_slack() as slack:
        workspace(slack)
        service = service_of(desk)
        options = SlackOptions(BOT, "", SECRET, slack.api)
        bot = SlackBot(service, desk.parts.database, options, desk.settings.address)
        app = create_app(desk)
        app.state.slack = bot
        if connected:
            await bot.start()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                yield Caller(http), slack
        finally:
            await bot.stop()
            await service.close()


def test_events_commands_and_buttons_come_in_over_http(desk: Desk) -> None:
    async def course() -> None:
        async with calling(desk) as (caller, slack):
            asked = json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"})
            assert "abc" in (await caller.send(asked)).text
            event = mention("COPEN", ASK, "61.1")
            began = time.monotonic()
            for retry in ("", "1", "2"):
                again = {"x_slack_retry_num": retry} if retry else {}
                assert (await caller.event(event, **again)).status_code == 200
            assert time.monotonic() - began < 3
            await until(lambda: answers_to(slack, "61.1"))
            assert len(answers_to(slack, "61.1")) == 1
            message = answers_to(slack, "61.1")[0]
            rating = {**message["blocks"][-1]["elements"][0], "block_id": "b"}
            pressed = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "UPLAIN"},
                       "trigger_id": "t", "channel": {"id": "COPEN"}, "message": message,
                       "actions": [rating]}  # fmt: skip
            sent = await caller.send(urlencode({"payload": json.dumps(pressed)}), _FORM)
            assert sent.status_code == 200
            await until(lambda: slack.ephemeral)
            assert slack.ephemeral[0]["text"] == phrases.THANKS
            # an event that nobody listens to is no failure in Slack's eyes
            assert (await caller.event({"type": "team_rename"})).status_code == 200
            assert slack.refused == []

    asyncio.run(course())


def test_whatever_slack_did_not_sign_is_refused(desk: Desk) -> None:
    now = int(time.time())

    async def course() -> None:
        async with calling(desk) as (caller, slack):
            body = json.dumps(callback(mention("COPEN", ASK, "62.1")))
            signature = SignatureVerifier(SECRET).generate_signature(timestamp=str(now), body=body)
            assert signature is not None
            for wrong in ("", "v0=", "v0=" + "0" * 64, signature.upper(), "v0=ü" + "0" * 63):
                answer = await caller.send(body, x_slack_signature=wrong)
                assert answer.status_code == 401, wrong
            for moment in ("x", "-1", "1e9", "9" * 40, str(now - 301), str(now + 600), "²"):
                assert (await caller.send(body, moment=moment)).status_code == 401, moment
            changed = body.replace("62.1", "62.2")
            answer = await caller.send(changed, x_slack_signature=signature)
            assert answer.status_code == 401
            replayed = await caller.send(body, moment=str(now - 200))
            assert replayed.status_code == 200
            assert "62.2" not in str(slack.posted)

    asyncio.run(course())


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", _JSON, 400), ("[]", _JSON, 400), ("1", _JSON, 400), ("{}", _JSON, 400),
        ("[" * 100_000, _JSON, 400), ('{"type": 1}', _JSON, 400), ("", _JSON, 400),
        (json.dumps(callback("x")), _JSON, 400), (json.dumps(callback({})), _JSON, 400),
        ("", _FORM, 400), ("payload=", _FORM, 400), ("payload=%7B", _FORM, 400),
        ("payload=%5B%5D", _FORM, 400), ("a=b", _FORM, 400),
        ("payload=" + json.dumps({"type": "block_actions"}), _FORM, (400, 404)),
        (json.dumps(callback({"type": "app_mention"})), _JSON, 200),
        (b"\xff\xfe{", _JSON, 401), ("{}", "text/plain", 415), ("{}", "", 415),
        ("x" * 1_100_000, _JSON, 413),
    ],
)  # fmt: skip
def test_malformed_calls_are_4xx(desk: Desk, body: str | bytes, kind: str, status: Any) -> None:
    async def course() -> None:
        async with calling(desk) as (caller, _):
            answer = await caller.send(body, kind)
            assert answer.status_code in (status if isinstance(status, tuple) else (status,))

    asyncio.run(course())


def test_before_the_bot_is_connected_slack_is_asked_to_wait(desk: Desk) -> None:
    async def course() -> None:
        async with calling(desk, connected=False) as (caller, _):
            answer = await caller.event(mention("COPEN", ASK, "63.1"))
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert (await caller.event({"type": "x"}, x_slack_signature="")).status_code == 401

    asyncio.run(course())
