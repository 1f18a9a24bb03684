"""Messages that grow, as Slack's documentation and the field reports on its three methods have them."""

from typing import Any

from tests.integrations.slack.limits import complaints

_LONGEST = 12_000
_NEEDED = ("thread_ts", "recipient_user_id", "recipient_team_id")
_Message = dict[str, Any]


def grow(posted: dict[str, _Message], method: str, given: _Message) -> tuple[str, bool]:
    """Begin, go on with or stop a message; an error, and whether a bot may well run into it."""
    text = given.get("markdown_text") or ""
    wrong = list(complaints(given.get("blocks") or []))
    if len(text) > _LONGEST or wrong:
        return f"msg_too_long {len(text)} {wrong}", False
    if method == "chat.startStream":
        missing = [name for name in _NEEDED if not given.get(name)]
        posted[given["ts"]] = {"channel": given["channel"], "thread_ts": given.get("thread_ts"),
                               "ts": given["ts"], "user": "UBOT", "bot_id": "B1", "text": text,
                               "streaming": True}  # fmt: skip
        return "".join(f"missing_{name}" for name in missing[:1]), False
    message = posted.get(given["ts"])
    if message is None:
        return "message_not_found", True
    return _gone_on(message, method, given, text)


def _gone_on(message: _Message, method: str, given: _Message, text: str) -> tuple[str, bool]:
    stops = method == "chat.stopStream"
    if message["channel"] != given["channel"]:
        return "channel_not_found", False
    if not message.get("streaming"):
        # a stop may come twice, and Slack itself ends a stream after about five minutes
        return "message_not_in_streaming_state", stops or bool(message.get("expired"))
    if not text and not stops:
        return "no_text", False
    message["text"] += text
    if stops:
        message.update(streaming=False, blocks=given.get("blocks") or [])
    return "", True
