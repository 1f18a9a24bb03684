"""How the bot reaches Slack; imports nothing of Slack, so that settings stay quick to read."""

import re
from dataclasses import dataclass, field

from integrations.pairs import pairs_in
from kb.audience import PUBLIC, parse_audience
from kb.errors import InputError
from kb.state.slack_mapping import SlackMapping, require_possible

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Noticing:
    """The channel for notices, empty for none; documents expire soon from `ahead_days` before."""

    channel: str = ""
    ahead_days: int = 30


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """`bot_token` starts with xoxb-; `app_token` (xapp-…) is for Socket Mode.

    `signing_secret` is for HTTP. One of the two ways in, or both, can be used. `api` is where
    Slack's Web API is. `mappings` are those that the settings name.
    """

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    api: str = SLACK_API
    noticing: Noticing = field(default_factory=Noticing)
    mappings: tuple[SlackMapping, ...] = ()


_NO_NOTICES = Noticing()
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")


def slack_options(
    bot_token: str,
    app_token: str,
    signing_secret: str,
    api: str = SLACK_API,
    noticing: Noticing = _NO_NOTICES,
    mappings: tuple[SlackMapping, ...] = (),
) -> SlackOptions | None:
    """The options, None without any token. Raises InputError for tokens that cannot be right."""
    if not (bot_token or app_token or signing_secret):
        return None
    if not bot_token.startswith("xoxb-"):
        raise InputError(
            "AUSKUNFT_SLACK_BOT_TOKEN fehlt oder ist keines: Es beginnt mit „xoxb-“ und steht in "
            "Slacks App-Einstellungen unter „OAuth & Permissions“."
        )
    if app_token and not app_token.startswith("xapp-"):
        raise InputError(
            "AUSKUNFT_SLACK_APP_TOKEN ist keines: Es beginnt mit „xapp-“ und steht in Slacks "
            "App-Einstellungen unter „Basic Information“, „App-Level Tokens“."
        )
    if not app_token and not signing_secret:
        raise InputError(
            "Der Slack-Bot braucht AUSKUNFT_SLACK_APP_TOKEN (Socket Mode) oder "
            "AUSKUNFT_SLACK_SIGNING_SECRET (HTTP)."
        )
    if noticing.channel and not _CHANNEL.fullmatch(noticing.channel):
        raise InputError(
            "AUSKUNFT_SLACK_NOTICES_CHANNEL ist kein Kanal: Die Kennung (C… oder G…) steht in Slack "
            "ganz unten in den Details des Kanals."
        )
    address = api.rstrip("/") + "/"
    return SlackOptions(bot_token, app_token, signing_secret, address, noticing, mappings)


def fixed_mappings(mappings: str, admins: str) -> tuple[SlackMapping, ...]:
    """`C0123=staff, S0456=allianz` and `U0123, S0456` as mappings, by id. Raises InputError."""
    seen: dict[str, set[str]] = {}
    try:
        pairs = pairs_in(mappings)
    except ValueError as error:
        raise InputError(
            f"AUSKUNFT_SLACK_MAPPINGS: {error.args[0]!r} ist kein Paar der Form Kennung=Zielgruppe. "
            "Erwartet werden Paare, durch Komma getrennt, zum Beispiel C0123456789=staff."
        ) from error
    for slack_id, audience in pairs:
        try:
            seen.setdefault(slack_id, set()).add(parse_audience(audience))
            require_possible(slack_id, frozenset(seen[slack_id]), admin=False)
        except InputError as error:
            raise InputError(f"AUSKUNFT_SLACK_MAPPINGS: {error}") from error
    trusted = {entry.strip() for entry in admins.split(",") if entry.strip()}
    for slack_id in trusted:
        try:
            require_possible(slack_id, frozenset(), admin=True)
        except InputError as error:
            raise InputError(f"AUSKUNFT_SLACK_ADMINS: {error}") from error
    return tuple(
        SlackMapping(
            slack_id, frozenset(seen.get(slack_id, ())) - {PUBLIC}, slack_id in trusted, fixed=True
        )
        for slack_id in sorted(seen.keys() | trusted)
    )
