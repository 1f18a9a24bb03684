"""HTML to blocks: the page's document part with its headings, lists, tables and contacts."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString

from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.boilerplate import set_apart
from ingest.convert.encoding import decode, has_mark
from ingest.convert.html_page import (
    HEADINGS,
    content_root,
    is_disclosure,
    is_too_deep,
    words,
)
from ingest.convert.html_table import definitions, is_layout, table_rows
from ingest.convert.properties import iso_date
from ingest.convert.wording import tidy
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_BLOCK_TAGS = words(
    "address article aside blockquote body center details div fieldset figcaption figure footer "
    "form header hgroup hr html main p pre section summary legend table tbody thead tfoot tr td th "
    "caption ul ol li menu dl dt dd h1 h2 h3 h4 h5 h6"
)
_BREAK = "\v"
_ADDRESS = re.compile(r"[\w.+-]+@|\+?[\d /()-]{6,}")
_META = {
    "date": (
        "article:modified_time",
        "dcterms.modified",
        "dc.date.modified",
        "last-modified",
        "article:published_time",
        "dcterms.date",
        "dcterms.created",
        "dc.date",
        "date",
    ),
    "publisher": ("publisher", "dcterms.publisher", "dc.publisher", "og:site_name"),
    "description": ("description", "og:description", "dc.description"),
    "title": ("og:title", "dcterms.title", "dc.title", "title"),
}


def convert(source: SourceFile) -> Conversion:
    """Convert an .html file; a byte order mark wins over the encoding it declares, that over a guess."""
    soup = BeautifulSoup(_text(source), "lxml")
    if is_too_deep(soup):
        raise SourceUnreadableError(
            f"{source.name}: Die Seite ist ungewöhnlich tief verschachtelt und lässt sich nicht "
            "lesen. Bitte den Inhalt als PDF, .docx oder .txt ablegen."
        )
    properties = _properties(soup)
    heading = soup.find("h1")
    root = content_root(soup)
    blocks = _Walk().run(root)
    if heading is not None and not heading.decomposed and (title := tidy(text_of(heading))):
        properties["title"] = title
        if not any(block.kind is BlockKind.HEADING and block.text == title for block in blocks):
            blocks.insert(0, Block(BlockKind.HEADING, title, level=1))
    return Conversion(
        tuple(set_apart(blocks)), {key: value for key, value in properties.items() if value}
    )


def fragment_blocks(markup: str) -> list[Block]:
    """Blocks of a piece of HTML inside another format."""
    soup = BeautifulSoup(markup, "lxml")
    if is_too_deep(soup):
        return [Block(BlockKind.PARAGRAPH, text)] if (text := tidy(soup.get_text(" "))) else []
    return _Walk().run(content_root(soup))


def _text(source: SourceFile) -> str:
    if has_mark(source.data):
        return decode(source.data, source.name)
    declared = EncodingDetector.find_declared_encoding(source.data[:4096], is_html=True)
    if declared and declared.lower().replace("-", "") not in ("utf8", "utf16"):
        encoding = "cp1252" if "8859-1" in declared or "latin" in declared.lower() else declared
        try:
            return source.data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(source.data, source.name)


def _properties(soup: BeautifulSoup) -> dict[str, str]:
    meta: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or tag.get("property") or "").lower()
        meta.setdefault(name, tidy(str(tag.get("content", ""))))
    found: dict[str, str] = {}
    for key, names in _META.items():
        values = (meta[name] for name in names if meta.get(name))
        if key == "date":
            values = (day for value in values if (day := iso_date(value)))
        found[key] = next(values, "")
    if title := soup.find("title"):
        found["title"] = found["title"] or tidy(title.get_text())
    language = soup.html.get("lang") if soup.html else None
    found["language"] = str(language or meta.get("language", "")).split("-")[0].lower()
    return found


def text_of(tag: Tag) -> str:
    """All text of an element, with a space where the page shows a break."""
    return "".join(_pieces(tag)).replace(_BREAK, " ")


def _pieces(tag: Tag) -> Iterator[str]:
    for child in tag.children:
        if isinstance(child, Tag):
            if child.name == "br":
                yield _BREAK
            elif child.name in _BLOCK_TAGS:
                yield f" {text_of(child)} "
            elif child.name == "a":
                yield _link(child)
            else:
                yield from _pieces(child)
        elif isinstance(child, NavigableString):
            yield str(child).replace(_BREAK, " ")


def _link(tag: Tag) -> str:
    """A link's words; the address behind mailto: or tel: is added when they do not show one."""
    shown = "".join(_pieces(tag))
    kind, _, address = str(tag.get("href", "")).partition(":")
    address = address.split("?")[0]
    if kind.lower() in ("mailto", "tel") and address and not _ADDRESS.search(shown):
        return f"{shown} ({address})" if shown.strip() else address
    return shown


