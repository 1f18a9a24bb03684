"""Test questions out as a table and in again; cells as spreadsheets hand them on."""

import csv
import io
from typing import Any

import pytest

from integrations.probes import read_probes
from integrations.web.csv_export import harmless
from integrations.web.probe_tables import COLUMNS, cells_of, is_table, read_table
from kb.errors import InputError
from kb.state.probes import Probe

YAML = """
- id: hoehe
  question: "=Wie hoch; \\"genau\\" ist der Bonus?"
  status: answered
  topic: amount
  as_of: 2026-11-22
  audience: staff
  earlier: ["Was ist der Bonus?"]
  sources: [{file: a.md}, {contains: "1.250 Euro"}, {file: b.pdf, contains: "je Person"}]
  answer_contains: ['re:1[.]250', Euro]
  answer_excludes: [Dollar]
- {id: teils, question: "Und wann?", status: partial}
- {id: rakete, question: "Welche Farbe hat die Mondrakete?", status: not_found}
"""


@pytest.fixture
def probes() -> list[Probe]:
    return read_probes(YAML)


def written(probes: list[Probe], delimiter: str) -> str:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    table.writerow([*COLUMNS, "Ergebnis"])
    for probe in probes:
        table.writerow([harmless(cell) for cell in (*cells_of(probe), "richtig")])
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_out_and_in_again_is_the_same(probes: list[Probe], delimiter: str, mark: str) -> None:
    text = mark + written(probes, delimiter)
    assert is_table(text)
    assert read_table(text, {probe.probe_id: probe for probe in probes}) == probes


def test_a_table_may_have_little_and_in_any_order() -> None:
    text = "Enthält;Frage;Stichtag\n1.250;Wie hoch ist der Bonus?;31.12.2027\n;;\n;Wer hilft?;\n"
    first, second = read_table(text, {})
    assert (first.text, first.audience) == ("Wie hoch ist der Bonus?", "public")
    assert first.expected["contains"] == ["1.250"] and first.expected["as_of"] == "2027-12-31"
    assert second.text == "Wer hilft?" and first.probe_id != second.probe_id


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("", "keine Zeile"),
        ("a;;;;", "Zeile 2 der Tabelle: Es fehlt die Frage"),
        ("a;Was?;;gestern;", "Der Stichtag 'gestern'"),
        ("a;Was?;;;vielleicht", "„Erwartet“ ist „eine Antwort“ oder „nichts gefunden“"),
        ("a;Was?;a b;;", "Zielgruppe"),
        ("-a;Was?;;;", "Kennung"),
        (f"a;{'x' * 2001};;;", "höchstens 2000 Zeichen"),
        # how long a cell csv reads at all is set for the whole process
        (f"a;Was?;{'x' * 200_000};;", "nicht lesbar|andere Zellen 20000"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_row(rows: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_table(f"Kennung;Frage;Gefragt für;Stichtag;Erwartet\n{rows}", {})


@pytest.mark.parametrize("text", [YAML, "", "[]", "Frage ohne Spalten, gestern", "text"])
def test_what_is_no_table(text: Any) -> None:
    assert not is_table(text)
