"""From when until when a document holds: only by sentences about the document itself."""

import pytest

from ingest.from_text.validity import statements
from tests.ingest.from_text.building import document


def validity(*lines: str) -> dict[str, str]:
    return {k: v for found in statements(document(*lines)) for k, v in found.values.items()}


def said(sentence: str, part: str = "# 8 Geltungsdauer") -> tuple[str, str]:
    found = validity("# Richtlinie", part, sentence)
    return found.get("valid_from", ""), found.get("valid_until", "")


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("Diese Richtlinie tritt am 1. Januar 2026 in Kraft und mit Ablauf des 31. Dezember 2028 "
         "außer Kraft.", ("2026-01-01", "2028-12-31")),
        ("8.1 Diese Verwaltungsvorschrift tritt am 1.1.2025 in Kraft und am 31.12.2031 außer Kraft.",
         ("2025-01-01", "2031-12-31")),
        ("Dieser Runderlass tritt mit Wirkung vom 1. Juli 2024 in Kraft.", ("2024-07-01", "")),
        ("Die Richtlinie gilt vom 1. Januar 2023 bis zum 31. Dezember 2025.",
         ("2023-01-01", "2025-12-31")),
        ("(1) Diese Vereinbarung tritt am 1. April 2024 in Kraft und endet am 31. März 2027.",
         ("2024-04-01", "2027-03-31")),
        ("Diese Richtlinie tritt am Tag nach ihrer Veröffentlichung in Kraft und gilt bis zum "
         "30. Juni 2027.", ("", "2027-06-30")),
        ("Die Geltungsdauer dieser Richtlinie ist bis zum 31. Dezember 2027 befristet.",
         ("", "2027-12-31")),
        ("Sie gilt bis zum 31. Dezember 2027.", ("", "2027-12-31")),
        ("Diese Richtlinie tritt am 1. Mai 2025 in Kraft und ersetzt die Richtlinie vom 1. Mai 2020.",
         ("2025-05-01", "")),
        ("Diese Richtlinie tritt am 1. Januar 2028 außer Kraft.", ("", "2027-12-31")),
        ("Sie tritt am 31. Dezember 2027 außer Kraft.", ("", "2027-12-31")),
    ],
)  # fmt: skip
def test_a_sentence_about_the_document(sentence: str, period: tuple[str, str]) -> None:
    assert said(sentence) == period


@pytest.mark.parametrize(
    "sentence",
    [
        "Diese Regelung tritt am 31. Dezember 2014 außer Kraft.",
        "Nummer 5.3 tritt am 31. Dezember 2026 außer Kraft.",
        "Die Ermächtigung tritt mit Ablauf des 31. März 2022 außer Kraft.",
        "Gleichzeitig tritt die Richtlinie vom 5. Dezember 2022 außer Kraft.",
        "Die Richtlinie vom 5. Dezember 2022 tritt am 31. Dezember 2025 außer Kraft.",
        "Diese Richtlinie gilt bis zum 31. Dezember 2025 für Anträge aus dem Vorjahr.",
        "Diese Richtlinie tritt am 1. Januar 2026 in Kraft, soweit Nummer 4 nichts anderes bestimmt.",
        "Diese Richtlinie tritt am 30. Februar 2026 in Kraft.",
        "Anträge können bis zum 30. September 2028 gestellt werden.",
        "Die bisherige Richtlinie gilt bis zum 31. Dezember 2025.",
        "Das Programm läuft bis zum 31. Dezember 2029.",
    ],
)
def test_other_sentences_say_nothing_of_it(sentence: str) -> None:
    assert said(sentence) == ("", "")


def test_outside_its_part_only_this_document_or_what_follows_it_counts() -> None:
    here = "# 1 Anlass"
    assert said("Diese Richtlinie gilt bis zum 31. Dezember 2027.", here) == ("", "2027-12-31")
    assert said("Die Richtlinie gilt bis zum 31. Dezember 2027.", here) == ("", "")
    assert said("Sie gilt bis zum 31. Dezember 2027.", here) == ("", "")
    assert said(
        "Das Konzept ordnet die Mittel. Es gilt vom 1.1.2024 bis zum 31.12.2027.", here
    ) == (("2024-01-01", "2027-12-31"))
    assert said("Der Satz ist neu. Es gilt bis zum 31.12.2027.", here) == ("", "")


def test_annexes_and_contradictions_give_nothing() -> None:
    begins = "Diese Richtlinie tritt am 1. Januar 2026 in Kraft."
    assert validity("# Anlage 2 Muster", "## 8 Geltungsdauer", begins) == {}
    again = "Diese Richtlinie tritt am 1. Februar 2026 in Kraft."
    assert validity("# 8 Geltungsdauer", begins, again) == {}
    early = "Sie tritt mit Ablauf des 31. Dezember 2025 außer Kraft."
    assert validity("# 8 Geltungsdauer", begins, early) == {}


def test_each_value_names_its_place_and_page() -> None:
    blocks = document(
        "# 8 Geltungsdauer",
        "8.1 Diese Richtlinie tritt am 1. Januar 2026 in Kraft.",
        "8.2 Sie tritt mit Ablauf des 31. Dezember 2028 außer Kraft.",
        page=4,
    )
    assert [(found.origin, dict(found.values)) for found in statements(blocks)] == [
        ("Text, Nr. 8.1 (S. 4)", {"valid_from": "2026-01-01"}),
        ("Text, Nr. 8.2 (S. 4)", {"valid_until": "2028-12-31"}),
    ]
