"""Synonyms that admins keep in a text file, read again as soon as it changes.

One group a line: `Chef = Geschäftsführer, Inhaber` works in all directions, `Lehrgeld => Vergütung`
only from the question's word to the documents' words; phrases are allowed, `#` begins a comment. A
line that cannot be read is reported and left out, the others count. A list of general words comes
with the program; words of the own file count more.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from kb.lexical import terms_of, tokens_of

_log = logging.getLogger(__name__)

#: what a synonym counts where the word itself counts 1
OWN_WEIGHT = 0.8
GENERAL_WEIGHT = 0.3

_CHECK_SECONDS = 1.0
_MOST_BYTES = 2_000_000
_MOST_WORDS = 8


class Replacement(NamedTuple):
    """Words `start`…`end` of a question may be put in other words, whose index terms these are."""

    start: int
    end: int
    terms: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class _Entry:
    stems: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class SynonymTable:
    """Phrases by their first stem. `problems` are sentences for the admin."""

    entries: Mapping[str, Sequence[_Entry]] = field(default_factory=dict)
    groups: int = 0
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, weight: float) -> "SynonymTable":
        """A table of the lines that can be read, and the problems of the others."""
        entries: dict[str, list[_Entry]] = {}
        problems: list[str] = []
        groups = 0
        for number, line in enumerate(text.splitlines(), start=1):
            content = line.partition("#")[0].strip()
            if not content:
                continue
            try:
                found = list(_entries(content, weight))
            except ValueError as error:
                problems.append(f"Zeile {number} „{_shortened(content)}“: {error}")
                continue
            groups += 1
            for entry in found:
                entries.setdefault(entry.stems[0], []).append(entry)
        return cls(entries, groups, tuple(problems))

    def found_in(self, stems: Sequence[str]) -> Iterator[Replacement]:
        """What the words of a question (as stems, in order) may be replaced by."""
        for start, first in enumerate(stems):
            for entry in self.entries.get(first, ()):
                end = start + len(entry.stems)
                if tuple(stems[start:end]) == entry.stems:
                    for terms in entry.others:
                        yield Replacement(start, end, terms, entry.weight)


class Synonyms:
    """The general list and the admin's file, which may be missing and may change at any time."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._lock = Lock()
        self._checked = 0.0
        self._state: tuple[int, int] | None = None
        self._own = SynonymTable()

    def found_in(self, stems: Sequence[str]) -> Iterator[Replacement]:
        """Replacements from both lists, see SynonymTable."""
        yield from self.own().found_in(stems)
        yield from _general().found_in(stems)

    def own(self) -> SynonymTable:
        """The admin's list as it is now; looks at the file at most once a second."""
        with self._lock:
            if self.file and time.monotonic() - self._checked >= _CHECK_SECONDS:
                self._checked = time.monotonic()
                self._refresh(self.file)
            return self._own

    def _refresh(self, file: Path) -> None:
        try:
            status = file.stat()
            state = (status.st_mtime_ns, status.st_size)
        except OSError:
            state = None
        if state == self._state:
            return
        self._state = state
        self._own = _read_file(file) if state else SynonymTable()
        for problem in self._own.problems:
            _log.warning("synonyms %s: %s", file, problem)


def _read_file(file: Path) -> SynonymTable:
    try:
        if file.stat().st_size > _MOST_BYTES:
            return SynonymTable(problems=("Die Datei ist größer als 2 MB und wird nicht gelesen.",))
        return SynonymTable.read(file.read_text(encoding="utf-8-sig"), OWN_WEIGHT)
    except UnicodeDecodeError:
        return SynonymTable(problems=("Die Datei ist nicht in UTF-8 gespeichert.",))
    except OSError as error:
        return SynonymTable(problems=(f"Die Datei lässt sich nicht lesen: {error.strerror}.",))


def _entries(line: str, weight: float) -> Iterator[_Entry]:
    """Raises ValueError with a German sentence."""
    one_way = "=>" in line
    left, sign, right = line.partition("=>" if one_way else "=")
    if not sign:
        raise ValueError("Es fehlt „=“ oder „=>“.")
    if "=" in right:
        raise ValueError("Es steht mehr als ein „=“ darin.")
    phrases = [_phrase(phrase) for phrase in (left, *right.split(","))]
    for phrase in phrases[:1] if one_way else phrases:
        others = tuple(dict.fromkeys(other.terms for other in phrases if other is not phrase))
        yield _Entry(phrase.stems, others, weight)


class _Phrase(NamedTuple):
    stems: tuple[str, ...]
    terms: tuple[str, ...]


def _phrase(written: str) -> _Phrase:
    stems = tuple(token.stem for token in tokens_of(written))
    terms = tuple(dict.fromkeys(terms_of(written)))
    if not stems:
        raise ValueError("Auf einer Seite steht kein Wort.")
    if not terms:
        raise ValueError(f"„{written.strip()}“ besteht nur aus Füllwörtern.")
    if len(stems) > _MOST_WORDS:
        raise ValueError(f"„{_shortened(written.strip())}“ hat mehr als {_MOST_WORDS} Wörter.")
    return _Phrase(stems, terms)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


@cache
def _general() -> SynonymTable:
    text = (files("kb") / "synonyms.txt").read_text(encoding="utf-8")
    return SynonymTable.read(text, GENERAL_WEIGHT)
