"""What the set-up in Slack still lacks: one finding per thing looked at, each with what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.clients import slack_client
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.manifest import SCOPES
from integrations.slack.options import SlackOptions

_AGAIN = "in Slacks App-Einstellungen unter „OAuth & Permissions“"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` is one German line; `good` is whether nothing is to be done."""

    good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Ways:
    """`service` is a client of the service that is asked, its token given; `public` its address."""

    service: httpx.AsyncClient
    public: str = ""


async def check(options: SlackOptions, ways: Ways) -> AsyncIterator[Finding]:
    """Everything that can be found out from here, in the order in which it is to be put right."""
    client = slack_client(options.bot_token, options.api)
    yield await _bot_token(client)
    yield await _scopes(client)
    if options.app_token:
        yield await _socket_mode(client, options.app_token)
    if options.signing_secret:
        yield _http(ways.public)
    yield await _service(ways)


async def _bot_token(client: AsyncWebClient) -> Finding:
    try:
        about = await client.auth_test()
    except SLACK_ERRORS as error:
        reason = _reason(error)
        return Finding(
            False,
            f"Bot-Token: Slack nimmt AUSKUNFT_SLACK_BOT_TOKEN nicht an ({reason}). Das Token steht "
            f"{_AGAIN}; ohne Antwort von Slack bitte den Zugang zum Netz prüfen.",
        )
    return Finding(True, f"Bot-Token: in Ordnung (Arbeitsbereich {about.get('team')}).")


async def _scopes(client: AsyncWebClient) -> Finding:
    try:
        headers = (await client.auth_test()).headers
    except SLACK_ERRORS:
        return Finding(False, "Rechte: erst prüfbar, wenn Slack das Bot-Token annimmt.")
    given = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes", "")
    missing = SCOPES.keys() - {scope.strip() for scope in given.split(",")}
    if not missing:
        return Finding(True, f"Rechte: alle {len(SCOPES)} vorhanden.")
    return Finding(
        False,
        f"Rechte: Es fehlt {', '.join(sorted(missing))}. Bitte das Manifest aus „auskunft slack "
        f"manifest“ übernehmen und die App {_AGAIN} neu installieren.",
    )


async def _socket_mode(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=app_token)
    except SLACK_ERRORS as error:
        return Finding(
            False,
            f"Socket Mode: Slack lässt keine Verbindung zu ({_reason(error)}). "
            "AUSKUNFT_SLACK_APP_TOKEN braucht das Recht „connections:write“ („Basic Information“, "
            "„App-Level Tokens“), und „Socket Mode“ muss eingeschaltet sein.",
        )
    return Finding(True, "Socket Mode: Slack lässt eine Verbindung zu.")


def _http(public: str) -> Finding:
    if public.startswith("https://"):
        return Finding(True, f"HTTP: Slack ruft {public}/slack/events auf.")
    return Finding(
        False,
        "HTTP: Slack ruft nur https-Adressen auf. Bitte AUSKUNFT_PUBLIC_URL setzen oder ohne "
        "AUSKUNFT_SLACK_SIGNING_SECRET Socket Mode benutzen.",
    )


async def _service(ways: Ways) -> Finding:
    try:
        ready = (await ways.service.get("/readyz")).is_success
        # naming a group is what the scope is for; nothing is answered
        asked = await ways.service.post(
            "/api/v1/search", json={"question": "Slack", "groups": ["staff"], "limit": 1}
        )
    except httpx.HTTPError as error:
        return Finding(
            False,
            f"Dienst: nicht erreichbar ({type(error).__name__}). Bitte „auskunft serve“ starten, für "
            "einen eigenen Prozess AUSKUNFT_SLACK_SERVICE prüfen.",
        )
    if asked.status_code in (401, 403):
        return Finding(
            False,
            "Dienst: AUSKUNFT_SLACK_SERVICE_TOKEN gilt dort nicht oder hat den falschen Umfang: "
            "„auskunft token create slack --scope ask:staff“.",
        )
    if not ready or not asked.is_success:
        return Finding(False, "Dienst: läuft, antwortet aber noch nicht („auskunft status“).")
    return Finding(True, "Dienst: antwortet.")


def _reason(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return type(error).__name__
