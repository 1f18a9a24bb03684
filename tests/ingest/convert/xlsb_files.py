"""Binary Excel workbooks, written by hand record by record, see [MS-XLSB]."""

import io
import struct
import zipfile
from collections.abc import Sequence

#: what a cell may hold: a text (shared when it begins with „=“), a number with its style, nothing
Cell = str | bool | tuple[float, int] | None
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.ms-excel"


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    size, length = len(data), b""
    while True:
        length += bytes((size & 0x7F | (0x80 if size > 127 else 0),))
        size >>= 7
        if not size:
            return head + length + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(
    sheets: dict[str, Sequence[Sequence[Cell]]],
    formats: Sequence[str] = (),
    hidden: Sequence[str] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """A workbook; style n of a cell has the n-th number format, style 0 the general one."""
    texts: list[str] = []
    parts = {
        f"xl/worksheets/sheet{n}.bin": _sheet(rows, texts, merges if n == 1 else ())
        for n, rows in enumerate(sheets.values(), start=1)
    }
    bundles = b"".join(
        record(156, struct.pack("<II", int(name in hidden), n) + wide(f"rId{n}") + wide(name))
        for n, name in enumerate(sheets, start=1)
    )
    parts["xl/workbook.bin"] = (
        record(131)
        + record(153, bytes(8) + wide(""))
        + record(143)
        + bundles
        + record(144)
        + record(132)
    )
    items = b"".join(record(19, b"\0" + wide(text)) for text in texts)
    parts["xl/sharedStrings.bin"] = (
        record(159, struct.pack("<II", len(texts), len(texts))) + items + record(160)
    )
    parts["xl/styles.bin"] = _styles(formats)
    return _packed(parts, len(sheets))


def _sheet(
    rows: Sequence[Sequence[Cell]], texts: list[str], merges: Sequence[tuple[int, int, int, int]]
) -> bytes:
    records = [record(129), record(148, struct.pack("<4I", 0, len(rows), 0, 9)), record(145)]
    for number, row in enumerate(rows):
        if row:
            records.append(record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0)))
        records += (_cell(column, cell, texts) for column, cell in enumerate(row))
    records.append(record(146))
    if merges:
        records.append(record(177, struct.pack("<I", len(merges))))
        records += (record(176, struct.pack("<4I", *merged)) for merged in merges)
        records.append(record(178))
    return b"".join((*records, record(130)))


def _cell(column: int, cell: Cell, texts: list[str]) -> bytes:
    style = cell[1] if isinstance(cell, tuple) else 0
    head = struct.pack("<II", column, style)
    if cell is None:
        return record(1, head)
    if isinstance(cell, bool):
        return record(4, head + bytes((cell,)))
    if isinstance(cell, tuple):
        if cell[0] == int(cell[0]):
            return record(2, head + struct.pack("<i", int(cell[0]) << 2 | 2))
        return record(5, head + struct.pack("<d", cell[0]))
    if cell.startswith("="):
        texts.append(cell[1:])
        return record(7, head + struct.pack("<I", len(texts) - 1))
    return record(6, head + wide(cell))


def _styles(formats: Sequence[str]) -> bytes:
    codes = [record(44, struct.pack("<H", 164 + n) + wide(code)) for n, code in enumerate(formats)]
    cells = [
        record(47, struct.pack("<HHHHHBBI", 0, number, 0, 0, 0, 0, 0, 0))
        for number in (0, *(164 + n for n in range(len(formats))))
    ]
    font = record(
        43, struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 0, 0) + bytes(9) + wide("Arial")
    )
    parent = record(47, struct.pack("<HHHHHBBI", 0xFFFF, 0, 0, 0, 0, 0, 0, 0))
    return b"".join(
        (
            record(278),
            *(record(615, struct.pack("<I", len(codes))), *codes, record(616)),
            *(record(611, struct.pack("<I", 1)), font, record(612)),
            *(record(626, struct.pack("<I", 1)), parent, record(627)),
            *(record(617, struct.pack("<I", len(cells))), *cells, record(618)),
            record(279),
        )
    )


def _packed(parts: dict[str, bytes], sheets: int) -> bytes:
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, sheets + 1)
    )
    relations += (
        f'<Relationship Id="rId98" Type="{_REL}/sharedStrings" Target="sharedStrings.bin"/>'
        f'<Relationship Id="rId99" Type="{_REL}/styles" Target="styles.bin"/>'
    )
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPES}.{kind}"/>'
        for name, kind in (
            ("xl/workbook.bin", "sheet.binary.macroEnabled.main"),
            ("xl/sharedStrings.bin", "sharedStrings"),
            ("xl/styles.bin", "styles"),
            *((f"xl/worksheets/sheet{n}.bin", "worksheet") for n in range(1, sheets + 1)),
        )
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        )
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()
