"""Who issued a document, from masthead, decree and letterhead; nothing where that is not sure."""

import pytest

from ingest.from_text.beginning import beginning_of
from ingest.from_text.publishers import statement
from tests.ingest.from_text.building import document


def publisher(*lines: str) -> str:
    blocks = document(*lines)
    return statement(blocks, beginning_of(blocks)).values.get("publisher", "")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Herausgeber: Handwerkskammer Musterrevier, Musterstr. 1, 12345 Stadt",
         "Handwerkskammer Musterrevier"),
        ("Herausgeberin: Regionalagentur Beispielrevier | Redaktion: A. Blum",
         "Regionalagentur Beispielrevier"),
        ("Herausgegeben vom Ministerium für Arbeit, Gesundheit und Soziales des Landes Musterland, "
         "Referat III 4", "Ministerium für Arbeit, Gesundheit und Soziales des Landes Musterland"),
        ("Herausgeber: Bildungswerk Lippe, Anna Blum (V. i. S. d. P.)", "Bildungswerk Lippe"),
    ],
)  # fmt: skip
def test_the_masthead_names_it_anywhere_in_the_document(line: str, name: str) -> None:
    blocks = document("# Heft", *["Text."] * 20, "# Impressum", line)
    assert statement(blocks, beginning_of(blocks)).values == {"publisher": name}
    assert statement(blocks, beginning_of(blocks)).origin == "Text, Impressum"


def test_a_masthead_may_stand_above_its_value() -> None:
    assert publisher("# Impressum", "Herausgeber", "Handwerkskammer Musterrevier") == (
        "Handwerkskammer Musterrevier"
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("RdErl. d. Ministeriums für Wirtschaft, Industrie und Energie v. 12.3.2026 – Az. II B",
         "Ministerium für Wirtschaft, Industrie und Energie"),
        ("Bek. d. Ministeriums für Arbeit vom 3. Mai 2025", "Ministerium für Arbeit"),
        ("Runderlass des Wirtschaftsministeriums vom 1.2.2024", "Wirtschaftsministerium"),
        ("# Richtlinie der Senatsverwaltung für Wirtschaft zur Förderung von Betrieben",
         "Senatsverwaltung für Wirtschaft"),
        ("Bekanntmachung des Bundesamtes für Wirtschaft über Zuschüsse", "Bundesamt für Wirtschaft"),
        ("Gem. RdErl. d. Ministeriums für Bau und des Ministeriums für Arbeit v. 1.2.2024", ""),
        ("Grundlage wird eine Richtlinie des Ministeriums für Arbeit sein.", ""),
    ],
)  # fmt: skip
def test_a_decree_names_its_ministry(line: str, name: str) -> None:
    assert publisher("# Zuschuss für Betriebe", line, "Der Zuschuss hilft.") == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Handwerkskammer Musterrevier (Beispiel)", "Handwerkskammer Musterrevier (Beispiel)"),
        ("Regionalagentur Musterland", "Regionalagentur Musterland"),
        ("Handwerkskammer Musterrevier, Musterstraße 1", ""),
        ("Die Handwerkskammer berät Betriebe kostenlos.", ""),
        ("Kreisverkehr am Bahnhof", ""),
    ],
)
def test_a_line_of_its_own_at_the_beginning_is_a_letterhead(line: str, name: str) -> None:
    assert publisher(line, "# Merkblatt", "Text.") == name


def test_two_letterheads_are_none_and_a_later_line_is_no_letterhead() -> None:
    assert publisher("Handwerkskammer Nord", "Regionalagentur Süd", "# Vereinbarung") == ""
    assert publisher("# Merkblatt", "Text.", "# Kontakt", "Handwerkskammer Nord") == ""
