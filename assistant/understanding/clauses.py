"""Where a question begins: a question phrase with its finite verb right behind it.

Words of a sentence come in, the place of that verb goes out, or None. The verb's place tells a
question („bis wann muss ich …“) from a subordinate clause („bis wann ich … muss“) and from a phrase
without a verb of its own („und bis wann“), which belongs to the question before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\s,;:!?()„“”\"…–]+|[,;:!?()„“”\"…–]")
_LONGEST_PHRASE = 9


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a punctuation mark; `text == sentence[start:end]`, a word without full stop."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def is_word(self) -> bool:
        return self.text[:1].isalnum() or self.text[:1] == "§"

    @property
    def is_name(self) -> bool:
        """Written like a noun, a name or a number."""
        return self.is_word and not self.text[0].islower()


END = Token("", 0, 0)


def words(listing: str) -> frozenset[str]:
    """A set of words, written as they are read."""
    return frozenset(listing.split())


GERMAN_QUESTION_WORDS = words(
    """wie wieviel wieviele was wer wen wem wessen wo woher wohin wann warum wieso weshalb weswegen
    welche welcher welches welchen welchem womit wofür wogegen woran worin worauf worüber wodurch
    wovon wozu wobei wonach inwieweit inwiefern"""
)
ENGLISH_QUESTION_WORDS = words("what which who whom whose when where why how")
QUESTION_WORDS = GERMAN_QUESTION_WORDS | ENGLISH_QUESTION_WORDS
PREPOSITIONS = words(
    """ab an am auf aufs aus bei beim binnen bis durch für fürs gegen gemäß im in ins innerhalb laut
    mit nach ohne pro seit trotz über um unter vom von vor wegen zu zum zur zwischen
    about after at before by for from of on to under until up with within"""
)
PRONOUNS = words(
    """ich man wir er sie es ihr du das dies dieser diese der die ihn ihm ihnen mich mir uns sich
    i we you he she it they that this these those"""
)
ARTICLES = words(
    """der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner mein
    meine meinen meinem meiner unser unsere unseren unserem unserer ihr ihre ihren ihrem ihrer sein
    seine seinen seinem seiner the a an any my our your"""
)
AUXILIARIES = words(
    """ist sind war waren wird werden wurde wurden hat haben hatte hatten habe kann können konnte
    konnten muss müssen musste mussten soll sollen sollte sollten darf dürfen durfte durften will
    wollen möchte möchten würde würden hätte hätten wäre wären könnte könnten müsste müssten dürfte
    braucht brauche brauchen gibt gilt gelten bekommt bekomme bekommen kriegt kriege erhält erhalte
    erhalten zahlt zahlen fördert fördern
    is are was were do does did can could may might must shall should will would has have had"""
)
_ENGLISH_AUXILIARIES = words(
    """is are was were do does did can could may might must shall should will would has have had
    isn't aren't don't doesn't can't"""
)
_THERE_IS = words("gibt's gibts geht's gehts")
_ADVERBS = words(
    """denn eigentlich genau jetzt dann auch noch nun konkret überhaupt also außerdem zusätzlich
    then actually exactly ferner"""
)
_DEGREES = words(
    """hoch hohe hohen lang lange langen viel viele vielen wenig weit oft alt alte alten groß große
    großen schnell spät früh genau häufig teuer gut much many long high old often fast quick low big
    far soon late"""
)
_NO_VERBS = (PREPOSITIONS | QUESTION_WORDS | PRONOUNS | ARTICLES | _ADVERBS | _DEGREES) | words(
    """nicht erst fast sonst selbst meist bereits sofort insgesamt bitte heute gerne alle allen beide
    beiden andere anderen neben oben unten eben schon maximal mindestens höchstens dort hier und oder
    sowie wenn weil dass damit direkt zuletzt nächsten letzten üblicherweise normalerweise"""
)


def tokens_of(sentence: str) -> list[Token]:
    """Words and punctuation marks of a sentence in order."""
    found = []
    for match in _TOKEN.finditer(sentence):
        text = match.group().rstrip(".") or match.group()
        found.append(Token(text, match.start(), match.start() + len(text)))
    return found


