"""The text of an OpenDocument paragraph, with the notes and boxes that are anchored in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.convert.odf_package import DRAW, OFFICE, TEXT
from ingest.convert.odf_styles import Styles
from ingest.convert.wording import tidy

_LEFT_OUT = frozenset(
    (
        f"{OFFICE}annotation",
        f"{OFFICE}annotation-end",
        f"{TEXT}tracked-changes",
        f"{TEXT}ruby-text",
        f"{TEXT}hidden-text",
        f"{TEXT}script",
        f"{DRAW}image",
        f"{DRAW}object",
        f"{DRAW}object-ole",
    )
)
_MARKS = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`notes` are the texts of its foot- and endnotes, `boxes` the text boxes in it."""

    text: str
    notes: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


def read_paragraph(element: Any) -> Paragraph:
    """What a text:p or text:h element holds."""
    notes: list[str] = []
    boxes: list[Any] = []
    text = "".join(_pieces(element, notes, boxes))
    return Paragraph(tidy(text), notes, boxes)


def _pieces(element: Any, notes: list[str], boxes: list[Any]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}note":
            body = child.find(f"{TEXT}note-body")
            texts = [] if body is None else [read_paragraph(p).text for p in body.iter(f"{TEXT}p")]
            notes.append(" ".join(filter(None, texts)))
        elif child.tag == f"{DRAW}text-box":
            boxes.append(child)
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _pieces(child, notes, boxes)
        yield child.tail or ""


def is_bold(element: Any, styles: Styles) -> bool:
    """Whether all text of a paragraph is bold, by its style or by that of every span."""
    own = styles.is_bold(element.get(f"{TEXT}style-name", "")) or False
    if own:
        return True
    spans = element.findall(f"{TEXT}span")
    loose = [element.text, *(child.tail for child in element)]
    return (
        bool(spans)
        and not any(tidy(text or "") for text in loose)
        and all(
            styles.is_bold(span.get(f"{TEXT}style-name", "")) or not read_paragraph(span).text
            for span in spans
        )
    )
