"""An operator who begins with two small files: what is in them is found, in the words of laymen."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from assistant.answer import Answer, AnswerStatus
from assistant.question import read_question
from kb.audience import Viewer
from tests import folders

LEAFLET = """# Merkblatt Gründungsbonus Handwerk
## 1 Zweck
Das Land unterstützt Meisterinnen und Meister, die erstmals einen Betrieb gründen.
## 2 Höhe
Der Gründungsbonus beträgt einmalig 8.400 Euro. Wer den Betrieb gemeinsam mit einer
Meisterin oder einem Meister führt, erhält 6.300 Euro.
## 3 Voraussetzungen
(1) Die Gründung darf bei Antragstellung nicht länger als sechs Monate zurückliegen.
## 4 Antrag
Der Antrag ist über die Kammer zu stellen.
Ansprechpartnerin ist Frau Petra Quast, Telefon 0201 555-0142.
"""
COURSES = (
    ("Kurs", "Ort", "Gebühr"),
    ("Elektrotechnik Teil I", "Essen", "6.850 €"),
    ("Friseurhandwerk Teil III", "Bochum", "1.490 €"),
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[[str], Answer]]:
    with folders.quick_folder() as folder:
        given = folder / "unterlagen"
        given.mkdir()
        _write(given)
        with folders.opened(folder / "daten") as desk:
            options = replace(desk.ingest_options, public=True)
            assert desk.ingestion.run([given], options).complete

            def answer(question: str) -> Answer:
                asked = read_question(question, as_of=date(2026, 11, 1), viewer=Viewer.public())
                return asyncio.run(desk.assistant.answer(asked))

            yield answer


def _write(folder: Path) -> None:
    (folder / "merkblatt.md").write_text(LEAFLET, "utf-8")
    book = Workbook()
    for row in COURSES:
        book.active.append(row)
    book.save(folder / "kurse.xlsx")


@pytest.mark.parametrize(
    ("question", "told", "locator"),
    [
        ("Wie hoch ist der Gründungsbonus?", "8.400 Euro", "Nr. 2"),
        (
            "Wie viel Geld bekomme ich, wenn ich mich als Meister selbständig mache?",
            "8.400",
            "Nr. 2",
        ),
        ("Wen rufe ich wegen des Gründungsbonus an?", "0201 555-0142", "Nr. 4"),
        ("Was kostet der Kurs für das Friseurhandwerk?", "1.490 €", "Zeile 3"),
        ("Wo ist der Kurs Elektrotechnik?", "Essen", "Zeile 2"),
    ],
)
def test_the_first_statement_tells_it_and_where(
    ask: Callable[[str], Answer], question: str, told: str, locator: str
) -> None:
    answer = ask(question)
    first = answer.statements[0]
    assert told in first.text
    assert "Elektrotechnik" not in first.text or "Friseur" not in first.text
    assert answer.sources[first.citations[0] - 1].locator.startswith(locator)


@pytest.mark.parametrize(
    "question", ["Was kostet ein Parkausweis in Köln?", "Wie hoch ist der Mindestlohn?"]
)
def test_what_is_not_in_them_is_not_answered(ask: Callable[[str], Answer], question: str) -> None:
    assert ask(question).status is AnswerStatus.NOT_FOUND
