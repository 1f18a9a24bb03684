"""Judging single answers, and what has changed since the run before."""

import json
from typing import Any

import pytest

from assistant.evaluation import (
    Change,
    ExpectedSource,
    GoldenQuestion,
    Judged,
    Reason,
    differences,
    judge,
    newly_wrong,
    parse_golden,
)
from kb.errors import InputError

QUOTE = "Der Meisterbonus beträgt 1.250 Euro je bestandener Meisterprüfung."
ANSWER: dict[str, Any] = {
    "status": "answered",
    "statements": [{"text": QUOTE}],
    "sources": [{"file": "Bonus.md", "quote": QUOTE}],
    "notices": [{"kind": "expired"}],
}
SILENCE: dict[str, Any] = {"status": "not_found", "statements": [], "sources": [], "notices": []}


def question(status: str = "answered", **expected: Any) -> GoldenQuestion:
    given: dict[str, Any] = {
        **dict.fromkeys(("earlier", "sources", "contains", "excludes", "notices"), ()),
        **expected,
    }
    return GoldenQuestion("eins", "Wie hoch?", status, "", "", "public", **given)


def source(file: str = "", quote: str = "") -> tuple[ExpectedSource, ...]:
    return (ExpectedSource(file, quote),)


@pytest.mark.parametrize(
    ("asked", "answer", "reasons"),
    [
        (question(), ANSWER, ()),
        (question(), SILENCE, (Reason.NOT_FOUND,)),
        (question("not_found"), SILENCE, ()),
        (question("not_found"), ANSWER, (Reason.ANSWERED,)),
        (question(sources=source("Bonus.md")), ANSWER, ()),
        (question(sources=source("Bonus.md", "beträgt 1.250 Euro")), ANSWER, ()),
        (question(sources=source("", "beträgt 1.250 Euro")), ANSWER, ()),
        (
            question(sources=source("Bonus.md", "höchstens 900 Euro im Jahr")),
            ANSWER,
            (Reason.QUOTE,),
        ),
        (question(sources=source("Bus.md")), ANSWER, (Reason.FILE,)),
        (question(contains=("1.250 euro",), excludes=("900",)), ANSWER, ()),
        (question(contains=("re:1\\.300",)), ANSWER, (Reason.CONTENT,)),
        (question(excludes=("Meisterprüfung",)), ANSWER, (Reason.CONTENT,)),
        (question(notices=("expired",)), ANSWER, ()),
        (question(notices=("upcoming",)), ANSWER, (Reason.NOTICE,)),
    ],
)
def test_an_answer_is_right_when_all_that_is_expected_holds(
    asked: GoldenQuestion, answer: dict[str, Any], reasons: tuple[Reason, ...]
) -> None:
    judged = judge(asked, answer)
    assert judged.reasons == reasons
    assert judged.right == (not reasons)
    assert Judged.of(json.loads(json.dumps(judged.as_dict()))) == judged


def test_a_long_answer_is_cut() -> None:
    judged = judge(question(), {**ANSWER, "statements": [{"text": "ä" * 900}]})
    assert len(judged.said) == 400 and judged.said.endswith("…")


def went(name: str, right: bool) -> Judged:
    return Judged(name, () if right else (Reason.FILE,), "answered", (), "")


def test_the_newly_wrong_come_first() -> None:
    before = [went("a", True), went("b", False), went("c", False), went("d", True), went("x", True)]
    now = [went("d", True), went("c", True), went("b", False), went("a", False)]
    now += [went("neu", False), went("neu2", True)]
    assert [(change, one.id) for change, one in differences(now, before)] == [
        (Change.NEWLY_WRONG, "a"),
        (Change.WRONG, "neu"),
        (Change.STILL_WRONG, "b"),
        (Change.NEWLY_RIGHT, "c"),
        (Change.RIGHT, "neu2"),
        (Change.STILL_RIGHT, "d"),
    ]
    assert newly_wrong(now, before) == 1
    assert newly_wrong(now, None) == 0 and newly_wrong([], before) == 0


def test_a_source_may_name_a_file_or_a_quote_and_earlier_questions_stand_in_the_list() -> None:
    text = """
- id: eins
  question: Und bei 30 Leuten?
  status: answered
  earlier: ["Wie hoch ist der Bonus?"]
  sources: [{file: Bonus.md}, {contains: 1.250 Euro}]
"""
    (found,) = parse_golden(text, "Testfragen")
    assert found.earlier == ("Wie hoch ist der Bonus?",)
    assert found.sources == (ExpectedSource("Bonus.md", ""), ExpectedSource("", "1.250 Euro"))
    with pytest.raises(
        InputError, match="Testfragen: Jede Quelle der Frage 'eins' braucht file oder"
    ):
        parse_golden(text.replace("{file: Bonus.md}", "{datei: Bonus.md}"), "Testfragen")
