import io
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import yaml
from fpdf import FPDF

from ingest.convert.blocks import BlockKind
from ingest.convert.pdf_legibility import problem
from kb.errors import SourceTooLargeError, SourceUnreadableError
from kb.language import language_of
from tests.ingest.convert.conftest import (
    Convert,
    containing,
    convert_path,
    headings_above,
    outline,
    texts,
)

LONG = (
    "Die Zuwendung dient der Einführung digitaler Werkzeuge in kleinen Betrieben des Handwerks. "
    "Gefördert werden Ausgaben, die vor der Bewilligung noch nicht entstanden sind und die der "
    "Betrieb ohne die Zuwendung nicht leisten könnte. Über den Antrag entscheidet die Kammer."
)


class Guideline(FPDF):
    """A document with running head and foot."""

    def header(self) -> None:
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, "Richtlinie Werkzeugbonus der Kammer Nordtal", align="C")
        self.ln(14)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, f"Seite {self.page_no()} von 4", align="C")

    def heading(self, text: str) -> None:
        self._write(text, 16, "B", after=6)

    def chapter(self, text: str, size: int = 12) -> None:
        self._write(text, size, "B", after=3)

    def text_block(self, text: str, after: int = 4) -> None:
        self._write(text, 11, "", after)

    def item(self, marker: str, text: str) -> None:
        self.set_font("Helvetica", size=11)
        self.cell(10, 6, marker)
        self.multi_cell(0, 6, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def _write(self, text: str, size: int, style: str, after: int) -> None:
        self.set_font("Helvetica", style=style, size=size)
        self.multi_cell(0, 6, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(after)


def guideline(paper: tuple[float, float] = (210, 297)) -> bytes:
    pdf = Guideline(format=paper)
    pdf.set_title("Richtlinie Werkzeugbonus")
    pdf.add_page()
    pdf.heading("Richtlinie Werkzeugbonus")
    pdf.chapter("1 Zweck")
    pdf.text_block(LONG)
    pdf.text_block("Ein Anspruch besteht nach § 5 und dem Stand vom 21. Dezember 2024 nicht.")
    pdf.add_page()
    pdf.chapter("2 Gegenstand der Förderung")
    pdf.chapter("2.1 Beratung", 11)
    pdf.text_block("Gefördert werden")
    pdf.item(
        "a)",
        "Beratungen von höchstens fünf Tagen, die ein zugelassenes Büro im Betrieb leistet,",
    )
    pdf.item("b)", "Schulungen der Beschäftigten.")
    pdf.add_page()
    pdf.chapter("3 Höhe")
    with pdf.table() as table:
        for values in (
            ("Gewerk", "Höchstbetrag"),
            ("Tischler", "1.200 Euro"),
            ("Bäcker", "900 Euro"),
        ):
            table.row(values)
    pdf.add_page()
    pdf.text_block("Diese Richtlinie gilt bis zum 31. Dezember 2026.")
    return bytes(pdf.output())


def test_structure_pages_and_tables(converted: Convert) -> None:
    found = converted("richtlinie.pdf", guideline())
    assert outline(found) == [
        ("heading", 1, "Richtlinie Werkzeugbonus"),
        ("heading", 2, "1 Zweck"),
        ("paragraph", 0, LONG),
        (
            "paragraph",
            0,
            "Ein Anspruch besteht nach § 5 und dem Stand vom 21. Dezember 2024 nicht.",
        ),
        ("heading", 2, "2 Gegenstand der Förderung"),
        ("heading", 3, "2.1 Beratung"),
        ("paragraph", 0, "Gefördert werden"),
        (
            "list_item",
            1,
            "a) Beratungen von höchstens fünf Tagen, die ein zugelassenes Büro im Betrieb leistet,",
        ),
        ("list_item", 1, "b) Schulungen der Beschäftigten."),
        ("heading", 2, "3 Höhe"),
        ("table_row", 0, "Gewerk: Tischler; Höchstbetrag: 1.200 Euro"),
        ("table_row", 0, "Gewerk: Bäcker; Höchstbetrag: 900 Euro"),
        ("paragraph", 0, "Diese Richtlinie gilt bis zum 31. Dezember 2026."),
    ]
    assert [block.page for block in found.blocks] == [1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4]
    assert found.properties == {"title": "Richtlinie Werkzeugbonus"}
    assert (found.pages, found.warnings) == (4, ())


def lines(rows: Sequence[str], setup: Callable[[FPDF], None] = lambda pdf: None) -> bytes:
    """A page with exactly these lines."""
    pdf = FPDF()
    setup(pdf)
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for row in rows:
        pdf.cell(0, 6, row, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def test_words_divided_at_a_lines_end(converted: Convert) -> None:
    rows = [
        "Der Zuschuss unterstützt Betriebe bei der Einführung neuer Verfahren und ihrer Förde-",
        "rung durch Beratungs- und Schulungsangebote; er wird aus ESF-",
        "Mitteln gezahlt und gilt für Aus-",
        "und Weiterbildung.",
    ]
    text = converted("w.pdf", lines(rows)).blocks[0].text
    assert "ihrer Förderung durch Beratungs- und Schulungsangebote" in text
    assert "aus ESF-Mitteln gezahlt" in text
    assert "für Aus- und Weiterbildung." in text


def test_columns_are_read_one_after_the_other(converted: Convert) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    other = LONG.replace("Werkzeuge", "Maschinen")
    with pdf.text_columns(ncols=2, gutter=10, text_align="L") as columns:
        for part in (LONG, LONG, other):
            columns.write(part + "\n\n")
        columns.new_column()
        columns.write(other)
    found = converted("s.pdf", bytes(pdf.output()))
    assert [block.text for block in found.blocks] == [LONG, LONG, other, other]


def test_letter_spaced_words_are_closed_up(converted: Convert) -> None:
    def spaced(pdf: FPDF) -> None:
        pdf.set_char_spacing(6)

    found = converted("g.pdf", lines(["Förderung von Betrieben im Handwerk"], spaced))
    assert found.blocks[0].text == "Förderung von Betrieben im Handwerk"
    typed = converted("t.pdf", lines(["F ö r d e r u n g   v o n   B ä c k e r n"]))
    assert typed.blocks[0].text == "Förderung von Bäckern"
    letters = converted("a.pdf", lines(["Anlagen A B C D E"]))
    assert letters.blocks[0].text == "Anlagen A B C D E"


def test_a_table_of_contents_is_no_chain_of_headings(converted: Convert) -> None:
    pdf = Guideline()
    pdf.add_page()
    pdf.chapter("Inhaltsverzeichnis")
    for entry in ("1 Zweck der Förderung 2", "2 Höhe des Zuschusses 3"):
        pdf.text_block(entry)
    for chapter in ("1 Zweck der Förderung", "2 Höhe des Zuschusses"):
        pdf.add_page()
        pdf.chapter(chapter)
        pdf.text_block(LONG)
    found = converted("i.pdf", bytes(pdf.output()))
    assert texts(found, BlockKind.HEADING) == [
        "Inhaltsverzeichnis",
        "1 Zweck der Förderung",
        "2 Höhe des Zuschusses",
    ]


def test_an_empty_page_is_not_reported(converted: Convert) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 6, LONG)
    pdf.add_page()
    found = converted("leer.pdf", bytes(pdf.output()))
    assert (len(found.blocks), found.pages, found.warnings) == (1, 2, ())


def test_too_many_pages(converted: Convert) -> None:
    document = pdfium.PdfDocument.new()
    for _ in range(3_001):
        document.new_page(100, 100)
    stream = io.BytesIO()
    document.save(stream)
    with pytest.raises(
        SourceTooLargeError, match=r"dick\.pdf: .* 3\.001 Seiten, erlaubt sind 3\.000"
    ):
        converted("dick.pdf", stream.getvalue())


@pytest.mark.parametrize(("password", "readable"), [("geheim", False), ("", True)])
def test_encryption(converted: Convert, password: str, readable: bool) -> None:
    data = lines(
        ["Die Kammer berät Betriebe."],
        lambda pdf: pdf.set_encryption("besitzer", password or None),  # type: ignore[arg-type]
    )
    if readable:
        assert converted("e.pdf", data).blocks[0].text == "Die Kammer berät Betriebe."
        return
    with pytest.raises(SourceUnreadableError, match=r"e\.pdf: .*mit einem Kennwort geschützt"):
        converted("e.pdf", data)


def test_a_truncated_file(converted: Convert) -> None:
    with pytest.raises(SourceUnreadableError, match=r"halb\.pdf: .*beschädigt oder unvollständig"):
        converted("halb.pdf", guideline()[:900])


def turned(angle: int, upright: bool) -> bytes:
    """The guideline on pages that are shown turned, with its text turned back or lying."""
    width, height = 595.28, 841.89
    matrix = {
        90: (0, 1, -1, 0, height, 0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0, width),
    }[angle]
    document = pdfium.PdfDocument(guideline())
    for page in document:
        page.set_rotation(angle)
        if upright:
            for item in page.get_objects():
                item.transform(pdfium.PdfMatrix(*matrix))
            page.set_mediabox(0, 0, *((width, height) if angle == 180 else (height, width)))
            page.gen_content()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_pages_read_the_same(converted: Convert, angle: int) -> None:
    straight = converted("a.pdf", guideline())
    assert converted("b.pdf", turned(angle, upright=True)).blocks == straight.blocks
    lying = converted("c.pdf", turned(angle, upright=False))
    said = " ".join(block.text for block in lying.blocks).split()
    for block in straight.blocks:
        values = [value for _, value in block.cells] or [block.text]
        assert set(" ".join(values).split()) <= set(said)


def test_many_threads_at_once(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(guideline())
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(convert_path, [path] * 24))
    assert all(result.blocks == results[0].blocks for result in results)


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        (LONG, True),
        ("The chamber advises small businesses and companies about grants. " * 5, True),
        (
            "Komisja ocenia wnioski złożone przez przedsiębiorstwa rzemieślnicze w regionie. " * 5,
            True,
        ),
        ("Odalar küçük işletmelere destek programları hakkında danışmanlık verir. " * 5, True),
        ("Палата консультує малі підприємства щодо програм підтримки. " * 5, True),
        ("1.200 900 300 75 % 12/2024", True),
        ("", False),
        ("\x03\x04\x02\x05\x06\x07 \x03\x08" * 20, False),
        ("\ue012\ue013\ue014 \ue015\ue016" * 20, False),
        ("Kvw Xqpsrt zkwvx Mnbvcxz lkjhg fdspq wrtzp sdfgh jklmn bvcxy qwrtz plkjh " * 3, False),
    ],
)
def test_what_counts_as_language(text: str, usable: bool) -> None:
    assert (problem(text) == "") is usable


