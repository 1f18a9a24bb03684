"""An answer's JSON as Block Kit: what is said with its numbers, the sources, contact, feedback.

Limits are Slack's: 50 blocks a message, 3,000 characters a section, 2,000 a button's value. What is
too long is divided between words, and a sentence's numbers stay whole behind its last word.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from integrations.slack import phrases
from integrations.slack.mrkdwn import escaped, first_piece, link, pieces

Block = dict[str, Any]
MOST_BLOCKS, LONGEST_SECTION, LONGEST_VALUE, LONGEST_FALLBACK = 50, 3_000, 2_000, 3_000
_ROW = re.compile(r"[^:;\n]{1,40}: [^;\n]+(?:; [^:;\n]{1,40}: [^;\n]+){3,}")
_NEXT_FIELD = "\n• "
_LONGEST_TITLE, _MOST_SOURCES, _SPARE = 200, 20, 60
#: escaped; every line of it gets one character more
_LONGEST_QUOTED = LONGEST_SECTION // 2
SOURCE_ACTION, FEEDBACK_ACTION = "auskunft_source", "auskunft_feedback"
SHOW_ACTION, FULLER_ACTION = "auskunft_show", "auskunft_fuller"
YES, NO = "ja", "nein"


def answer_blocks(answer: Mapping[str, Any], address: str, asked_as: str = "") -> list[Block]:
    """The whole message; `address` is the website's, without a slash at the end.

    `asked_as` is how a follow-up was understood, where that is worth showing.
    """
    return _arranged([*_asked(asked_as), *_message(answer), *_said(answer)], answer, address)


def ending_blocks(answer: Mapping[str, Any], address: str, asked_as: str = "") -> list[Block]:
    """What stands below the statements where these are there already; see `answer_blocks`."""
    return _arranged([*_message(answer), *_asked(asked_as)], answer, address)


def is_whole(blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a message with these blocks is a finished answer: nothing else can be judged."""
    named = [element.get("action_id", "") for one in blocks for element in one.get("elements", ())]
    return any(name.startswith(FEEDBACK_ACTION) for name in named)


def sentence(statement: Mapping[str, Any]) -> str:
    """A statement in one line, with its numbers."""
    return f"{statement['text']} {_numbers(statement['citations'])}".strip()


def fallback(answer: Mapping[str, Any]) -> str:
    """The answer as plain text for notifications and screen readers."""
    sentences = [sentence(one) for one in answer["statements"]]
    parts = [answer["message"], *sentences]
    text = " ".join(part for part in parts if part)
    return first_piece(text, LONGEST_FALLBACK)


def asked_block(user: str, question: str) -> Block:
    """Who asks what, above an answer that was not asked for by a post."""
    shown = first_piece(question, LONGEST_SECTION - _SPARE * 2)
    return section_block(phrases.ASKED_BY.format(person=f"<@{user}>", question=shown))


def offer_blocks(question: str) -> list[Block]:
    """Asks whether the asker wants what they may see beyond this channel."""
    button = (FULLER_ACTION, phrases.SHOW_FULLER, question)
    return [section_block(phrases.FULLER), *buttons(button)]


def source_view(value: str) -> dict[str, Any]:
    """The modal with a quoted passage, from the value of its button."""
    source = json.loads(value)
    heading = f"*{escaped(source['title'])}*"
    if source["place"]:
        heading += f"\n{escaped(source['place'])}"
    quoted = pieces(source["quote"], _LONGEST_QUOTED) or ["–"]
    blocks = [
        section_block(heading),
        *(section_block(_as_quote(piece)) for piece in quoted),
    ]
    if source["link"]:
        blocks.append(section_block(link(source["link"], phrases.OPEN_DOCUMENT)))
    return {
        "type": "modal",
        "title": _plain(phrases.SOURCE_TITLE),
        "close": _plain(phrases.CLOSE),
        "blocks": blocks,
    }


def _as_quote(text: str) -> str:
    return "\n".join(f">{line}" for line in text.splitlines())


