"""Finding the noun phrases of a question: by capital letters in German, by articles in English.

A text comes in; its phrases go out in reading order, each with gender and weight.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.understanding.clauses import (
    ARTICLES,
    AUXILIARIES,
    END,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    Token,
    is_verb,
    tokens_of,
    words,
)
from assistant.understanding.noun_words import NEUTER, PLURAL, UNKNOWN
from assistant.understanding.nouns import NounPhrase, gender_of, is_asker, is_side, weight_of
from kb.language import ENGLISH, language_of
from kb.lexical import STOP_WORDS

_NO_NOUNS = words(
    """ich wir sie ihr ihre ihren ihrem ihnen er es man danke vielen bitte hallo guten sehr liebe
    lieber moin und oder aber auch also dann denn wenn falls ja nein mein meine unser unsere i and
    but tell one me mine some"""
)
_CLAUSE_WORDS = ARTICLES | PREPOSITIONS | PRONOUNS | AUXILIARIES | QUESTION_WORDS
_ENGLISH_OPENERS = words("the a an our my your any for of about with under what which")
_NO_ENGLISH_NOUNS = (
    _NO_NOUNS | STOP_WORDS | _CLAUSE_WORDS | words("need usually still valid be get told near")
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ADJECTIVE = re.compile(r"(?:isch|lich|ig|al|iv|ell)e[nrms]?$")
#: „AZAV-zertifiziert“ begins with a capital and is no noun.
_PARTICIPLE = re.compile(r"-[a-zäöüß]+(?:iert|ig|isch|lich|bar|pflichtig|frei)$")
_QUOTATION_MARKS = ("„", "“", '"')
_LONGEST_ENGLISH = 3
_LONGEST_NAME = 6


def noun_phrases(text: str) -> list[NounPhrase]:
    """The noun phrases of a text in reading order."""
    tokens = tokens_of(text)
    names = list(_names(tokens, text))
    if language_of(text) == ENGLISH:
        return sorted([*names, *_english(tokens, text)], key=lambda phrase: phrase.start)
    capitals = any(token.is_name and token.text[0].isalpha() for token in tokens[1:])
    return names if capitals else list(_lower_case(tokens)) or names


def topic_of(text: str) -> NounPhrase | None:
    """What a text is about: its weightiest phrase, the first of equals; None when it names none."""
    topics = [phrase for phrase in noun_phrases(text) if phrase.is_topic]
    return max(topics, key=lambda phrase: phrase.weight, default=None)


def _names(tokens: Sequence[Token], text: str) -> Iterator[NounPhrase]:
    """Phrases by their capital letters."""
    index = 0
    while index < len(tokens):
        end = _end_of_name(tokens, index)
        if end == index:
            index += 1
            continue
        whole = _with_attribute(tokens, index, end)
        yield _phrase(tokens, index, whole, text)
        if whole > end + 1 and tokens[end].lower in ("der", "des"):
            yield _phrase(tokens, end + 1, whole, text)
        index = whole


def _end_of_name(tokens: Sequence[Token], index: int) -> int:
    """Where a run of names that begins at `index` ends; `index` itself when none begins there."""
    if index >= len(tokens) or not _opens_name(tokens, index):
        return index
    end = index + 1
    while end < min(index + _LONGEST_NAME, len(tokens)) and not _after_stop(tokens, end):
        token = tokens[end]
        if tokens[end - 1].text.endswith("-") and token.lower in ("und", "oder"):
            end += 2
        elif _goes_on(token):
            end += 1
        else:
            break
    return min(end, len(tokens))


def _goes_on(token: Token) -> bool:
    """Whether a capitalised word belongs to the name before it („Bildungsscheck NRW“).

    A plural or a person is something else: „Fördert der Bildungsscheck Onlinekurse?“
    """
    if not token.is_name or token.lower in _NO_NOUNS or _PARTICIPLE.search(token.text):
        return False
    if _YEAR.fullmatch(token.text):
        return False
    return gender_of(token.text) != PLURAL and not is_asker(token.text)


def _after_stop(tokens: Sequence[Token], index: int) -> bool:
    """Whether a sentence begins at this token, a full stop before it left out of the tokens."""
    if index == 0:
        return True
    before = tokens[index - 1]
    return before.text in (".", "?", "!", ":", "–") or tokens[index].start - before.end > 1


def _opens_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether the capital letter means a noun, not the beginning of the sentence."""
    token = tokens[index]
    if not token.is_name or token.text[0].isdigit() or token.lower in _NO_NOUNS | QUESTION_WORDS:
        return False
    if _PARTICIPLE.search(token.text):
        return False
    if not _after_stop(tokens, index):
        return True
    if token.lower in STOP_WORDS | ARTICLES | PREPOSITIONS | PRONOUNS | AUXILIARIES:
        return False
    after = tokens[index + 1] if index + 1 < len(tokens) else END
    small = Token(token.lower, token.start, token.end)
    return gender_of(token.text) != UNKNOWN or not is_verb(small, after)


