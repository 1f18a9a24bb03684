"""Putting a topic into a question: articles and cases, the place in the sentence, a heading.

A question and a noun phrase come in, a wording goes out that can be read without the conversation:
„Wer ist beim Bildungsscheck zuständig?“, and where the grammar is not known, „Bildungsscheck: Wer …?“
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.understanding.clauses import (
    END,
    Token,
    is_verb,
    tokens_of,
    words,
)
from assistant.understanding.noun_words import FEMININE, MASCULINE, NEUTER, PLURAL, UNKNOWN
from assistant.understanding.nouns import NounPhrase

_ARTICLES = {
    MASCULINE: {"nominative": "der", "accusative": "den", "dative": "dem"},
    FEMININE: {"nominative": "die", "accusative": "die", "dative": "der"},
    NEUTER: {"nominative": "das", "accusative": "das", "dative": "dem"},
    PLURAL: {"nominative": "die", "accusative": "die", "dative": "den"},
}
_CONTRACTED = {
    "bei dem": "beim", "zu dem": "zum", "zu der": "zur", "von dem": "vom", "in dem": "im",
    "an dem": "am", "in das": "ins", "an das": "ans", "für das": "für das",
}  # fmt: skip
_CASE_OF = {
    **dict.fromkeys(words("bei zu von mit nach in an aus"), "dative"),
    **dict.fromkeys(words("für durch über gegen um"), "accusative"),
}
#: Prepositions that a topic may keep when it is put into another question.
_ABOUT = words("für nach zu")
_SUBORDINATE = re.compile(
    r",\s+(?:wenn|damit|falls|weil|obwohl|dass|ob|bevor|nachdem|um|sobald|sofern|if|when|because)\b"
)
_LAST_WORDS = words(
    """zuständig nötig notwendig möglich erforderlich verantwortlich förderfähig gültig ab an auf aus
    ein sein tun vor zu weiter mit nach zurück statt teil fest bereit los frei drin kombinierbar"""
)
_NO_LAST_WORDS = words("jetzt nicht seit mit heute dort selbst sofort insgesamt")


def with_article(phrase: NounPhrase, case: str, gender: str = UNKNOWN) -> str:
    """The phrase behind its article („den Bildungsscheck“); a name of unknown gender stands alone."""
    known = UNKNOWN if phrase.is_person else phrase.gender or gender
    article = _ARTICLES.get(known, {}).get(case, "")
    return f"{article} {inflected(phrase, case)}".strip()


def about(phrase: NounPhrase) -> str:
    """„beim Bildungsscheck“, „von Frau Sommer“; of unknown gender as it was said: „für Lastenräder“."""
    if phrase.is_person:
        return f"von {phrase.text}"
    if phrase.gender in (UNKNOWN, PLURAL) and phrase.preposition in _ABOUT:
        return f"{phrase.preposition} {phrase.text}"
    return with_preposition("bei", phrase)


def with_preposition(preposition: str, phrase: NounPhrase) -> str:
    """The phrase behind a preposition: „beim Bildungsscheck“, „für die Beratung“, „bei EXIST“."""
    case = _CASE_OF.get(preposition, "dative")
    noun = with_article(phrase, case)
    joined = f"{preposition} {noun}"
    for long, short in _CONTRACTED.items():
        if joined.startswith(f"{long} "):
            return short + joined.removeprefix(long)
    return joined


def english_name(phrase: NounPhrase) -> str:
    """“the training voucher”; a name stands without article."""
    return f"the {phrase.text}" if phrase.text[0].islower() else phrase.text


def inflected(phrase: NounPhrase, case: str) -> str:
    """The noun in a case; only weak nouns („Lotse“) and plurals change in front of a name."""
    head, space, rest = phrase.text.partition(" ")
    if phrase.gender == MASCULINE and head.endswith(("lotse", "lotsen")):
        head = head.removesuffix("n") if case == "nominative" else head.removesuffix("n") + "n"
    elif phrase.gender == PLURAL and case == "dative" and not head.endswith(("n", "s")):
        head += "n"
    return head + space + rest


def inserted(question: str, words_to_insert: str) -> str:
    """The question with further words: before its last verb, at its end, before a „, wenn …“."""
    bare = question.rstrip(" ?.!")
    clause = _SUBORDINATE.search(bare)
    main, rest = (bare[: clause.start()], bare[clause.start() :]) if clause else (bare, "")
    tokens = tokens_of(main)
    at = _place_at_end(tokens)
    if at is None:
        return f"{main} {words_to_insert}{rest}?"
    cut = tokens[at].start
    return f"{main[:cut]}{words_to_insert} {main[cut:]}{rest}?"


def appended(question: str, words_to_append: str) -> str:
    """The question with further words at its end, as English has them."""
    return f"{question.rstrip(' ?.!')} {words_to_append}?"


def headed(topic: str, question: str) -> str:
    """The question below a heading: „Bildungsscheck: Gilt das auch für Meister?“"""
    return f"{topic}: {question}"


def _place_at_end(tokens: Sequence[Token]) -> int | None:
    """Where the verbs at the end of a clause begin; None when its end is no verb's place."""
    if len(tokens) < 3:
        return None
    at = len(tokens)
    while at > 2 and _closes(tokens[at - 1]) and _has_verb(tokens[: at - 1]):
        at -= 1
    return at if at < len(tokens) else None


def _closes(token: Token) -> bool:
    word = token.lower
    if token.is_name or word in _NO_LAST_WORDS:
        return False
    return word in _LAST_WORDS or (is_verb(token, END) and word not in words("ist sind gibt"))


def _has_verb(tokens: Sequence[Token]) -> bool:
    """Whether a finite verb stands among the words before, so that the last one is another."""
    small = [Token(tokens[0].lower, 0, 0), *tokens[1:]]
    return any(is_verb(token, after) for token, after in pairwise([*small, END]))
