"""CSV to blocks, whatever its delimiter and encoding."""

import csv
import io
import re

from ingest.convert.blocks import Conversion
from ingest.convert.encoding import decode
from ingest.convert.sheet import sheet_blocks
from ingest.convert.wording import tidy
from ingest.sources import SourceFile

_DELIMITERS = ";,\t|"
_SAMPLE = 200_000
csv.field_size_limit(64 * 1024 * 1024)


def convert(source: SourceFile) -> Conversion:
    """Convert a .csv file."""
    text = decode(source.data, source.name).replace("\0", "")
    delimiter, text = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = ([tidy(cell) for cell in row] for row in reader)
    return Conversion(tuple(sheet_blocks(rows, "")))


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter that divides most lines alike, and the text without Excel's „sep=“ line."""
    if found := re.match(r"\ufeff?sep=(.)\r?\n", text):
        return found[1], text[found.end() :]
    sample = text[:_SAMPLE]
    scores = {}
    for delimiter in _DELIMITERS:
        rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))[:100]
        widths = [len(row) for row in rows if len(row) > 1]
        alike = max((widths.count(width) for width in set(widths)), default=0)
        scores[delimiter] = (alike, len(set(widths)) * -1)
    return max(scores, key=lambda delimiter: scores[delimiter]), text