def _with_attribute(tokens: Sequence[Token], begin: int, end: int) -> int:
    """Take in what the name is of: „Kooperationsvereinbarung der Fachkräfteallianz“, „(LbAnVO)“."""
    head = " ".join(token.text for token in tokens[begin:end])
    if is_side(head) or end >= len(tokens):
        return end
    if tokens[end].text == "(" and end + 2 < len(tokens) and tokens[end + 2].text == ")":
        return end + 3
    follows = _end_of_name(tokens, end + 1)
    if tokens[end].lower in ("der", "des") and follows > end + 1:
        return follows
    if tokens[end].lower == "nach" and follows == end + 2 and tokens[end + 1].text.isupper():
        return follows
    return end


def _phrase(tokens: Sequence[Token], begin: int, end: int, text: str) -> NounPhrase:
    first = begin - 1
    while first > 0 and _ADJECTIVE.search(tokens[first].lower):
        first -= 1
    article = tokens[first].lower if first >= 0 else ""
    preposition = next(
        (tokens[i].lower for i in (first, first - 1) if i >= 0 and tokens[i].lower in PREPOSITIONS),
        "",
    )
    named = text[tokens[begin].start : tokens[end - 1].end]
    head = tokens[begin].text
    described = end - begin > 1 and _ADJECTIVE.search(head) is not None
    if article == "des":
        bare = _without_genitive(head)
        named, head = bare + named[len(head) :], bare
    weight = weight_of(named, tokens[begin + 1].text if described else head, preposition)
    quoted = begin > 0 and tokens[begin - 1].text in _QUOTATION_MARKS
    if weight and (quoted or _is_heading(tokens, begin, end)):
        weight += 3
    gender = UNKNOWN if described else gender_of(head, article, preposition)
    asked = article in QUESTION_WORDS or article.startswith("viel")
    start, stop = tokens[begin].start, tokens[end - 1].end
    return NounPhrase(named, gender, weight, start, stop, preposition, asked)


def _without_genitive(head: str) -> str:
    """„Lenkungskreises“ → „Lenkungskreis“; a word of unknown gender stays."""
    for ending in ("es", "s"):
        bare = head.removesuffix(ending)
        if bare != head and gender_of(bare) != UNKNOWN:
            return bare
    return head


def _is_heading(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Whether the phrase stands in front of the whole: „Meister-BAföG: Wird …?“"""
    return begin == 0 and end < len(tokens) and tokens[end].text in (":", "–")


def _lower_case(tokens: Sequence[Token]) -> Iterator[NounPhrase]:
    """Nouns of a text without capitals; in mere keywords („bildungsscheck firma“) any word is one."""
    keywords = not any(token.lower in _CLAUSE_WORDS for token in tokens)
    for index, token in enumerate(tokens):
        word = token.lower
        if len(word) < 3 or not token.is_word or word in _NO_NOUNS | STOP_WORDS | _CLAUSE_WORDS:
            continue
        telling = (gender_of(word) != UNKNOWN and len(word) >= 7) or "-" in word or is_side(word)
        if telling or keywords:
            before = tokens[index - 1].lower if index else ""
            preposition = before if before in PREPOSITIONS else ""
            weight = weight_of(word, word, preposition)
            name = token.text[0].upper() + token.text[1:]
            yield NounPhrase(name, gender_of(word), weight, token.start, token.end, preposition)


def _english(tokens: Sequence[Token], text: str) -> Iterator[NounPhrase]:
    """English nouns in small letters: the words behind an article or a preposition."""
    index = 0
    while index < len(tokens):
        opener = tokens[index].lower
        begin = _behind(tokens, index, _ENGLISH_OPENERS)
        end = begin
        while end < min(begin + _LONGEST_ENGLISH, len(tokens)) and _is_english_noun(tokens[end]):
            end += 1
        if end > begin > index:
            named = text[tokens[begin].start : tokens[end - 1].end]
            weight = 0 if is_side(named) or is_asker(named) else 1 + (end - begin > 1)
            yield NounPhrase(
                text=named,
                gender=NEUTER,
                weight=weight,
                start=tokens[begin].start,
                end=tokens[end - 1].end,
                preposition=opener if opener in PREPOSITIONS else "",
                asked=opener in QUESTION_WORDS,
            )
        index = max(end, index + 1)


def _behind(tokens: Sequence[Token], index: int, among: frozenset[str]) -> int:
    """The first place from `index` on with a word that is not one of some words."""
    while index < len(tokens) and tokens[index].lower in among:
        index += 1
    return index


def _is_english_noun(token: Token) -> bool:
    return token.is_word and token.text[0].islower() and token.lower not in _NO_ENGLISH_NOUNS