# --- real files ---


def test_quotes_of_the_golden_questions_stand_on_their_page(shared_folder: Path) -> None:
    questions = yaml.safe_load((shared_folder / "eval" / "golden_dev.yaml").read_text("utf-8"))
    sources = [s for q in questions for s in q["sources"] if s["file"].endswith(".pdf")]
    folder = shared_folder / "corpus" / "pdf"
    found = {name: convert_path(folder / name) for name in {s["file"] for s in sources}}
    assert found
    for source in sources:
        blocks = containing(found[source["file"]], source["contains"])
        assert source["locator"] in [f"S. {block.page}" for block in blocks], source


def test_a_real_guideline(shared_folder: Path) -> None:
    found = convert_path(shared_folder / "corpus" / "pdf" / "ZFeuVwV.pdf")
    assert headings_above(found, "Pauschalbetrags in Höhe von 90 Euro") == [
        "Verwaltungsvorschrift des Innenministeriums über Zuwendungen für das Feuerwehrwesen (ZFeuVwV)",
        "5 Art, Umfang und Höhe der Zuwendungen",
        "5.2 Festbetragsfinanzierung",
    ]
    assert headings_above(found, "b) ablehnende Entscheidungen")[-1] == "6.5 Zuwendungsbescheid"
    assert headings_above(found, "Mehrzweckboot")[0] == "Anlage (zu Nummer 5.2.1)"
    amounts = {block.cells[0][1]: dict(block.cells) for block in found.blocks if block.cells}
    assert amounts["TSF-W nach DIN 14530-17"]["Förderbetrag Rahmenvertrag Euro"] == "108 000"
    assert amounts["KdoW DIN SPEC 14507-5"]["Alter des Gebrauchtfahrzeugs bis unter 5 Jahre"] == (
        "10 000 Euro"
    )
    text = " ".join(block.text for block in found.blocks)
    assert "auf Gemeinde- und Kreisebene" in text
    assert "\x02" not in text
    assert "pflichtgemäßem Ermessen" in text


