"""The day of a document, from its beginning or its signature; partial dates are never completed."""

import pytest

from ingest.from_text.beginning import beginning_of
from ingest.from_text.dates import statement
from tests.ingest.from_text.building import document


def day(*lines: str, minutes: bool = False) -> str:
    blocks = document(*lines)
    found = statement(blocks, beginning_of(blocks), is_minutes=minutes)
    return found.values.get("date", "")


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("Vom 21. August 2024 - Az. IM6-1503-12/2 -", "2024-08-21"),
        ("RdErl. d. Ministeriums für Arbeit v. 3. 5. 2021 – Az. II B", "2021-05-03"),
        (
            "Richtlinie des Ministeriums für Arbeit vom 12. November 2025, Aktenzeichen 1",
            "2025-11-12",
        ),
        ("Bek. d. Ministeriums vom 12. März 2026", "2026-03-12"),
        ("## Ausbildungsordnung (AO) Vom 18. Oktober 2011", "2011-10-18"),
        ("Stand: 2. November 2026. Alle Angaben sind vorläufig.", "2026-11-02"),
        ("(Stand 01.11.2026)", "2026-11-01"),
        ("Beschlossen vom Lenkungskreis am 20. Februar 2024.", "2024-02-20"),
        ("04.07.2016", "2016-07-04"),
        ("Die Richtlinie vom 5. Dezember 2022 wird ersetzt.", ""),
        ("Vom 31. Februar 2024", ""),
        ("Vom 1. Mai 2024 an gilt der neue Satz.", ""),
        ("Anmeldeschluss: 3. Mai 2025", ""),
    ],
)
def test_a_full_day_at_the_beginning(line: str, iso: str) -> None:
    assert day("# Zuschuss", line, "Der Zuschuss hilft Betrieben.") == iso


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("Stand: 03/2026", "Stand: 03/2026"),
        ("Stand März 2026", "Stand März 2026"),
        ("Stand: 2026", "Stand: 2026"),
    ],
)
def test_a_partial_date_stays_partial_and_is_quoted(line: str, quoted: str) -> None:
    blocks = document("# Merkblatt", line)
    found = statement(blocks, beginning_of(blocks), is_minutes=False)
    assert found.values == {"date": ""}
    assert found.origin == f"Text, Anfang: nur „{quoted}“, kein voller Tag"


def test_an_amended_rule_and_two_days_give_none() -> None:
    assert day("# Verordnung Vom 18. Oktober 2011", "zuletzt geändert durch Art. 2") == ""
    assert day("# Änderung der Richtlinie", "Vom 3. Mai 2025") == ""
    assert day("# Hinweise", "Stand: 1.2.2025", "Stand: 1.3.2025") == ""


def test_a_signature_at_the_end_but_no_deadline_in_the_middle() -> None:
    text = ["Der Vertrag gilt."] * 12
    assert day("# Vereinbarung", *text, "Beispielstadt, den 18. März 2024", "Für das Land") == (
        "2024-03-18"
    )
    assert day("# Vereinbarung", "Stadt, den 1. März 2024", *text) == ""
    assert day("# Merkblatt", "Text.", "# Frist", "Stand: 3. Mai 2024") == ""


@pytest.mark.parametrize(
    ("lines", "iso"),
    [
        (["# Protokoll des Beirats", "6. Sitzung am 24. September 2026"], "2026-09-24"),
        (["# Protokoll der 12. Sitzung des Beirats vom 14. Mai 2025"], "2025-05-14"),
        (["# Niederschrift über die Beiratssitzung am Mittwoch, den 3. Mai 2025"], "2025-05-03"),
        (["# Jour fixe", "Datum: 14. Oktober 2026, 9:00 bis 10:15 Uhr"], "2026-10-14"),
        (["# Protokoll", "# Sitzungsdaten", "| Angabe: Datum und Zeit | Inhalt: 24.9.2026, 10 Uhr |"],
         "2026-09-24"),
        (["# Protokoll", "Die nächste Sitzung ist am 18. März 2027"], ""),
        (["# Protokoll", "# TOP 1", "Das Protokoll der Sitzung vom 12. März 2026 wird genehmigt"], ""),
        (["# Sitzung am 1. Mai 2025", "Datum: 2. Mai 2025"], ""),
    ],
)  # fmt: skip
def test_minutes_are_of_the_day_of_the_meeting(lines: list[str], iso: str) -> None:
    assert day(*lines, minutes=True) == iso


def test_a_meeting_in_another_document_is_not_its_day() -> None:
    assert day("# Bericht zur Sitzung am 3. Mai 2025", "Text.") == ""
