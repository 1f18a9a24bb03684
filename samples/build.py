"""Build the PDF, DOCX and XLSX samples from the texts in `source/`.

Run `python samples/build.py`; the same sources give the same bytes on every run. The dates in the
files' metadata are the documents' own; packages are stored uncompressed, so that no zlib matters.
"""

import argparse
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "source"
DOCUMENTS = HERE / "documents"

CORE_PROPERTIES = "docProps/core.xml"
UNUSED_PARTS = ("/stylesWithEffects", "/thumbnail")
ZIP_DATE = (2026, 1, 1, 0, 0, 0)
DARK = (20, 50, 90)


@dataclass
class Block:
    """One piece of a source text: heading2, heading3, paragraph, bullets, numbers or table."""

    kind: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class SampleText:
    """A source file: front matter and blocks. `name` is the title in the file's properties."""

    name: str
    title: str
    subtitle: str
    issuer: str
    header: str
    created: date
    blocks: list[Block]

    @property
    def created_at(self) -> datetime:
        """The document's own date as the time stamp of its metadata."""
        return datetime.combine(self.created, time(8), tzinfo=UTC)


def read_text(path: Path) -> SampleText:
    """Read front matter and the small part of Markdown the sources use."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return SampleText(**yaml.safe_load(head), blocks=[_block(part) for part in _parts(body)])


def _parts(body: str) -> list[list[str]]:
    return [part.strip().splitlines() for part in re.split(r"\n\s*\n", body) if part.strip()]


def _block(lines: list[str]) -> Block:
    first = lines[0]
    for mark, kind in (("### ", "heading3"), ("## ", "heading2")):
        if first.startswith(mark):
            return Block(kind, text=first.removeprefix(mark))
    if first.startswith("- "):
        return Block("bullets", items=[line.removeprefix("- ") for line in lines])
    if re.match(r"1\. ", first):
        return Block("numbers", items=[line.split(". ", 1)[1] for line in lines])
    if first.startswith("|"):
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return Block("table", rows=[cells[0], *cells[2:]])
    return Block("paragraph", text=" ".join(lines))


# --- PDF ---


class Guideline(FPDF):
    """A4 pages with a running header and page numbers."""

    def __init__(self, text: SampleText) -> None:
        super().__init__(format="A4")
        self.text = text
        # The core fonts are encoded as Windows-1252, which has the dash and the German quotes.
        self.core_fonts_encoding = "cp1252"
        self.set_compression(False)
        self.set_margins(25, 22, 25)
        self.set_auto_page_break(True, margin=24)
        self.alias_nb_pages()
        self.set_lang("de-DE")
        self.set_title(text.name)
        self.set_subject(text.subtitle)
        self.set_author(text.issuer)
        self.set_creator("samples/build.py")
        self.set_producer("fpdf2")
        self.set_creation_date(text.created_at)

    def header(self) -> None:
        self.set_font("helvetica", size=8)
        self.set_text_color(90)
        self.set_y(10)
        self.cell(0, 5, self.text.header, align="L")
        self.set_draw_color(160)
        self.line(self.l_margin, 16, self.w - self.r_margin, 16)
        self.set_text_color(0)
        self.set_y(self.t_margin)

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font("helvetica", size=8)
        self.set_text_color(90)
        self.cell(0, 5, f"Seite {self.page_no()} von {{nb}}", align="R")
        self.set_text_color(0)

    def write_title(self) -> None:
        """Write issuer, title and subtitle on the first page."""
        self.set_font("helvetica", size=10)
        self._paragraph(self.text.issuer, 5, after=6)
        self.set_font("helvetica", "B", 20)
        self.set_text_color(*DARK)
        self._paragraph(self.text.title, 9, after=1)
        self.set_text_color(0)
        self.set_font("helvetica", size=12)
        self._paragraph(self.text.subtitle, 6, after=6)

    def write_heading(self, text: str, level: int) -> None:
        """Write a heading, never alone at the end of a page, with an entry in the outline."""
        if self.will_page_break(30):
            self.add_page()
        self.ln(4 if level == 0 else 2)
        self.start_section(text, level=level)
        self.set_font("helvetica", "B", 14 if level == 0 else 11)
        self.set_text_color(*DARK)
        self._paragraph(text, 7 if level == 0 else 6, after=1.5)
        self.set_text_color(0)
        self.set_font("helvetica", size=10.5)

    def write_block(self, block: Block) -> None:
        """Write one block of the source."""
        self.set_font("helvetica", size=10.5)
        if block.kind.startswith("heading"):
            self.write_heading(block.text, int(block.kind[-1]) - 2)
        elif block.kind == "table":
            self._table(block.rows)
        elif block.items:
            for number, item in enumerate(block.items, start=1):
                mark = "–" if block.kind == "bullets" else f"{number}."
                self.set_x(self.l_margin + 4)
                self.cell(6, 5.4, mark)
                self.multi_cell(0, 5.4, item, align="L", new_x="LMARGIN", new_y="NEXT")
                self.ln(0.6)
            self.ln(1.8)
        else:
            self._paragraph(block.text, 5.4, after=2.4)

    def _paragraph(self, text: str, height: float, after: float) -> None:
        self.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(after)

    def _table(self, rows: list[list[str]]) -> None:
        head = FontFace(emphasis="BOLD", fill_color=(230, 235, 242))
        with self.table(
            headings_style=head,
            borders_layout=TableBordersLayout.ALL,
            line_height=6,
            padding=1,
            text_align="LEFT",
        ) as table:
            for cells in rows:
                row = table.row()
                for cell in cells:
                    row.cell(cell)
        self.ln(3)


def pdf_bytes(source: Path) -> bytes:
    """Lay out a source text as PDF."""
    text = read_text(source)
    pdf = Guideline(text)
    pdf.add_page()
    pdf.write_title()
    for block in text.blocks:
        pdf.write_block(block)
    return bytes(pdf.output())


# --- DOCX ---


def docx_bytes(source: Path) -> bytes:
    """Lay out a source text as DOCX with real styles."""
    text = read_text(source)
    document = Document()
    _drop_unused(document)
    _docx_properties(document, text)
    document.add_paragraph(text.title, style="Title")
    document.add_paragraph(text.subtitle, style="Subtitle")
    document.add_paragraph(text.issuer)
    for block in text.blocks:
        _docx_block(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _repack(buffer.getvalue(), text.created_at)


def _drop_unused(document: DocxDocument) -> None:
    """Drop what makes up most of python-docx's template: table styles and the thumbnail."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(UNUSED_PARTS)]:
            del rels[key]


