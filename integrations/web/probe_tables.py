"""Test questions as rows of a table, out and in: as a file, or as cells copied from a spreadsheet.

A cell with several values has a line for each; the lines of `Dokument` and `Stelle` belong together.
What a table does not show of an earlier test question (topic, notices, questions before) stays.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from assistant.evaluation import ExpectedSource, GoldenQuestion
from integrations.probes import ANSWERED, NOT_FOUND, golden_of, new_id, probe_of
from integrations.web.csv_export import as_typed
from kb.audience import PUBLIC
from kb.errors import InputError
from kb.state.probes import Probe

#: the columns that are read; a table may leave out all but the question, and have others
COLUMNS = (
    *("Kennung", "Frage", "Gefragt für", "Stichtag", "Erwartet"),
    *("Dokument", "Stelle", "Enthält", "Enthält nicht"),
)
_QUESTION = "Frage"
_EXPECTED = {ANSWERED: "eine Antwort", NOT_FOUND: "nichts gefunden"}
_DELIMITERS = ";\t,"
_DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")
_LONGEST_CELL = 20_000
_LONGEST = 2_000


def cells_of(probe: Probe) -> list[str]:
    """A test question in the order of `COLUMNS`."""
    expected = probe.expected
    quotes = (" ".join(one["quote"].split()) for one in expected["sources"])
    return [
        probe.probe_id,
        probe.text,
        probe.audience,
        expected["as_of"],
        _EXPECTED.get(expected["status"], expected["status"]),
        "\n".join(one["file"] for one in expected["sources"]),
        "\n".join(quotes),
        "\n".join(expected["contains"]),
        "\n".join(expected["excludes"]),
    ]


def is_table(text: str) -> bool:
    """Whether the first line holds the heads of columns, the question's among them."""
    return _QUESTION in _heads(text)


def read_table(text: str, known: Mapping[str, Probe]) -> list[Probe]:
    """The test questions of a table; `known` are those there are, by id.

    Raises InputError that names the row, before anything is changed.
    """
    text = text.removeprefix("\ufeff").strip("\r\n")
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), restval="")
    probes: list[Probe] = []
    try:
        for number, line in enumerate(lines, 2):
            cells = {head: as_typed(line.get(head) or "") for head in COLUMNS}
            if any(cell.strip() for cell in cells.values()):
                probes.append(_probe(cells, known, number))
    except csv.Error as error:
        raise InputError(
            "Die Tabelle ist nicht lesbar. Bitte die Zellen mitsamt der Kopfzeile noch einmal kopieren."
        ) from error
    if not probes:
        raise InputError("Die Tabelle hat unter der Kopfzeile keine Zeile.")
    return probes


def _heads(text: str) -> Sequence[str]:
    first = text.removeprefix("\ufeff").lstrip("\r\n").partition("\n")[0]
    return [head.strip().strip('"') for head in first.split(_delimiter(first))]


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _probe(cells: Mapping[str, str], known: Mapping[str, Probe], number: int) -> Probe:
    try:
        return probe_of(_golden(cells, known))
    except InputError as error:
        raise InputError(f"Zeile {number} der Tabelle: {error}") from error


def _golden(cells: Mapping[str, str], known: Mapping[str, Probe]) -> GoldenQuestion:
    """Raises InputError."""
    said = {head: cell.strip() for head, cell in cells.items()}
    if not said[_QUESTION]:
        raise InputError("Es fehlt die Frage.")
    if max(map(len, said.values())) > _LONGEST_CELL or len(said[_QUESTION]) > _LONGEST:
        raise InputError(
            f"Die Frage darf höchstens {_LONGEST} Zeichen lang sein, andere Zellen {_LONGEST_CELL}."
        )
    ident = said["Kennung"] or new_id()
    before = golden_of(known[ident]) if ident in known else _empty(ident)
    # an empty line in the one column stands beside a line in the other
    pairs = zip_longest(cells["Dokument"].splitlines(), cells["Stelle"].splitlines(), fillvalue="")
    return replace(
        before,
        text=said[_QUESTION],
        audience=said["Gefragt für"] or PUBLIC,
        status=_status(said["Erwartet"], before.status),
        as_of=_day(said["Stichtag"]),
        sources=tuple(
            ExpectedSource(file.strip(), quote.strip())
            for file, quote in pairs
            if file.strip() or quote.strip()
        ),
        contains=_lines(said["Enthält"]),
        excludes=_lines(said["Enthält nicht"]),
    )


def _status(cell: str, before: str) -> str:
    """A golden set may have others of its own; these stay. Raises InputError."""
    if not cell or cell == before:
        return before if cell else ANSWERED
    for status, words in _EXPECTED.items():
        if cell.casefold() == words.casefold():
            return status
    raise InputError(f"„Erwartet“ ist „eine Antwort“ oder „nichts gefunden“, nicht {cell[:60]!r}.")


def _day(cell: str) -> str:
    """An ISO day, as it is or as German spreadsheets write it; empty for none. Raises InputError."""
    for form in _DAY_FORMATS if cell else ():
        try:
            return datetime.strptime(cell, form).date().isoformat()
        except ValueError:
            continue
    if cell:
        raise InputError(f"Der Stichtag {cell[:40]!r} ist kein Datum, zum Beispiel 31.12.2027.")
    return ""


def _lines(cell: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in cell.splitlines() if line.strip())


def _empty(ident: str) -> GoldenQuestion:
    return GoldenQuestion(ident, "", ANSWERED, "", "", PUBLIC, (), (), (), (), ())
