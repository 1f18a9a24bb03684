"""OpenDocument presentations (.odp) to blocks: each slide a heading with its number as the page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.convert.advance import advance
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.odf_package import DRAW, OFFICE, PRESENTATION, SVG, TEXT, OdfPackage
from ingest.convert.odf_paragraph import read_paragraph
from ingest.convert.odf_styles import Styles
from ingest.convert.odf_text import TextWalk
from ingest.convert.slide_order import in_reading_order
from ingest.sources import SourceFile

_FURNITURE = ("date-time", "footer", "header", "page-number", "page")
_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt)")
_TRANSLATION = re.compile(r"translate ?\((\S+) (\S+)\)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 0.0353}
#: shapes whose tops are as close as this stand beside each other, in centimetres
_ROW = 0.9


def convert(source: SourceFile) -> Conversion:
    """Convert an .odp file. Hidden slides are reported and left out."""
    package = OdfPackage(source)
    content = package.part("content.xml")
    styles = Styles(package, content)
    slides = content.findall(f"{OFFICE}body/{OFFICE}presentation/{DRAW}page")
    begins_with_title = any(
        _class(shape) == "subtitle" for slide in slides[:1] for shape in _shapes(slide)
    )
    blocks: list[Block] = []
    warnings: list[str] = []
    for number, slide in enumerate(slides, start=1):
        title = _title(slide)
        if slide.get(f"{DRAW}style-name") in styles.hidden:
            named = f"Folie {number}" + (f" („{title}“)" if title else "")
            warnings.append(f"Die ausgeblendete {named} wurde nicht übernommen.")
            continue
        found = list(_slide_blocks(slide, number, TextWalk(styles)))
        if title or found:
            heading = Block(BlockKind.HEADING, title or f"Folie {number}", level=1)
            below = int(begins_with_title and number > 1)
            blocks += (_placed(block, number, below) for block in (heading, *found))
        advance(number, len(slides))
    return Conversion(tuple(blocks), package.properties(), tuple(warnings), pages=len(slides))


def _placed(block: Block, page: int, below: int) -> Block:
    """A slide's block with its page, its headings `below` so many levels of the title slide's."""
    level = block.level
    if block.kind is BlockKind.HEADING:
        level = min(level + below, 6)
    return replace(block, page=page, level=level)


def _title(slide: Any) -> str:
    frame = next((shape for shape in slide.iter(f"{DRAW}frame") if _class(shape) == "title"), None)
    paragraphs = frame.iter(f"{TEXT}p") if frame is not None else ()
    return " ".join(filter(None, (read_paragraph(element).text for element in paragraphs)))


def _slide_blocks(slide: Any, number: int, walk: TextWalk) -> Iterator[Block]:
    shapes = [shape for shape in _shapes(slide) if _class(shape) not in ("title", *_FURNITURE)]
    for shape in in_reading_order(shapes, _place, _ROW):
        for block in walk.container(shape):
            level = min(block.level + 1, 6) if block.kind is BlockKind.HEADING else block.level
            yield replace(block, level=level)
    notes = [
        block
        for part in slide.findall(f"{PRESENTATION}notes")
        for shape in _shapes(part)
        if _class(shape) not in _FURNITURE
        for block in walk.container(shape)
    ]
    if notes:
        yield Block(BlockKind.HEADING, f"Notizen zu Folie {number}", level=2)
        yield from (Block(BlockKind.PARAGRAPH, block.text) for block in notes)


def _shapes(element: Any) -> Iterator[Any]:
    """The shapes of a slide, those in groups too."""
    for child in element:
        if child.tag == f"{DRAW}g":
            yield from _shapes(child)
        elif isinstance(child.tag, str) and child.tag.startswith(DRAW):
            yield child


def _class(shape: Any) -> str:
    return str(shape.get(f"{PRESENTATION}class", ""))


def _place(shape: Any) -> tuple[float, float]:
    """Top and left in centimetres; a turned shape says it in its transformation."""
    left, top = shape.get(f"{SVG}x", ""), shape.get(f"{SVG}y", "")
    if not top and (found := _TRANSLATION.search(shape.get(f"{DRAW}transform", ""))):
        left, top = found.groups()
    return _centimetres(top), _centimetres(left)


def _centimetres(length: str) -> float:
    found = _LENGTH.match(length)
    return float(found[1]) * _CENTIMETRES[found[2]] if found else 0.0
