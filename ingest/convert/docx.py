"""Word documents to blocks, in the order in which they are read; headers and footers left out.

Headings come from styles and outline levels, else from short bold paragraphs. List numbers, which
Word only computes when it shows the document, are computed here and lead their block's text.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import docx as python_docx

from ingest.convert.blocks import CREATED, Block, BlockKind, Conversion
from ingest.convert.docx_notes import Notes
from ingest.convert.docx_numbering import ItemNumber, Numbering
from ingest.convert.docx_tables import cells, is_layout, table_rows
from ingest.convert.docx_text import W, is_bold, mark_is_deleted, paragraph_text, text_boxes
from ingest.convert.office_archive import open_archive
from ingest.convert.properties import iso_date
from ingest.convert.wording import ITEM_MARKER, item_depth, tidy
from ingest.sources import SourceFile

_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("ins", "moveTo", "customXml", "smartTag", "sdtContent")
)
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|berschrift) ?(\d)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list|liste|aufzählung", re.IGNORECASE)
_LIST_LEVEL = re.compile(r"(?:list|liste|aufzählung|nummerierung).* [2-5]$", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"(?:toc|verzeichnis) ?\d", re.IGNORECASE)
_NO_TITLE = re.compile(r"^(?:Microsoft Word|Dokument\d*|Word-Dokument)|\.docx?$", re.IGNORECASE)

#: its files have the day of its template
_LIBRARY = "python-docx"
_CREATED_TAG = "{http://purl.org/dc/terms/}created"


def convert(source: SourceFile) -> Conversion:
    """Convert a .docx file."""
    with open_archive(source):
        document = python_docx.Document(io.BytesIO(source.data))
    blocks = _Walk(document).run()
    core = document.core_properties
    properties = {}
    if (title := tidy(core.title or "")) and not _NO_TITLE.search(title):
        properties["title"] = title
    if language := tidy(core.language or ""):
        properties["language"] = language.partition("-")[0].lower()
    if core.author != _LIBRARY and (day := _begun(document)):
        properties[CREATED] = day
    return Conversion(tuple(blocks), properties)


def _begun(document: Any) -> str | None:
    """The day on which the file was begun; a year or a month alone names no day."""
    for relation in document.part.package.rels.values():
        if relation.reltype.endswith("/core-properties"):
            return iso_date(relation.target_part.element.findtext(_CREATED_TAG, ""))
    return None


class _Walk:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles = {style.style_id: style for style in document.styles}
        self._numbering = Numbering(_numbering_of(document))
        self._notes = Notes(document)
        self._has_title = False
        self._level = 0
        #: text of paragraphs whose end a tracked change has deleted
        self._carried = ""

    def run(self) -> list[Block]:
        found = list(self._container(self._document.element.body))
        rest = (tidy(self._carried), *self._notes.others())
        return [*found, *_paragraphs(filter(None, rest))]

    def _container(self, element: Any) -> Iterator[Block]:
        for child in element:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif (child.tag == f"{W}sdt" and not _is_contents(child)) or child.tag in _WRAPPERS:
                yield from self._container(child)

    def _table(self, table: Any) -> Iterator[Block]:
        if is_layout(table):
            for cell in cells(table):
                yield from self._container(cell)
        else:
            yield from table_rows(table)
            yield from self._anchored(table)

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        raw = self._carried + paragraph_text(paragraph)
        self._carried = raw if mark_is_deleted(paragraph) else ""
        if not self._carried and (text := tidy(raw)):
            yield self._block(paragraph, text)
        yield from self._anchored(paragraph)

    def _anchored(self, element: Any) -> Iterator[Block]:
        """The notes and text boxes of a paragraph or of a table's cells."""
        yield from _paragraphs(self._notes.referred_in(element))
        for box in text_boxes(element):
            yield from self._container(box)

    def _block(self, paragraph: Any, text: str) -> Block:
        style_names = self._style_names(paragraph)
        number = self._number(paragraph)
        labelled = f"{number.label} {text}" if number and number.label else text
        if level := self._heading_level(paragraph, style_names):
            self._level = level
            return Block(BlockKind.HEADING, labelled, level=level)
        if any(_CONTENTS_STYLE.match(name) for name in style_names):
            return Block(BlockKind.LIST_ITEM, labelled, level=1)
        if not number and self._is_bold_heading(paragraph, text):
            return Block(BlockKind.HEADING, text, level=min(self._level + 1, 6))
        if number:
            below = next((int(name[-1]) for name in style_names if _LIST_LEVEL.search(name)), 1)
            return Block(BlockKind.LIST_ITEM, labelled, level=max(number.depth + 1, below))
        return _typed_item(text, any(_LIST_STYLE.search(name) for name in style_names))

    def _style_names(self, paragraph: Any) -> list[str]:
        return [str(style.name or "") for style in self._style_chain(paragraph)]

    def _style_chain(self, paragraph: Any) -> list[Any]:
        """The paragraph's style and those it is based on."""
        reference = paragraph.find(f"{W}pPr/{W}pStyle")
        style = self._styles.get(reference.get(f"{W}val")) if reference is not None else None
        chain: list[Any] = []
        while style is not None and style not in chain:
            chain.append(style)
            style = getattr(style, "base_style", None)
        return chain

    def _heading_level(self, paragraph: Any, style_names: list[str]) -> int:
        if any(name in ("Title", "Titel") for name in style_names):
            self._has_title = True
            return 1
        shift = 1 if self._has_title else 0
        for name in style_names:
            if found := _HEADING_STYLE.match(name):
                return min(int(found[1]) + shift, 6)
        elements = [paragraph, *(style.element for style in self._style_chain(paragraph))]
        for element in elements:
            outline = element.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None and int(outline.get(f"{W}val", "9")) < 9:
                return min(int(outline.get(f"{W}val")) + 1 + shift, 6)
        return 0

    def _is_bold_heading(self, paragraph: Any, text: str) -> bool:
        short = len(text) <= 120 and not re.search(r"[.;,!]$", text)
        in_table = any(parent.tag == f"{W}tc" for parent in paragraph.iterancestors())
        return short and not in_table and is_bold(paragraph) and not text[0].islower()

    def _number(self, paragraph: Any) -> ItemNumber | None:
        elements = [paragraph, *(style.element for style in self._style_chain(paragraph))]
        depth: int | None = None
        for element in elements:
            properties = element.find(f"{W}pPr/{W}numPr")
            if properties is None:
                continue
            level = properties.find(f"{W}ilvl")
            if depth is None and level is not None:
                depth = int(level.get(f"{W}val", "0"))
            identity = properties.find(f"{W}numId")
            if identity is not None:
                return self._numbering.next(str(identity.get(f"{W}val")), depth or 0)
        return None


def _paragraphs(texts: Iterable[str]) -> Iterator[Block]:
    yield from (Block(BlockKind.PARAGRAPH, text) for text in texts)


def _numbering_of(document: Any) -> Any | None:
    """The numbering part's XML; None when the document has no lists."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering"):
            return relation.target_part.element
    return None


def _typed_item(text: str, in_list: bool) -> Block:
    """A paragraph without Word's numbering: an item when its marker is typed or its style says so."""
    marker = ITEM_MARKER.match(text)
    if marker and marker["bullet"]:
        return Block(BlockKind.LIST_ITEM, text[marker.end() :], level=1)
    if marker:
        return Block(BlockKind.LIST_ITEM, text, level=item_depth(marker["number"]))
    return Block(BlockKind.LIST_ITEM if in_list else BlockKind.PARAGRAPH, text, level=int(in_list))


def _is_contents(block: Any) -> bool:
    """A table of contents that Word has built."""
    gallery = block.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "Contents" in gallery.get(f"{W}val", "")