def finite_verb(tokens: Sequence[Token], at: int = 0) -> int | None:
    """Place of the verb behind the question phrase that begins at `at`; None where none begins.

    The phrase: prepositions, question words with adjectives and nouns („bis zu welcher Summe“, „wie
    viel Geld“, „welche Betriebe und Verbände“, „wann und wo“), then the verb at once.
    """
    at = _after_adverbs(tokens, at)
    begin = at
    while at - begin < 2 and _at(tokens, at).lower in PREPOSITIONS:
        at += 1
    word = _at(tokens, at).lower
    if word in GERMAN_QUESTION_WORDS:
        return _german_verb(tokens, at)
    if word in ENGLISH_QUESTION_WORDS:
        return _english_verb(tokens, at)
    return None


def opens_yes_or_no(tokens: Sequence[Token], at: int = 0) -> bool:
    """Whether a question for yes or no begins here: a verb with its subject pronoun behind it."""
    at = _after_adverbs(tokens, at)
    word, subject = _at(tokens, at).lower, _at(tokens, at + 1).lower
    if word in _ENGLISH_AUXILIARIES:
        return subject in PRONOUNS | words("there the a an any my our")
    return word in _THERE_IS or (word in AUXILIARIES and subject in PRONOUNS | {"es"})


def opens_question(tokens: Sequence[Token], at: int = 0) -> bool:
    """Whether a question with a verb of its own begins at `at`."""
    return finite_verb(tokens, at) is not None or opens_yes_or_no(tokens, at)


def is_verb(token: Token, after: Token) -> bool:
    """Whether a word can be a German finite verb, by its form and by what follows it."""
    word = token.lower
    if word in AUXILIARIES or word in _THERE_IS:
        return True
    if token.is_name or not word[:1].isalpha() or word in _NO_VERBS or len(word) < 3:
        return False
    if word.endswith("e"):
        return after.lower in ("ich", "er", "sie", "es", "man")
    return word.endswith(("t", "en", "ern", "eln", "tut", "'s"))


def _german_verb(tokens: Sequence[Token], at: int) -> int | None:
    wants_noun = False
    for index in range(at, min(at + _LONGEST_PHRASE, len(tokens))):
        token, after = tokens[index], _at(tokens, index + 1)
        word = token.lower
        if word in GERMAN_QUESTION_WORDS:
            wants_noun = word.startswith(("welch", "wieviel", "wessen")) or after.lower == "für"
        elif word in _DEGREES:
            wants_noun = wants_noun or word.startswith("viel")
        elif not _within_phrase(token, after, wants_noun):
            verb = is_verb(token, after) and not _verb_ends_clause(tokens, index)
            return index if verb else None
    return None


def _within_phrase(token: Token, after: Token, wants_noun: bool) -> bool:
    """Whether a word still belongs to the question phrase, in front of the verb."""
    word = token.lower
    if token.is_name or word in _ADVERBS or word in ("und", "oder", "sowie", ","):
        return True
    if word in PREPOSITIONS:
        return wants_noun or after.lower in QUESTION_WORDS
    describes = word.endswith(("e", "en", "er", "es")) and after.is_name
    return wants_noun and (word in ARTICLES or (describes and word not in AUXILIARIES))


def _verb_ends_clause(tokens: Sequence[Token], index: int) -> bool:
    """Whether the finite verb comes last: „was gefördert wird“, „wer den Kurs bezahlen muss“."""
    if tokens[index].lower in AUXILIARIES:
        return False
    end = index + 1
    while _at(tokens, end).is_word:
        end += 1
    last = tokens[end - 1].lower
    return end - 1 > index and last in AUXILIARIES and last not in ("werden", "haben", "können")


def _english_verb(tokens: Sequence[Token], at: int) -> int | None:
    if tokens[at].lower in ("who", "what", "which") and _at(tokens, at + 1).lower.endswith("s"):
        return at + 1
    for index in range(at + 1, min(at + _LONGEST_PHRASE, len(tokens))):
        if tokens[index].lower in _ENGLISH_AUXILIARIES:
            return index
        if not tokens[index].is_word or tokens[index].lower in PREPOSITIONS - {"of", "in"}:
            return None
    return None


def _after_adverbs(tokens: Sequence[Token], at: int) -> int:
    while _at(tokens, at).lower in _ADVERBS:
        at += 1
    return at


def _at(tokens: Sequence[Token], position: int) -> Token:
    return tokens[position] if 0 <= position < len(tokens) else END
