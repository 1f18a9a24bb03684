"""Words that point back: „er“, „den“, „dafür“, „da“, “it”, “its”, and what they stand for.

A question and the phrases of the conversation before it come in; the question with the words
replaced goes out, or the news that it points back to something that no rule can name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.understanding.clauses import (
    END,
    PREPOSITIONS,
    Token,
    opens_question,
    tokens_of,
    words,
)
from assistant.understanding.noun_phrases import noun_phrases
from assistant.understanding.noun_words import FEMININE, MASCULINE, NEUTER, PLURAL, UNKNOWN
from assistant.understanding.nouns import DETAIL, NounPhrase, gender_of, is_asker
from assistant.understanding.wording import english_name, with_article, with_preposition

#: Pronoun → (genders it can stand for, its case).
_PERSONAL = {
    "er": (MASCULINE, "nominative"),
    "ihn": (MASCULINE, "accusative"),
    "ihm": (MASCULINE + NEUTER, "dative"),
    "sie": (FEMININE + PLURAL, "nominative"),
    "es": (NEUTER, "nominative"),
    "ihnen": (PLURAL, "dative"),
}
_POINTING = {
    "der": (MASCULINE, "nominative"),
    "den": (MASCULINE, "accusative"),
    "dem": (MASCULINE + NEUTER, "dative"),
    "die": (FEMININE + PLURAL, "nominative"),
    "das": (NEUTER, "nominative"),
    "dieser": (MASCULINE, "nominative"),
    "diesen": (MASCULINE, "accusative"),
    "diese": (FEMININE + PLURAL, "nominative"),
    "dies": (NEUTER, "nominative"),
    "dieses": (NEUTER, "nominative"),
}
_BEHIND_PREPOSITION = {
    "der": (FEMININE, "dative"),
    "den": (MASCULINE, "accusative"),
    "die": (FEMININE + PLURAL, "accusative"),
    "das": (NEUTER, "accusative"),
}
_ADVERBS = {
    "dafür": "für", "hierfür": "für", "davon": "von", "damit": "mit", "dazu": "zu", "hierzu": "zu",
    "dabei": "bei", "hierbei": "bei", "da": "bei", "dort": "bei", "darin": "in", "daran": "an",
    "dadurch": "durch", "darüber": "über", "dagegen": "gegen",
}  # fmt: skip
_THINGS = words("das dies")
_ENGLISH = words("it they them")
_ENGLISH_POINTING = words("this that these those there")
_ENGLISH_ADVERBS = words("also true still only valid possible apply")
_POSSESSIVES = re.compile(
    r"\b(?:his|her|its|their)\b|\b(?:sein|ihr|deren|dessen)(?:e[nmrs]?)?(?=\s+(?:[a-zäöü]+\s+)?[A-ZÄÖÜ])"
)
_EXPLETIVE = words("gibt gibts gibt's geht gehts geht's handelt heißt bleibt")
_WITH_SENTENCE = words("gilt ist geht heißt stimmt reicht klappt funktioniert bedeutet wird")
_MEANS = words("heißt bedeutet")
_SUBJECTS = words("ich wir man du wer bekommen erhalten kriegen i we")
_NOT_BEFORE_NOUN = _SUBJECTS | words("haben werden müssen können")
_REACH = 5


@dataclass(frozen=True, slots=True)
class Resolution:
    """The question with names for its pronouns.

    `points_back`: it had some; `named`: all of them are named; `names_topic`: one by a topic, not
    only by a side of it („ihn“ → „den Zuschuss“).
    """

    text: str
    points_back: bool
    named: bool
    names_topic: bool


def resolved(text: str, known: Sequence[NounPhrase]) -> Resolution:
    """Put names for the words that point back; `known` are the phrases before, likeliest first."""
    own = noun_phrases(text)
    reader = _Reader(tokens_of(text), own, known)
    found = [(token, reader.name_of(at)) for at, token in enumerate(reader.tokens)]
    names = [(token, name) for token, name in found if name]
    open_ends = any(name == "" for _, name in found)
    if not names and not any(phrase.weight > DETAIL for phrase in own):
        open_ends = open_ends or _POSSESSIVES.search(text) is not None
    for token, name in reversed(names):
        text = text[: token.start] + name + text[token.end :]
    topics = [phrase.text for phrase in known if phrase.is_topic and not phrase.asked]
    return Resolution(
        text,
        points_back=bool(names) or open_ends,
        named=bool(names) and not open_ends,
        names_topic=any(topic in name for topic in topics for _, name in names),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """One question being read: its words, its own phrases, and the phrases before it."""

    tokens: Sequence[Token]
    own: Sequence[NounPhrase]
    known: Sequence[NounPhrase]

    def name_of(self, at: int) -> str | None:
        """What to put for a word: a name, "" where it points back to none we know, None if not so."""
        word = self.tokens[at].lower
        if word in _ADVERBS and not self.tokens[at].is_name:
            return self._adverb(at)
        if word in _PERSONAL and not (self.tokens[at].is_name and at):
            return self._personal(at)
        if word in _POINTING and self._stands_alone(at):
            return self._pointing(at)
        after = self._token(at + 1)
        if word in _ENGLISH or (word in _ENGLISH_POINTING and not after.is_word):
            return self._english(at)
        if word in ("this", "that") and after.lower in _ENGLISH_ADVERBS:
            return ""
        return None

    def _adverb(self, at: int) -> str | None:
        conjunction = self._token(at - 1).text == "," or self._token(at + 1).lower == "sein"
        if conjunction or any(phrase.is_topic for phrase in self._earlier(at)):
            return None
        topics = self._topics
        return with_preposition(_ADVERBS[self.tokens[at].lower], topics[0]) if topics else ""

    def _personal(self, at: int) -> str | None:
        word = self.tokens[at].lower
        genders, case = _PERSONAL[word]
        around = {self._token(at - 1).lower, self._token(at + 1).lower}
        expletive = word == "es" and around & _EXPLETIVE
        polite = word == "sie" and self.tokens[at].is_name
        if expletive or polite or any(_may_be(phrase, genders) for phrase in self._earlier(at)):
            return None
        if self.known and self.known[0].is_person and word != "es":
            return self.known[0].text
        return self._antecedent(genders, self._case(case))

    def _pointing(self, at: int) -> str:
        word = self.tokens[at].lower
        genders, case = _POINTING[word]
        if word in _THINGS and self._means_sentence(at):
            return ""
        if self._token(at - 1).lower in PREPOSITIONS:
            genders, case = _BEHIND_PREPOSITION.get(word, (genders, case))
        return self._antecedent(genders, self._case(case), loose=word in _THINGS)

    def _english(self, at: int) -> str | None:
        word = self.tokens[at].lower
        there_is = word == "there" and self._token(at - 1).lower in ("is", "are")
        if there_is or any(phrase.is_topic for phrase in self._earlier(at)):
            return None
        topics = self._topics
        if not topics:
            return ""
        if word == "there":
            return f"for {english_name(topics[0])}"
        return english_name(self.known[0] if self.known[0].asked else topics[0])

    def _antecedent(self, genders: str, case: str, *, loose: bool = False) -> str:
        """The likeliest phrase of one of the genders, in the case; `loose`: any topic will do."""
        for phrase in self.known:
            if phrase.gender and phrase.gender in genders:
                return with_article(phrase, case)
        topics = self._topics
        if topics and (loose or topics[0].gender == UNKNOWN):
            return with_article(topics[0], case, UNKNOWN if loose else genders[0])
        return ""

    def _case(self, case: str) -> str:
        """„sie“, „die“ and „das“ are objects where „ich“, „man“ or „wer“ is the subject."""
        subject = any(token.lower in _SUBJECTS for token in self.tokens)
        return "accusative" if subject and case == "nominative" else case

    def _stands_alone(self, at: int) -> bool:
        """Whether „der“, „das“ … is a pronoun: no noun behind it, no comma before (who, which)."""
        if self._token(at - 1).text == ",":
            return False
        for token in self.tokens[at + 1 : at + _REACH]:
            if token.is_name or (self._in_small_letters and gender_of(token.text) != UNKNOWN):
                return False
            describes = token.text.endswith(("e", "en", "er", "es", "em")) or token.text.isdigit()
            if not describes or token.lower in _NOT_BEFORE_NOUN:
                return True
        return True

    def _means_sentence(self, at: int) -> bool:
        """Whether „das“ stands for what was said, not for a thing: „Gilt das auch für Meister?“"""
        around = {self._token(at - 1).lower, self._token(at + 1).lower}
        openly = opens_question(self.tokens) and self.tokens[0].lower not in _WITH_SENTENCE
        several = len({phrase.text for phrase in self._topics}) > 1
        return bool(around & (_MEANS | (set() if openly else _WITH_SENTENCE))) or several

    @property
    def _in_small_letters(self) -> bool:
        return not any(token.is_name for token in self.tokens[1:])

    def _earlier(self, at: int) -> list[NounPhrase]:
        return [phrase for phrase in self.own if phrase.end <= self.tokens[at].start]

    def _token(self, at: int) -> Token:
        return self.tokens[at] if 0 <= at < len(self.tokens) else END

    @property
    def _topics(self) -> list[NounPhrase]:
        return [phrase for phrase in self.known if phrase.is_topic]


def _may_be(phrase: NounPhrase, genders: str) -> bool:
    """Whether a pronoun of these genders can stand for a phrase of the same sentence."""
    if phrase.gender:
        return phrase.gender in genders
    return phrase.is_topic or is_asker(phrase.text)
