"""Tables that are written as a list of lists, as the federal laws in Markdown have them.

    *    *   22

        *   Büchsenmacher

CommonMark reads the second line as code; here each outer bullet is a row, each inner one a cell.
"""

import re
from collections.abc import Iterator

_ROW = re.compile(r"\*\s{3,4}\*(?:\s+(?P<text>\S.*))?$")
_CELL = re.compile(r"\s{4,5}\*(?:\s+(?P<text>\S.*))?$")
_CONTINUED = re.compile(r"\s{8,}(?P<text>\S.*)$")

Table = list[list[str]]


def split_tables(text: str) -> Iterator[str | Table]:
    """The Markdown in order: stretches of ordinary text, and tables as rows of cell texts."""
    plain: list[str] = []
    table: Table = []
    for line in text.split("\n"):
        if row := _ROW.match(line):
            if plain:
                yield "\n".join(plain)
                plain = []
            table.append([row["text"] or ""])
        elif not table:
            plain.append(line)
        elif cell := _CELL.match(line):
            table[-1].append(cell["text"] or "")
        elif continued := _CONTINUED.match(line):
            table[-1][-1] = f"{table[-1][-1]} {continued['text']}".strip()
        elif line.strip():
            yield table
            table, plain = [], [line]
    if table:
        yield table
    if plain:
        yield "\n".join(plain)
