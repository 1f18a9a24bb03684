"""The image of a page to its lines, with text recognition (OCR).

Comes out as the same `PageText` that a page with text gives, so that headings, columns, paragraphs
and running heads are found by the same code. Pages that lie or stand on their head are turned.
"""

from dataclasses import dataclass
from itertools import pairwise

from PIL import Image

from ingest.convert.misreadings import put_right
from ingest.convert.ocr_lines import grouped, lines_of, without_junk
from ingest.convert.ocr_tables import recognised_tables
from ingest.convert.pdf_lines import PageText
from ingest.convert.pdf_tables import FoundTable
from ingest.convert.section_signs import with_section_signs
from ingest.convert.tesseract import Tesseract, Word

#: resolution at which pages are drawn, and how many pixels an image may have
DPI = 300.0
MAX_PIXELS = 25_000_000
#: below, the page is looked at from its other sides; read upright, even bad scans are above
_READABLE = 0.5
#: mean confidence of a page below which its reader is told
_POOR = 0.7
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of an image that was turned by `angle` degrees."""

    angle: int
    image: Image.Image
    words: list[Word]

    @property
    def confidence(self) -> float:
        """Mean over the characters, 0 for no words."""
        weight = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / max(weight, 1)

    @property
    def turned_upright(self) -> int:
        """By how many degrees to turn the page itself, so that words follow to the right."""
        along = down = 0
        for before, word in pairwise(self.words):
            if before.line == word.line:
                along += word.box[0] + word.box[2] - before.box[0] - before.box[2]
                down += word.box[1] + word.box[3] - before.box[1] - before.box[3]
        across, upended = (0 if along >= 0 else 180), (90 if down > 0 else 270)
        return (self.angle + (across if abs(along) >= abs(down) else upended)) % 360

    @property
    def lies(self) -> bool:
        """Tesseract reads many lines that lie or stand on their head, but not their order."""
        return self.turned_upright != self.angle


def _worth(reading: _Reading) -> tuple[bool, float]:
    """Upright before lying, then by the characters read, each counted by how sure it is."""
    sure = sum(word.confidence**2 * len(word.text) for word in reading.words)
    return not reading.lies or reading.confidence < _READABLE, sure


class Recogniser:
    """Recognises the pages of one file; the side from which the last one was read comes first."""

    def __init__(self, tesseract: Tesseract) -> None:
        self._tesseract = tesseract
        self._angle = 0

    def page(
        self, image: Image.Image, number: int, dpi: float = DPI
    ) -> tuple[PageText, list[FoundTable]]:
        """The lines of a page, and the tables that some of them are. Raises RecognitionError."""
        reading = self._upright(image.convert("L"), dpi)
        groups = grouped(reading.words)
        groups = without_junk(with_section_signs(groups, reading.image, dpi, self._tesseract))
        height = reading.image.height * 72 / dpi
        lines = lines_of(groups, reading.image, dpi, number)
        tables = recognised_tables(groups, reading.image, dpi, lines)
        return PageText(number, height, put_right(lines), recognised=True), tables

    def _upright(self, image: Image.Image, dpi: float) -> _Reading:
        best = self._read(image, self._angle, dpi)
        if best.lies or (best.confidence < _READABLE and best.words):
            # words that follow each other upwards or downwards lie, however badly they are read
            first = best.turned_upright
            for more in (0, 180, 90, 270):
                if (angle := (first + more) % 360) == self._angle:
                    continue
                best = max(best, self._read(image, angle, dpi), key=_worth)
                if best.confidence >= _READABLE and not best.lies:
                    break
        if best.confidence >= _READABLE:
            self._angle = best.angle
        return best

    def _read(self, image: Image.Image, angle: int, dpi: float) -> _Reading:
        turned = image.transpose(_TURNS[angle]) if angle else image
        return _Reading(angle, turned, self._tesseract.words(turned, dpi))


def doubts(page: PageText) -> list[str]:
    """A German sentence when a recognised page is read badly, none otherwise."""
    weight = sum(len(line.text) for line in page.lines)
    sure = sum((line.confidence or 0.0) * len(line.text) for line in page.lines)
    if not weight or sure >= _POOR * weight:
        return []
    return [
        f"S. {page.number}: Der Scan ist schlecht lesbar (Texterkennung zu {sure / weight * 100:.0f} % "
        "sicher); bitte möglichst in besserer Qualität einscannen."
    ]
