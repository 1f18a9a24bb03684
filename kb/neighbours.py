"""What may stand beside or in place of one word: its neighbours among the words a viewer may know.

A word comes in; index terms with what they count (0…1) go out, or the known words that a typing
error may have meant. Nothing here depends on the question, so both are remembered a word each until
documents change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.compounds import JOINTS, Compounds
from kb.corrections import Candidate, corrections
from kb.lexical import term_of
from kb.lexicon import Words
from kb.stems import root, stem

_REMEMBERED = 8_192


@dataclass(frozen=True, slots=True)
class NeighbourOptions:
    """What neighbours count, chosen on the development sets (docs/evaluation.md).

    `known` holds for a word that the documents have, `unknown` for one that they have not.
    """

    family_known: float = 0.25
    family_unknown: float = 0.8
    part_known: float = 0.2
    part_unknown: float = 0.7
    lone_part: float = 0.3
    compound: float = 0.05
    compound_of_two: float = 0.5
    most_compounds: int = 8


class Neighbours:
    """The neighbours of words for one viewer's words."""

    def __init__(self, words: Words, options: NeighbourOptions) -> None:
        self._words = words
        self._options = options
        self.of = lru_cache(_REMEMBERED)(self._of)
        self.meant_by = lru_cache(_REMEMBERED)(self._meant_by)
        self.as_parts = lru_cache(_REMEMBERED)(self._as_parts)

    def _of(self, word: str, known: bool) -> tuple[tuple[str, float], ...]:
        """Terms of the family, of parts and of compounds, with what they count."""
        options, words, compounds = self._options, self._words, Compounds(self._words)
        found: list[tuple[str, float]] = []
        family = options.family_known if known else options.family_unknown
        found.extend((term_of(other), family) for other in words.family(root(word)))
        if parts := compounds.parts(word):
            share = options.part_known if known else options.part_unknown
            found.extend((term_of(part), share) for part in parts)
        elif not known and (part := compounds.known_part(word)):
            found.append((term_of(part), options.lone_part))
        if known:
            wholes = dict.fromkeys(compounds.with_part(self.as_parts(word)))
            frequent = sorted(wholes, key=lambda whole: (-words.count(whole), whole))
            chosen = frequent[: options.most_compounds]
            found.extend((term_of(whole), options.compound) for whole in chosen)
        return tuple(found)

    def of_both(self, one: str, other: str) -> list[tuple[str, float]]:
        """Terms of the compounds that two words make up, in this order."""
        wholes = self._words.made_of(self.as_parts(one), JOINTS, self.as_parts(other))
        return [(term_of(whole), self._options.compound_of_two) for whole in wholes]

    def _meant_by(self, folded: str) -> tuple[Candidate, ...]:
        """What an unknown word may have been meant to be, the likeliest first."""
        return tuple(corrections(folded, self._words, Compounds(self._words)))

    def _as_parts(self, word: str) -> Sequence[str]:
        """The forms in which a word may be part of a compound: as it is, and without ending."""
        return tuple(dict.fromkeys((word, *self._words.forms(stem(word))[:1])))


def neighbours_of(words: Words, options: NeighbourOptions) -> Neighbours:
    """The neighbours for these words, with what they remember, as long as the words are up to date."""
    found = words.memory.get(options)
    if not isinstance(found, Neighbours):
        found = words.memory[options] = Neighbours(words, options)
    return found
