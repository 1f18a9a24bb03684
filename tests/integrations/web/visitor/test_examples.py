"""Example questions: from headings and titles of public documents, answered, and gone with them."""

import pytest

from integrations.catalogue import correct_documents, find_documents
from integrations.examples import Examples, question_about, questions_in
from kb.audience import STAFF
from kb.passages import Kind
from kb.state.registry import OutlineEntry, StoredText
from kb.state.vocabularies import NO_WORDS
from tests.integrations.web.visitor.conftest import Site
from tests.kb.scripted import head


def text_of(*headings: str) -> StoredText:
    text, outline = "", []
    for heading in headings:
        outline.append(OutlineEntry(len(text), len(text) + len(heading), "heading", 1, None))
        text += heading + "\n"
    return StoredText(text, tuple(outline), NO_WORDS)


def test_headings_that_are_questions_are_taken_without_their_numbers() -> None:
    found = questions_in(
        text_of(
            "1. Wie hoch ist der Zuschuss?",
            "Frage 2: Wer darf den Antrag stellen?",
            "a) Bis wann muss ich den Antrag stellen?",
            "Höhe der Förderung",
            "Warum?",
            "Und dann?",
            "Wer sind wir? Was wollen wir?",
            "Noch Fragen offen?",
            "Wie " + "lang " * 30 + "ist das?",
            "Wie hoch ist der Zuschuss?",
        )
    )
    assert list(found) == [
        "Wie hoch ist der Zuschuss?",
        "Wer darf den Antrag stellen?",
        "Bis wann muss ich den Antrag stellen?",
    ]


@pytest.mark.parametrize(
    ("title", "kind", "question"),
    [
        (
            "Richtlinie Meisterbonus",
            Kind.GUIDELINE,
            "Was wird laut „Richtlinie Meisterbonus“ gefördert?",
        ),
        ("Plan „Nord“ 2026", Kind.PLAN, "Welche Ziele nennt „Plan ‚Nord‘ 2026“?"),
        ("Scan_0815", Kind.REFERENCE, ""),
        ("12.10.2026 47/11 (8)", Kind.REFERENCE, ""),
        ("Dies ist der Anfang eines Textes …", Kind.REFERENCE, ""),
        ("Was ist De-minimis?", Kind.REFERENCE, ""),
    ],
)
def test_a_title_in_quotation_marks_makes_a_grammatical_question(
    title: str, kind: Kind, question: str
) -> None:
    assert question_about(head("a.pdf", title=title, kind=kind)) == question


def made(site: Site) -> tuple[str, ...]:
    examples: Examples = site.app.state.examples
    examples.refresh()
    return examples.current()


def test_examples_come_from_the_public_documents_and_are_answered(site: Site) -> None:
    questions = made(site)
    assert "Wie hoch ist der Meisterbonus?" in questions and 1 <= len(questions) <= 4
    assert not [each for each in questions if "Zitronenfalter" in each]
    shown = [button["value"] for button in site.page("/").select("#beispiele button")]
    assert shown == list(questions)
    for question in questions:
        answer = site.ask("POST", "/api/v1/answers", json={"question": question}).json()
        assert answer["status"] == "answered", question


def test_they_change_with_the_documents(site: Site) -> None:
    before = made(site)
    correct_documents(site.desk, find_documents(site.desk, ["faq.md"]), {"audience": STAFF})
    now = site.app.state.examples.current()
    assert "Wie hoch ist der Meisterbonus?" in before
    assert "Wie hoch ist der Meisterbonus?" not in now, "gone at once, before new ones are made"
    assert "Wo beantrage ich den Meisterbonus?" not in made(site)


def test_given_questions_are_shown_as_they_are(site: Site) -> None:
    assert Examples(site.desk, ("A?", "B?", "C?", "D?", "E?")).current() == ("A?", "B?", "C?", "D?")
