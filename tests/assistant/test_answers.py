"""Answers from the samples: the limits hold for every question, notices and areas of silence."""

import re
from collections.abc import Sequence
from datetime import date

import pytest

from assistant.answer import Answer, AnswerStatus
from assistant.assistant import Assistant
from assistant.compose import MAX_CHARACTERS, MAX_QUOTE, MAX_SOURCES, MAX_STATEMENTS
from assistant.join import MAX_STATEMENTS_PER_PART
from assistant.question import read_question
from integrations.desk import Desk
from kb.audience import Viewer
from tests import folders
from tests.assistant.conftest import Ask

OLD = "Förderrichtlinie_Weiterbildungsscheck_Handwerk_2023.pdf".replace("ö", "oe")
STAFF_FILE = "Protokoll_intern_2026-10-14.md"
FORMS = (
    "Was steht zu {} in den Unterlagen?",
    "Wie hoch ist {}?",
    "Bis wann gilt {}?",
    "Wer ist für {} zuständig?",
    "{}",
)


def collapsed(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="session")
def questions(desk: Desk) -> list[str]:
    """Some two hundred: every heading in one of several forms, beginnings of paragraphs."""
    found: list[str] = []
    for document in desk.knowledge.registry.all():
        stored = desk.knowledge.registry.text(document.head.document_id)
        for number, entry in enumerate(stored.outline):
            text = collapsed(stored.text[entry.start : entry.end])
            if entry.kind == "heading":
                found.append(FORMS[len(found) % len(FORMS)].format(text))
            elif number % 4 == 0 and len(text) > 60:
                found.append(text[:120])
    return found


def check(answer: Answer, desk: Desk, viewer: Viewer) -> None:
    """Everything that must hold for any answer."""
    said = answer.statements
    numbers = [source.n for source in answer.sources]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) <= MAX_SOURCES
    several = len(answer.parts) > 1
    most = len(answer.parts) * MAX_STATEMENTS_PER_PART if several else MAX_STATEMENTS
    assert len(said) <= most
    if not several:
        assert sum(len(statement.text) for statement in said) <= MAX_CHARACTERS
    assert {index for part in answer.parts for index in part.statements} == set(range(len(said)))
    assert bool(said) is (answer.status is not AnswerStatus.NOT_FOUND)
    assert len({statement.text for statement in said}) == len(said)
    if answer.status is AnswerStatus.NOT_FOUND:
        assert answer.message and not answer.sources
    for source in answer.sources:
        assert viewer.may_see(source.head.audience)
        stored = desk.knowledge.registry.text(source.head.document_id).text
        assert 0 < len(source.quote) <= MAX_QUOTE
        assert source.quote == collapsed(stored[source.start : source.end])
        assert source.head.document_id in source.as_dict(answer.as_of)["link"]
    by_number = {source.n: source for source in answer.sources}
    for statement in said:
        assert statement.citations and set(statement.citations) <= set(numbers)
        assert statement.text == collapsed(statement.text)
        carried = collapsed(by_number[statement.citations[0]].passage_text)
        for part in statement.text.split(" … "):
            assert part in carried, statement
        figures = re.findall(r"\d[\d.,]*\d|\d", statement.text)
        assert all(figure in carried for figure in figures)


@pytest.mark.parametrize("groups", [(), ("staff",)], ids=["public", "staff"])
def test_limits_hold_for_every_question(
    ask: Ask, desk: Desk, questions: Sequence[str], groups: tuple[str, ...]
) -> None:
    assert len(questions) > 100
    answered = 0
    for question in questions[:: 1 if groups else 2]:
        answer = ask(question, *groups)
        check(answer, desk, Viewer.member_of(*groups))
        answered += answer.status is AnswerStatus.ANSWERED
    assert answered > len(questions) / 4


def test_same_question_same_answer(ask: Ask) -> None:
    question = "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"
    first, second = (ask(question).as_dict() for _ in range(2))
    assert {**first, "timings_ms": 0} == {**second, "timings_ms": 0}


