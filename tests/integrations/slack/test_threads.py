"""Which posts in a thread are for the bot, what it takes from those before, how it reads."""

from typing import Any

import pytest

from integrations.slack import phrases
from integrations.slack.blocks import _cited, _readable
from integrations.slack.threads import asks, follows, may_follow, turns

BOT = {"user": "UBOT", "bot_id": "B1", "text": "Das sind 750 Euro. [1] [2]", "ts": "2.0"}
ROOT = {"user": "UA", "text": "<@UBOT> Wie hoch ist der Zuschuss?", "ts": "1.0"}


def post(text: str, user: str = "UA", **more: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "C1", "user": user, "text": text, "ts": "9.0",
            "thread_ts": "1.0", **more}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Und für Meister?", "und wie hoch ist der", "Gilt das auch 2027", "Bitte nenne die Frist",
     "Danke! Und bis wann?", "Wo steht das :thinking_face:?", "ok, und wer entscheidet das"],
)  # fmt: skip
def test_questions_and_requests_are_for_the_bot(text: str) -> None:
    assert asks(text) and may_follow(post(text)) and follows(post(text), [ROOT, BOT], "UBOT")


@pytest.mark.parametrize(
    "text",
    ["danke", "Danke dir!", ":+1:", ":thumbsup: :tada:", "", "Alles klar.", "<@UB> weißt du das?",
     "Hab ich so weitergegeben", "super, bitte", "Das war mir neu", "wo?rt", "bitte"],
)  # fmt: skip
def test_talk_among_people_is_not(text: str) -> None:
    assert not may_follow(post(text))


def test_posts_of_programs_changes_and_posts_outside_threads_are_not() -> None:
    for more in ({"bot_id": "B2"}, {"subtype": "message_changed"}, {"thread_ts": None},
                 {"thread_ts": "9.0"}):  # fmt: skip
        assert not may_follow(post("Und für Meister?", **more))


def test_after_another_persons_statement_people_talk_to_each_other() -> None:
    said = post("Ich rufe da morgen an.", "UB")
    assert not follows(post("Um wie viel Uhr?"), [ROOT, BOT, said], "UBOT")
    assert follows(post("Und die Frist?", "UB"), [ROOT, BOT, said], "UBOT")
    assert follows(post("Und die Frist?"), [ROOT, BOT, post("Gilt das immer?", "UB")], "UBOT")
    assert not follows(post("Und die Frist?"), [ROOT], "UBOT")
    assert not follows(post("Und die Frist?"), [], "UBOT")


def test_turns_are_what_was_asked_of_the_bot_and_what_it_said() -> None:
    chat = post("Das kenne ich.", "UB")
    sign = {**BOT, "text": phrases.WORKING}
    assert turns([ROOT, BOT, chat, post("Und nun?"), sign], "UBOT") == [
        {"role": "user", "text": "Wie hoch ist der Zuschuss?"},
        {"role": "assistant", "text": "Das sind 750 Euro."},
        {"role": "user", "text": "Und nun?"},
    ]


def test_a_row_reads_as_lines_and_only_cited_sources_are_listed() -> None:
    row = "Aufgabe: Anerkennung; Stelle: Kammer; Telefon: 0221 4710; gültig bis: unbefristet"
    assert _readable(row).splitlines()[1] == "• Stelle: Kammer" and _readable(row).count("•") == 4
    sentence = "Es gilt: Wer fragt; der wartet."
    assert _readable(sentence) == sentence
    sources = [{"n": 1}, {"n": 2}]
    assert _cited({"statements": [{"citations": [2]}], "sources": sources}) == [{"n": 2}]
    assert _cited({"statements": [], "sources": sources}) == sources
