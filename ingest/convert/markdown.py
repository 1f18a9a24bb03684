"""Markdown to blocks, with what German laws and guidelines in Markdown need beyond CommonMark.

Front matter becomes properties. Numbering („1.“, „a)“, „(1)“) stays at the start of its block as it
is written. „a)“ items, which CommonMark does not know, are list items; indented text is never code.
"""

import re
from collections.abc import Iterator, Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from ingest.convert import html
from ingest.convert.blocks import Block, BlockKind, Conversion
from ingest.convert.encoding import decode
from ingest.convert.markdown_rows import Table, split_tables
from ingest.convert.properties import known_properties
from ingest.convert.rows import looks_like_header, table_row
from ingest.convert.wording import ITEM_MARKER, item_depth, tidy
from ingest.sources import SourceFile

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
#: a title of several lines, written before the front matter instead of into it
_SPILLED_TITLE = re.compile(r"((?:[^\n:#>|-][^\n:]*\n){1,3})(?=---[ \t]*\n[A-Za-z_]+:)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,80}\](?:: *)?")
_DEFINITION = re.compile(r"(?m)^:[ \t]+")
_PICTURE_FILE = re.compile(r"\S+\.(?:jpe?g|png|gif|svg|webp)$", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|del|em|font|i|ins|kbd|mark|s|small|span|strong|sub|sup|u"
    r"|wbr)\b[^>]*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_REFERRING = re.compile(r"(?:Buchstaben?|Nummern?|Nrn?\.|Abs(?:atz|\.)|Satz|und|oder|bis|,)$")
#: inline markup is not looked for in longer paragraphs: the parser's time may grow with the square
_INLINE_LIMIT = 10_000


def convert(source: SourceFile) -> Conversion:
    """Convert a .md file; front matter that is no valid YAML is reported and left out."""
    text = decode(source.data, source.name).replace("\r\n", "\n").replace("\r", "\n")
    body, properties, warnings = _front_matter(text.lstrip("\ufeff\n"))
    return Conversion(tuple(blocks(body)), properties, tuple(warnings))


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text without front matter."""
    parser = _parser()
    for part in split_tables(text.replace("\t", "    ").replace("\0", "")):
        if isinstance(part, str):
            yield from _Walk(parser).blocks(part)
        else:
            yield from _bullet_table(part, parser)


def _front_matter(text: str) -> tuple[str, dict[str, str], list[str]]:
    spilled = _SPILLED_TITLE.match(text)
    before = spilled[1] if spilled else ""
    found = _FRONT_MATTER.match(text, len(before))
    if not found:
        return text, {}, []
    body = f"{before}\n{text[found.end() :]}"
    try:
        fields = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError):
        warning = (
            "Der Vorspann zwischen den „---“-Zeilen ist kein gültiges YAML; er wurde nicht "
            "ausgewertet."
        )
        return body, {}, [warning]
    if not isinstance(fields, dict):
        return text, {}, []
    properties, warnings = known_properties((str(key), value) for key, value in fields.items())
    if before and properties.get("title", "")[:1].islower():
        properties["title"] = tidy(f"{before} {properties['title']}")
    return body, properties, warnings


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").disable("code")
    parser.core.ruler.disable("inline")
    parser.block.ruler.at("reference", _reference_but_no_footnote, {"alt": []})
    parser.inline.ruler.before("emphasis", "star_inside_word", _star_inside_word)
    return parser


def _reference_but_no_footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return not line.startswith("[^") and reference(state, start, end, silent)


def _star_inside_word(state: StateInline, silent: bool) -> bool:
    """„Mitarbeiter*innen“: a star between two letters is part of the word."""
    around = state.src[max(state.pos - 1, 0) : state.pos + 2]
    if len(around) != 3 or around[1] != "*" or not (around[0].isalnum() and around[2].isalnum()):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


class _Walk:
    """One pass over the parser's tokens; keeps the stack of open list items."""

    def __init__(self, parser: MarkdownIt) -> None:
        self._parser = parser
        #: marker of each open list item; None once its first paragraph has been given out
        self._items: list[str | None] = []
        self._heading = 0
        self._row: list[str] = []
        self._names: list[str] = []

    def blocks(self, text: str) -> Iterator[Block]:
        for token in self._parser.parse(text):
            yield from self._token(token)

    def _token(self, token: Token) -> Iterator[Block]:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "list_item_open":
                self._items.append(f"{token.info}{token.markup}" if token.info else "")
            case "list_item_close":
                self._items.pop()
            case "th_open" | "td_open":
                self._row.append("")
            case "tr_close":
                yield from self._close_row()
            case "thead_open":
                self._names = []
            case "inline" if self._row:
                self._row[-1] = plain_text(self._parser, token.content)
            case "inline":
                yield from self._paragraph(token.content)
            case "fence":
                for part in re.split(r"\n\s*\n", token.content):
                    yield from _block(BlockKind.PARAGRAPH, part)
            case "html_block":
                yield from html.fragment_blocks(token.content)

    def _close_row(self) -> Iterator[Block]:
        values, self._row = self._row, []
        if not self._names:
            self._names = values
        elif row := table_row(self._names, values):
            yield row

    def _paragraph(self, content: str) -> Iterator[Block]:
        if self._heading:
            yield from _block(BlockKind.HEADING, plain_text(self._parser, content), self._heading)
            return
        if _DEFINITION.search(content) and not content.startswith(":"):
            yield from self._definitions(content)
            return
        for part in _split_items(content.split("\n")):
            yield from self._part(plain_text(self._parser, part).strip())

    def _part(self, text: str) -> Iterator[Block]:
        depth = len(self._items)
        marker = self._items[-1] if self._items else None
        if marker is not None:
            self._items[-1] = None
            yield from _block(BlockKind.LIST_ITEM, f"{marker} {text}", depth)
        elif found := ITEM_MARKER.match(text):
            if found["bullet"]:
                yield from _block(BlockKind.LIST_ITEM, text[found.end() :], depth + 1)
            else:
                level = depth + max(item_depth(found["number"]) - 1, 1)
                yield from _block(BlockKind.LIST_ITEM, text, level)
        else:
            yield from _block(BlockKind.PARAGRAPH, text)

    def _definitions(self, content: str) -> Iterator[Block]:
        name, *values = (plain_text(self._parser, part) for part in _DEFINITION.split(content))
        if row := table_row([name], ["; ".join(values)]):
            yield row


def _block(kind: BlockKind, text: str, level: int = 0) -> Iterator[Block]:
    if clean := tidy(text):
        yield Block(kind, clean, level=level)


def _split_items(lines: Sequence[str]) -> list[str]:
    """A paragraph's lines, cut before each „a)“, „(2)“ or „•“ that opens a new item."""
    parts = [lines[0]]
    for line in lines[1:]:
        before = parts[-1].rstrip()
        found = re.match(r"\(\d{1,2}[a-z]?\) |[a-z]{1,3}\) |[•–] ", line.lstrip())
        first = before.endswith(":") and re.match(r"1\\?[.)]\s", line.lstrip())
        if first or (found and not _REFERRING.search(before)):
            parts.append(line)
        else:
            parts[-1] += "\n" + line
    return parts


def _bullet_table(table: Table, parser: MarkdownIt) -> Iterator[Block]:
    rows = [[tidy(plain_text(parser, cell)) for cell in row] for row in table]
    names = rows.pop(0) if looks_like_header(rows) else []
    for values in rows:
        if row := table_row(names, values):
            yield row


def plain_text(parser: MarkdownIt, content: str) -> str:
    """`content` without unambiguous inline markup; words, numbers and addresses stay."""
    content = _FOOTNOTE.sub("", content)
    if len(content) > _INLINE_LIMIT:
        return content
    tokens: list[Token] = []
    parser.inline.parse(content, parser, {}, tokens)
    return "".join(_inline(tokens))


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    address, words = "", ""
    for token in tokens:
        text = _inline_text(token)
        words += text
        if token.type == "link_open":
            address, words = _address(str(token.attrs.get("href", ""))), ""
        elif token.type == "link_close" and address and address not in words:
            text = f" ({address})"
        yield text


def _inline_text(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline":
            return _TAG.sub(" " if token.content[:3].lower() == "<br" else "", token.content)
        case "image":
            return "" if _PICTURE_FILE.match(token.content) else token.content
        case "text" | "text_special" | "code_inline":
            return token.content
    return ""


def _address(href: str) -> str:
    """The e-mail address or number of a mailto:/tel: link, else nothing."""
    kind, _, rest = href.partition(":")
    return rest.split("?")[0] if kind.lower() in ("mailto", "tel") else ""
