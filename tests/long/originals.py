"""Files to be mutated: one of every format made here, and real documents where they are at hand."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from ingest.convert import SUPPORTED_SUFFIXES
from tests import folders
from tests.ingest.convert.compound_file import compound_file
from tests.ingest.convert.scans import encoded
from tests.ingest.convert.test_archive import packed
from tests.ingest.convert.test_docx import guideline as word_guideline
from tests.ingest.convert.test_docx import saved
from tests.ingest.convert.test_html import PAGE
from tests.ingest.convert.test_mail import LETTER, letter, outlook
from tests.ingest.convert.test_mail import file as attached
from tests.ingest.convert.test_markdown import LAW
from tests.ingest.convert.test_odf import guideline as odt_guideline
from tests.ingest.convert.test_odf import odf, shape
from tests.ingest.convert.test_pdf import guideline as pdf_guideline
from tests.ingest.convert.test_rtf import GUIDELINE
from tests.ingest.convert.test_slides import presentation
from tests.ingest.convert.test_text import WRAPPED
from tests.ingest.convert.test_workbooks import as_ods, as_xls, as_xlsb, as_xlsx

#: larger ones only cost time
_MAX_BYTES = 300_000
_SAME = {".htm": ".html", ".jpeg": ".jpg", ".markdown": ".md", ".tiff": ".tif"}
_TABLE = "Programm;Satz;Frist\nMeisterbonus;50 %;31.12.2026\nDigitalbonus;40 %;30.06.2027\n" * 20


@dataclass(frozen=True, slots=True)
class Original:
    """A sound file. `scanned` ones are read by text recognition, which takes seconds."""

    name: str
    data: bytes
    scanned: bool = False

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()


def originals(shared: Path | None = None) -> list[Original]:
    """At least one of every supported format; `shared` is a folder with more (corpus, seeds)."""
    found = [*_made(), *_real(folders.SAMPLES)]
    for folder in ("corpus/html", "corpus/laws", "corpus/pdf", "seeds"):
        if shared is not None and (shared / folder).is_dir():
            found += _real(shared / folder)
    missing = set(SUPPORTED_SUFFIXES) - {original.suffix for original in found}
    assert not missing, f"no file to mutate for {missing}"
    return found


def _made() -> list[Original]:
    mail, pdf = letter(), pdf_guideline()
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="Richtlinie.pdf")
    message = compound_file(outlook(LETTER, attached("Plan.txt", b"Der Plan gilt. " * 300)))
    slide = (
        "<drawing:page drawing:name='Eins'>" + shape("2cm", "Der Satz", "title") + "</drawing:page>"
    )
    made = {
        ".csv": _TABLE.encode("cp1252"),
        ".docx": saved(word_guideline()),
        ".eml": mail.as_bytes(),
        ".html": PAGE.encode(),
        ".jpg": encoded(picture(), "JPEG", quality=70),
        ".md": LAW.encode(),
        ".msg": message,
        ".odp": odf("presentation", slide.replace("drawing:", "draw:")),
        ".ods": as_ods(),
        ".odt": odt_guideline(),
        ".pdf": pdf,
        ".png": encoded(picture(), "PNG"),
        ".pptx": presentation(),
        ".rtf": GUIDELINE,
        ".tif": encoded(picture(), "TIFF", compression="tiff_lzw"),
        ".txt": WRAPPED.encode(),
        ".xls": as_xls(),
        ".xlsb": as_xlsb(),
        ".xlsx": as_xlsx(),
        ".zip": packed(
            ("Plan.txt", b"Der Plan gilt. " * 30), ("Akte/brief.eml", letter().as_bytes())
        ),
    }
    images = (".jpg", ".png", ".tif")
    found = [Original(f"vorlage{suffix}", data, suffix in images) for suffix, data in made.items()]
    return found + [
        Original(f"vorlage{other}", made[suffix], suffix in images)
        for other, suffix in _SAME.items()
    ]


def picture() -> Image.Image:
    image = Image.new("L", (640, 120), 255)
    drawing = ImageDraw.Draw(image)
    drawing.text((20, 20), "Der Zuschuss beträgt 500 Euro.", fill=0, font_size=32)
    drawing.text((20, 65), "Der Antrag ist vorher zu stellen.", fill=0, font_size=32)
    return image


def _real(folder: Path) -> list[Original]:
    scans = ("image_only", "garbage_text_layer")
    found = []
    for path in sorted(folder.iterdir()):
        is_document = path.suffix.lower() in SUPPORTED_SUFFIXES
        if is_document and path.stat().st_size <= _MAX_BYTES:
            found.append(Original(path.name, path.read_bytes(), path.name.startswith(scans)))
    return found
