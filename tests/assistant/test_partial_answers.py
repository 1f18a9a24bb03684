"""What is said where only some of several questions are answered: by name, with whom to ask."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Answer, AnswerStatus, Contact, Source, Statement
from assistant.compose import Composition
from assistant.join import Composed, join
from assistant.question import Question, read_question
from assistant.steps import Verifier
from kb.audience import Viewer
from kb.passages import DocumentHead, Kind
from kb.results import Found

CONTACT = Contact("Kammer Nordtal", phone="030 23125-1")
TEXT = "Die Leitung hat Frau Sommer."


def read(text: str) -> Question:
    return read_question(text, as_of=date(2026, 11, 22), viewer=Viewer.public())


def answered(question: Question, *texts: str, contacts: tuple[Contact, ...] = ()) -> Answer:
    """The verified answer where each part was composed to one statement, or to none by ""."""
    head = DocumentHead("d", "file:///d.md", "d.md", "D", Kind.ROLE, "public", "de")
    source = Source(1, head, "Nr. 1", None, TEXT, 0, len(TEXT), TEXT)
    parts = [
        Composed(
            part,
            Composition((Statement(text, (1,)),), (source,)) if text else Composition((), ()),
            {},
            Found((), "fusion"),
        )
        for part, text in zip(question.each, texts, strict=True)
    ]
    answer: Answer = Verifier(contacts).run(question=question, joined=join(parts))["answer"]
    return answer


TWO = "Wer leitet die Regionalagentur und wann endet der Digitalbonus?"


def test_the_unanswered_question_is_named_and_contacts_are_shown() -> None:
    answer = answered(read(TWO), TEXT, "", contacts=(CONTACT,))
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.message == (
        "Zu „Wann endet der Digitalbonus?“ steht nichts in den Unterlagen, die hier hinterlegt "
        "sind. Bitte wenden Sie sich an die unten genannte Stelle."
    )
    assert answer.contacts == (CONTACT,)
    assert [part.status.value for part in answer.parts] == ["answered", "not_found"]
    assert [part.statements for part in answer.parts] == [(0,), ()]


def test_all_answered_needs_no_message() -> None:
    answer = answered(read(TWO), TEXT, TEXT, contacts=(CONTACT,))
    assert answer.status is AnswerStatus.ANSWERED
    assert (answer.message, answer.contacts) == ("", ())
    assert len(answer.statements) == 1
    assert [part.statements for part in answer.parts] == [(0,), (0,)]


def test_none_answered_is_not_found() -> None:
    answer = answered(read(TWO), "", "")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.message.startswith("Dazu steht nichts in den Unterlagen")
    assert (answer.statements, answer.sources) == ((), ())


def test_what_the_passage_does_not_carry_leaves_its_part_unanswered() -> None:
    answer = answered(read(TWO), TEXT, "Der Digitalbonus endet am 30. Juni 2025.")
    assert answer.status is AnswerStatus.PARTIAL
    assert [statement.text for statement in answer.statements] == [TEXT]
    assert [part.statements for part in answer.parts] == [(0,), ()]


def test_several_unanswered_questions_are_joined() -> None:
    question = read(
        "Wer leitet die Kammer? Wann endet der Digitalbonus? Wo ist das Bildungszentrum?"
    )
    answer = answered(question, TEXT, "", "")
    assert (
        "Zu „Wann endet der Digitalbonus?“ und „Wo ist das Bildungszentrum?“ steht"
        in answer.message
    )


def test_more_than_three_questions_are_named_instead_of_forgotten() -> None:
    text = "Wer leitet die Kammer? Wann endet der Bonus? Wo ist das Museum? Was kostet ein Visum?"
    answer = answered(read(text), TEXT, TEXT, TEXT)
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.message == (
        "Auf einmal werden höchstens drei Fragen beantwortet. Bitte fragen Sie einzeln: „Was kostet "
        "ein Visum?“"
    )


def test_english_questions_are_answered_in_an_english_frame() -> None:
    question = read("Who runs the Regionalagentur and when does the Digitalbonus end?")
    answer = answered(question, TEXT, "", contacts=(CONTACT,))
    assert answer.message.startswith(
        "The documents held here say nothing about “When does the Digitalbonus end?”."
    )


@pytest.mark.parametrize("words", [3, 60])
def test_a_long_question_is_shortened_and_its_quotation_marks_become_inner_ones(words: int) -> None:
    asked = "Gilt die „Regel A“ auch für " + "Betriebe " * words + "?"
    question = read(TWO)
    parts = (question.parts[0], replace(question.parts[1], asked_as=asked))
    message = answered(replace(question, parts=parts), TEXT, "").message
    assert "Zu „Gilt die ‚Regel A‘ auch für Betriebe" in message
    assert ("… “" not in message) and (" …“ steht" in message) is (words > 10)
