"""The kind of a document by its structure; the name counts where the structure is silent."""

import pytest

from ingest.from_text.kinds import kind_of
from kb.passages import Kind
from tests.ingest.from_text.building import document

GUIDELINE = document(
    "# Zuschuss für Meisterbetriebe",
    "## 1 Zuwendungszweck, Rechtsgrundlage",
    "## 2 Gegenstand der Förderung",
    "## 3 Zuwendungsempfängerinnen und Zuwendungsempfänger",
    "## 4 Zuwendungsvoraussetzungen",
    "## 5 Art und Umfang, Höhe der Zuwendung",
    "## 6 Sonstige Zuwendungsbestimmungen",
    "## 7 Verfahren",
    "## 8 Geltungsdauer",
)
LAW = document("# Gesetz über Zuwendungen", "## § 1 Zweck", "## § 2 Verfahren", "## § 3 Laufzeit")


@pytest.mark.parametrize("name", ["a1", "Merkblatt", "Protokoll"])
def test_the_eight_parts_are_a_guideline_whatever_its_name(name: str) -> None:
    assert kind_of(GUIDELINE, name) is Kind.GUIDELINE


def test_five_of_the_parts_suffice_in_any_numbering_and_four_do_not() -> None:
    parts = (
        *(
            "# I. Zweck der Förderung",
            "# II. Gegenstand der Förderung",
            "# III. Antragsberechtigte",
        ),
        *("# IV. Art, Umfang und Höhe", "# V. Inkrafttreten"),
    )
    assert kind_of(document(*parts), "a1") is Kind.GUIDELINE
    assert kind_of(document(*parts[:4]), "a1") is Kind.REFERENCE


def test_agenda_and_participants_or_three_signs_are_minutes() -> None:
    agenda = document("# Fachbeirat", "Anwesend: drei Personen", "# TOP 1 Bericht", "# TOP 2 Plan")
    signs = document("Teilnehmende: Frau A", "Protokoll: Herr B", "Beschluss: Wir beginnen im Mai.")
    assert kind_of(agenda, "a1") is Kind.MINUTES
    assert kind_of(signs, "a1") is Kind.MINUTES
    assert (
        kind_of(document("Teilnehmende: offen", "Der Kurs kostet nichts."), "a1") is Kind.REFERENCE
    )


def test_fields_of_action_with_goals_and_steps_are_a_plan() -> None:
    plan = (
        "# 1 Ausgangslage",
        "# 2 Ziele",
        "# 3 Handlungsfelder",
        "## 3.1 Handlungsfeld A: Bildung",
    )
    assert kind_of(document(*plan), "a1") is Kind.PLAN
    assert (
        kind_of(document("# Handlungsfeld A: Bildung", "Das Land hilft."), "a1") is Kind.REFERENCE
    )


def test_a_table_of_tasks_and_who_does_them_is_about_roles() -> None:
    rows = [f"| Aufgabe: Beratung {n} | Organisation: Kammer {n} |" for n in range(3)]
    other = [f"| Aufgabe: Rechne {n} | Punkte: {n} |" for n in range(3)]
    assert kind_of(document("# Übersicht", *rows), "a1") is Kind.ROLE
    assert kind_of(document("# Übersicht", *other), "a1") is Kind.REFERENCE
    assert kind_of(document(*rows, *["Ein langer Text über anderes."] * 9), "a1") is Kind.REFERENCE
    assert kind_of(document("# Im Verbund übernimmt die Kammer", "Beratung"), "a1") is Kind.ROLE


@pytest.mark.parametrize(
    "naming",
    [
        "Verordnung zur Umsetzung der Richtlinie 2005/36/EG",
        "Umsetzung der Richtlinie (EU) 2018/958",
    ],
)
def test_law_of_the_union_in_a_title_makes_no_guideline(naming: str) -> None:
    assert kind_of(document("# Verordnung"), naming) is Kind.REFERENCE


def test_questions_on_a_guideline_are_none() -> None:
    questions = document("# Wer kann?", "Alle.", "# Wie viel?", "Viel.", "# Wann?", "Bald.")
    assert kind_of(questions, "Fragen zur Förderrichtlinie") is Kind.REFERENCE
    assert kind_of(document("# Text"), "Förderrichtlinie") is Kind.GUIDELINE


def test_sections_of_a_law_are_no_parts_of_a_guideline() -> None:
    parts = [f"## § {n} {block.text[2:]}" for n, block in enumerate(GUIDELINE[1:], start=1)]
    assert kind_of(document("# Fördergesetz", *parts), "Fördergesetz") is Kind.REFERENCE
    assert kind_of(LAW, "gesetz") is Kind.REFERENCE
