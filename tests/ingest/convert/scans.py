"""Scans made from PDFs with text: pages drawn, spoilt as scanners do, and put into a PDF again.

Recognition takes its time by the area of a page: tests use small paper, or the part with text on it.
"""

import io
from collections.abc import Callable, Sequence

import numpy as np
import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image, ImageFilter

from ingest.convert.tesseract import find_tesseract

needs_tesseract = pytest.mark.skipif(
    find_tesseract() is None, reason="Tesseract is missing: make tools"
)

#: A5 in millimetres
SMALL = (148.0, 210.0)

Spoil = Callable[[Image.Image], Image.Image]


def pictures(data: bytes, dpi: int = 200) -> list[Image.Image]:
    """The pages of a PDF as greyscale images."""
    document = pdfium.PdfDocument(data)
    return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def bound(
    images: Sequence[Image.Image],
    over: Callable[[FPDF, int], None] = lambda pdf, at: None,
    dpi: int = 200,
) -> bytes:
    """A PDF with one image on each page of its size; `over` writes on top of it."""
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    for at, image in enumerate(images):
        pdf.add_page(format=(image.width / dpi * 25.4, image.height / dpi * 25.4))
        pdf.image(image, 0, 0, pdf.w, pdf.h)
        over(pdf, at)
    return bytes(pdf.output())


def scanned(data: bytes, spoil: Spoil = lambda image: image, dpi: int = 200) -> bytes:
    """A PDF without text that looks like this one."""
    return bound([spoil(image) for image in pictures(data, dpi)], dpi=dpi)


def upper(share: float, spoil: Spoil = lambda image: image) -> Spoil:
    """The upper part of a page alone, and then spoilt."""
    return lambda image: spoil(image.crop((0, 0, image.width, round(image.height * share))))


def turned(angle: int) -> Spoil:
    """Laid on the glass the wrong way round."""
    return lambda image: image.rotate(angle, expand=True)


def worn(blur: float, noise: float, skew: float = 0.0) -> Spoil:
    """Blurred (pixels), with a noise of so many shades of grey, askew by so many degrees."""

    def spoil(image: Image.Image) -> Image.Image:
        askew = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
        shades = np.asarray(askew, dtype=float) * 0.85 + 25
        shades += np.random.default_rng(5).normal(0, noise, shades.shape)
        spoilt = Image.fromarray(shades.clip(0, 255).astype(np.uint8))
        return spoilt.filter(ImageFilter.GaussianBlur(blur))

    return spoil


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of an image file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
