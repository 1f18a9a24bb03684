"""Typing errors: what kind of edit lies between two words, and which words are one edit away.

Some edits fingers make all the time and other words hardly ever differ by (neighbours swapped, a
letter doubled or struck on the key beside it); others turn one word into another just as often
(`befördert`, `gefördert`). The kind therefore decides how far a correction is trusted.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

_LETTERS = "abcdefghijklmnopqrstuvwxyzäöü"
_KINDS = len(_LETTERS) + 1
_LONGEST = 40
_ROWS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm")
_BESIDE = {
    key: row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
    for row in _ROWS
    for at, key in enumerate(row)
}
_ALIKE = frozenset(
    frozenset(pair)
    for pair in "dt bp gk kc cz sz fv vw iy ij äe aä oö uü".split()
)  # fmt: skip


class Edit(IntEnum):
    """How a typed word differs from the one that was meant; the lower, the likelier a slip."""

    SWAP = 0
    DOUBLE = 1
    BESIDE = 2
    SINGLE = 3  # one of two equal letters left out
    ALIKE = 4  # letters that sound alike, or an umlaut without its dots
    DROP = 5
    INSERT = 6
    REPLACE = 7
    TWO = 8

    @property
    def a_slip(self) -> bool:
        """Whether German words hardly ever differ by this kind alone."""
        return self <= Edit.SINGLE


def edit_between(typed: str, meant: str) -> Edit | None:
    """The single edit between two words, None when they are equal or further apart."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return None
    at = _first_difference(typed, meant)
    left, rest = typed[at:], meant[at:]
    if len(left) < len(rest):
        doubled = at > 0 and rest[0] == meant[at - 1]
        return None if left != rest[1:] else Edit.SINGLE if doubled else Edit.DROP
    if len(left) > len(rest):
        doubled = at > 0 and left[0] == typed[at - 1]
        return None if left[1:] != rest else Edit.DOUBLE if doubled else Edit.INSERT
    if left[1:] == rest[1:]:
        return _replaced(left[0], rest[0])
    return Edit.SWAP if left[:2] == rest[1::-1] and left[2:] == rest[2:] else None


def two_edits(typed: str, meant: str) -> bool:
    """Whether two words are two edits apart (optimal string alignment), not less."""
    if abs(len(typed) - len(meant)) > 2:
        return False
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, 1):
        low, high = max(1, i - 2), min(len(meant), i + 2)
        current = [9] * (len(meant) + 1)
        current[0] = i
        for j in range(low, high + 1):
            other = meant[j - 1]
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current[j] = cost
        if min(current[low - 1 : high + 1]) > 2:
            return False
        before, row = row, current
    return row[-1] == 2


def plausible(typed: str, meant: str, word: str = "") -> bool:
    """Whether `typed` looks like a German word where it differs from `meant`.

    All its letter trigrams around the difference occur in German words (a fixed list). `word` is
    the whole word where the two compared are only stems.
    """
    first = _first_difference(typed, meant)
    last = len(typed) - _first_difference(typed[::-1], meant[::-1])
    return looks_german(word or typed, first - 1, max(last, first) + 1)


def looks_german(word: str, begin: int = 0, end: int = 99) -> bool:
    """Whether German words have all letter trigrams of this one, or those that begin in between."""
    marked, known = f"#{word}#", _trigrams()
    places = range(max(begin, 0), min(end, len(marked) - 2))
    return all(marked[at : at + 3] in known for at in places)


@cache
def _trigrams() -> frozenset[str]:
    """Letter trigrams of at least three words of German laws; `#` is a word's border."""
    text = (files("kb") / "trigrams.txt").read_text(encoding="utf-8")
    lines = (line.split(":") for line in text.splitlines() if ":" in line)
    return frozenset(pair + letter for pair, letters in lines for letter in letters)


def _first_difference(one: str, other: str) -> int:
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


def _replaced(typed: str, meant: str) -> Edit:
    if meant in _BESIDE.get(typed, ""):
        return Edit.BESIDE
    return Edit.ALIKE if frozenset((typed, meant)) in _ALIKE else Edit.REPLACE


class NearWords:
    """Finds words within a few edits by their letters: an edit changes at most two counts.

    Each word has a 64-bit signature (two bits a letter: occurs, occurs twice), kept by length; a
    query compares the signatures of the lengths in question. Exact, 8 bytes a word, no index.
    """

    def __init__(self) -> None:
        self._signatures: dict[int, NDArray[np.uint64]] = {}
        self._ids: dict[int, Ids] = {}

    def add(self, words: Sequence[str], ids: Iterable[int]) -> None:
        """Take words in under their ids; very long ones are left out."""
        lengths = np.fromiter(map(len, words), np.int32, len(words))
        numbers = np.fromiter(ids, np.int32, len(words))
        for length in np.unique(lengths[(lengths > 0) & (lengths <= _LONGEST)]).tolist():
            chosen = np.flatnonzero(lengths == length)
            signatures = _signatures([words[at] for at in chosen.tolist()], length)
            if length in self._ids:
                signatures = np.concatenate((self._signatures[length], signatures))
                ids_here = np.concatenate((self._ids[length], numbers[chosen]))
            else:
                ids_here = numbers[chosen]
            self._signatures[length], self._ids[length] = signatures, ids_here

    def candidates(self, word: str, edits: int) -> Ids:
        """Ids of all words that may lie within so many edits; callers compare the words."""
        if not 0 < len(word) <= _LONGEST:
            return np.empty(0, np.int32)
        wanted = _signature(word)
        found = [np.empty(0, np.int32)]
        for length in range(len(word) - edits, len(word) + edits + 1):
            # ids last: `add` may lengthen both in another thread, signatures first
            if (ids := self._ids.get(length)) is not None:
                differing = np.bitwise_count(self._signatures[length][: len(ids)] ^ wanted)
                found.append(ids[differing <= 2 * edits])
        return np.concatenate(found)


_CODES = np.full(0x180, _KINDS - 1, np.int64)
_CODES[[ord(letter) for letter in _LETTERS]] = np.arange(_KINDS - 1)
_BITS = np.uint64(1) << np.arange(0, 2 * _KINDS, 2, dtype=np.uint64)


def _signature(word: str) -> np.uint64:
    """Of one word; the same as `_signatures`, without the cost of arrays."""
    bits = 0
    for letter in word:
        place = 2 * int(_CODES[min(ord(letter), len(_CODES) - 1)])
        bits |= 2 << place if bits >> place & 1 else 1 << place
    return np.uint64(bits)


def _signatures(words: Sequence[str], length: int) -> NDArray[np.uint64]:
    """Words of one length; shape (len(words),)."""
    points = np.array(words, dtype=f"U{length}").view(np.uint32).reshape(-1, length)
    codes = _CODES[np.minimum(points, len(_CODES) - 1)]
    rows = np.arange(len(words))[:, None] * _KINDS
    counts = np.bincount((codes + rows).ravel(), minlength=len(words) * _KINDS).reshape(-1, _KINDS)
    bits = (counts >= 1) * _BITS + (counts >= 2) * (_BITS << np.uint64(1))
    signatures: NDArray[np.uint64] = bits.sum(axis=1, dtype=np.uint64)
    return signatures
