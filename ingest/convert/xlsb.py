"""Binary Excel workbooks (.xlsb) to blocks: an archive of parts that consist of records.

A record is its type, its length and its data, see [MS-XLSB]. Only those with cells, texts, number
formats and merged ranges are looked at; a sheet is never larger in memory than its cells.
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]
from openpyxl.styles.numbers import (  # type: ignore[import-untyped]
    BUILTIN_FORMATS,
    is_date_format,
)
from openpyxl.utils.datetime import (  # type: ignore[import-untyped]
    MAC_EPOCH,
    WINDOWS_EPOCH,
    from_excel,
)

from ingest.convert.blocks import Conversion
from ingest.convert.office_archive import open_archive
from ingest.convert.sheet import MAX_COLUMNS, Sheet, workbook
from ingest.convert.table_cells import shown
from ingest.convert.table_merges import Merges, Range
from ingest.convert.wording import tidy
from ingest.sources import SourceFile

_ROW, _BLANK, _RK, _BOOL, _REAL, _TEXT, _SHARED = 0, 1, 2, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOL = 8, 9, 10
_SHARED_ITEM, _FORMAT, _CELL_FORMAT, _WORKBOOK, _SHEET, _MERGE = 19, 44, 47, 153, 156, 176
_CELL_FORMATS_BEGIN, _CELL_FORMATS_END = 617, 618
_MAX_ROWS = 2**20
_VISIBLE = 0


@dataclass(slots=True)
class _Book:
    """What the cells refer to: shared texts, number formats by style, the calendar's first day."""

    texts: list[str]
    formats: list[str]
    is_1904: bool = False


def convert(source: SourceFile) -> Conversion:
    """Convert an .xlsb file."""
    with open_archive(source) as archive:
        book = _Book(list(_shared_texts(archive)), list(_cell_formats(archive)))
        places = _places(archive)
        sheets = []
        for kind, data in _records(_part(archive, "xl/workbook.bin")):
            if kind == _WORKBOOK:
                book.is_1904 = bool(data[0] & 1)
            elif kind == _SHEET:
                relation, end = _text(data, 8)
                title, _ = _text(data, end)
                part = _part(archive, places.get(relation, ""))
                rows = Merges(_ranges(part)).filled(_rows(part, book))
                state = struct.unpack_from("<I", data)[0]
                sheets.append(Sheet(title, rows, is_hidden=state != _VISIBLE))
        return workbook(sheets)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes; none when there is no such part."""
    try:
        return archive.read(name)
    except KeyError:
        return b""


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and data of each record; type and length have seven bits in a byte."""
    position = 0
    while position < len(data):
        kind = data[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = data[position]
            position += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, data[position : position + size]
        position += size


def _text(data: bytes, start: int) -> tuple[str, int]:
    """A text with its length in front, and where it ends."""
    length = struct.unpack_from("<I", data, start)[0]
    if length == 0xFFFFFFFF:
        return "", start + 4
    end = start + 4 + 2 * length
    return data[start + 4 : end].decode("utf-16-le", "replace"), end


def _places(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts that the workbook's relations lead to."""
    data = _part(archive, "xl/_rels/workbook.bin.rels")
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    targets = {str(entry.get("Id")): str(entry.get("Target")) for entry in root}
    return {
        name: target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        for name, target in targets.items()
    }


def _shared_texts(archive: zipfile.ZipFile) -> Iterator[str]:
    for kind, data in _records(_part(archive, "xl/sharedStrings.bin")):
        if kind == _SHARED_ITEM:
            yield _text(data, 1)[0]


def _cell_formats(archive: zipfile.ZipFile) -> Iterator[str]:
    """The number format of each style a cell may have, in order."""
    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    is_inside = False
    for kind, data in _records(_part(archive, "xl/styles.bin")):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in (_CELL_FORMATS_BEGIN, _CELL_FORMATS_END):
            is_inside = kind == _CELL_FORMATS_BEGIN
        elif kind == _CELL_FORMAT and is_inside:
            yield codes.get(struct.unpack_from("<H", data, 2)[0], "General")


def _ranges(part: bytes) -> Iterator[Range]:
    for kind, data in _records(part):
        if kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            yield top, left, bottom, right


def _rows(part: bytes, book: _Book) -> Iterator[list[str]]:
    """The rows from the first one on, those without cells empty."""
    number, row = 0, list[str]()
    for kind, data in _records(part):
        if kind == _ROW:
            following = min(struct.unpack_from("<I", data)[0], _MAX_ROWS)
            if following > number:
                yield row
                yield from ([] for _ in range(following - number - 1))
                number, row = following, []
        elif _BLANK <= kind <= _FORMULA_BOOL:
            column, style = struct.unpack_from("<II", data)
            if len(row) <= column < MAX_COLUMNS:
                row += [""] * (column - len(row))
                row.append(tidy(_shown(kind, data[8:], style & 0xFFFFFF, book)))
    yield row


def _shown(kind: int, data: bytes, style: int, book: _Book) -> str:
    number_format = book.formats[style] if style < len(book.formats) else "General"
    value: object = None
    if kind == _RK:
        value = _number(_rk(data), number_format, book)
    elif kind in (_REAL, _FORMULA_REAL):
        value = _number(struct.unpack_from("<d", data)[0], number_format, book)
    elif kind in (_BOOL, _FORMULA_BOOL):
        value = bool(data[0])
    elif kind in (_TEXT, _FORMULA_TEXT):
        value = _text(data, 0)[0]
    elif kind == _SHARED:
        value = book.texts[struct.unpack_from("<I", data)[0]]
    return shown(value, number_format)


def _rk(data: bytes) -> float:
    """A number in four bytes: an integer or the upper part of a float, perhaps in hundredths."""
    packed = struct.unpack_from("<I", data)[0]
    if packed & 2:
        number = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return number / 100 if packed & 1 else number


def _number(number: float, number_format: str, book: _Book) -> object:
    """The number, or the day or time that it stands for."""
    if not is_date_format(number_format):
        return number
    try:
        moment: object = from_excel(number, MAC_EPOCH if book.is_1904 else WINDOWS_EPOCH)
    except (OverflowError, ValueError):
        return number
    return moment