def _docx_properties(document: DocxDocument, text: SampleText) -> None:
    core = document.core_properties
    core.title, core.subject, core.author = text.name, text.subtitle, text.issuer
    core.last_modified_by, core.comments, core.language = text.issuer, "", "de-DE"
    core.created = core.modified = text.created_at.replace(tzinfo=None)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "de-DE")
    section = document.sections[0]
    section.header.paragraphs[0].text = text.header
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run("Seite ")
    for kind, instruction in (("begin", None), (None, "PAGE"), ("end", None)):
        if instruction is None:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = instruction
        run._r.append(element)


def _docx_block(document: DocxDocument, block: Block) -> None:
    if block.kind.startswith("heading"):
        document.add_heading(block.text, level=int(block.kind[-1]) - 1)
    elif block.kind == "table":
        table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for number, values in enumerate(block.rows):
            for cell, value in zip(table.add_row().cells, values, strict=True):
                cell.paragraphs[0].add_run(value).bold = number == 0
        document.add_paragraph()
    elif block.items:
        style = "List Bullet" if block.kind == "bullets" else "List Number"
        for item in block.items:
            document.add_paragraph(item, style=style)
    else:
        document.add_paragraph(block.text)


# --- XLSX ---


def xlsx_bytes(source: Path) -> bytes:
    """Write the responsibility table with a title, a note and a header row."""
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    columns: list[str] = data["columns"]
    book = Workbook()
    sheet = book.active
    sheet.title = "Zuständigkeiten"
    sheet.append([data["title"]])
    sheet.append([data["note"]])
    sheet.append([])
    sheet.append(columns)
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[4]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE5F0")
    for row in data["rows"]:
        sheet.append([*row[:-1], row[-1] or "unbefristet"])
    for cells in sheet.iter_rows(min_row=5):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, date):
                cell.number_format = "DD.MM.YYYY"
    for letter, width in zip("ABCDEFGHI", (42, 40, 26, 26, 26, 18, 42, 13, 13), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A5"
    sheet.auto_filter.ref = f"A4:I{sheet.max_row}"
    book.properties.title = data["title"]
    book.properties.creator = "Regionalagentur Beispielrevier (Beispiel)"
    buffer = io.BytesIO()
    book.save(buffer)
    return _repack(buffer.getvalue(), datetime(2026, 11, 1, 8, tzinfo=UTC))


# --- Both package formats ---


def _repack(package: bytes, stamp: datetime) -> bytes:
    """Write a package again with fixed dates: in the ZIP entries and in the core properties."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == CORE_PROPERTIES:
                content = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*",
                    lambda match: match[1] + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(),
                    content,
                )
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 0
            new.writestr(entry, content)
    return result.getvalue()


#: built file -> how, and from which source
TARGETS: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2026.pdf": (
        pdf_bytes,
        "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2026.md",
    ),
    "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2023.pdf": (
        pdf_bytes,
        "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2023.md",
    ),
    "Kooperationsvereinbarung_Fachkraefteallianz_2024.pdf": (
        pdf_bytes,
        "Kooperationsvereinbarung_Fachkraefteallianz_2024.md",
    ),
    "Infoblatt_Ausbildungslotse_Handwerk_2027.docx": (
        docx_bytes,
        "Infoblatt_Ausbildungslotse_Handwerk_2027.md",
    ),
    "Regionales_Umsetzungskonzept_2024-2027.docx": (
        docx_bytes,
        "Regionales_Umsetzungskonzept_2024-2027.md",
    ),
    "Protokoll_Lenkungskreis_2026-09-24.docx": (
        docx_bytes,
        "Protokoll_Lenkungskreis_2026-09-24.md",
    ),
    "Zustaendigkeiten_Beispielrevier.xlsx": (xlsx_bytes, "Zustaendigkeiten.yaml"),
}


def build(folder: Path) -> list[Path]:
    """Build every binary sample into `folder` and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    built = []
    for name, (make, source) in TARGETS.items():
        path = folder / name
        path.write_bytes(make(SOURCE / source))
        built.append(path)
    return built


def main() -> None:
    """Build into the documents folder, or into another one."""
    parser = argparse.ArgumentParser(description="Build the sample documents.")
    parser.add_argument("--out", type=Path, default=DOCUMENTS, help="folder to write to")
    for path in build(parser.parse_args().out):
        print(path.name)


if __name__ == "__main__":
    main()
