"""The text of a shape on a slide: paragraphs, and list items with their nesting and numbers."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from ingest.convert.blocks import Block, BlockKind
from ingest.convert.wording import ITEM_MARKER, item_depth, tidy

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: placeholders whose paragraphs are items unless they say otherwise
_LISTS = (
    PP_PLACEHOLDER.BODY,
    PP_PLACEHOLDER.OBJECT,
    PP_PLACEHOLDER.VERTICAL_BODY,
    PP_PLACEHOLDER.VERTICAL_OBJECT,
)


def frame_blocks(shape: Any) -> Iterator[Block]:
    """The blocks of a shape's text frame."""
    paragraphs = [part for part in shape.text_frame.paragraphs if tidy(part.text)]
    is_list = (
        shape.is_placeholder and shape.placeholder_format.type in _LISTS and len(paragraphs) > 1
    )
    numbers: dict[int, int] = defaultdict(int)
    for paragraph in paragraphs:
        text, level = tidy(paragraph.text), paragraph.level
        for deeper in [at for at in numbers if at > level]:
            del numbers[deeper]
        bullet = _bullet(paragraph)
        if bullet == "buAutoNum":
            numbers[level] += 1
            text = f"{_number(paragraph, numbers[level])} {text}"
        if bullet in ("buAutoNum", "buChar", "buBlip") or (
            bullet is None and (is_list or level > 0)
        ):
            yield Block(BlockKind.LIST_ITEM, text, level=level + 1)
        else:
            yield _typed(text)


def _bullet(paragraph: Any) -> str | None:
    """The name of the element that says how a paragraph is marked; None when it is inherited."""
    properties = paragraph._p.pPr
    for child in properties if properties is not None else ():
        if child.tag in (f"{A}buNone", f"{A}buChar", f"{A}buBlip", f"{A}buAutoNum"):
            return str(child.tag).removeprefix(A)
    return None


def _number(paragraph: Any, count: int) -> str:
    """The number that the slide shows: „1.“, „a)“; those it shows otherwise as „1.“."""
    element = paragraph._p.pPr.find(f"{A}buAutoNum")
    number = int(element.get("startAt", "1")) + count - 1
    style = element.get("type", "")
    letters = style.startswith("alpha") and number <= 26
    label = chr(ord("a") + number - 1) if letters else str(number)
    label = label.upper() if style.startswith("alphaUc") else label
    return f"{label})" if "Paren" in style else f"{label}."


def _typed(text: str) -> Block:
    """A paragraph without a mark of its own: an item when its marker is typed."""
    marker = ITEM_MARKER.match(text)
    if marker and marker["bullet"]:
        return Block(BlockKind.LIST_ITEM, text[marker.end() :], level=1)
    if marker:
        return Block(BlockKind.LIST_ITEM, text, level=item_depth(marker["number"]))
    return Block(BlockKind.PARAGRAPH, text)
