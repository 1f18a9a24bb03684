import io
import time
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from ingest.convert.blocks import BlockKind
from ingest.convert.table_cells import shown
from kb.errors import SourceUnreadableError
from tests.ingest.convert.conftest import Convert, convert_path, outline, texts


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234.5, "#,##0.00", "1.234,50"),
        (1234.5, '#,##0.00 "€"', "1.234,50 €"),
        (1234567, "#,##0", "1.234.567"),
        (693.9, "General", "693,9"),
        (0.1 + 0.2, "General", "0,3"),
        (50354, "General", "50354"),
        (1067, "00000", "01067"),
        (0.5, "0%", "50 %"),
        (0.125, "0.0%", "12,5 %"),
        (2.0, "0.##", "2"),
        (-1234.5, "#,##0.00;[Red]-#,##0.00", "-1.234,50"),
        (1e20, "General", "100000000000000000000"),
        (date(2025, 3, 1), "dd.mm.yyyy", "01.03.2025"),
        (datetime(2025, 3, 1), "mm-dd-yy", "01.03.2025"),
        (datetime(2025, 3, 1, 9, 30), "General", "01.03.2025 09:30"),
        (True, "General", "WAHR"),
        ("#REF!", "General", ""),
        (None, "General", ""),
    ],
)
def test_values_look_as_in_a_german_spreadsheet(
    value: object, number_format: str, text: str
) -> None:
    assert shown(value, number_format) == text


def test_title_rows_header_and_data(converted: Convert) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Tabelle1"
    rows = (
        ["Geförderte Vorhaben", None, None],
        ["Stand:", date(2025, 6, 30), None],
        [],
        ["Betrieb\n(nur juristische Personen, keine natürlichen Personen)", "Ort", "Betrag"],
        ["English", None, None],
        ["Company", "Place", "Amount"],
        [],
        ["Holz GmbH", "Nordtal", 1200],
        ["Brot KG", None, 50],
    )
    for row in rows:
        sheet.append(row)
    sheet["C8"].number_format = "#,##0.00"
    assert outline(converted("v.xlsx", saved(book))) == [
        ("paragraph", 0, "Geförderte Vorhaben"),
        ("paragraph", 0, "Stand: 30.06.2025"),
        ("table_row", 0, "Betrieb: Holz GmbH; Ort: Nordtal; Betrag: 1.200,00"),
        ("table_row", 0, "Betrieb: Brot KG; Betrag: 50"),
    ]


def test_sheets_merges_and_two_header_levels(converted: Convert) -> None:
    book = Workbook()
    first = book.active
    first.title = "Quoten"
    for row in (
        ["Kreis", "2024", None, "2025", None],
        [None, "Zahl", "Betrag", "Zahl", "Betrag"],
        ["Nordtal", 1, 10, 2, 20],
        [None, 3, 30, 4, 40],
    ):
        first.append(row)
    for area in ("B1:C1", "D1:E1", "A1:A2", "A3:A4"):
        first.merge_cells(area)
    second = book.create_sheet("Ansprechpartner")
    second.append(["Name", "E-Mail"])
    second.append(["Eva Muster", "e@k.example"])
    book.create_sheet("Leer")
    hidden = book.create_sheet("Intern")
    hidden["A1"] = "geheim"
    hidden.sheet_state = "hidden"
    found = converted("m.xlsx", saved(book))
    assert outline(found) == [
        ("heading", 1, "Quoten"),
        (
            "table_row",
            0,
            "Kreis: Nordtal; 2024 Zahl: 1; 2024 Betrag: 10; 2025 Zahl: 2; 2025 Betrag: 20",
        ),
        (
            "table_row",
            0,
            "Kreis: Nordtal; 2024 Zahl: 3; 2024 Betrag: 30; 2025 Zahl: 4; 2025 Betrag: 40",
        ),
        ("heading", 1, "Ansprechpartner"),
        ("table_row", 0, "Name: Eva Muster; E-Mail: e@k.example"),
    ]
    assert [block.group for block in found.blocks if block.cells] == [
        "Quoten",
        "Quoten",
        "Ansprechpartner",
    ]
    assert found.warnings == ("Das ausgeblendete Blatt „Intern“ wurde nicht übernommen.",)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_csv_of_any_delimiter_and_encoding(
    converted: Convert, delimiter: str, encoding: str
) -> None:
    rows = [["Straße", "Förderung"], ["Am Ring 3", '"1.234,56"'], ["Süd, Hof", "0,5"]]
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in rows]
    quoted[1][1] = '"1.234,56"'
    data = "\r\n".join(delimiter.join(row) for row in quoted).encode(encoding)
    if delimiter == "," and "0,5" in data.decode(encoding):
        data = data.replace(b'"0,5"', b"0.5")
    first = converted("liste.csv", data).blocks[0]
    assert first.text == "Straße: Am Ring 3; Förderung: 1.234,56"


def test_rows_after_a_blank_line_are_data_not_names(converted: Convert) -> None:
    data = "Name;Ort\nEva;Nordtal\n\nAnton;Südtal\nBerta;Nordtal\n"
    assert texts(converted("n.csv", data), BlockKind.TABLE_ROW) == [
        "Name: Eva; Ort: Nordtal",
        "Name: Anton; Ort: Südtal",
        "Name: Berta; Ort: Nordtal",
    ]


def test_a_second_table_with_its_own_names(converted: Convert) -> None:
    data = "Name;Alter\nEva;30\n\nGewerk;Satz\nHolz;40\nBrot;50\n"
    assert texts(converted("n.csv", data), BlockKind.TABLE_ROW) == [
        "Name: Eva; Alter: 30",
        "Gewerk: Holz; Satz: 40",
        "Gewerk: Brot; Satz: 50",
    ]


def test_no_row_is_lost_without_names(converted: Convert) -> None:
    assert texts(converted("z.csv", "1;2\n3;4\n"), BlockKind.TABLE_ROW) == ["1 2", "3 4"]
    assert [b.text for b in converted("k.csv", "Name;Ort\n").blocks] == ["Name; Ort"]
    assert [b.text for b in converted("e.csv", "nur eine Spalte\nund noch eine\n").blocks] == [
        "nur eine Spalte",
        "und noch eine",
    ]


def test_a_broken_workbook(converted: Convert) -> None:
    book = Workbook()
    book.active["A1"] = "x"
    data = saved(book)
    with pytest.raises(SourceUnreadableError, match="beschädigt"):
        converted("halb.xlsx", data[: len(data) // 2])


def test_a_large_real_list_in_time(shared_folder) -> None:
    path = shared_folder / "corpus" / "xlsx" / "esf_nrw_2014_2020_projects.xlsx"
    begun = time.process_time()
    found = convert_path(path)
    assert time.process_time() - begun < 30
    rows = [block for block in found.blocks if block.kind is BlockKind.TABLE_ROW]
    assert len(rows) == 19_389
    assert [name for name, _ in rows[0].cells][:3] == [
        "Name des Begünstigten",
        "Bezeichnung des Vorhabens",
        "Zusammenfassung des Vorhabens",
    ]
    assert "Datum der letzten Aktualisierung der Liste der Vorhaben: 25.08.2016" in texts(
        found, BlockKind.PARAGRAPH
    )
    assert ("Unions-Kofinanzierungssatz pro Prioritätsachse", "50 %") in rows[0].cells
