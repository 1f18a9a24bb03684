"""Nouns: their gender, and how much they name a topic.

„Weiterbildungsscheck Handwerk“ names one; „Frist“ or „Antrag“ are sides that every topic has, „Azubi“
and „in Bayern“ say for whom and where.
"""

import re
from dataclasses import dataclass

from assistant.understanding.clauses import words
from assistant.understanding.noun_words import (
    ASKERS,
    BODIES,
    BY_ARTICLE,
    ENDINGS,
    FEMININE,
    MONTHS,
    PLACES,
    PROGRAMMES,
    SIDES,
    UNKNOWN,
)
from kb.lexical import terms_of

_GENDER_OF = {ending: gender for gender, listed in ENDINGS.items() for ending in listed}
_BY_LENGTH = sorted(_GENDER_OF, key=len, reverse=True)
_AREAS = words("kreis land landkreis stadt gemeinde region bundesland")
_INNER_CAPITAL = re.compile(r"[a-zäöü.\-\d][A-ZÄÖÜ]|^[A-ZÄÖÜ]{2,}")
_TELLING_LENGTH = 12
#: Up to this weight, a name is some detail of a topic rather than a topic.
DETAIL = 2
_PERSON = re.compile(
    r"(?!\w+(?:isch|lich|ig)e[snrm]? )(?:(?:Frau|Herrn?|Dr|Prof)\.? )*(?:[A-ZÄÖÜ][a-zäöüß]+[ -]){1,2}"
    r"[A-ZÄÖÜ][a-zäöüß]+"
)
_WITH_DATIVE = words("bei mit von zu aus nach in an auf")


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun with what belongs to it, as it stands in the text from `start` to `end`.

    `weight` 0 means a side, an asker or a place, more means a topic; `asked` that a question word
    stands before it („welche Richtlinie“).
    """

    text: str
    gender: str
    weight: int
    start: int
    end: int
    preposition: str = ""
    asked: bool = False

    @property
    def is_topic(self) -> bool:
        return self.weight > 0

    @property
    def is_person(self) -> bool:
        """Written like the name of a person: „Frau Sommer“, „Jana Brückner“."""
        return not self.gender and _PERSON.fullmatch(self.text) is not None


def gender_of(head: str, article: str = "", preposition: str = "") -> str:
    """Grammatical gender by a word's ending, else by its article; empty when neither tells."""
    lower = head.lower()
    for ending in _BY_LENGTH:
        if lower.endswith(ending):
            return _GENDER_OF[ending]
    if article == "der" and preposition in _WITH_DATIVE:
        return FEMININE
    return BY_ARTICLE.get(article, UNKNOWN)


def is_side(text: str) -> bool:
    """Whether all its words are sides of a topic („die Antragsfrist“) or askers („Azubis“)."""
    terms = set(terms_of(text))
    return bool(terms) and terms <= SIDES | ASKERS


def is_asker(text: str) -> bool:
    """Whether it names those who ask or are asked for: „Azubis“, „kleine Betriebe“."""
    return bool(set(terms_of(text)) & ASKERS)


def weight_of(named: str, head: str, preposition: str) -> int:
    """How much a name says what is talked about: 0 nothing, 1…2 some detail, 3 and more a topic."""
    lower = head.lower()
    names = named.split()
    if is_side(named) or lower in MONTHS or named in PLACES or (lower in _AREAS and len(names) > 1):
        return 0
    if preposition in ("in", "aus") and gender_of(head) == UNKNOWN:
        return 0
    weight = 1 + (len(names) > 1) + (len(head) >= _TELLING_LENGTH)
    if any(lower.endswith(ending) and len(lower) > len(ending) + 2 for ending in PROGRAMMES):
        weight += 3
    elif any(lower.endswith(ending) for ending in BODIES):
        weight += 2
    if any(_INNER_CAPITAL.search(name) for name in names):
        weight += 2
    return weight
