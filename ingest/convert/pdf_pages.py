"""The pages of a PDF with their lines and tables, by the text layer or by text recognition (OCR).

Which of the two is decided for each page by looking at its text: a scan has none, some fonts map
letters to nonsense, some pages hold a page number beside the picture of the page. A page that
cannot be read is reported and left out.
"""

import io
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pdfplumber.pdf import PDF
from PIL import Image
from pypdfium2.raw import (  # type: ignore[import-untyped]
    FPDF_PAGEOBJ_IMAGE,
    FPDF_PAGEOBJ_PATH,
    FPDF_PAGEOBJ_TEXT,
)

from ingest.convert.advance import advance
from ingest.convert.ocr import DPI, MAX_PIXELS, Recogniser, doubts
from ingest.convert.pdf_legibility import has_holes, problem
from ingest.convert.pdf_lines import PageText, Turn, page_text
from ingest.convert.pdf_tables import FoundTable, has_rules, page_tables
from ingest.convert.tesseract import HOW_TO_INSTALL, RecognitionError, find_tesseract

#: seconds that looking for tables may take in one file; pages after that are read as plain lines
_TABLE_SECONDS = 30.0
#: bytes of page content that say no more than „nothing here“
_EMPTY_CONTENT = 300
#: letters and figures up to which a text layer may be no more than a stamp on a picture of the page
_NEARLY_NOTHING = 60
_PICTURE = 0.25
_DRAWN_LETTERS = 400
_VISIBLE = re.compile(r"[^\W_]")


@dataclass(slots=True)
class Pages:
    """What a file's pages gave; `warnings` are German sentences."""

    texts: list[PageText] = field(default_factory=list)
    tables: list[FoundTable] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    wanted_ocr: bool = False

    @property
    def recognised(self) -> int:
        return sum(text.recognised for text in self.texts)


class _Layer(Enum):
    """What a page's text layer is worth."""

    GOOD = "read as it is"
    DOUBTFUL = "recognised where possible, else read as it is"
    USELESS = "recognised where possible, else left out"


class PageReader:
    """Reads the pages of one document; without Tesseract only the text that is in the file."""

    def __init__(self, data: bytes, document: pdfium.PdfDocument) -> None:
        self._document = document
        self._plumber = _Plumber(data)
        self._found = Pages()

    @cached_property
    def recogniser(self) -> Recogniser | None:
        """Looked for only when a page needs it."""
        tesseract = find_tesseract()
        return Recogniser(tesseract) if tesseract else None

    def read(self) -> Pages:
        """All pages, one after the other."""
        deadline = time.monotonic() + _TABLE_SECONDS
        count = len(self._document)
        try:
            for number in range(1, count + 1):
                advance(number - 1, count)
                self._page(number, deadline)
        finally:
            self._plumber.close()
        advance(count, count)
        if self._found.wanted_ocr and self.recogniser is None:
            self._found.warnings.insert(0, f"{HOW_TO_INSTALL}.")
        return self._found

    def _page(self, number: int, deadline: float) -> None:
        try:
            page = self._document[number - 1]
            textpage = page.get_textpage()
        except pdfium.PdfiumError:
            self._warn(number, "Die Seite ist beschädigt und fehlt.")
            return
        turn = Turn(page, textpage)
        text = page_text(textpage, turn, number)
        if not text.lines and _is_blank(page):
            if self._plumber.has_content(number):
                self._warn(number, "Der Inhalt der Seite ist beschädigt und fehlt.")
            return
        layer, reason = _worth(page, text)
        if layer is not _Layer.GOOD and self._recognised(page, text, reason, layer):
            return
        if layer is _Layer.USELESS:
            return
        self._found.texts.append(text)
        if time.monotonic() < deadline and has_rules(page):
            self._found.tables += self._plumber.tables(textpage, turn, text)

    def _recognised(self, page: pdfium.PdfPage, text: PageText, reason: str, layer: _Layer) -> bool:
        """Whether the page is taken from its picture; what speaks against it is reported."""
        self._found.wanted_ocr = True
        number = text.number
        if self.recogniser is None:
            useless = layer is _Layer.USELESS
            need = "; die Seite braucht eine Texterkennung (OCR)." if useless else "."
            self._warn(number, reason + need)
            return False
        image, dpi = _picture(page)
        try:
            seen, tables = self.recogniser.page(image, number, dpi)
        except RecognitionError:
            self._warn(number, f"{reason}; die Texterkennung (OCR) ist an der Seite gescheitert.")
            return False
        if layer is _Layer.DOUBTFUL and _letters(seen) < _letters(text):
            return False
        if not seen.lines:
            self._warn(number, f"{reason}; auch die Texterkennung (OCR) fand keinen Text.")
            return False
        self._found.warnings += doubts(seen)
        self._found.texts.append(seen)
        self._found.tables += tables
        return True

    def _warn(self, number: int, sentence: str) -> None:
        self._found.warnings.append(f"S. {number}: {sentence}")


class _Plumber:
    """pdfplumber, opened only when a page has ruling lines; what it cannot read stays lines."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pdf: PDF | None = None

    def tables(self, textpage: pdfium.PdfTextPage, turn: Turn, text: PageText) -> list[FoundTable]:
        # its parser is less tolerant than pdfium, the text is safe anyway
        with suppress(Exception):
            self._pdf = self._pdf or PDF.open(io.BytesIO(self._data))
            return page_tables(self._pdf, textpage, turn, text)
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


def _worth(page: pdfium.PdfPage, text: PageText) -> tuple[_Layer, str]:
    """What a page's text layer is worth, and what is wrong with it."""
    said = "\n".join(line.text for line in text.lines)
    if reason := problem(said):
        return _Layer.USELESS, reason
    if text.letter_spaced:
        return _Layer.DOUBTFUL, (
            "gesperrt gesetzter Text, dessen Wörter sich nicht sicher trennen lassen; er ist über "
            "die Suche schlecht zu finden"
        )
    if has_holes(said):
        return _Layer.DOUBTFUL, "in der Textebene fehlen einzelne Buchstaben"
    if _letters(text) <= _NEARLY_NOTHING and _shows_a_picture(page):
        return _Layer.DOUBTFUL, "fast kein lesbarer Text neben einem Bild (vermutlich ein Scan)"
    return _Layer.GOOD, ""


def _letters(text: PageText) -> int:
    return sum(len(_VISIBLE.findall(line.text)) for line in text.lines)


def _shows_a_picture(page: pdfium.PdfPage) -> bool:
    """Whether pictures cover much of the page, or so much is drawn that it may be letters."""
    width, height = page.get_size()
    covered, drawn = 0.0, 0
    for item in page.get_objects(max_depth=3):
        if item.type == FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += (right - left) * (top - bottom)
        drawn += item.type == FPDF_PAGEOBJ_PATH
    return covered > _PICTURE * width * height or drawn > _DRAWN_LETTERS


def _is_blank(page: pdfium.PdfPage) -> bool:
    """Nothing drawn, at most spaces written: no page was missed."""
    return all(item.type == FPDF_PAGEOBJ_TEXT for item in page.get_objects(max_depth=2))


def _picture(page: pdfium.PdfPage) -> tuple[Image.Image, float]:
    """The page as a greyscale image, and its resolution: less for very large pages."""
    width, height = page.get_size()
    scale = min(DPI / 72, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
    image: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return image, scale * 72
