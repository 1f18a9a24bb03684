"""Synthetic German passages with the word distribution of real ones.

A passage is a chain of spans: copied from the two real passages its vector is made of, or walked
along the word pairs of all real passages (a Markov chain of order one). Words that no real passage
has come at the rate at which further text would bring them (Good & Turing: the share of words seen
once) out of a Zipf tail of compounds, so that the vocabulary grows with the text as Heaps' law says.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from random import Random

_NOUN = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{4,}")
_EDGES = ".,;:!?()[]„“\"'»«–-"
#: exponent of Zipf's law in the tail; vocabulary then grows as text to the power of 1 / 1.5
_ZIPF = 1.5
_RAREST = 50_000_000
_COPIED = 0.55


class WordModel:
    """Learns from texts; gives texts of a wanted length."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [text.split() for text in texts]
        self._words = [word for text in self._texts for word in text]
        self._starts = [0, *accumulate(len(text) for text in self._texts)]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words[:-1]):
            self._places.setdefault(word, []).append(place)
        seen = Counter(word.strip(_EDGES) for word in self._words)
        once = sum(1 for count in seen.values() if count == 1)
        nouns = [word for word in seen if _NOUN.fullmatch(word)]
        self.known = len(seen)
        self._nouns = sorted(nouns)
        capital = sum(count for word, count in seen.items() if _NOUN.fullmatch(word))
        #: how often a noun gives way to an unseen one, so that unseen words come at their rate
        self._unseen = min(once / max(capital, 1), 0.5)

    def text(self, rng: Random, sources: tuple[int, int], length: int) -> str:
        """About `length` characters after two of the texts learned from."""
        words: list[str] = []
        room = length
        while room > 0:
            span = self._span(rng, sources)
            for word in span:
                chosen = self._rare(rng) if self._gives_way(rng, word) else word
                words.append(chosen)
                room -= len(chosen) + 1
                if room <= 0:
                    break
        return " ".join(words).rstrip(",;:(„–- ") + "."

    def noun(self, rng: Random) -> str:
        """A noun, frequent ones as likely as rare ones."""
        return self._rare(rng) if rng.random() < 0.3 else rng.choice(self._nouns)

    def _span(self, rng: Random, sources: tuple[int, int]) -> list[str]:
        if rng.random() < _COPIED:
            text = self._texts[sources[rng.random() < 0.35]]
            begin = rng.randrange(len(text)) if text else 0
            return text[begin : begin + rng.randint(4, 12)]
        place = rng.randrange(len(self._words) - 1)
        span = [self._words[place]]
        for _ in range(rng.randint(5, 14)):
            following = self._places.get(span[-1])
            if not following:
                break
            span.append(self._words[rng.choice(following) + 1])
        return span

    def _gives_way(self, rng: Random, word: str) -> bool:
        return word[:1].isupper() and rng.random() < self._unseen and bool(_NOUN.fullmatch(word))

    def _rare(self, rng: Random) -> str:
        """A compound; its rank in the tail decides which, so that some come again and most do not."""
        rank = self.known * (1 - rng.random()) ** (-1 / (_ZIPF - 1))
        number = int(min(rank, _RAREST))
        first, second = number % len(self._nouns), number // 7 % len(self._nouns)
        joint = "" if self._nouns[first].endswith(("s", "e")) else "s"
        return self._nouns[first] + joint + self._nouns[second].lower()


class Lengths:
    """Draws lengths in characters as real passages have them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._ordered = sorted(len(text) for text in texts)

    @property
    def median(self) -> int:
        return self._ordered[len(self._ordered) // 2]

    def draw(self, rng: Random) -> int:
        return rng.choice(self._ordered)

    def share_below(self, length: int) -> float:
        return bisect_left(self._ordered, length) / len(self._ordered)
