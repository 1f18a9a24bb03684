"""Text of a Word paragraph: what is shown after accepting all changes, without its text boxes."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: deleted and moved text, a second form of the same picture, text that stands in a box of its own
_LEFT_OUT = frozenset(
    (f"{W}del", f"{W}moveFrom", f"{_MC}Fallback", f"{W}txbxContent", f"{W}pPr", f"{W}rPr")
)
_MARKS = {
    f"{W}tab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}ptab": "\t",
}


def paragraph_text(paragraph: Any) -> str:
    """The text of a w:p element."""
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}r" and _is_on(child.find(f"{W}rPr/{W}vanish")):
            continue  # hidden
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        else:
            yield from _pieces(child)


def text_boxes(element: Any) -> Iterator[Any]:
    """The contents (w:txbxContent) of the text boxes anchored in an element, each once."""
    for box in element.iter(f"{W}txbxContent"):
        above = {
            parent.tag
            for parent in takewhile(lambda parent: parent is not element, box.iterancestors())
        }
        if f"{_MC}Fallback" not in above and f"{W}txbxContent" not in above:
            yield box


def paragraphs_in(element: Any) -> Iterator[Any]:
    """The w:p elements in an element, without those in text boxes."""
    for child in element:
        if child.tag == f"{W}p":
            yield child
        else:
            yield from paragraphs_in(child)


def mark_is_deleted(paragraph: Any) -> bool:
    """Whether a tracked change joins the paragraph with the one that follows."""
    properties = paragraph.find(f"{W}pPr/{W}rPr")
    return properties is not None and any(
        properties.find(f"{W}{name}") is not None for name in ("del", "moveFrom")
    )


def is_bold(paragraph: Any) -> bool:
    """Whether every run with text is set bold by itself."""
    runs = [
        run
        for run in paragraph.iter(f"{W}r")
        if any((text.text or "").strip() for text in run.iter(f"{W}t"))
    ]
    return bool(runs) and all(_is_on(run.find(f"{W}rPr/{W}b")) for run in runs)


def _is_on(flag: Any) -> bool:
    return flag is not None and flag.get(f"{W}val", "true") not in ("0", "false", "off")
