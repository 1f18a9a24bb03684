"""The app's manifest: what Slack is asked for, and why; nothing that is not needed."""

import json
from typing import Any

import yaml

#: what the bot may do in Slack, each with its reason
SCOPES = {
    "app_mentions:read": "Erwähnungen des Bots lesen",
    "assistant:write": "im Assistenten-Bereich antworten, Zustand und Vorschläge zeigen",
    "channels:history": "Nachfragen in Threads öffentlicher Kanäle lesen",
    "channels:read": "prüfen, wer in einem öffentlichen Kanal mitliest",
    "chat:write": "antworten",
    "commands": "der Befehl /auskunft",
    "files:read": "Dateien einlesen, die mit dem Bot geteilt werden",
    "groups:history": "Nachfragen in Threads privater Kanäle lesen",
    "groups:read": "prüfen, wer in einem privaten Kanal mitliest",
    "im:history": "Direktnachrichten an den Bot lesen",
    "im:read": "Direktnachrichten von Kanälen unterscheiden",
    "mpim:history": "Nachfragen in Gruppennachrichten lesen",
    "mpim:read": "Gruppennachrichten von Kanälen unterscheiden",
    "usergroups:read": "prüfen, wer zu einer zugeordneten Nutzergruppe gehört",
    "users:read": "Gäste und Fremde erkennen, die nur Öffentliches sehen",
}
#: what Slack tells the bot, each with its reason
EVENTS = {
    "app_home_opened": "die Startseite des Bots zeigen",
    "app_mention": "Fragen an den Bot in Kanälen",
    "assistant_thread_context_changed": "Wechsel des Kanals neben dem Assistenten-Bereich",
    "assistant_thread_started": "Begrüßung im Assistenten-Bereich",
    "file_shared": "Dateien, die mit dem Bot geteilt werden",
    "message.channels": "Nachfragen ohne Erwähnung in Threads",
    "message.groups": "dasselbe in privaten Kanälen",
    "message.im": "Direktnachrichten an den Bot",
    "message.mpim": "Nachfragen in Gruppennachrichten",
}
_DESCRIPTION = "Antworten mit genauer Quellenangabe aus den eigenen Unterlagen"
_EVENTS_PATH = "/slack/events"
#: Slack's limits
_LONGEST_NAME, _LONGEST_BOT_NAME = 35, 80


def manifest(name: str, address: str = "") -> dict[str, Any]:
    """For Socket Mode, or for HTTP where the service's public `address` is given."""
    url = address.rstrip("/") + _EVENTS_PATH if address else ""
    called = {"request_url": url} if url else {}
    command = {
        "command": "/auskunft",
        "description": "Eine Frage stellen, Antwort nur für Sie",
        "usage_hint": "Wie hoch ist der Zuschuss?",
        "should_escape": False,
    }
    return {
        "display_information": {"name": name[:_LONGEST_NAME], "description": _DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "assistant_view": {"assistant_description": _DESCRIPTION},
            "bot_user": {"display_name": name[:_LONGEST_BOT_NAME], "always_online": True},
            "slash_commands": [{**command, **({"url": url} if url else {})}],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**called, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **called},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(made: dict[str, Any]) -> str:
    """The manifest with a comment at each scope and event, as Slack's page takes it."""
    lines = yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=1_000).splitlines()
    return "\n".join(_explained(line) for line in lines)


def as_json(made: dict[str, Any]) -> str:
    """The manifest as JSON, which knows no comments."""
    return json.dumps(made, ensure_ascii=False, indent=2)


def _explained(line: str) -> str:
    entry = line.strip().removeprefix("- ")
    reason = (SCOPES | EVENTS).get(entry)
    return f"{line}  # {reason}" if reason else line
