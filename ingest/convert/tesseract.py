"""The program Tesseract: the image of a page in, words with their boxes out.

It runs as a process of its own for each page, fed and read through pipes: nothing is left behind in
a temporary folder, and one that hangs is ended.
"""

import io
import os
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

#: what a report says where it is missing
HOW_TO_INSTALL = (
    "Auf diesem Rechner fehlt die Texterkennung; sie wird eingerichtet mit "
    "„apt install tesseract-ocr tesseract-ocr-deu“"
)
#: German alone: with English beside it „für“ becomes „fur“ in every twentieth word
GERMAN, ENGLISH = "deu", "eng"
_SECONDS = 60.0
_LIST_SECONDS = 10.0
_WORD = "5"
_COLUMNS = 12


class Layout(StrEnum):
    """Tesseract's page segmentation modes that are used here."""

    PAGE = "3"
    LINES = "6"


class RecognitionError(Exception):
    """A page could not be recognised: the program failed, or took too long."""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: its box (left, top, right, bottom) in pixels, how sure it is (0…1).

    Words of one line share `line`, the numbers of block, paragraph and line on the page.
    """

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    line: tuple[int, int, int]

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


class Tesseract:
    """The installed program with the languages it has."""

    def __init__(self, program: str, languages: frozenset[str]) -> None:
        self._program = program
        self.languages = languages

    def words(
        self, image: Image.Image, dpi: float, language: str = GERMAN, layout: Layout = Layout.PAGE
    ) -> list[Word]:
        """The words of a greyscale image in reading order. Raises RecognitionError."""
        stream = io.BytesIO()
        image.save(stream, "PPM")
        options = ["-l", language, "--psm", layout.value, "--dpi", f"{dpi:.0f}", "tsv"]
        table = _output([self._program, "-", "-", *options], stream.getvalue(), _SECONDS)
        return [word for row in table.split("\n") if (word := _word(row.split("\t")))]


def find_tesseract() -> Tesseract | None:
    """The program, when it is installed and knows German."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        listed = _output([program, "--list-langs"], b"", _LIST_SECONDS)
    except RecognitionError:
        return None
    languages = frozenset(listed.split("\n")[1:])
    return Tesseract(program, languages) if GERMAN in languages else None


def _output(command: list[str], data: bytes, seconds: float) -> str:
    """What a command writes; one thread, because its own threads make it slower, not faster."""
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise RecognitionError(str(error)) from error
    return done.stdout.decode("utf-8", "replace")


def _word(row: list[str]) -> Word | None:
    """A row of Tesseract's table; None for one that is no word."""
    if len(row) != _COLUMNS or row[0] != _WORD or not row[11].strip():
        return None
    left, top, width, height = map(int, row[6:10])
    return Word(
        text=row[11].strip(),
        box=(left, top, left + width, top + height),
        confidence=min(max(float(row[10]) / 100, 0.0), 1.0),
        line=(int(row[2]), int(row[3]), int(row[4])),
    )
