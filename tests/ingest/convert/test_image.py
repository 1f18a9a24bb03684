"""Images of pages: formats, photos, sizes, and what cannot be read."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kb.errors import EmptySourceError, SourceTooLargeError, SourceUnreadableError
from tests.ingest.convert.conftest import Convert, containing, outline
from tests.ingest.convert.scans import SMALL, encoded, needs_tesseract, pictures, upper
from tests.ingest.convert.test_ocr import OUTLINE
from tests.ingest.convert.test_pdf import guideline, lines

SENTENCE = "Die Kammer berät Betriebe."


def strip(dpi: int = 200) -> Image.Image:
    """The part of a page that has one line on it."""
    return upper(0.1)(pictures(lines([SENTENCE]), dpi)[0])


@needs_tesseract
@pytest.mark.parametrize(
    ("name", "kind", "dpi", "mode"),
    [
        ("a.png", "PNG", 200, "L"),
        ("b.jpg", "JPEG", 150, "RGB"),
        ("c.jpeg", "JPEG", 200, "CMYK"),
        ("d.tif", "TIFF", 200, "1"),
        ("f.bin", "PNG", 200, "L"),
    ],
)
def test_formats_and_modes(converted: Convert, name: str, kind: str, dpi: int, mode: str) -> None:
    found = converted(name, encoded(strip(dpi).convert(mode), kind, dpi=(dpi, dpi)))
    assert [block.text for block in found.blocks] == [SENTENCE]
    assert (found.pages, found.ocr_pages, found.warnings) == (1, 1, ())


@needs_tesseract
def test_a_coarse_page_that_does_not_say_how_coarse(converted: Convert) -> None:
    found = converted("e.png", encoded(pictures(guideline(), 110)[0].convert("P"), "PNG"))
    assert outline(found)[-4:] == OUTLINE[:4]


@needs_tesseract
def test_a_tiff_has_pages(converted: Convert) -> None:
    first, *others = pictures(guideline(SMALL))[:3]
    data = encoded(first, "TIFF", save_all=True, append_images=others, dpi=(200, 200))
    found = converted("fax.tiff", data)
    assert outline(found)[: len(OUTLINE)] == OUTLINE
    assert (found.pages, found.ocr_pages) == (3, 3)
    assert containing(found, "Tischler")[0].page == 3


@needs_tesseract
def test_a_photo_is_turned_as_the_camera_says(converted: Convert) -> None:
    page = upper(0.6)(pictures(guideline(SMALL))[1])
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    data = encoded(page.rotate(90, expand=True), "JPEG", exif=exif)
    found = converted("foto.jpg", data)
    assert containing(found, "2 Gegenstand der Förderung")
    assert containing(found, "b) Schulungen der Beschäftigten.")


@needs_tesseract
def test_what_is_transparent_is_paper(converted: Convert) -> None:
    ink = strip()
    layered = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    layered.putalpha(ink.point(lambda shade: 255 - shade))
    found = converted("t.png", encoded(layered, "PNG", dpi=(200, 200)))
    assert [block.text for block in found.blocks] == [SENTENCE]


@needs_tesseract
def test_sixteen_bits_of_grey(converted: Convert) -> None:
    ink = strip()
    deep = Image.fromarray(np.asarray(ink).astype("uint16") * 257)
    found = converted("g.png", encoded(deep, "PNG", dpi=(200, 200)))
    assert [block.text for block in found.blocks] == [SENTENCE]


@needs_tesseract
def test_an_image_without_text(converted: Convert) -> None:
    with pytest.raises(
        EmptySourceError, match=r"logo\.png: Auf dem Bild ist kein Text zu erkennen"
    ):
        converted("logo.png", encoded(Image.radial_gradient("L"), "PNG"))


def test_without_text_recognition_an_image_says_how_to_get_it(
    converted: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceUnreadableError, match=r"a\.png: .*ein Bild.*„apt install tesseract"):
        converted("a.png", encoded(Image.new("L", (50, 50), 255), "PNG"))


@needs_tesseract
@pytest.mark.parametrize("side", [10_100, 30_000])
def test_more_pixels_than_fit_into_memory(converted: Convert, side: int) -> None:
    bomb = encoded(Image.new("1", (side, side)), "TIFF", compression="group4")
    assert len(bomb) < 100_000
    with pytest.raises(SourceTooLargeError, match=r"bombe\.tif: .*100 Millionen Bildpunkte"):
        converted("bombe.tif", bomb)


@needs_tesseract
def test_damaged_images_are_refused_in_german(converted: Convert) -> None:
    page = strip(100)
    rng = random.Random(3)
    for kind, suffix in (("PNG", "png"), ("JPEG", "jpg"), ("TIFF", "tif")):
        whole = encoded(page, kind)
        with pytest.raises(SourceUnreadableError, match=r"halb\.\w+: Das Bild ist beschädigt"):
            converted(f"halb.{suffix}", whole[: len(whole) // 2])
        for _ in range(2):
            spoilt = bytearray(whole)
            for _ in range(40):
                spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
            try:
                converted(f"wirr.{suffix}", bytes(spoilt))
            except (SourceUnreadableError, EmptySourceError, SourceTooLargeError) as error:
                assert str(error).startswith(f"wirr.{suffix}: ")