@pytest.mark.parametrize(
    "question",
    [
        "Was wurde im Jour fixe zwischen Regionalagentur und Handwerkskammer vereinbart?",
        "Internes Protokoll 14.10.2026",
        "Jour fixe Regionalagentur Handwerkskammer Beschluss Zusage vertraulich",
    ],
)
def test_staff_document_is_silent_for_the_public(ask: Ask, question: str) -> None:
    public = str(ask(question).as_dict())
    assert STAFF_FILE not in public and "Jour fixe" not in public.replace(question, "")
    group = str(ask(question, "vorstand").as_dict())
    assert STAFF_FILE not in group
    assert any(source.head.file == STAFF_FILE for source in ask(question, "staff").sources)


def kinds(answer: Answer) -> set[str]:
    return {notice.kind for notice in answer.notices}


def test_expired_source_is_labelled(ask: Ask) -> None:
    question = "Wie hoch war der Digitalbonus Beispielrevier?"
    answer = ask(question)
    assert answer.sources[0].head.file == "Digitalbonus_Beispielrevier.html"
    assert "expired" in kinds(answer)
    assert any("galt nur bis zum 30.06.2025" in notice.text for notice in answer.notices)
    assert answer.sources[0].as_dict(answer.as_of)["validity"]["state"] == "expired"
    then = ask(question, as_of="2024-06-01")
    assert not any("Digitalbonus" in n.text for n in then.notices if n.kind == "expired")
    assert then.sources[0].as_dict(then.as_of)["validity"]["state"] == "current"


def test_upcoming_source_is_labelled(ask: Ask) -> None:
    question = "Was leistet der Ausbildungslotse Handwerk?"
    answer = ask(question)
    assert answer.sources[0].head.file == "Infoblatt_Ausbildungslotse_Handwerk_2027.docx"
    assert any("gilt erst ab dem 01.03.2027" in n.text for n in answer.notices)
    assert "upcoming" not in kinds(ask(question, as_of="2027-06-01"))


def test_what_held_before_does_not_stand_beside_what_holds_now(ask: Ask) -> None:
    now = ask("Wie hoch ist der Zuschuss beim Weiterbildungsscheck?")
    assert "1.500 Euro" in now.statements[0].text
    assert not any("einheitlich 50 Prozent" in statement.text for statement in now.statements)
    assert "superseded" not in kinds(now)
    before = ask("Wie hoch war der Zuschuss beim Weiterbildungsscheck nach der alten Richtlinie?")
    assert any("50 Prozent" in statement.text for statement in before.statements)
    assert "superseded" in kinds(before)


def test_superseded_source_is_labelled_and_behind(ask: Ask) -> None:
    now = ask("Wie hoch ist der Fördersatz beim Weiterbildungsscheck Handwerk?")
    assert now.sources[0].head.file.endswith("_2026.pdf")
    cited = {n for statement in now.statements for n in statement.citations}
    assert OLD not in {source.head.file for source in now.sources if source.n in cited}
    past = ask(
        "Wie hoch war der Fördersatz beim Weiterbildungsscheck nach der Richtlinie von 2023?"
    )
    if OLD in {source.head.file for source in past.sources}:
        assert "superseded" in kinds(past)
    newer = [n.text for n in past.notices if n.kind == "superseded"]
    assert all("wurde durch eine neuere Fassung ersetzt" in text for text in newer)


def test_phrases_follow_the_question(ask: Ask) -> None:
    english = ask("What colour is the moon rocket of the fire brigade?")
    assert english.language == "en"
    assert english.message.startswith("The documents held here say nothing about this.")
    german = ask("Welche Farbe hat die Mondrakete der Feuerwehr?")
    assert german.message.startswith("Dazu steht nichts in den Unterlagen")


def test_events_of_the_assistant(ask: Ask, desk: Desk) -> None:
    import asyncio

    async def collect(assistant: Assistant, text: str) -> list[str]:
        asked = read_question(
            text, as_of=date.fromisoformat(folders.SAMPLE_DAY), viewer=Viewer.public()
        )
        return [event.name async for event in assistant.stream(asked)]

    names = asyncio.run(collect(desk.assistant, "Wie hoch war der Digitalbonus Beispielrevier?"))
    assert names[:2] == ["status", "sources"] and names[-2:] == ["answer", "done"]
    assert sorted(
        names, key=["status", "sources", "statement", "notice", "answer", "done"].index
    ) == (names)
