import pytest

from ingest.convert.blocks import BlockKind
from tests.ingest.convert.conftest import (
    Convert,
    containing,
    convert_path,
    headings_above,
    outline,
    texts,
)

LAW = """---
Title: Verordnung über die Lehrwerkstatt
stand: 01.07.2024
gültig_bis: 2026-12-31
art: guideline
zielgruppe: staff
---

# Verordnung über die Lehrwerkstatt (LehrWV)

Ausfertigungsdatum
:   2020-01-31

## Erster Abschnitt - Betrieb

#### § 3 Aufnahme

(1) In die Lehrwerkstatt wird aufgenommen, wer die Schule abgeschlossen
hat oder bis zum
30\\. Juni abschließt, wenn

1.  der Betrieb zustimmt,


2.  die Kammer nach Absatz 2

    a)  die Eignung bestätigt oder


    b)  eine Ausnahme nach Nummer 1 Buchstabe
        a) zulässt, sofern

        aa) ein Platz frei ist.


3.  die Gebühr bezahlt ist.

(2) Alle Mitarbeiter*innen und *alle* Auszubildenden haften mit
**höchstens** 1 500 Euro[^f1].

[^f1]: Betrag von 2020.
"""


def test_a_law_keeps_its_numbering_and_structure(converted: Convert) -> None:
    assert outline(converted("lehrwv.md", LAW)) == [
        ("heading", 1, "Verordnung über die Lehrwerkstatt (LehrWV)"),
        ("table_row", 0, "Ausfertigungsdatum: 2020-01-31"),
        ("heading", 2, "Erster Abschnitt - Betrieb"),
        ("heading", 4, "§ 3 Aufnahme"),
        (
            "paragraph",
            0,
            "(1) In die Lehrwerkstatt wird aufgenommen, wer die Schule abgeschlossen hat oder bis "
            "zum 30. Juni abschließt, wenn",
        ),
        ("list_item", 1, "1. der Betrieb zustimmt,"),
        ("list_item", 1, "2. die Kammer nach Absatz 2"),
        ("list_item", 2, "a) die Eignung bestätigt oder"),
        ("list_item", 2, "b) eine Ausnahme nach Nummer 1 Buchstabe a) zulässt, sofern"),
        ("list_item", 3, "aa) ein Platz frei ist."),
        ("list_item", 1, "3. die Gebühr bezahlt ist."),
        (
            "paragraph",
            0,
            "(2) Alle Mitarbeiter*innen und alle Auszubildenden haften mit höchstens 1 500 Euro.",
        ),
        ("paragraph", 0, "Betrag von 2020."),
    ]


def test_front_matter_becomes_properties(converted: Convert) -> None:
    found = converted("lehrwv.md", LAW)
    assert found.properties == {
        "title": "Verordnung über die Lehrwerkstatt",
        "date": "2024-07-01",
        "valid_until": "2026-12-31",
        "kind": "guideline",
        "audience": "staff",
    }
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        ("stand: Frühjahr 2024", "Frühjahr 2024"),
        ("gueltig_ab: 31.02.2024", "31.02.2024"),
        ("titel: [offen", "kein gültiges YAML"),
        ("date: 2024-13-45", "YAML"),
    ],
)
def test_front_matter_that_cannot_be_read_is_reported_and_not_guessed(
    converted: Convert, matter: str, said: str
) -> None:
    found = converted("notiz.md", f"---\n{matter}\n---\nText der Notiz.\n")
    assert found.properties == {}
    assert said in found.warnings[0]
    assert [block.text for block in found.blocks] == ["Text der Notiz."]


def test_pipe_tables_name_their_columns(converted: Convert) -> None:
    table = "| Nr. | Gewerk | Satz |\n|---|---|---|\n| 1 | Tischler | 40 % |\n| 2 | | 50 % |\n"
    first, second = converted("saetze.md", table).blocks
    assert first.text == "Nr.: 1; Gewerk: Tischler; Satz: 40 %"
    assert first.cells == (("Nr.", "1"), ("Gewerk", "Tischler"), ("Satz", "40 %"))
    assert second.text == "Nr.: 2; Satz: 50 %"


def test_tables_written_as_lists_of_lists(converted: Convert) -> None:
    table = (
        "*    *   1\n\n    *   Maurer und\n        Betonbauer\n\n\n"
        "*    *   2\n\n    *   Glaser\n\nDanach."
    )
    assert outline(converted("anlage.md", table)) == [
        ("table_row", 0, "1 Maurer und Betonbauer"),
        ("table_row", 0, "2 Glaser"),
        ("paragraph", 0, "Danach."),
    ]


def test_addresses_behind_links_survive(converted: Convert) -> None:
    text = "Fragen an [das Büro](mailto:buero@kammer.example) oder <info@kammer.example>."
    found = converted("k.md", text).blocks[0].text
    assert found == "Fragen an das Büro (buero@kammer.example) oder info@kammer.example."


def test_angle_brackets_that_are_no_markup_stay(converted: Convert) -> None:
    text = "Antrag <Name des Betriebs> mit x < 5 und H<sub>2</sub>O<br>neu"
    assert converted("k.md", text).blocks[0].text == (
        "Antrag <Name des Betriebs> mit x < 5 und H2O neu"
    )


def test_pathological_markup_is_quick(converted: Convert) -> None:
    assert converted("sterne.md", "**a" * 100_000).blocks


def test_every_word_of_a_law_is_kept(shared_folder) -> None:
    for path in sorted((shared_folder / "corpus" / "laws").glob("*.md")):
        body = path.read_text("utf-8").split("\n---\n", 1)[1].split("\n---\n")[-1]
        numbers = [word for word in body.replace("\\", " ").split() if word.isdigit()]
        found = " ".join(block.text for block in convert_path(path).blocks)
        kept = found.replace(":", " ").replace(";", " ").replace(".", " ").split()
        missing = [number for number in set(numbers) if number not in kept]
        assert not missing, (path.name, missing)


def test_structure_of_real_laws(shared_folder) -> None:
    laws = shared_folder / "corpus" / "laws"
    hwo = convert_path(laws / "hwo.md")
    assert headings_above(hwo, "daß es sich um einen Hilfsbetrieb handelt")[-1] == "§ 3"
    assert containing(hwo, "47 Rollladen- und Sonnenschutztechniker")[0].kind is BlockKind.TABLE_ROW
    items = texts(convert_path(laws / "sgb_3.md"), BlockKind.LIST_ITEM)
    assert len(items) > 800
    assert not [item for item in items if item.startswith(("*", "-"))]
    aufenthg = convert_path(laws / "aufenthg_2004.md")
    assert aufenthg.properties["title"].startswith("Gesetz über den Aufenthalt, die Erwerbst")