class _Walk:
    """Walks the content in document order and collects blocks; loose inline text gathers up."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._loose: list[str] = []
        self._shift = 0
        #: of the last heading; labels of tabs and accordions rank below it
        self._level = 1

    def run(self, root: Tag) -> list[Block]:
        self._children(root)
        self._flush()
        return self._blocks

    def _children(self, tag: Tag) -> None:
        for child in tag.children:
            if isinstance(child, Tag):
                self._element(child)
            elif isinstance(child, NavigableString):
                self._loose.append(str(child).replace(_BREAK, " "))

    def _element(self, tag: Tag) -> None:
        if tag.name == "br":
            self._loose.append(_BREAK)
        elif tag.name == "a" and tag.find(_BLOCK_TAGS) is None:
            self._loose.append(_link(tag))
        elif tag.name in _BLOCK_TAGS or tag.name == "button":
            self._flush()
            self._block(tag)
            self._flush()
        else:
            self._children(tag)

    def _block(self, tag: Tag) -> None:
        match tag.name:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._level = min(int(tag.name[1]) + self._shift, 6)
                self._add(BlockKind.HEADING, text_of(tag), self._level)
            case "summary" | "button":
                self._add(BlockKind.HEADING, text_of(tag), min(self._level + 1, 6))
            case "ul" | "ol" | "menu":
                self._list(tag, 1)
            case "dl":
                self._blocks += definitions(tag, text_of)
            case "table" if not is_layout(tag):
                self._blocks += table_rows(tag, text_of)
            case "pre":
                for part in re.split(r"\n\s*\n", text_of(tag)):
                    self._add(BlockKind.PARAGRAPH, part)
            case _:
                self._container(tag)

    def _container(self, tag: Tag) -> None:
        """A tab's or section's own headings rank below the heading that opens it."""
        before = self._shift
        opener = self._blocks[-1] if self._blocks else None
        own_part = tag.name in ("article", "section", "details") or is_disclosure(tag)
        if own_part and opener and opener.kind is BlockKind.HEADING:
            levels = [int(heading.name[1]) for heading in tag.find_all(HEADINGS)]
            if levels and min(levels) + before <= opener.level:
                self._shift = opener.level + 1 - min(levels)
        self._children(tag)
        self._flush()
        self._shift = before

    def _list(self, tag: Tag, depth: int) -> None:
        number = int(str(tag.get("start", "1"))) if str(tag.get("start", "1")).isdigit() else 1
        for item in tag.find_all("li", recursive=False):
            if item.find((*HEADINGS, "table", "dl", "details")) is not None:
                self._container(item)
                continue
            nested = [part.extract() for part in self._nested_lists(item)]
            if text := tidy(text_of(item)):
                lead = f"{number}. " if tag.name == "ol" else ""
                self._add(BlockKind.LIST_ITEM, lead + text, depth)
            number += 1
            for part in nested:
                self._list(part, depth + 1)

    def _nested_lists(self, item: Tag) -> list[Tag]:
        return [part for part in item.find_all(("ul", "ol")) if part.find_parent("li") is item]

    def _flush(self) -> None:
        loose, self._loose = "".join(self._loose), []
        for part in re.split(rf"{_BREAK}\s*{_BREAK}", loose):
            self._add(BlockKind.PARAGRAPH, part)

    def _add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        if clean := tidy(text):
            self._blocks.append(Block(kind, clean, level=level))
