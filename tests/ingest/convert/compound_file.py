"""Writes compound files (OLE), the container of .msg, .doc and locked Office files.

Version 3 as in [MS-CFB]: sectors of 512 bytes, small streams in the mini stream, the entries of a
folder as a tree (here: a list along the right-hand siblings).
"""

import struct
from collections.abc import Mapping

Tree = Mapping[str, "bytes | Tree"]

_SECTOR = 512
_MINI = 64
_CUTOFF = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file with these folders (mappings) and streams (bytes)."""
    return _Writer().written(tree)


class _Writer:
    def __init__(self) -> None:
        self._entries: list[list[object]] = []  # name, type, right, child, first sector, size
        self._sectors: list[bytes] = []
        self._fat: list[int] = []
        self._mini = bytearray()
        self._mini_fat: list[int] = []

    def written(self, tree: Tree) -> bytes:
        self._entries.append(["Root Entry", _ROOT, _FREE, _FREE, _END, 0])
        self._entries[0][3] = self._folder(tree)
        mini_size = len(self._mini)
        self._entries[0][4] = self._stored(bytes(self._mini))
        self._entries[0][5] = mini_size
        mini_fat = b"".join(struct.pack("<I", entry) for entry in self._mini_fat)
        mini_fat_sectors = -(-len(mini_fat) // _SECTOR)
        first_mini_fat = self._stored(mini_fat, filler=b"\xff")
        first_directory = self._stored(b"".join(map(_entry_bytes, self._entries)))
        fat_sectors = 1
        while fat_sectors * (_SECTOR // 4) < len(self._sectors) + fat_sectors:
            fat_sectors += 1
        first_fat = len(self._sectors)
        fat = self._fat + [_FAT] * fat_sectors
        fat += [_FREE] * (fat_sectors * (_SECTOR // 4) - len(fat))
        header = struct.pack(
            "<8s16xHHHHH6xIIIIIIIII",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            *(0x3E, 3, 0xFFFE, 9, 6),
            *(0, fat_sectors, first_directory, 0, _CUTOFF),
            *(first_mini_fat, mini_fat_sectors, _END, 0),
        )
        places = [first_fat + number for number in range(fat_sectors)]
        header += b"".join(struct.pack("<I", place) for place in places)
        fat_bytes = b"".join(struct.pack("<I", entry) for entry in fat)
        return header.ljust(_SECTOR, b"\xff") + b"".join(self._sectors) + fat_bytes

    def _folder(self, tree: Tree) -> int:
        """Adds a folder's entries; returns the first one's number."""
        if not tree:
            return _FREE
        # olefile and Office look names up by length, then alphabet
        names = sorted(tree, key=lambda name: (len(name), name.upper()))
        first = len(self._entries)
        for position, name in enumerate(names):
            right = first + position + 1 if position + 1 < len(names) else _FREE
            self._entries.append([name, _STORAGE, right, _FREE, 0, 0])
        for position, name in enumerate(names):
            content = tree[name]
            entry = self._entries[first + position]
            if isinstance(content, bytes):
                entry[1], entry[5] = _STREAM, len(content)
                is_small = len(content) < _CUTOFF
                entry[4] = self._stored_mini(content) if is_small else self._stored(content)
            else:
                entry[3] = self._folder(content)
        return first

    def _stored(self, data: bytes, filler: bytes = b"\0") -> int:
        first = len(self._sectors)
        count = -(-len(data) // _SECTOR)
        for number in range(count):
            piece = data[number * _SECTOR : (number + 1) * _SECTOR]
            self._sectors.append(piece.ljust(_SECTOR, filler))
            self._fat.append(first + number + 1 if number + 1 < count else _END)
        return first if count else _END

    def _stored_mini(self, data: bytes) -> int:
        first = len(self._mini_fat)
        count = -(-len(data) // _MINI)
        self._mini += data.ljust(count * _MINI, b"\0")
        self._mini_fat += [
            first + number + 1 if number + 1 < count else _END for number in range(count)
        ]
        return first if count else _END


def _entry_bytes(entry: list[object]) -> bytes:
    name, kind, right, child, sector, size = entry
    encoded = (str(name) + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ",
        *(encoded, len(encoded), kind, 1, _FREE, right, child, 0, sector, size),
    )
