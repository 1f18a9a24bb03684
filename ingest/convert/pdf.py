"""PDF to blocks: lines, without running heads, to tables, paragraphs, headings and list items.

Each block carries the page on which it starts. Pages without usable text are reported and left out;
a file without any usable page needs text recognition (OCR) first.
"""

import io
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pdfplumber.pdf import PDF
from pypdfium2.raw import (  # type: ignore[import-untyped]
    FPDF_ERR_PASSWORD,
    FPDF_ERR_SECURITY,
    FPDF_PAGEOBJ_TEXT,
)

from ingest.convert.advance import advance
from ingest.convert.blocks import Block, Conversion
from ingest.convert.pdf_furniture import without_furniture
from ingest.convert.pdf_headings import blocks as paragraph_blocks
from ingest.convert.pdf_legibility import problem
from ingest.convert.pdf_lines import Line, PageText, page_text
from ingest.convert.pdf_paragraphs import Paragraph, Typesetting, paragraphs, whole_words
from ingest.convert.pdf_tables import FoundTable, TableRows, has_rules, page_tables
from ingest.convert.wording import tidy
from ingest.sources import SourceFile
from kb.errors import EmptySourceError, SourceUnreadableError

#: seconds that looking for tables may take in one file; pages after that are read as plain lines
_TABLE_SECONDS = 30.0
#: bytes of page content that say no more than „nothing here“
_EMPTY_CONTENT = 300
_NO_TITLE = re.compile(r"Microsoft |\.(?:docx?|pdf|indd|xlsx?|rtf|odt)\b|^tmp|^\W*$", re.IGNORECASE)
#: pdfium is not thread-safe
_LOCK = threading.Lock()


def convert(source: SourceFile) -> Conversion:
    """Convert a .pdf file. Raises SourceUnreadableError (password, damage) or EmptySourceError."""
    with _LOCK, closing(_open(source)) as document:
        pages, tables, warnings = _read(source, document)
        title = tidy(document.get_metadata_dict().get("Title", ""))
        count = len(document)
    if not pages:
        raise EmptySourceError(
            f"{source.name}: Die PDF-Datei hat keine lesbare Textebene "
            f"({warnings[0].split(';')[0] if warnings else 'alle Seiten leer'}). Bitte zuerst mit einer "
            "Texterkennung (OCR) bearbeiten und dann erneut ablegen."
        )
    properties = {} if not title or _NO_TITLE.search(title) else {"title": title}
    return Conversion(tuple(_blocks(pages, tables)), properties, tuple(warnings), count)


def _open(source: SourceFile) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source.data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise SourceUnreadableError(
                f"{source.name}: Die PDF-Datei ist mit einem Kennwort geschützt. Bitte ohne "
                "Kennwortschutz speichern und erneut ablegen."
            ) from error
        raise SourceUnreadableError(
            f"{source.name}: Die PDF-Datei ist beschädigt oder unvollständig. Bitte die Datei neu "
            "herunterladen oder neu erzeugen und erneut ablegen."
        ) from error


def _read(
    source: SourceFile, document: pdfium.PdfDocument
) -> tuple[list[PageText], list[FoundTable], list[str]]:
    """The usable pages, their tables, and a warning for each page that is not usable."""
    pages: list[PageText] = []
    tables: list[FoundTable] = []
    warnings: list[str] = []
    deadline = time.monotonic() + _TABLE_SECONDS
    with closing(_Plumber(source.data)) as plumber:
        for number in range(1, len(document) + 1):
            advance(number - 1, len(document))
            try:
                page = document[number - 1]
                textpage = page.get_textpage()
            except pdfium.PdfiumError:
                warnings.append(f"S. {number}: Die Seite ist beschädigt und fehlt.")
                continue
            text = page_text(page, textpage, number)
            if not text.lines and _is_blank(page):
                if plumber.has_content(number):
                    warnings.append(f"S. {number}: Der Inhalt der Seite ist beschädigt und fehlt.")
                continue
            if reason := problem("\n".join(line.text for line in text.lines)):
                warnings.append(
                    f"S. {number}: {reason}; die Seite braucht eine Texterkennung (OCR)."
                )
                continue
            if text.letter_spaced:
                warnings.append(
                    f"S. {number}: gesperrt gesetzter Text, dessen Wörter sich nicht sicher "
                    "trennen lassen; er ist über die Suche schlecht zu finden."
                )
            pages.append(text)
            if time.monotonic() < deadline and has_rules(page):
                tables += plumber.tables(textpage, text)
    return pages, tables, warnings


class _Plumber:
    """pdfplumber, opened only when a page has ruling lines; what it cannot read stays lines."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pdf: PDF | None = None

    def tables(self, textpage: pdfium.PdfTextPage, text: PageText) -> list[FoundTable]:
        with suppress(
            Exception
        ):  # its parser is less tolerant than pdfium, the text is safe anyway
            self._pdf = self._pdf or PDF.open(io.BytesIO(self._data))
            return page_tables(self._pdf, textpage, text)
        return []

    def has_content(self, number: int) -> bool:
        """Whether a page that shows nothing has a content that cannot be read."""
        with suppress(Exception):
            self._pdf = self._pdf or PDF.open(io.BytesIO(self._data))
            streams = self._pdf.pages[number - 1].page_obj.contents
            return sum(len(stream.get_rawdata() or b"") for stream in streams) > _EMPTY_CONTENT
        return True

    def close(self) -> None:
        if self._pdf:
            with suppress(Exception):
                self._pdf.close()


def _is_blank(page: pdfium.PdfPage) -> bool:
    """Nothing drawn, at most spaces written: no page was missed."""
    return all(item.type == FPDF_PAGEOBJ_TEXT for item in page.get_objects(max_depth=2))


def _blocks(pages: Sequence[PageText], tables: Sequence[FoundTable]) -> Iterator[Block]:
    """All pages' blocks, each table's rows where the table stands."""
    without_furniture(pages)
    typesetting = Typesetting([line for page in pages for line in page.lines])
    parts = [part for page in pages for part in _parts(page, tables, typesetting)]
    running = [part for part in parts if isinstance(part, Paragraph)]
    whole_words(running)
    texts = iter(paragraph_blocks([part for part in running if part.text], typesetting))
    rows = TableRows()
    last_page = 0
    for part in parts:
        if isinstance(part, FoundTable):
            yield from rows.blocks(part, is_first_on_page=part.page != last_page)
        elif part.text:
            yield next(texts)
        last_page = part.page


def _parts(
    page: PageText, tables: Sequence[FoundTable], typesetting: Typesetting
) -> Iterator[Paragraph | FoundTable]:
    """A page's paragraphs and tables in reading order."""
    on_page = [table for table in tables if table.page == page.number]
    waiting = list(on_page)
    lines: list[Line] = []
    for line in page.lines:
        inside = next(
            (table for table in tables if table.page == page.number and table.holds(line)), None
        )
        if inside is None:
            lines.append(line)
        elif inside in waiting:
            yield from paragraphs(lines, typesetting)
            lines = []
            yield inside
            waiting.remove(inside)
    yield from paragraphs(lines, typesetting)
