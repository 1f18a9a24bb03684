"""Spoiling a file: as disks and mail gateways do, and as somebody would who means harm."""

import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

from tests.long.originals import Original

Mutator = Callable[[random.Random, bytes], bytes]

_NUMBERS = (
    b"0",
    b"-1",
    b"65536",
    b"2147483648",
    b"99999999999",
    b"1e308",
    b"0.0000001",
    b"9" * 400,
)
_WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (98 + n, *[97 + n] * 10)
    for n in range(9)
)
_HOSTILE = (
    b"x" * 100_000,
    b"wort " * 20_000,
    b"\n" * 50_000,
    b"| a " * 5_000 + b"|\n" + b"|---" * 5_000 + b"|\n",
    b"- " * 5_000 + b"tief\n",
    b"> " * 5_000 + b"tief\n",
    b"[" * 20_000 + b"](" * 100,
    b"*_`" * 10_000,
    b"<div>" * 10_000,
    b"<table><tr><td>" * 2_000,
    b'<table><tr><td colspan="99999999" rowspan="99999999">x</td></tr></table>',
    b"<a " + b'x="1" ' * 10_000 + b">",
    b"<!--" * 5_000,
    b"<![CDATA[" * 2_000,
    b"&#x110000;&#0;&#55296;&#99999999999999;&lol;" * 500,
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    _LAUGHS + b"]><x>&j;</x>",
    b"{" * 20_000,
    b"{\\rtf1" * 3_000,
    b"\\bin999999999 ",
    b"\\u-99999999999?\\'zz\\fs99999999999999999999 ",
    b"\\trowd\\cellx1" * 3_000,
    b"[ " * 5_000,
    b"<<" * 10_000,
    b"q " * 30_000,
    b"/Kids [1 0 R 1 0 R 1 0 R] /Parent 1 0 R ",
    b"99999999999999999999 0 obj\n<< /Length -5 >>\nstream\n",
    b"--grenze\r\nContent-Type: multipart/mixed; boundary=grenze\r\n\r\n" * 500,
    b"Content-Transfer-Encoding: base64\r\n\r\n====\xff\xfe\r\n",
    b"Subject: =?utf-99?q?=FF=FE?= =?utf-8?b?////?=\r\n" * 100,
    b"\r\n ".join(b"X-Falte: y" for _ in range(5_000)),
    b"\x00" * 10_000,
    b"\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf\xff" * 200,
    "\u202e\u0000\ufeff\ud7ff\U0010ffff".encode() * 500,
    b'"' * 10_001 + b";\n",
    b";" * 100_000 + b"\n",
    b"<w:tbl><w:tr><w:tc>" * 1_000,
    b'<table:table-cell table:number-columns-repeated="999999999"/>',
    b'<table:table-row table:number-rows-repeated="999999999"><table:table-cell/></table:table-row>',
    b'<text:s text:c="999999999"/>',
)
_STREAM = re.compile(rb"/Length (\d+)([^>]{0,300}?>>\s*)stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def _flip_bits(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 32, 256))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(1, len(data) + 1)
    return data[:at] if chance.random() < 0.8 else data[-at:]


def _delete(chance: random.Random, data: bytes) -> bytes:
    begin, end = _range(chance, data)
    return data[:begin] + data[end:]


def _duplicate(chance: random.Random, data: bytes) -> bytes:
    begin, end = _range(chance, data)
    piece = data[begin:end]
    return (
        data[:end] + piece * min(chance.choice((1, 3, 50)), 500_000 // len(piece) + 1) + data[end:]
    )


def _insert(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    chunk = chance.choice(_HOSTILE)
    if chance.random() < 0.2:
        chunk = chance.randbytes(chance.choice((1, 16, 5_000)))
    tags = [found.start() for found in re.finditer(rb"<[a-z/]", data)]
    if tags and chance.random() < 0.7:  # between tags, where a parser takes it for its own
        at = chance.choice(tags)
    return data[:at] + chunk + data[at:]


def _change_numbers(chance: random.Random, data: bytes) -> bytes:
    places = [found.span() for found in re.finditer(rb"\d+", data)]
    for begin, end in sorted(chance.sample(places, min(len(places), 4)), reverse=True):
        data = data[:begin] + chance.choice(_NUMBERS) + data[end:]
    return data


def _change_lengths(chance: random.Random, data: bytes) -> bytes:
    """Numbers of two and four bytes, as in headers of binary formats."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 10))):
        form, size = chance.choice((("<H", 2), ("<I", 4), (">H", 2), (">I", 4)))
        if len(changed) < size:
            continue
        at = chance.randrange(min(len(changed), chance.choice((600, len(changed)))) - size + 1)
        changed[at : at + size] = struct.pack(form, chance.choice(_WORDS) & (256**size - 1))
    return bytes(changed)


_PLAIN: tuple[Mutator, ...] = (
    _flip_bits,
    _cut,
    _delete,
    _duplicate,
    _insert,
    _change_numbers,
    _change_lengths,
)


def _range(chance: random.Random, data: bytes) -> tuple[int, int]:
    begin = chance.randrange(len(data))
    return begin, min(begin + chance.choice((1, 16, 500, 20_000)), len(data))


def _inside_archive(chance: random.Random, data: bytes) -> bytes:
    """One member spoilt, doubled, renamed or left out; the archive itself stays sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    chosen = chance.randrange(len(members))
    name, content = members[chosen]
    kind = chance.choice(("spoil",) * 7 + ("double", "rename", "drop"))
    if kind == "spoil" and content:
        members[chosen] = (name, chance.choice(_PLAIN)(chance, content))
    elif kind == "double":
        members.append((name, chance.choice(members)[1]))
    elif kind == "rename":
        members[chosen] = (chance.choice(("../" + name, name.upper(), name + "\0x", "ü")), content)
    elif len(members) > 1:
        del members[chosen]
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in members:
                archive.writestr(*member)
    return stream.getvalue()


def _inside_stream(chance: random.Random, data: bytes) -> bytes:
    """One compressed stream of a PDF spoilt inside, packed again with the right length."""
    streams = list(_STREAM.finditer(data))
    if not streams:
        return _flip_bits(chance, data)
    found = chance.choice(streams)
    try:
        content = zlib.decompress(found[3])
    except zlib.error:
        return _flip_bits(chance, data)
    spoilt = zlib.compress(chance.choice(_PLAIN)(chance, content or b"q"))
    made = b"/Length %d%sstream\n%s\nendstream" % (len(spoilt), found[2], spoilt)
    return data[: found.start()] + made + data[found.end() :]


def mutated(
    chance: random.Random, original: Original, others: list[Original], suffixes: tuple[str, ...]
) -> tuple[str, bytes, str]:
    """A spoilt copy: its suffix, its bytes, and what was done to it."""
    data, done, suffix = original.data, [], original.suffix
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        mutator = _mutator(chance, data)
        data = mutator(chance, data) or b"\n"
        done.append(mutator.__name__.strip("_"))
    if chance.random() < 0.08:
        other = chance.choice(others)
        data = (
            data[: chance.randrange(1, len(data) + 1)]
            + other.data[chance.randrange(len(other.data)) :]
        )
        done.append(f"splice {other.name}")
    if chance.random() < 0.08:
        suffix = chance.choice((*suffixes, "", ".doc", ".XLSX"))
        done.append(f"suffix {suffix}")
    return suffix, data, ", ".join(done)


def _mutator(chance: random.Random, data: bytes) -> Mutator:
    if zipfile.is_zipfile(io.BytesIO(data)) and chance.random() < 0.7 and _is_whole(data):
        return _inside_archive
    if data.startswith(b"%PDF") and chance.random() < 0.5:
        return _inside_stream
    return chance.choice(_PLAIN)


def _is_whole(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.namelist()) and archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError):
        return False
    except (EOFError, struct.error, IndexError):
        return False
