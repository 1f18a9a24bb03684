"""Scans through the real Tesseract: the same structure as from text, and what comes when it fails."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from ingest.convert.advance import listen
from ingest.convert.blocks import BlockKind, Conversion
from ingest.convert.misreadings import put_right
from ingest.convert.pdf_lines import Line
from kb.errors import EmptySourceError
from tests.ingest.convert.conftest import (
    Convert,
    containing,
    convert_path,
    headings_above,
    outline,
    texts,
)
from tests.ingest.convert.scans import (
    SMALL,
    bound,
    needs_tesseract,
    pictures,
    scanned,
    turned,
    upper,
    worn,
)
from tests.ingest.convert.test_pdf import LONG, Guideline, guideline, lines

OUTLINE = [
    ("heading", 1, "Richtlinie Werkzeugbonus"),
    ("heading", 2, "1 Zweck"),
    ("paragraph", 0, LONG),
    ("paragraph", 0, "Ein Anspruch besteht nach § 5 und dem Stand vom 21. Dezember 2024 nicht."),
    ("heading", 2, "2 Gegenstand der Förderung"),
    ("heading", 3, "2.1 Beratung"),
    ("paragraph", 0, "Gefördert werden"),
    (
        "list_item",
        1,
        "a) Beratungen von höchstens fünf Tagen, die ein zugelassenes Büro im Betrieb leistet,",
    ),
    ("list_item", 1, "b) Schulungen der Beschäftigten."),
]


@dataclass(frozen=True)
class Reading:
    """A worn scan of the guideline, recognised once, and what was seen meanwhile."""

    found: Conversion
    steps: list[tuple[int, int]]
    leftovers: list[Path]


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    file = tmp_path_factory.mktemp("scan") / "scan.pdf"
    file.write_bytes(scanned(guideline(SMALL), worn(blur=1.0, noise=8, skew=0.5)))
    scratch = tmp_path_factory.mktemp("scratch")
    steps: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        listen(lambda done, total: steps.append((done, total)))
        try:
            found = convert_path(file)
        finally:
            listen(lambda done, total: None)
    yield Reading(found, steps, list(scratch.iterdir()))


@needs_tesseract
def test_a_scan_reads_like_the_text_it_was_made_from(reading: Reading) -> None:
    found = reading.found
    assert outline(found)[: len(OUTLINE)] == OUTLINE
    assert [block.page for block in found.blocks[: len(OUTLINE)]] == [1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert not containing(found, "Seite") and not containing(found, "Kammer Nordtal")
    assert containing(found, "1.200 Euro") and containing(found, "31. Dezember 2026")
    assert (found.pages, found.ocr_pages, found.warnings) == (4, 4, ())
    assert all(block.confidence and block.confidence > 0.6 for block in found.blocks)


@needs_tesseract
def test_signs_of_life_and_no_leftovers(reading: Reading) -> None:
    assert reading.steps == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert reading.leftovers == []


@needs_tesseract
@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_lies_or_stands_on_its_head(converted: Convert, angle: int) -> None:
    page = pictures(guideline(SMALL))[0]
    found = converted("scan.pdf", bound([upper(0.5, turned(angle))(page)]))
    assert outline(found)[-4:] == OUTLINE[:4]
    assert (found.ocr_pages, found.warnings) == (1, ())


@needs_tesseract
def test_columns_of_a_scan_are_read_one_after_the_other(converted: Convert) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    other = LONG.replace("Werkzeuge", "Maschinen").replace("Über den", "Den")
    with pdf.text_columns(ncols=2, gutter=10, text_align="L") as columns:
        columns.write(f"{LONG}\n\n{LONG}\n\n")
        columns.new_column()
        columns.write(other)
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.4)))
    assert [block.text for block in found.blocks] == [LONG, LONG, other]


@needs_tesseract
def test_section_signs_are_told_from_figures(converted: Convert) -> None:
    rows = [
        "Ein Antrag nach § 8 Abs. 1 Satz 2 ist bis zum 5. Mai zu stellen.",
        "§ 5 Höhe der Förderung",
        "Die Gruppen 8 5 und 8 9 nehmen 85 Betriebe auf, nach § 12 auch 89.",
        "8 Betriebe und 5 Kammern haben zugesagt (BGBl. I S. 85).",
        "Nach den §§ 7 bis 9 gilt dies nicht.",
    ]
    found = converted("p.pdf", scanned(lines(rows)))
    assert " ".join(block.text for block in found.blocks) == " ".join(rows)


@needs_tesseract
def test_only_pages_without_usable_text_are_recognised(converted: Convert) -> None:
    """Text, a scan under a stamped page number, a scan, text beside a large picture."""
    picture = pictures(lines(["Bild eines Schilds: Rathaus"]), dpi=100)[0]
    scan, other = pictures(guideline(SMALL))[:2]
    pdf = FPDF(format=SMALL)
    pdf.set_auto_page_break(False)
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 6, LONG)
    for image, stamp in ((scan, "17"), (other, "")):
        pdf.add_page()
        pdf.image(image, 0, 0, pdf.w, pdf.h)
        if stamp:
            pdf.text(pdf.w - 15, pdf.h - 5, stamp)
    pdf.add_page()
    pdf.image(picture, 0, 70, pdf.w, 140)
    pdf.set_y(20)
    pdf.multi_cell(0, 6, LONG)
    found = converted("gemischt.pdf", bytes(pdf.output()))
    assert (found.pages, found.ocr_pages, found.warnings) == (4, 2, ())
    assert [block.page for block in found.blocks if block.text == LONG] == [1, 2, 4]
    assert {block.page for block in found.blocks if block.confidence is not None} == {2, 3}
    assert not containing(found, "Rathaus")


@needs_tesseract
@pytest.mark.parametrize(
    "layer",
    [
        "Kvw Xqpsrt zkwvx Mnbvcxz lkjhg fdspq wrtzp sdfgh jklmn bvcxy qwrtz plkjh " * 3,
        LONG.replace("ö", "\x01").replace("ü", "\x02").replace("Ü", "\x03"),
    ],
    ids=["nonsense", "without umlauts"],
)
def test_a_useless_text_layer_gives_way_to_what_is_seen(converted: Convert, layer: str) -> None:
    def hidden(pdf: FPDF, at: int) -> None:
        pdf.set_font("Helvetica", size=11)
        with pdf.local_context(text_mode="INVISIBLE"):
            pdf.set_xy(10, 20)
            pdf.multi_cell(0, 6, layer)

    shown = Guideline()
    shown.add_page()
    shown.text_block(LONG)
    found = converted(
        "u.pdf", bound([upper(0.25)(image) for image in pictures(bytes(shown.output()))], hidden)
    )
    assert [block.text for block in containing(found, "Zuwendung")] == [LONG]
    assert found.ocr_pages == 1


@needs_tesseract
def test_stamps_and_rules_leave_no_words(converted: Convert) -> None:
    def stamped(image: Image.Image) -> Image.Image:
        pen = ImageDraw.Draw(image)
        for at in range(0, 400, 40):
            pen.line((1200, 1200 + at, 1560, 1210 + at), 0, 3)
            pen.line((1200 + at, 1180, 1205 + at, 1600), 0, 4)
        pen.ellipse((300, 1500, 700, 1900), outline=60, width=9)
        pen.arc((340, 1540, 660, 1860), 20, 300, 90, 6)
        return image

    rows = [" ".join(LONG.split()[:12]), " ".join(LONG.split()[12:22])]
    found = converted("stempel.pdf", scanned(lines(rows), stamped))
    assert [block.text for block in found.blocks] == [" ".join(rows)]


@needs_tesseract
def test_a_bad_scan_is_less_sure_and_reported(converted: Convert) -> None:
    page = lines([LONG[:90]] * 3)
    good = converted("gut.pdf", scanned(page, upper(0.15)))
    bad = converted("schlecht.pdf", scanned(page, upper(0.15, worn(3.0, 15))))
    sure = min(block.confidence or 0.0 for block in good.blocks)
    assert good.warnings == () and sure > 0.9
    [warning] = bad.warnings
    assert warning.startswith("S. 1: Der Scan ist schlecht lesbar (Texterkennung zu ")
    assert min(block.confidence or 0.0 for block in bad.blocks) < 0.6


@needs_tesseract
def test_a_photo_without_text_is_reported(converted: Convert) -> None:
    sky = Image.linear_gradient("L").resize((1200, 1700))
    with pytest.raises(EmptySourceError, match=r"foto\.pdf: .*auch die Texterkennung.*keinen Text"):
        converted("foto.pdf", bound([sky]))


def program(folder: Path, script: str) -> str:
    """A folder in which `tesseract` is this script."""
    file = folder / "tesseract"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(folder)


OnlyIn = Callable[[str], None]


@pytest.fixture
def only_in(monkeypatch: pytest.MonkeyPatch) -> OnlyIn:
    """Programs are looked for in this folder alone."""
    return lambda folder: monkeypatch.setenv("PATH", folder)


@pytest.mark.parametrize("script", ["", 'echo "List:"; echo eng', "exit 1"])
def test_without_text_recognition_it_says_how_to_get_it(
    converted: Convert, tmp_path: Path, only_in: OnlyIn, script: str
) -> None:
    scan = pictures(guideline(SMALL))[0]
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 6, LONG)
    pdf.add_page()
    pdf.image(scan, 0, 0, pdf.w, pdf.h)
    data = bytes(pdf.output())
    folder = tmp_path / "bin"
    folder.mkdir()
    only_in(program(folder, script) if script else str(folder))
    found = converted("teils.pdf", data)
    assert found.ocr_pages == 0
    how, page = found.warnings
    assert "„apt install tesseract-ocr tesseract-ocr-deu“" in how
    assert page.startswith("S. 2: kein lesbarer Text (vermutlich ein Scan); ")
    with pytest.raises(EmptySourceError, match=r"scan\.pdf: .*„apt install tesseract-ocr"):
        converted("scan.pdf", bound([scan]))


def test_a_program_that_fails_costs_only_the_page(
    converted: Convert, tmp_path: Path, only_in: OnlyIn
) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 6, LONG)
    pdf.add_page()
    pdf.rect(20, 20, 100, 100, style="F")
    data = bytes(pdf.output())
    folder = tmp_path / "bin"
    folder.mkdir()
    only_in(program(folder, 'test "$1" = --list-langs && echo List: && echo deu'))
    found = converted("teils.pdf", data)
    assert texts(found, BlockKind.PARAGRAPH) == [LONG]
    assert found.warnings == (
        "S. 2: kein lesbarer Text (vermutlich ein Scan); die Texterkennung (OCR) ist an der Seite "
        "gescheitert.",
    )


def line(text: str, left: float = 50, top: float = 100) -> Line:
    return Line(text, 1, (left, top, left + 5 * len(text), top + 10), 10, False, confidence=0.9)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("vom 1. Mai (BGBI. I S. 5, GBI. S. 3)", "vom 1. Mai (BGBl. I S. 5, GBl. S. 3)"),
        ("Der DGBI e. V. und die ABI", "Der DGBI e. V. und die ABI"),
        ("nach § 3 Abs. I Nr. 4", "nach § 3 Abs. 1 Nr. 4"),
        ("Band I und Abs. II", "Band I und Abs. II"),
        ("e Schulungen", "• Schulungen"),
        ("e) Schulungen", "e) Schulungen"),
        ("[Nein", "Nein"),
        ("[sic] und [1]", "[sic] und [1]"),
    ],
)
def test_misreadings_that_leave_no_doubt(read: str, meant: str) -> None:
    assert put_right([line(read)])[0].text == meant


def test_numbers_go_back_to_their_text_and_get_their_point() -> None:
    hanging = [
        line("4.2", 50, 100),
        line("7", 50, 500),
        line("Höhe", 110, 101),
        line("x", 400, 500),
    ]
    assert [one.text for one in put_right(hanging)] == ["7", "4.2 Höhe", "x"]
    items = [line("1. Bund", top=100), line("2, Land", top=120), line("3. Kreis", top=140)]
    assert [one.text for one in put_right(items)] == ["1. Bund", "2. Land", "3. Kreis"]
    sentence = [line("nach den Nummern 1,", top=100), line("2, Satz 3 und", top=120)]
    assert put_right(sentence)[1].text == "2, Satz 3 und"


@needs_tesseract
def test_remarks_and_labels_of_a_form_are_no_headings(converted: Convert) -> None:
    pdf = FPDF(format=SMALL)
    pdf.add_page()
    for text, size in (
        ("Meldevordruck für Betriebe", 16), ("- in Tsd. Euro -", 15), ("Name des Betriebs:", 15)
    ):  # fmt: skip
        pdf.set_font("Helvetica", style="B", size=size)
        pdf.cell(0, 12, text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=10)
    pdf.multi_cell(0, 5, LONG)
    found = converted("s.pdf", scanned(bytes(pdf.output()), upper(0.5)))
    assert texts(found, BlockKind.HEADING) == ["Meldevordruck für Betriebe"]
    assert containing(found, "in Tsd. Euro") and containing(found, "Name des Betriebs:")


# --- real files ---


@needs_tesseract
def test_a_real_page_whose_text_layer_is_garbage(shared_folder: Path) -> None:
    found = convert_path(shared_folder / "corpus" / "pdf" / "garbage_text_layer.pdf")
    assert (found.ocr_pages, found.warnings) == (1, ())
    for words in (
        "Pensionsfondstechnische Brutto-Rückstellungen",
        "Rückstellung für noch nicht abgewickelte",
        "Rückstellung für Beitragsrückerstattung",
        "Bitte Anlage 2 Abschnitt C der Pensionsfonds-Aufsichtsverordnung beachten.",
    ):
        assert containing(found, words), words


@needs_tesseract
def test_a_real_form_that_is_an_image(shared_folder: Path) -> None:
    found = convert_path(shared_folder / "corpus" / "pdf" / "image_only_form.pdf")
    assert found.ocr_pages == 1
    for words in (
        "UNFALLANZEIGE",
        "Unternehmensnummer des Unfallversicherungsträgers",
        "Staatsangehörigkeit",
        "Wer hat von dem Unfall zuerst Kenntnis genommen? (Name, Anschrift)",
        "Hat die versicherte Person die Arbeit wieder aufgenommen?",
    ):
        assert containing(found, words), words


@needs_tesseract
def test_a_real_form_drawn_lying(shared_folder: Path) -> None:
    found = convert_path(shared_folder / "corpus" / "pdf" / "outlines_only.pdf")
    assert found.ocr_pages == 1
    assert containing(found, "Kassenbestand (§ 3 Abs. 1 Nr. 1)")
    assert containing(found, "unwiderrufliche Kreditzusagen (§ 3 Abs. 1 Nr. 4)")
    assert not [text for text in texts(found, BlockKind.HEADING) if text.startswith("-")]


@needs_tesseract
def test_the_tables_of_a_real_guideline_as_a_scan(shared_folder: Path, converted: Convert) -> None:
    data = (shared_folder / "corpus" / "pdf" / "ZFeuVwV.pdf").read_bytes()
    found = converted("scan.pdf", bound(pictures(data)[14:15]))
    rows = texts(found, BlockKind.TABLE_ROW)
    assert len(rows) > 25
    assert (
        "Fahrzeugtyp nach Norm: HLF 10 nach DIN 14530-26; Massenklasse: M2; Förderbetrag Euro: 150 000; "
        "Förderbetrag Rahmenvertrag Euro: 202 000"
    ) in [row.replace("M 2", "M2") for row in rows]


@needs_tesseract
def test_a_real_guideline_as_a_scan(shared_folder: Path, converted: Convert) -> None:
    data = (shared_folder / "corpus" / "pdf" / "ZFeuVwV.pdf").read_bytes()
    found = converted("scan.pdf", bound(pictures(data)[2:4]))
    assert headings_above(found, "die Sicherheitsgrundsätze")[-1] == "4.3 Sicherheitsgrundsätze"
    assert headings_above(found, "in Höhe von 90 Euro")[-1] == "5.2 Festbetragsfinanzierung"
    assert containing(found, "Anlage 3 zu Nummer 13.4.1 zu § 44 LHO")[0].page == 1
    assert containing(found, "d) Leistungen für Sachschäden (§ 5 Nummer 4 FwG),")[0].page == 2
