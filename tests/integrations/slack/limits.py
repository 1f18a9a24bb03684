"""Slack's documented limits of messages and views, as complaints."""

from collections.abc import Iterator
from typing import Any

_ROWS = {"section", "context", "actions", "input"}


def complaints(blocks: list[dict[str, Any]], most: int = 50) -> Iterator[str]:
    """What Slack would refuse in these blocks."""
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        if block["type"] not in _ROWS:
            yield f"unknown block {block['type']}"
        if block["type"] == "section":
            yield from _text(block["text"], 3_000)
            if "accessory" in block:
                yield from _button(block["accessory"])
        elements = block.get("elements", [])
        if block["type"] == "context":
            yield from () if 1 <= len(elements) <= 10 else ("context elements",)
            for element in elements:
                yield from _text(element, 3_000)
        if block["type"] == "input":
            yield from _input(block)
        if block["type"] == "actions":
            names = [element["action_id"] for element in elements]
            yield from () if len(set(names)) == len(names) else ("action_id twice",)
            for element in elements:
                yield from _button(element)


def _text(text: dict[str, Any], longest: int) -> Iterator[str]:
    allowed = {"type", "text", "verbatim"} if text["type"] == "mrkdwn" else {"type", "text"}
    if text["type"] not in ("mrkdwn", "plain_text") or set(text) - allowed:
        yield f"text object {text}"
    if not 1 <= len(text["text"]) <= longest:
        yield f"text of {len(text['text'])} characters"


def _button(button: dict[str, Any]) -> Iterator[str]:
    if set(button) - {"type", "action_id", "text", "value"} or button["type"] != "button":
        yield f"button {button}"
    yield from _text(button["text"], 75)
    if button["text"]["type"] != "plain_text" or len(button["value"]) > 2_000:
        yield "button's text or value"


def _input(block: dict[str, Any]) -> Iterator[str]:
    allowed = {"type", "block_id", "label", "element", "optional", "hint"}
    for name in ("label", "hint"):
        if name in block:
            yield from _text(block[name], 2_000)
    element = block["element"]
    if set(block) - allowed or element["type"] not in ("static_select", "datepicker"):
        yield f"input {block}"
    if element["type"] == "static_select":
        if not 1 <= len(element["options"]) <= 100:
            yield "number of options"
        if element.get("initial_option", element["options"][0]) not in element["options"]:
            yield "initial option"
        for option in element["options"]:
            yield from _text(option["text"], 75)
            yield from () if 1 <= len(option["value"]) <= 150 else ("option's value",)
