"""The images in an image file, upright, in shades of grey, and of a size that can be read.

Photos are turned as their camera says. A file's own word on its resolution counts where it is
likely; otherwise the image is taken for a whole page.
"""

import io
import warnings
from collections.abc import Iterator
from types import TracebackType

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.convert.ocr import DPI, MAX_PIXELS
from ingest.convert.page_blocks import MAX_PAGES
from ingest.sources import SourceFile
from kb.errors import SourceTooLargeError, SourceUnreadableError

_FORMATS = ("PNG", "JPEG", "TIFF")
#: more than DIN A2 at 300 dpi; decoded it takes a few bytes for each
_MOST_PIXELS = 100_000_000
#: what cameras and screens write besides (1, 72, 96) says nothing of a page
_LIKELY_DPI = (100.0, 1_200.0)
#: the longer side of a page (DIN A4) in inches
_LONG_SIDE = 11.7
_MOST_ENLARGED = 3.0
_WHITE = 255
_UNREADABLE = (OSError, EOFError, SyntaxError, ValueError)


class Pictures:
    """The images of one file with their resolution in dpi; len() says how many there are.

    Raises SourceUnreadableError and SourceTooLargeError.
    """

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # looked at below
            try:
                self._image = Image.open(io.BytesIO(source.data), formats=_FORMATS)
                # in other formats further images are the same one again, smaller or moving
                pages = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
                self._count = int(pages)
            except Image.DecompressionBombError as error:
                raise self._too_large() from error
            except (UnidentifiedImageError, *_UNREADABLE) as error:
                raise self._damaged() from error
        if self._count > MAX_PAGES:
            raise SourceTooLargeError(
                f"{source.name}: Die Datei hat {self._count} Bilder, erlaubt sind {MAX_PAGES}. Bitte "
                "in mehrere Dateien aufteilen."
            )

    def __enter__(self) -> "Pictures":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._image.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[Image.Image, float]]:
        for number in range(self._count):
            try:
                if number:
                    self._image.seek(number)
                if self._image.width * self._image.height > _MOST_PIXELS:
                    raise self._too_large()
                picture = _sized(_grey(self._image), self._image.info.get("dpi"))
            except Image.DecompressionBombError as error:
                raise self._too_large() from error
            except _UNREADABLE as error:
                raise self._damaged() from error
            yield picture

    def _damaged(self) -> SourceUnreadableError:
        return SourceUnreadableError(
            f"{self._source.name}: Das Bild ist beschädigt oder unvollständig. Bitte neu einscannen "
            "oder neu speichern und erneut ablegen."
        )

    def _too_large(self) -> SourceTooLargeError:
        return SourceTooLargeError(
            f"{self._source.name}: Das Bild hat mehr als {_MOST_PIXELS // 1_000_000} Millionen "
            "Bildpunkte. Bitte mit 300 dpi einscannen oder verkleinern."
        )


def _grey(image: Image.Image) -> Image.Image:
    """Upright and grey; what is transparent is paper."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if not upright.has_transparency_data:
        return upright.convert("L")
    layered = upright.convert("RGBA")
    paper = Image.new("L", layered.size, _WHITE)
    paper.paste(layered.convert("L"), mask=layered.getchannel("A"))
    return paper


def _sized(image: Image.Image, said: object) -> tuple[Image.Image, float]:
    """At the resolution for reading, as far as that does not make it too large or too blurred."""
    dpi = _resolution(said) or max(image.size) / _LONG_SIDE
    most = (MAX_PIXELS / (image.width * image.height)) ** 0.5
    factor = min(DPI / dpi, most, _MOST_ENLARGED)
    if 0.9 < factor < 1.1:
        return image, dpi
    size = max(round(image.width * factor), 1), max(round(image.height * factor), 1)
    return image.resize(size, Image.Resampling.LANCZOS), dpi * factor


def _resolution(said: object) -> float | None:
    if not isinstance(said, tuple) or not said:
        return None
    try:
        dpi = float(said[0])
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return dpi if _LIKELY_DPI[0] <= dpi <= _LIKELY_DPI[1] else None
