"""Blocks of what admins do in Slack, and the ids of its buttons and views."""

from typing import Any

CANCEL_ACTION, REINDEX_ACTION = "auskunft_job_cancel", "auskunft_reindex_all"
TAKE_IN_ACTION, TAKE_IN_VIEW = "auskunft_take_in", "auskunft_take_in_view"


def section(text: str) -> dict[str, Any]:
    """A section; `text` is mrkdwn of at most 3,000 characters."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def plain(text: str) -> dict[str, Any]:
    """A text without formatting."""
    return {"type": "plain_text", "text": text}


def button_row(*buttons: tuple[str, str, str]) -> dict[str, Any]:
    """Buttons beside each other, each as action, words and value."""
    elements = [
        {"type": "button", "action_id": action, "text": plain(words), "value": value}
        for action, words, value in buttons
    ]
    return {"type": "actions", "elements": elements}