def test_a_real_ordinance(shared_folder: Path) -> None:
    found = convert_path(shared_folder / "corpus" / "pdf" / "BerQAnerkV_BW.pdf")
    assert "§ 6 Eignungsprüfung" in texts(found, BlockKind.HEADING)
    assert not containing(found, "Seite 3 von 10")
    assert "EU-Richtlinie - für" in containing(found, "(1) Diese Verordnung regelt")[0].text


def test_a_real_file_encrypted_with_an_empty_password(shared_folder: Path) -> None:
    found = convert_path(shared_folder / "corpus" / "pdf" / "aes_encrypted.pdf")
    rows = [dict(block.cells) for block in found.blocks if block.cells]
    assert rows[0]["Funktion"] == "Kreisfeuerwehrverbandsvorsitzende/r"
    assert len(rows) == 18


def test_a_page_that_is_a_drawing_is_not_searched_for_tables(converted: Convert) -> None:
    """Each letter drawn as curves: pdfplumber would take seconds to find nothing."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    with pdf.table([("Satz", "Betrag"), ("50 %", "900 Euro")], first_row_as_headings=False):
        pass
    pdf.multi_cell(0, 6, LONG)
    for at in range(1_100):
        pdf.polygon([(20 + at % 50 + step % 3, 100 + step) for step in range(20)])
    begin = time.process_time()
    found = converted("b.pdf", bytes(pdf.output()))
    assert time.process_time() - begin < 1
    assert not texts(found, BlockKind.TABLE_ROW) and containing(found, "900 Euro")


def test_a_real_form_with_drawn_letters_is_german(shared_folder: Path) -> None:
    path = shared_folder / "corpus" / "pdf" / "letter_spaced.pdf"
    text = " ".join(block.text for block in convert_path(path).blocks)
    assert language_of(text) == "de"


@pytest.mark.parametrize("name", ["ZFeuVwV", "BerQAnerkV_BW", "aes_encrypted", "letter_spaced"])
def test_no_word_of_a_real_file_is_lost(shared_folder: Path, name: str) -> None:
    path = shared_folder / "corpus" / "pdf" / f"{name}.pdf"
    found = convert_path(path)
    kept = "".join(
        letters(value)
        for block in found.blocks
        for value in (block.text, *(column for column, _ in block.cells))
    )
    for page in pdfium.PdfDocument(path):
        for line in page.get_textpage().get_text_bounded().replace("\x02", "-\n").splitlines():
            words = [letters(word) for word in line.split() if not word.endswith("-")]
            if not line.startswith("- Seite"):
                assert [word for word in words if word not in kept] == [], line


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
