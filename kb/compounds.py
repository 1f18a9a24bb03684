"""German compounds, taken apart and put together with the words that the documents have.

`Fördermittelabruf` is `Fördermittel` + `Abruf` where the documents know both; a question's `Abruf`
and `Fördermittel` find it the other way round. Joints (Fugenlaute) are s, es, n, en, er, e.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from kb.lexical import is_stop_word
from kb.lexicon import Words

SHORTEST_PART = 4
_SHORTEST_COMPOUND = 2 * SHORTEST_PART
_LONGEST = 48
JOINTS = ("", "s", "es", "n", "en", "er", "e")
_LOST = ("e", "en", "n")  # Sprach(e)kurs, Förder(n)mittel
_SCANNED = 12
_MOST_WHOLES = 4
#: endings that look like words, and inflections of one part
_NO_PART = frozenset(
    """
    innen enden ender endes ende bare barer bares baren barem sche schen scher sches liche licher
    lichen lich isch ische ischen ischer samkeit heit heiten keit keiten schaft schaften ungen chen
    lein lose losen loser loses losem satzes weise reich sten stes ster ster ierung ierte iert test
    sten ungs erin erinnen
    """.split()
)


class Compounds:
    """Takes compounds apart and finds them, by the words that one viewer may know.

    Made for one question: what it looked up it remembers.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._parts: dict[str, bool] = {}

    def parts(self, folded: str) -> tuple[str, ...]:
        """The two or more known words that make up a compound, () when it is none.

        The fewest parts win, then the longest first one.
        """
        if not _SHORTEST_COMPOUND <= len(folded) <= _LONGEST:
            return ()
        for at in range(len(folded) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            if self._is_part(folded[at:]) and (head := self.first_part(folded[:at])):
                return head, folded[at:]
        for at in range(_SHORTEST_COMPOUND, len(folded) - SHORTEST_PART + 1):
            if not self._is_part(folded[at:]):
                continue
            for head in without_joint(folded[:at]):
                if inner := self.parts(head):
                    return *inner, folded[at:]
        return ()

    def known_part(self, folded: str) -> str:
        """The longest known word at either end of an unknown compound, or an empty string."""
        if not _SHORTEST_COMPOUND <= len(folded) <= _LONGEST:
            return ""
        best = ""
        for at in range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1):
            if at > max(len(best), SHORTEST_PART) and (head := self.first_part(folded[:at])):
                best = head
            tail = folded[at:]
            if len(tail) > len(best) and self._is_part(tail):
                best = tail
        return best

    def first_part(self, written: str) -> str:
        """The known word that stands first in a compound as `written`, joint or not, or ""."""
        if len(written) < SHORTEST_PART:
            return ""
        for word in without_joint(written):
            if self._is_part(word):
                return word
        for lost in _LOST:
            if self._is_part(written + lost):
                return written + lost
        return ""

    def with_part(self, forms: Sequence[str]) -> Iterator[str]:
        """Known compounds with one of these forms as first or last part, the most frequent ones."""
        for form in forms:
            if len(form) > SHORTEST_PART and form not in _NO_PART:
                ending = self._words.ending(form, _SCANNED)
                wholes = (word for word in ending if self.first_part(word[: -len(form)]))
                yield from islice(wholes, _MOST_WHOLES)
                starting = self._words.starting(form, _SCANNED)
                tails = ((word, behind_joint(word[len(form) :])) for word in starting)
                wholes = (word for word, rests in tails if any(map(self._is_part, rests)))
                yield from islice(wholes, _MOST_WHOLES)

    def _is_part(self, word: str) -> bool:
        if len(word) < SHORTEST_PART:
            return False
        found = self._parts.get(word)
        if found is None:
            known = self._words.knows(word) and word not in _NO_PART and not is_stop_word(word)
            found = self._parts[word] = known
        return found


def without_joint(written: str) -> Iterator[str]:
    """The first part of a compound as it is, then without each joint that it ends with."""
    for joint in JOINTS:
        if written.endswith(joint):
            yield written[: len(written) - len(joint)]


def behind_joint(rest: str) -> Iterator[str]:
    """The rest of a compound as it is, then without each joint that it begins with."""
    for joint in JOINTS:
        if rest.startswith(joint):
            yield rest[len(joint) :]
