"""The words of all documents as a dictionary, and the part of it that a viewer may know.

`Lexicon` holds each word once, whoever may see it, and only grows; `Words` is the view in which a
word counts only when a document that the viewer may see has it. Questions are read against `Words`
alone, so a word known only from a staff document changes nothing for the public.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kb.lexical import STOP_WORDS
from kb.spelling import Edit, Ids, NearWords, edit_between, two_edits
from kb.stems import fold, root, stem

Counts = NDArray[np.int32]

_NONE = np.empty(0, np.int32)
#: behind every letter, so that all words with a prefix lie before prefix + _LAST
_LAST = "\U0010ffff"


class Lexicon:
    """Folded words by id, with their stems and families, sorted from either end and by letters.

    A spelling with `ß` has an id of its own besides, so that it can be shown again.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.words: list[str] = []
        self.ids: dict[str, int] = {}
        self.stems: list[str] = []
        self.by_stem = Groups()
        self.by_root = Groups()  # only of words whose root is not their stem
        self.sharp = Groups()
        self.near_words = NearWords()
        self.near_stems = NearWords()
        self.forward = Alphabet()
        self.backward = Alphabet()

    def __len__(self) -> int:
        return len(self.words)

    def take_in(self, written: Iterable[str]) -> None:
        """Add words as documents write them (lower case); costly, so many at a time."""
        with self._lock:
            forms = {form for word in written for form in (word, fold(word))}
            if new := sorted(form for form in forms if form not in self.ids):
                self._add(new)

    def ids_of(self, written: Iterable[str]) -> Ids:
        """Ids of words that were taken in."""
        forms = {form for word in written for form in (word, fold(word))}
        return np.fromiter((self.ids[form] for form in forms), np.int32, len(forms))

    def _add(self, new: list[str]) -> None:
        first = len(self.words)
        self.words.extend(new)
        stems: list[str] = []
        folded: dict[str, int] = {}
        for number, word in enumerate(new, first):
            plain = fold(word)
            if plain != word:
                self.sharp.add(plain, number)
                continue
            folded[word] = number
            base, family = stem(word), root(word)
            if base not in self.by_stem:
                stems.append(base)
            self.by_stem.add(base, number)
            if family != base:
                self.by_root.add(family, number)
        self.near_words.add(list(folded), folded.values())
        self.near_stems.add(stems, range(len(self.stems), len(self.stems) + len(stems)))
        self.stems.extend(stems)
        self.ids.update(zip(new, range(first, first + len(new)), strict=True))
        self.forward = self.forward.with_words(folded)
        self.backward = self.backward.with_words({word[::-1]: at for word, at in folded.items()})


