"""One page of a PDF as a picture that people look at (PNG); runs where files are read."""

import io
from contextlib import closing

from PIL import Image

from ingest.convert.pdf import LOCK, open_document
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_WIDTH = 1_200
_MOST_PIXELS = 6_000_000
#: a page of text needs few; so a picture is a third of its size in full colours
_COLOURS = 128


def page_image(source: SourceFile, number: int) -> bytes:
    """Page `number` (from 1) as PNG, about 1,200 pixels wide; less for pages that are very high.

    Raises SourceUnreadableError for what is no PDF, has no such page or cannot be drawn.
    """
    with LOCK, closing(open_document(source)) as document:
        if not 1 <= number <= len(document):
            raise SourceUnreadableError(f"{source.name}: Eine Seite {number} gibt es nicht.")
        try:
            page = document[number - 1]
            width, height = page.get_size()
            size = max(width * height, 1.0)
            scale = min(_WIDTH / max(width, 1.0), (_MOST_PIXELS / size) ** 0.5)
            image: Image.Image = page.render(scale=scale).to_pil()
        except Exception as error:
            raise SourceUnreadableError(
                f"{source.name}: Die Seite {number} ist beschädigt und lässt sich nicht zeigen."
            ) from error
    out = io.BytesIO()
    image.convert("RGB").quantize(_COLOURS, Image.Quantize.MEDIANCUT).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()
