"""Hostile text in questions, titles, quotes and errors: nothing of it mentions, links or breaks."""

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integrations.slack.blocks import answer_blocks, fallback, source_view
from integrations.slack.mrkdwn import escaped, first_piece, link, pieces
from integrations.slack.threads import is_question, question_in
from tests.integrations.slack.limits import complaints

_NASTY = st.text(
    st.sampled_from(list("<>&|!@#:*_~` \n\\\"'()[]aé😀\u202e\u2060")), min_size=0, max_size=4_000
)
_VALID = {"state": "valid", "from": None, "until": None}


def answer_of(text: str, sources: int = 60, address_part: str = "") -> dict[str, Any]:
    source = {
        "title": text, "file": "a.md", "link": f"/dokumente/1?von=1&bis=2{address_part}",
        "page": 3, "locator": text, "quote": text, "validity": _VALID, "poorly_read": True,
    }  # fmt: skip
    return {
        "status": "answered", "message": text, "answer_id": "x", "contacts": [],
        "notices": [{"text": text}] * 9,
        "statements": [{"text": text, "citations": [1, 2]}] * (60 if len(text) < 500 else 4),
        "sources": [{**source, "n": n} for n in range(1, sources + 1)],
    }  # fmt: skip


def every_text(blocks: list[dict[str, Any]]) -> list[str]:
    found = [one["text"]["text"] for one in blocks if one["type"] == "section"]
    return found + [part["text"] for one in blocks for part in one.get("elements", ())
                    if isinstance(part["text"], str)]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(_NASTY)
@example("&" * 5_000)
@example("a\n" * 2_000)
@example("")
@example(" \n")
@example(":warning: <!channel>")
def test_no_answer_is_refused_or_mentions_anybody(text: str) -> None:
    answer = answer_of(text)
    blocks = answer_blocks(answer, "https://x.test")
    assert list(complaints(blocks)) == []
    assert 1 <= len(fallback(answer)) <= 3_000
    for shown in [*every_text(blocks), fallback(answer)]:
        for reference in re.findall(r"<([^>]*)>?", shown):
            assert reference.startswith("https://x.test/dokumente/1?von=1&amp;bis=2|")
        assert not re.search(r":[\w+'-]+:", shown)
    button = next(one["accessory"] for one in blocks if "accessory" in one)
    assert list(complaints(source_view(button["value"])["blocks"], 100)) == []


@settings(deadline=None, max_examples=60)
@given(_NASTY, st.integers(min_value=10, max_value=200))
def test_pieces_keep_every_character_and_the_limit(text: str, longest: int) -> None:
    found = pieces(text, longest)
    assert all(0 < len(piece) <= longest for piece in found)
    joined, whole = "".join("".join(found).split()), "".join(escaped(text).split())
    assert joined.replace("\u2060", "") == whole.replace("\u2060", "")
    assert first_piece(text, longest)


def test_links_end_where_they_should() -> None:
    assert link("https://x.test/?a=1&b=2>|", "a|b\n<c>") == (
        "<https://x.test/?a=1&amp;b=2%3E%7C|a¦b &lt;c&gt;>"
    )
    assert link("https://x.test", " ") == "<https://x.test|–>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U1> Was gilt?", "Was gilt?"),
        ("<@U1|erika> Was &lt;gilt&gt; &amp;lt;?", "Was <gilt> &lt;?"),
        ("Siehe <https://x.test/a?b=1&amp;c|die Seite> dazu", "Siehe die Seite dazu"),
        ("Siehe <https://x.test/a>", "Siehe https://x.test/a"),
        ("In <#C1|allgemein> und <!subteam^S1|@team>", "In allgemein und @team"),
        ("<!channel> Hallo <!here|here>", "Hallo here"),
        ("<@W0ENTERPRISE> <@U1>", ""),
    ],
)
def test_what_a_person_reads_is_asked(written: str, read: str) -> None:
    assert question_in(written) == read


@pytest.mark.parametrize(
    ("more", "taken"),
    [
        ({}, True), ({"subtype": "thread_broadcast"}, True), ({"bot_id": "B2"}, False),
        ({"subtype": "message_changed"}, False), ({"subtype": "message_deleted"}, False),
        ({"subtype": "bot_message"}, False), ({"user": ""}, False),
        ({"channel_type": "mpim"}, False), ({"channel_type": "channel"}, False),
    ],
)  # fmt: skip
def test_only_posts_of_people_are_questions(more: dict[str, Any], taken: bool) -> None:
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "ts": "1.1"}
    assert is_question({**event, **more}) is taken
