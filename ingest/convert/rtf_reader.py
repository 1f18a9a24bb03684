"""RTF to paragraphs and table rows: what the document shows, without fonts, styles and pictures.

RTF is a tree of groups; a control word changes the state of its group, or makes the group a
destination whose text belongs elsewhere. See the Rich Text Format Specification 1.9.1.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.convert.rtf_state import TITLE_LEVEL, RtfParagraph, Sink, State, Text
from ingest.convert.rtf_words import CHARACTERS, CHARSETS, GERMAN, SKIPPED, STARRED_TEXT, code_page

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)|\\"
)
_HEADING_NAME = re.compile(r"(?:heading|überschrift) (\d)", re.IGNORECASE)
_MAX_DEPTH = 2_000


class RtfReader:
    """Reads one document; `title` and `language` are known once all paragraphs were read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._state = State()
        self._stack: list[State] = []
        self._texts = {sink: Text() for sink in Sink}
        self._cells: list[str] = []
        #: columns of the row's definition, and those that continue a cell above
        self._columns = 0
        self._merged: set[int] = set()
        self._levels: dict[int, int] = {}
        self._charsets: dict[int, str] = {}
        self._default = "cp1252"
        self._default_font = -1
        self._bytes = bytearray()
        self._skip = 0
        self._starred = False
        #: how many bytes have been read
        self.position = 0
        self.title = ""
        self.language = ""

    def paragraphs(self) -> Iterator[RtfParagraph]:
        """All paragraphs and rows in order. A file that ends too early gives what it has."""
        while found := _TOKEN.match(self._data, self.position):
            self.position = found.end()
            word, number, code, symbol, brace, text = found.groups()
            if word == b"bin":
                self.position += max(int(number or 0), 0)
            elif word:
                yield from self._word(word, int(number) if number else None)
            elif code:
                self._add_bytes(bytes.fromhex(code.decode()))
            elif brace == b"{":
                self._open()
            elif brace:
                self._close()
            elif symbol:
                yield from self._symbol(symbol)
            elif text:
                self._add_bytes(text)
        self._flush()
        yield from self._end_paragraph()

    def _open(self) -> None:
        self._flush()
        self._skip = 0
        self._starred = False
        if len(self._stack) >= _MAX_DEPTH:
            raise ValueError("groups nested too deeply")
        self._stack.append(replace(self._state))

    def _close(self) -> None:
        self._flush()
        self._skip = 0
        self._starred = False
        ended = self._state
        self._state = self._stack.pop() if self._stack else State()
        if ended.sink is Sink.STYLES:
            self._end_style(ended)
        elif ended.sink is Sink.TITLE and self._state.sink is not Sink.TITLE:
            self.title = self._texts[Sink.TITLE].taken()

    def _end_style(self, ended: State) -> None:
        name = self._texts[Sink.STYLES].taken()
        found = _HEADING_NAME.match(name.strip())
        if name.strip().rstrip(";").lower() in ("title", "titel"):
            self._levels[ended.style] = TITLE_LEVEL
        elif ended.style >= 0 and (found or ended.level):
            self._levels[ended.style] = int(found[1]) if found else ended.level

    def _symbol(self, symbol: bytes) -> Iterator[RtfParagraph]:
        if self._skip:
            self._skip -= 1
        elif symbol == b"*":
            self._starred = True
        elif symbol in (b"\n", b"\r"):
            yield from self._end_paragraph()
        elif symbol in CHARACTERS:
            self._add(CHARACTERS[symbol])

    def _word(self, word: bytes, number: int | None) -> Iterator[RtfParagraph]:
        starred, self._starred = self._starred, False
        if self._skip:
            self._skip -= 1
        elif word == b"u" and number is not None:
            self._add(chr(number % 65536))
            self._skip = self._state.fallback_length
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in (b"par", b"sect", b"page"):
            yield from self._end_paragraph()
        elif word == b"cell":
            self._end_cell()
        elif word == b"row":
            yield from self._end_row()
        elif self._state.sink is not Sink.NOWHERE and not self._begin_destination(word, starred):
            self._flush()
            self._set(word, number)

    def _begin_destination(self, word: bytes, starred: bool) -> bool:
        """Whether the word turns its group into a destination."""
        if word == b"footnote":
            self._state.sink = Sink.FOOTNOTE
        elif word == b"fonttbl":
            self._state.sink = Sink.FONTS
        elif word == b"stylesheet":
            self._state.sink = Sink.STYLES
        elif word == b"info":
            self._state.sink = Sink.INFO
        elif word == b"title" and self._state.sink is Sink.INFO:
            self._state.sink = Sink.TITLE
        elif word in SKIPPED or (
            starred and word not in STARRED_TEXT and self._state.sink is not Sink.STYLES
        ):
            self._state.sink = Sink.NOWHERE
        else:
            return False
        return True

    def _set(self, word: bytes, number: int | None) -> None:
        """Character properties."""
        state = self._state
        match word:
            case b"f":
                state.font = number or 0
                state.encoding = self._charsets.get(state.font, self._default)
            case b"uc":
                state.fallback_length = max(number, 0) if number is not None else 1
            case b"plain":
                state.is_bold = state.is_hidden = False
                state.encoding = self._charsets.get(self._default_font, self._default)
            case b"b":
                state.is_bold = number != 0
            case b"v" | b"deleted":
                state.is_hidden = number != 0
            case _:
                self._set_paragraph(word, number or 0)
                self._set_document(word, number or 0)

    def _set_paragraph(self, word: bytes, number: int) -> None:
        state = self._state
        match word:
            case b"pard":
                state.level, state.style, state.depth, state.is_in_table = 0, -1, 0, False
            case b"s":
                state.style = number
            case b"ilvl":
                state.depth = min(max(number, 0), 8)
            case b"outlinelevel":
                state.level = min(max(number, 0) + 1, 9)
            case b"intbl":
                state.is_in_table = True
            case b"trowd":
                self._columns, self._merged = 0, set()
            case b"clvmrg":
                self._merged.add(self._columns)
            case b"cellx":
                self._columns += 1

    def _set_document(self, word: bytes, number: int) -> None:
        match word:
            case b"ansicpg":
                self._default = self._state.encoding = code_page(number)
            case b"mac":
                self._default = self._state.encoding = "mac_roman"
            case b"pc" | b"pca":
                self._default = self._state.encoding = "cp437" if word == b"pc" else "cp850"
            case b"deff":
                self._default_font = number
            case b"deflang":
                self.language = "de" if number in GERMAN else ""
            case b"fcharset" if self._state.sink is Sink.FONTS:
                self._charsets[self._state.font] = CHARSETS.get(number, self._default)

    def _add_bytes(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._bytes += data[skipped:]

    def _add(self, text: str) -> None:
        self._flush()
        if not self._state.is_hidden and self._state.sink is not Sink.NOWHERE:
            target = self._texts[self._state.sink]
            target.text.append(text)
            if text.strip():
                target.bold += self._state.is_bold
                target.plain += not self._state.is_bold

    def _flush(self) -> None:
        """Bytes to text, before anything changes their encoding or place."""
        if self._bytes:
            text, self._bytes = self._bytes.decode(self._state.encoding, "replace"), bytearray()
            self._add(text)

    def _end_paragraph(self) -> Iterator[RtfParagraph]:
        self._flush()
        if self._state.sink is Sink.FOOTNOTE or self._state.is_in_table:
            self._add("\n")
            return
        if self._state.sink is not Sink.BODY:
            return
        body = self._texts[Sink.BODY]
        is_bold = bool(body.bold) and not body.plain
        level = self._state.level or self._levels.get(self._state.style, 0)
        yield RtfParagraph(body.taken(), level, self._state.depth, is_bold)
        if note := self._texts[Sink.FOOTNOTE].taken():
            yield RtfParagraph(note)

    def _end_cell(self) -> None:
        self._flush()
        self._cells.append(self._texts[Sink.BODY].taken())

    def _end_row(self) -> Iterator[RtfParagraph]:
        self._flush()
        cells, self._cells = tuple(self._cells), []
        yield RtfParagraph(" ".join(cells), cells=cells, merged=frozenset(self._merged))
        if note := self._texts[Sink.FOOTNOTE].taken():
            yield RtfParagraph(note)


def rtf_text(data: bytes) -> str:
    """The text of an RTF document, one paragraph a line."""
    return "\n".join(paragraph.text for paragraph in RtfReader(data).paragraphs())
