"""PNG, JPEG and TIFF to blocks, by text recognition; each image of a TIFF is a page."""

from ingest.convert.advance import advance
from ingest.convert.blocks import Conversion
from ingest.convert.ocr import Recogniser, doubts
from ingest.convert.page_blocks import page_blocks
from ingest.convert.pdf_lines import PageText
from ingest.convert.pdf_tables import FoundTable
from ingest.convert.pictures import Pictures
from ingest.convert.tesseract import HOW_TO_INSTALL, RecognitionError, find_tesseract
from ingest.sources import SourceFile
from kb.errors import EmptySourceError, SourceUnreadableError


def convert(source: SourceFile) -> Conversion:
    """Convert a .png, .jpg or .tif file.

    Raises SourceUnreadableError (damage, no text recognition here), SourceTooLargeError or
    EmptySourceError.
    """
    tesseract = find_tesseract()
    if tesseract is None:
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist ein Bild. {HOW_TO_INSTALL}; danach bitte noch einmal "
            "einlesen."
        )
    recogniser = Recogniser(tesseract)
    pages: list[PageText] = []
    tables: list[FoundTable] = []
    warnings: list[str] = []
    with Pictures(source) as pictures:
        for number, (picture, dpi) in enumerate(pictures, start=1):
            advance(number - 1, len(pictures))
            try:
                page, found = recogniser.page(picture, number, dpi)
            except RecognitionError:
                warnings.append(f"S. {number}: Die Texterkennung (OCR) ist gescheitert.")
                continue
            pages.append(page)
            tables += found
            warnings += doubts(page)
        count = len(pictures)
    advance(count, count)
    if not any(page.lines for page in pages):
        raise EmptySourceError(
            f"{source.name}: Auf dem Bild ist kein Text zu erkennen. Bitte prüfen, ob es die richtige "
            "Datei ist; ein Foto oder Scan muss gerade, scharf und gut ausgeleuchtet sein."
        )
    blocks = tuple(page_blocks(pages, tables))
    return Conversion(blocks, warnings=tuple(warnings), pages=count, ocr_pages=len(pages))
