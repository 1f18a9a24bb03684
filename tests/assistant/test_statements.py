"""How a statement begins: with the sentence, not with the number of its paragraph."""

import pytest

from assistant.asks import Asks
from assistant.compose import compose
from assistant.evidence import Evidence, Unit
from kb.audience import PUBLIC
from kb.passages import DocumentHead, Kind, Passage, Place
from kb.results import ScoredPassage


def unit_of(document: str, text: str, *covered: str) -> Unit:
    head = DocumentHead(document, f"file:///{document}", document, "", Kind.REFERENCE, PUBLIC, "de")
    passage = Passage(head, "r", 0, text, 0, len(text), places=(Place(0, "Nr. 1"),))
    return Unit(passage, 0, len(text), 0, 0, score=1.0, covered=frozenset(covered))


def told(text: str, *leads: tuple[int, int]) -> str:
    head = DocumentHead("d", "file:///d.md", "d.md", "Titel", Kind.REFERENCE, PUBLIC, "de")
    passage = Passage(head, "r", 0, text, 0, len(text), places=(Place(0, "Nr. 1"),))
    lead = leads[0] if leads else (0, 0)
    start = lead[1] + 1 if leads else 0
    unit = Unit(passage, start, len(text), *lead, score=1.0, covered=frozenset({"x"}))
    statements = compose(Evidence([unit], 1.0, 0.9, frozenset(), {}), (), {}).statements
    return statements[0].text


@pytest.mark.parametrize(
    "number", ["(2)", "(1a)", "1.1", "4.2.1", "3.", "7a.", "a)", "bb)", "–", "•"]
)
def test_a_statement_does_not_begin_with_the_number_of_its_paragraph(number: str) -> None:
    assert told(f"{number} Die Anträge sind zu stellen.") == "Die Anträge sind zu stellen."


@pytest.mark.parametrize(
    "text",
    [
        "3. Oktober ist Feiertag.",
        "2. Vorsitzende ist Frau Quast.",
        "9.30 Uhr beginnt die Sitzung.",
        "10.000 Euro erhält der Betrieb.",
        "2.5 Millionen Euro stehen bereit.",
        "16.10. und 17.10. sind Prüfungen.",
        "50 Prozent trägt das Land.",
        "(2) 50 Prozent trägt das Land.",
    ],
)
def test_a_date_or_an_amount_stays(text: str) -> None:
    assert told(text) == text


def test_an_item_keeps_its_number_behind_what_introduces_it() -> None:
    text = "Gefördert werden\n1. Kurse."
    assert told(text, (0, 16)) == "Gefördert werden 1. Kurse."


def test_what_has_no_word_of_the_question_is_no_further_source() -> None:
    asked = {"zuschuss": 1.0, "hoch": 0.2}
    units = [
        unit_of("a", "Der Zuschuss beträgt 87 Euro.", "zuschuss", "hoch"),
        unit_of("b", "Der Zuschuss ist im Mai da.", "zuschuss"),
        unit_of("c", "Ein Kuchen kostet 3 Euro.", "hoch"),
    ]
    passages = [ScoredPassage(unit.passage, score=1.0, dense=0.9, sparse=1.0) for unit in units]
    evidence = Evidence(units, 1.0, 0.9, frozenset(), asked)
    composed = compose(evidence, passages, {}, asks={Asks.AMOUNT})
    assert {source.head.document_id for source in composed.sources} == {"a", "b"}
    assert all(statement.citations != (3,) for statement in composed.statements)
