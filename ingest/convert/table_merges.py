"""Merged cells of a sheet, whose text counts in each row they cover.

openpyxl's fast reader leaves them out of .xlsx files, so they are read from the sheet's XML.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]

_TAIL = 4 * 1024 * 1024
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
_MAX_MERGES = 20_000
_HEADER_ROWS = 30


#: first row and column, last row and column, all 0-based
Range = tuple[int, int, int, int]


class Merges:
    """The merged ranges of one sheet. More of them may be added while its rows are being read."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        #: by first row: (first column, last column, last row)
        self._starts: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for merged in ranges:
            self.add(merged)

    def add(self, merged: Range) -> None:
        """One more range, before the row in which it begins is given to `filled`."""
        top, left, bottom, right = merged
        self._starts[top].append((left, right, bottom))

    def filled(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """The rows with a merged cell's text in each row it covers.

        Across columns it is repeated only above the data, where it heads them: not in a row that it
        fills alone (a title), and not below.
        """
        open_ranges: list[tuple[int, int, int, str]] = []
        for number, row in enumerate(rows):
            open_ranges = [entry for entry in open_ranges if entry[2] >= number]
            for left, right, bottom in self._starts.get(number, ()):
                if left < len(row) and row[left]:
                    open_ranges.append((left, right, bottom, row[left]))
            alone = sum(map(bool, row)) == 1
            for left, right, _, text in open_ranges:
                across = number < _HEADER_ROWS and not alone and right - left < len(row) - 1
                for column in range(left, (right if across else left) + 1):
                    if column < len(row) and not row[column]:
                        row[column] = text
            yield row


def xlsx_ranges(archive: zipfile.ZipFile, sheet: Any) -> Iterator[Range]:
    """The merged ranges of a sheet of an .xlsx file."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    for found in _MERGE.findall(_end_of(archive, path))[:_MAX_MERGES]:
        left, top, right, bottom = range_boundaries(found.decode())
        yield top - 1, left - 1, bottom - 1, right - 1


def _end_of(archive: zipfile.ZipFile, path: str) -> bytes:
    """The sheet's XML behind its cells, where merged ranges are listed."""
    try:
        with archive.open(path) as entry:
            tail = b""
            while part := entry.read(_TAIL):
                tail = (tail + part)[-_TAIL:]
    except (KeyError, zipfile.BadZipFile):
        return b""
    return tail[tail.rfind(b"</sheetData>") :] if b"</sheetData>" in tail else tail
