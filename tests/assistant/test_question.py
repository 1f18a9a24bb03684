"""Understanding a question: what cannot be asked, language, follow-ups."""

import time
from datetime import date

import pytest

from assistant.question import MAX_LENGTH, Asks, Question, Turn, read_question
from kb.audience import Viewer
from kb.errors import InputError


def read(text: str, *earlier: str, language: str | None = None) -> Question:
    return read_question(
        text,
        as_of=date(2026, 11, 22),
        viewer=Viewer.public(),
        history=[Turn("user", question) for question in earlier],
        language=language,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Die Frage ist leer. Bitte eine Frage eingeben."),
        (" \n\t\r ", "Die Frage ist leer."),
        ("\x00\x07", "Die Frage ist leer."),
        ("\ud800", "Die Frage ist leer."),
        ("🎉🤷‍♀️", "steht kein Wort"),
        ("?!…", "steht kein Wort"),
        ("a" * (MAX_LENGTH + 1), "2.001 Zeichen, erlaubt sind 2.000"),
    ],
)
def test_what_cannot_be_asked(text: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


def test_what_can_be_asked_is_cleaned() -> None:
    assert read("  Wie\x00 hoch\n\tist  der Bonus? ").text == "Wie hoch ist der Bonus?"
    assert read("Fo\u0308rderung").text == "Förderung"
    assert read("a" * MAX_LENGTH).text == "a" * MAX_LENGTH
    assert read("5?").text == "5?"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie hoch ist der Zuschuss?", "de"),
        ("How much is the grant?", "en"),
        ("Who is the head of the Regionalagentur Beispielrevier?", "en"),
        ("Weiterbildungsscheck", "de"),
        ("Handwerkskammer Musterrevier Telefon", "de"),
        ("Wer ist Ansprechpartner bei „Make it in Germany“?", "de"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert read(text).language == language


def test_language_that_was_chosen_wins() -> None:
    assert read("Wie hoch ist der Zuschuss?", language="en").language == "en"
    assert read("How much is the grant?", language="fr").language == "en"


FIRST = "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"


@pytest.mark.parametrize(
    "text",
    [
        "Und bei 30 Leuten?",
        "Bis wann gilt das?",
        "Wer ist dafür zuständig?",
        "Was ist mit der Frist?",
        "Und die Frist?",
        "Frist?",
        "What about the deadline?",
    ],
)
def test_follow_up_names_the_topic_of_the_question_before(text: str) -> None:
    asked = read(text, "Wer züchtet Hunde im Kreis Musterau?", FIRST)
    assert asked.is_follow_up and asked.text == text
    assert "Weiterbildungsscheck" in asked.asked_as
    assert "Hunde" not in asked.searched_as


@pytest.mark.parametrize(
    "text",
    [
        "Welche Unterlagen braucht die Handwerkskammer für die Anerkennung einer Ausbildung?",
        "Wie lange läuft die Kooperationsvereinbarung der Fachkräfteallianz Beispielrevier?",
    ],
)
def test_other_questions_stand_alone(text: str) -> None:
    asked = read(text, FIRST)
    assert not asked.is_follow_up and asked.asked_as == text


def test_follow_up_without_history_stays() -> None:
    assert read("Und die Frist?").asked_as == "Und die Frist?"
    assert read("Und die Frist?", "  ").asked_as == "Und die Frist?"


def test_turns_of_the_assistant_are_not_carried() -> None:
    history = [Turn("user", FIRST), Turn("assistant", "1.500 Euro je Person.")]
    asked = read_question(
        "Und die Frist?", as_of=date(2026, 11, 22), viewer=Viewer.public(), history=history
    )
    assert "1.500" not in asked.asked_as and "Weiterbildungsscheck" in asked.asked_as


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Wie hoch ist der Zuschuss?", Asks.AMOUNT),
        ("Wie viel Prozent werden gefördert?", Asks.SHARE),
        ("Bis wann muss der Antrag da sein?", Asks.TIME),
        ("Wie lange dauert die Prüfung?", Asks.DURATION),
        ("Wer ist zuständig?", Asks.PERSON),
        ("Unter welcher Telefonnummer erreiche ich die Kammer?", Asks.CONTACT),
        ("Wo finde ich das Büro?", Asks.PLACE),
    ],
)
def test_what_is_asked_for(text: str, kind: Asks) -> None:
    assert read(text).wants(kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gibt es den Digitalbonus noch?", True),
        ("Darf ich schon anfangen?", True),
        ("Is the grant still available?", True),
        ("Wie hoch ist der Zuschuss?", False),
        ("Bis wann muss der Antrag da sein?", False),
        ("An wen wende ich mich?", False),
        ("How much is it?", False),
    ],
)
def test_a_question_for_yes_or_no_is_told_from_an_open_one(text: str, expected: bool) -> None:
    asked = read_question(text, as_of=date(2026, 11, 22), viewer=Viewer.public())
    assert asked.yes_or_no is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Was stand in der alten Richtlinie?", True),
        ("Wie hoch war der Fördersatz 2023?", True),
        ("Was gilt ab 2027?", False),
        ("Wie hoch ist der Fördersatz?", False),
    ],
)
def test_a_question_about_the_past_is_noticed(text: str, expected: bool) -> None:
    asked = read_question(text, as_of=date(2026, 11, 22), viewer=Viewer.public())
    assert asked.about_the_past is expected


@pytest.mark.parametrize("words", ["und ", "Wann ist ", ", ", "Hallo ", "? ", "Bildungsscheck "])
def test_nonsense_of_any_length_is_read_at_once(words: str) -> None:
    turns = [Turn(role, words * 5_000) for role in ("user", "assistant")] * 20
    begin = time.perf_counter()
    for text in (FIRST, "Und die Frist?", f"{words * 300}a"[-MAX_LENGTH:]):
        asked = read_question(text, as_of=date(2026, 11, 22), viewer=Viewer.public(), history=turns)
        assert asked.each and all(part.asked_as.strip() for part in asked.each)
    assert time.perf_counter() - begin < 20


@pytest.mark.parametrize("earlier", ["", ".", "?!", "🎉", " \n "])
def test_earlier_turns_without_a_word_are_passed_over(earlier: str) -> None:
    assert "Weiterbildungsscheck" in read("Und die Frist?", FIRST, earlier).asked_as