def buttons(*named: tuple[str, str, str]) -> list[Block]:
    """A row of buttons as (action, text, value); none for a value that is too long for one."""
    elements = [
        {"type": "button", "action_id": action, "text": _plain(text), "value": value}
        for action, text, value in named
        if len(value) <= LONGEST_VALUE
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def _arranged(said: list[Block], answer: Mapping[str, Any], address: str) -> list[Block]:
    tail = [*_contacts(answer), *_feedback(answer)]
    notices = [context_block(notice["text"]) for notice in answer["notices"]][:5]
    room = MOST_BLOCKS - len(tail) - len(notices)
    sources = _sources(_cited(answer), address, min(_MOST_SOURCES, room // 2))
    return [*said[: room - len(sources)], *notices, *sources, *tail]


def _asked(asked_as: str) -> list[Block]:
    return [context_block(phrases.ASKED_AS.format(question=asked_as))] if asked_as else []


def _message(answer: Mapping[str, Any]) -> list[Block]:
    return [section_block(piece) for piece in pieces(answer["message"], LONGEST_SECTION)]


def _said(answer: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = []
    for statement in answer["statements"]:
        parts = pieces(_readable(statement["text"]), LONGEST_SECTION - _SPARE * 2) or ["–"]
        numbers = _numbers(statement["citations"])
        blocks += [section_block(part) for part in parts[:-1]]
        blocks.append(section_block(f"{parts[-1]} {numbers}".strip()))
    return blocks


def _numbers(citations: Sequence[int]) -> str:
    return " ".join(f"[{number}]" for number in citations)


def _readable(text: str) -> str:
    """A table's row with each field on a line of its own; anything else as it is."""
    return f"• {text.replace('; ', _NEXT_FIELD)}" if _ROW.fullmatch(text) else text


def _cited(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sources that the answer names, with their numbers; all where it names none."""
    named = {number for one in answer["statements"] for number in one["citations"]}
    return [source for source in answer["sources"] if not named or source["n"] in named]


def _sources(sources: Sequence[Mapping[str, Any]], address: str, most: int) -> list[Block]:
    if not sources:
        return []
    blocks = [section_block(phrases.SOURCES), *(_source(one, address) for one in sources[:most])]
    if len(sources) > most:
        blocks.append(context_block(phrases.MORE.format(number=len(sources) - most)))
    return blocks


def _source(source: Mapping[str, Any], address: str) -> Block:
    title = _cut(source["title"] or source["file"])
    target = address + source["link"] if address else ""
    shown = link(target, title) if target else escaped(title)
    place = _place(source)
    details = [escaped(detail) for detail in (place, _validity(source["validity"])) if detail]
    if source["poorly_read"]:
        details.append(phrases.POORLY_READ)
    block = section_block(" · ".join([f"[{source['n']}] {shown}", *details]))
    block["accessory"] = {
        "type": "button",
        "action_id": SOURCE_ACTION,
        "text": _plain(phrases.SHOW_SOURCE),
        "value": _value(title, place, source["quote"], target),
    }
    return block


def _value(title: str, place: str, quote: str, target: str) -> str:
    """What the modal needs, so that it shows exactly what this message may show."""
    while True:
        kept = {"title": title, "place": place, "quote": quote, "link": target}
        value = json.dumps(kept, ensure_ascii=False)
        if len(value) <= LONGEST_VALUE:
            return value
        # only a quote full of characters that JSON escapes is ever too long
        quote = quote[: len(quote) * 3 // 4].rstrip() + " …"


def _place(source: Mapping[str, Any]) -> str:
    page = phrases.PAGE.format(page=source["page"]) if source["page"] else ""
    locator = "" if source["locator"] == source["title"] else _cut(source["locator"])
    return page if not locator else locator if not page or page in locator else f"{locator}, {page}"


def _validity(validity: Mapping[str, Any]) -> str:
    since, until = _day(validity["from"]), _day(validity["until"])
    if validity["state"] == "upcoming":
        return phrases.UPCOMING.format(day=since)
    if validity["state"] == "expired":
        return phrases.EXPIRED.format(day=until) if until else phrases.EXPIRED_UNDATED
    if until:
        return phrases.VALID_UNTIL.format(day=until)
    return phrases.VALID_FROM.format(day=since) if since else ""


def _contacts(answer: Mapping[str, Any]) -> list[Block]:
    if answer["status"] == "answered":
        return []
    lines = []
    for one in answer["contacts"][:1]:
        ways = [one[key] for key in ("name", "text", "phone", "email") if one[key]]
        lines.append(phrases.CONTACT.format(contact=" · ".join(ways)))
    return [section_block(piece) for line in lines for piece in pieces(line, LONGEST_SECTION)[:1]]


def _feedback(answer: Mapping[str, Any]) -> list[Block]:
    return buttons(
        (f"{FEEDBACK_ACTION}_{YES}", phrases.HELPFUL, answer["answer_id"]),
        (f"{FEEDBACK_ACTION}_{NO}", phrases.NOT_HELPFUL, answer["answer_id"]),
    )


def section_block(text: str) -> Block:
    """A paragraph of mrkdwn, at most `LONGEST_SECTION` characters."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def context_block(text: str) -> Block:
    """A small line."""
    shown = first_piece(text, LONGEST_SECTION)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shown, "verbatim": True}]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1].rstrip() + "…"


def _day(iso: str | None) -> str:
    return date.fromisoformat(iso).strftime("%d.%m.%Y") if iso else ""