class Groups:
    """Ids by a key they share; most keys have one."""

    def __init__(self) -> None:
        self._ids: dict[str, int | tuple[int, ...]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def __getitem__(self, key: str) -> tuple[int, ...]:
        found = self._ids.get(key, ())
        return (found,) if isinstance(found, int) else found

    def add(self, key: str, number: int) -> None:
        """One more id of this key."""
        self._ids[key] = (*self[key], number) if key in self._ids else number


class Alphabet:
    """Words in alphabetical order with their ids; immutable."""

    def __init__(self, words: list[str] | None = None, ids: Ids = _NONE) -> None:
        self._words = words or []
        self._ids = ids

    def with_words(self, more: dict[str, int]) -> "Alphabet":
        """The same with more words and their ids; sorted runs merge in linear time."""
        new = sorted(more)
        places = [bisect_left(self._words, word) for word in new]
        ids = np.insert(self._ids, places, [more[word] for word in new])
        return Alphabet(sorted(self._words + new), ids)

    def starting(self, prefix: str) -> Ids:
        """Ids of the words that begin so, in alphabetical order."""
        begin = bisect_left(self._words, prefix)
        return self._ids[begin : bisect_left(self._words, prefix + _LAST, lo=begin)]


class Words:
    """What a viewer may know of a lexicon. `counts` is the number of their documents by word id."""

    def __init__(self, lexicon: Lexicon, counts: Counts) -> None:
        self._lexicon = lexicon
        self._counts = counts
        self._known = (
            counts > 0
        ).tobytes()  # a lookup in bytes is much faster than one in an array
        self._ids = lexicon.ids
        self._size = len(self._known)
        #: for what readers make of this view and keep as long as it is up to date
        self.memory: dict[Hashable, object] = {}

    def knows(self, folded: str) -> bool:
        """Whether the word occurs in a document that the viewer may see."""
        number = self._ids.get(folded)
        return number is not None and number < self._size and self._known[number] == 1

    def count(self, folded: str) -> int:
        """In how many documents a word occurs."""
        number = self._ids.get(folded)
        return int(self._counts[number]) if number is not None and self._seen(number) else 0

    def knows_stem(self, base: str) -> bool:
        """Whether any inflection of the word occurs."""
        return any(map(self._seen, self._lexicon.by_stem[base]))

    def forms(self, base: str) -> list[str]:
        """The inflections of a stem that occur, folded, shortest first."""
        numbers = self._lexicon.by_stem[base]
        found = [self._lexicon.words[number] for number in numbers if self._seen(number)]
        return sorted(found, key=lambda word: (len(word), word))

    def family(self, key: str) -> list[str]:
        """The words that occur and have this root, folded."""
        numbers = {*self._lexicon.by_root[key], *self._of_stem(key)}
        return sorted(self._lexicon.words[number] for number in numbers if self._seen(number))

    def written(self, folded: str) -> str:
        """The word as documents write it, lower case: `maßnahme` for `massnahme`."""
        sharp = (self._lexicon.words[number] for number in self._lexicon.sharp[folded])
        seen, word = max(((self.count(word), word) for word in sharp), default=(0, folded))
        return word if 2 * seen > self.count(folded) else folded

    def starting(self, prefix: str, most: int) -> list[str]:
        """Longer words that begin so, the most frequent first."""
        return self._frequent(self._lexicon.forward.starting(prefix), prefix, most)

    def ending(self, suffix: str, most: int) -> list[str]:
        """Longer words that end so, the most frequent first."""
        return self._frequent(self._lexicon.backward.starting(suffix[::-1]), suffix, most)

    def made_of(
        self, heads: Iterable[str], joints: Sequence[str], tails: Sequence[str]
    ) -> list[str]:
        """The words that occur among all heads, joints and tails put together."""
        wholes = [head + joint + tail for head in heads for tail in tails for joint in joints]
        return [whole for whole in wholes if whole in self._ids and self.knows(whole)]

    def one_edit(self, folded: str) -> dict[str, Edit]:
        """Words (stop words as well) that one edit makes of this one, with the kind of edit."""
        found: dict[str, Edit] = {}
        for word in (*self._near(folded, 1), *_near_stop_words(folded)):
            if (edit := edit_between(folded, word)) is not None:
                found[word] = edit
        return found

    def two_edits(self, folded: str) -> list[str]:
        """Words that two edits make of this one, and that begin or end alike."""
        near = self._near(folded, 2)
        alike = (word for word in near if word[0] == folded[0] or word[-2:] == folded[-2:])
        return [word for word in alike if two_edits(folded, word)]

    def stems_one_edit(self, base: str) -> dict[str, Edit]:
        """Stems of words that occur, one edit away from this one."""
        found: dict[str, Edit] = {}
        for number in self._lexicon.near_stems.candidates(base, 1).tolist():
            other = self._lexicon.stems[number]
            if (edit := edit_between(base, other)) is not None and self.knows_stem(other):
                found[other] = edit
        return found

    def _of_stem(self, key: str) -> list[int]:
        """Ids of the words whose stem is their root."""
        numbers = self._lexicon.by_stem[key]
        return [number for number in numbers if root(self._lexicon.words[number]) == key]

    def _near(self, folded: str, edits: int) -> list[str]:
        ids = self._lexicon.near_words.candidates(folded, edits)
        ids = ids[ids < len(self._counts)]
        return [self._lexicon.words[number] for number in ids[self._counts[ids] > 0].tolist()]

    def _frequent(self, ids: Ids, part: str, most: int) -> list[str]:
        ids = ids[ids < len(self._counts)]
        counts = self._counts[ids]
        ids, counts = ids[counts > 0], counts[counts > 0]
        if len(ids) > most + 1:
            ids = ids[np.argsort(-counts, kind="stable")[: most + 1]]
        words = (self._lexicon.words[number] for number in ids.tolist())
        return [word for word in words if word != part][:most]

    def _seen(self, number: int) -> bool:
        return number < self._size and self._known[number] == 1


def _stop_words_by_length() -> dict[int, list[str]]:
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in STOP_WORDS:
        by_length[len(word)].append(fold(word))
    return by_length


_STOP_BY_LENGTH = _stop_words_by_length()


def _near_stop_words(folded: str) -> list[str]:
    lengths = range(len(folded) - 1, len(folded) + 2)
    return [word for length in lengths for word in _STOP_BY_LENGTH.get(length, ())]
