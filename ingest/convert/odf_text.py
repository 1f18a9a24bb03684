"""The content of OpenDocument texts and text boxes to blocks, with all changes accepted.

Deleted text lies apart in the file and is left out; inserted text stands in its place. Notes follow
the paragraph that refers to them.
"""

import re
from collections.abc import Iterator
from typing import Any

from ingest.convert.blocks import Block, BlockKind
from ingest.convert.odf_numbering import Counts, OdfNumbering, next_label
from ingest.convert.odf_package import OFFICE, PRESENTATION, TABLE, TEXT, XML
from ingest.convert.odf_paragraph import Paragraph, is_bold, read_paragraph
from ingest.convert.odf_styles import Styles
from ingest.convert.odf_table import is_layout, read_grid
from ingest.convert.rows import grid_rows
from ingest.convert.wording import ITEM_MARKER, item_depth

_LEFT_OUT = frozenset(
    (
        f"{TEXT}tracked-changes",
        f"{TEXT}table-of-content",
        f"{TEXT}alphabetical-index",
        f"{TEXT}sequence-decls",
        f"{TEXT}variable-decls",
        f"{TEXT}user-field-decls",
        f"{OFFICE}forms",
        f"{OFFICE}annotation",
        f"{PRESENTATION}notes",
    )
)
_MAX_HEADING = 120


class TextWalk:
    """Walks a document's content in order."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._numbering = OdfNumbering()
        self._outline: Counts = {}
        self._has_title = False
        self._level = 0

    def container(self, element: Any) -> Iterator[Block]:
        """The blocks of everything in a body, section, cell or text box."""
        for child in element:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                yield from self._paragraph(child)
            elif child.tag == f"{TEXT}list":
                yield from self._list(child, "", {}, depth=1)
            elif child.tag == f"{TABLE}table":
                yield from self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
                yield from self.container(child)

    def _table(self, table: Any) -> Iterator[Block]:
        if is_layout(table):
            for row in table.iter(f"{TABLE}table-row"):
                for cell in row.findall(f"{TABLE}table-cell"):
                    yield from self.container(cell)
            return
        grid, header_rows, notes = read_grid(table)
        yield from grid_rows(grid, header_rows > 0)
        yield from (Block(BlockKind.PARAGRAPH, note) for note in notes if note)

    def _paragraph(self, element: Any, label: str = "", depth: int = 0) -> Iterator[Block]:
        paragraph = read_paragraph(element)
        if paragraph.text:
            yield self._block(element, paragraph, label, depth)
        for note in filter(None, paragraph.notes):
            yield Block(BlockKind.PARAGRAPH, note)
        for box in paragraph.boxes:
            yield from self.container(box)

    def _block(self, element: Any, paragraph: Paragraph, label: str, depth: int) -> Block:
        style_names = self._styles.names(element.get(f"{TEXT}style-name", ""))
        if level := self._heading_level(element, style_names):
            label = label or self._heading_label(element, level)
            self._level = level
            return Block(BlockKind.HEADING, f"{label} {paragraph.text}".strip(), level=level)
        text = f"{label} {paragraph.text}" if label else paragraph.text
        if depth:
            return Block(BlockKind.LIST_ITEM, text, level=depth)
        if self._is_bold_heading(element, text):
            return Block(BlockKind.HEADING, text, level=min(self._level + 1, 6))
        marker = ITEM_MARKER.match(text)
        if marker and marker["bullet"]:
            return Block(BlockKind.LIST_ITEM, text[marker.end() :], level=1)
        if marker:
            return Block(BlockKind.LIST_ITEM, text, level=item_depth(marker["number"]))
        return Block(BlockKind.PARAGRAPH, text)

    def _heading_level(self, element: Any, style_names: list[str]) -> int:
        if "Title" in style_names or "Titel" in style_names:
            self._has_title = True
            return 1
        if element.tag != f"{TEXT}h":
            return 0
        level = element.get(f"{TEXT}outline-level", "1")
        return min((int(level) if level.isdigit() else 1) + self._has_title, 6)

    def _heading_label(self, element: Any, level: int) -> str:
        if element.tag != f"{TEXT}h" or element.get(f"{TEXT}is-list-header") == "true":
            return ""
        return next_label(self._outline, self._styles.outline, level - self._has_title)

    def _is_bold_heading(self, element: Any, text: str) -> bool:
        if len(text) > _MAX_HEADING or re.search(r"[.;,!]$", text) or text[0].islower():
            return False
        in_table = any(parent.tag == f"{TABLE}table-cell" for parent in element.iterancestors())
        return not in_table and is_bold(element, self._styles)

    def _list(self, element: Any, style: str, counts: Counts, depth: int) -> Iterator[Block]:
        style = element.get(f"{TEXT}style-name") or style
        if depth == 1:
            counts = self._numbering.begin(
                style,
                element.get(f"{XML}id", ""),
                element.get(f"{TEXT}continue-list", ""),
                element.get(f"{TEXT}continue-numbering") == "true",
            )
        for item in element:
            if item.tag in (f"{TEXT}list-item", f"{TEXT}list-header"):
                yield from self._item(item, style, counts, depth)

    def _item(self, item: Any, style: str, counts: Counts, depth: int) -> Iterator[Block]:
        is_first = True
        for child in item:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                if is_first and item.tag == f"{TEXT}list-item":
                    start = item.get(f"{TEXT}start-value", "")
                    levels = self._styles.lists.get(style, {})
                    begin = int(start) if start.isdigit() else None
                    label = next_label(counts, levels, depth, begin)
                    yield from self._paragraph(child, label, depth)
                else:
                    yield from self._paragraph(child)
                is_first = False
            elif child.tag == f"{TEXT}list":
                yield from self._list(child, style, counts, depth + 1)
