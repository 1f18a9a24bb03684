"""PDF to blocks: its pages' lines, from the text or recognised, to blocks with their pages.

Each block carries the page on which it starts. Pages without usable text are recognised where the
program for it is installed; else they are reported and left out.
"""

import re
import threading
from contextlib import closing

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY  # type: ignore[import-untyped]

from ingest.convert.blocks import Conversion
from ingest.convert.page_blocks import MAX_PAGES, page_blocks
from ingest.convert.pdf_pages import PageReader, Pages
from ingest.convert.tesseract import HOW_TO_INSTALL
from ingest.convert.wording import tidy
from ingest.sources import SourceFile
from kb.errors import EmptySourceError, SourceTooLargeError, SourceUnreadableError

_NO_TITLE = re.compile(r"Microsoft |\.(?:docx?|pdf|indd|xlsx?|rtf|odt)\b|^tmp|^\W*$", re.IGNORECASE)
#: pdfium is not thread-safe
LOCK = threading.Lock()


def convert(source: SourceFile) -> Conversion:
    """Convert a .pdf file.

    Raises SourceUnreadableError (password, damage), SourceTooLargeError or EmptySourceError.
    """
    with LOCK, closing(open_document(source)) as document:
        count = len(document)
        if count > MAX_PAGES:
            raise SourceTooLargeError(
                f"{source.name}: Die PDF-Datei hat {_number(count)} Seiten, erlaubt sind "
                f"{_number(MAX_PAGES)}. Bitte in mehrere Dateien aufteilen."
            )
        reader = PageReader(source.data, document)
        pages = reader.read()
        title = tidy(document.get_metadata_dict().get("Title", ""))
    if not pages.texts:
        raise EmptySourceError(
            _without_text(source, pages, can_recognise=reader.recogniser is not None)
        )
    properties = {} if not title or _NO_TITLE.search(title) else {"title": title}
    return Conversion(
        tuple(page_blocks(pages.texts, pages.tables)),
        properties,
        tuple(pages.warnings),
        pages=count,
        ocr_pages=pages.recognised,
    )


def open_document(source: SourceFile) -> pdfium.PdfDocument:
    """The opened file, for whoever holds LOCK. Raises SourceUnreadableError (password, damage)."""
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


def _without_text(source: SourceFile, pages: Pages, *, can_recognise: bool) -> str:
    said = [warning for warning in pages.warnings if warning.startswith("S. ")]
    reason = said[0].split(";")[0].rstrip(".") if said else "alle Seiten leer"
    found = f"{source.name}: Die PDF-Datei hat keine lesbare Textebene ({reason})"
    if can_recognise:
        return (
            f"{found}, und auch die Texterkennung (OCR) fand keinen Text. Bitte prüfen, ob es die "
            "richtige Datei ist, und sie sonst in besserer Qualität einscannen."
        )
    return (
        f"{found}. {HOW_TO_INSTALL}; danach bitte noch einmal einlesen. Oder die Datei zuerst "
        "selbst mit einer Texterkennung (OCR) bearbeiten und dann erneut ablegen."
    )


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
