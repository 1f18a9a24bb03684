"""PowerPoint presentations to blocks: each slide a heading with its number as the page.

Shapes come in the order in which a slide is read, from top to bottom and left to right; speaker
notes follow their slide under a heading of their own. Hidden slides are reported and left out.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.package import Package

from ingest.convert.advance import advance
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.office_archive import open_archive
from ingest.convert.slide_graphics import chart_blocks, diagram_blocks, table_blocks
from ingest.convert.slide_order import in_reading_order
from ingest.convert.slide_text import frame_blocks
from ingest.convert.wording import tidy
from ingest.sources import SourceFile

_NO_TITLE = re.compile(r"(?:Microsoft )?PowerPoint|Präsentation\d*$|\.pptx?$", re.IGNORECASE)
_FURNITURE = (
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.HEADER,
    PP_PLACEHOLDER.SLIDE_NUMBER,
)
#: part of a slide's height within which shapes stand beside each other
_ROW = 0.05


def convert(source: SourceFile) -> Conversion:
    """Convert a .pptx file."""
    with open_archive(source):
        deck = Package.open(io.BytesIO(source.data)).presentation_part.presentation
    walk = _Walk(deck)
    blocks = list(walk.blocks())
    properties = {}
    if (title := tidy(deck.core_properties.title or "")) and not _NO_TITLE.search(title):
        properties["title"] = title
    if language := tidy(deck.core_properties.language or ""):
        properties["language"] = language.partition("-")[0].lower()
    return Conversion(tuple(blocks), properties, tuple(walk.warnings), pages=len(deck.slides))


class _Walk:
    def __init__(self, deck: Any) -> None:
        self._slides = list(deck.slides)
        self._row_height = int((deck.slide_height or 0) * _ROW)
        self.warnings: list[str] = []

    def blocks(self) -> Iterator[Block]:
        below_title = 0
        for number, slide in enumerate(self._slides, start=1):
            title = tidy(slide.shapes.title.text_frame.text) if _has_title(slide) else ""
            named = f"Folie {number}" + (f" („{title}“)" if title else "")
            if slide.element.get("show") in ("0", "false"):
                self.warnings.append(f"Die ausgeblendete {named} wurde nicht übernommen.")
                continue
            text, level = title or f"Folie {number}", 1 + below_title
            heading = Block(BlockKind.HEADING, text, level=level, page=number)
            found = [*self._content(slide, heading), *_notes(slide, number, heading.level + 1)]
            if title or found:
                for block in (heading, *found):
                    yield replace(block, page=number)
            elif any(shape.shape_type == MSO_SHAPE_TYPE.PICTURE for shape in slide.shapes):
                self.warnings.append(
                    f"Auf Folie {number} ist nur ein Bild; sein Text wurde nicht übernommen."
                )
            if number == 1 and title and slide.slide_layout.element.get("type") == "title":
                below_title = 1
            advance(number, len(self._slides))

    def _content(self, slide: Any, heading: Block) -> Iterator[Block]:
        title = slide.shapes.title if _has_title(slide) else None
        for shape in self._in_order(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                yield from self._shape(shape, heading)

    def _in_order(self, shapes: Iterable[Any]) -> list[Any]:
        return in_reading_order(
            shapes, lambda shape: (shape.top or 0, shape.left or 0), self._row_height
        )

    def _shape(self, shape: Any, heading: Block) -> Iterator[Block]:
        if shape.is_placeholder and shape.placeholder_format.type in _FURNITURE:
            return
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            for part in self._in_order(shape.shapes):
                yield from self._shape(part, heading)
        elif shape.has_text_frame:
            yield from frame_blocks(shape)
        elif getattr(shape, "has_table", False):
            yield from table_blocks(shape.table, heading.text)
        else:
            yield from self._graphic(shape, heading)

    def _graphic(self, shape: Any, heading: Block) -> list[Block]:
        """A chart's or diagram's blocks; PowerPoint knows kinds of them that python-pptx does not."""
        try:
            if getattr(shape, "has_chart", False):
                return list(chart_blocks(shape.chart))
            return list(diagram_blocks(shape))
        except (AttributeError, KeyError, SyntaxError, TypeError, ValueError):
            self.warnings.append(
                f"Ein Diagramm auf Folie {heading.page} wurde nicht übernommen: Es ist beschädigt "
                "oder von einer Art, die nicht gelesen wird."
            )
            return []


def _has_title(slide: Any) -> bool:
    return slide.shapes.title is not None and slide.shapes.title.has_text_frame


def _notes(slide: Any, number: int, level: int) -> Iterator[Block]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    texts = [tidy(paragraph.text) for paragraph in frame.paragraphs] if frame is not None else []
    if any(texts):
        yield Block(BlockKind.HEADING, f"Notizen zu Folie {number}", level=min(level, 6))
        for text in filter(None, texts):
            yield Block(BlockKind.PARAGRAPH, text)
