"""Follow-ups without a verb: „Und bei 30 Leuten?“, „Und die Frist?“, „Und der Digitalbonus?“

A fragment, the last question and its topic come in; a whole question goes out: the last one with the
fragment in its place, or the fragment beside the topic.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.understanding.clauses import (
    ARTICLES,
    AUXILIARIES,
    PREPOSITIONS,
    QUESTION_WORDS,
    Token,
    finite_verb,
    tokens_of,
    words,
)
from assistant.understanding.noun_phrases import topic_of
from assistant.understanding.noun_words import PLACES
from assistant.understanding.nouns import NounPhrase, is_asker, is_side
from assistant.understanding.sides import question_of_side
from assistant.understanding.wording import (
    about,
    appended,
    english_name,
    headed,
    inserted,
    with_article,
    with_preposition,
)
from kb.language import ENGLISH, language_of

#: Prepositions contracted with an article stand for the plain ones.
_PLAIN = {
    "beim": "bei", "im": "in", "ins": "in", "zum": "zu", "zur": "zu", "vom": "von", "am": "an",
    "ans": "an", "fürs": "für", "aufs": "auf",
}  # fmt: skip
#: What follows is a condition of the question before: „und wenn ich schon angemeldet bin?“
SUBORDINATE = words("wenn falls sofern ob weil if")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
#: What does not stand before a noun alone: articles in other cases, and words for an owner.
_NOT_ALONE = words(
    "der dem den ihre ihr ihren ihrer seine sein seinen deren dessen his her their its"
)
_REACH = 3


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words without a verb of their own; `led` where „und“ or “what about” goes before them."""

    text: str
    led: bool

    @property
    def opening(self) -> str:
        return tokens_of(self.text)[0].lower

    @property
    def is_condition(self) -> bool:
        """„wenn ich schon angemeldet bin“."""
        return self.opening in SUBORDINATE

    @property
    def by_preposition(self) -> bool:
        """„bei 30 Leuten“."""
        return self.opening in PREPOSITIONS

    @property
    def goes_on(self) -> bool:
        """Whether it cannot be understood as a new search by keywords."""
        return self.led or self.by_preposition or self.is_condition

    @property
    def capitalised(self) -> str:
        return self.text[:1].upper() + self.text[1:]


def completed(fragment: Fragment, question: str, topic: NounPhrase | None) -> str:
    """The fragment as a whole question; "" where it asks for something new („Digitalbonus?“)."""
    own = topic_of(fragment.text)
    if own is not None and not fragment.goes_on:
        return ""
    if topic is None and not fragment.by_preposition:
        return f"{question} {fragment.capitalised}"
    if topic is None:
        return _with_phrase(fragment.text, question, topic)
    if fragment.is_condition:
        return headed(topic.text, fragment.capitalised)
    if own is not None and _takes_place(own, topic):
        return _with_topic(own, fragment.text, question, topic)
    return _within(fragment, question, topic) or _beside(fragment, question, topic)


def _within(fragment: Fragment, question: str, topic: NounPhrase) -> str:
    """The last question with the fragment in it; "" where it asks for another side of the topic."""
    text = fragment.text
    tokens = tokens_of(text)
    if _YEAR.fullmatch(text):
        return _YEAR.sub(text, question) if _YEAR.search(question) else inserted(question, text)
    if all(token.lower in QUESTION_WORDS | PREPOSITIONS for token in tokens):
        return _asked_on(fragment, question, topic)
    if fragment.by_preposition or fragment.capitalised in PLACES:
        phrase = text if fragment.by_preposition else f"in {fragment.capitalised}"
        return _with_phrase(phrase, question, topic)
    if is_asker(text) or topic_of(text) is not None:
        plain = " ".join(token.text for token in tokens if token.lower not in ARTICLES)
        english = language_of(question) == ENGLISH
        return _with_phrase(f"for {plain}" if english else f"für {plain}", question, topic)
    return ""


def _beside(fragment: Fragment, question: str, topic: NounPhrase) -> str:
    """The fragment with the topic: „Telefon bei der Regionalagentur“, „Bildungsscheck: Danach“."""
    text = fragment.text
    if not is_side(text):
        return headed(topic.text, fragment.capitalised)
    english = ENGLISH in (language_of(question), language_of(text))
    usual = question_of_side(text, topic, english=english)
    if usual or english:
        return usual or appended(text, f"for {english_name(topic)}")
    tokens = tokens_of(text)
    side = text[tokens[1].start :] if tokens[0].lower in _NOT_ALONE else text
    return inserted(side, about(topic))


def _asked_on(fragment: Fragment, question: str, topic: NounPhrase) -> str:
    """„Bis wann?“ after a question for yes or no asks for more about the same."""
    tokens = tokens_of(question)
    if finite_verb(tokens) is None and tokens[0].lower in AUXILIARIES:
        return f"{fragment.text} {question[:1].lower()}{question[1:]}"
    return headed(topic.text, fragment.capitalised)


def _takes_place(own: NounPhrase, topic: NounPhrase) -> bool:
    """Whether a new phrase is a topic like the old one, not somebody or something within it."""
    alike = _plain(own.preposition) == _plain(topic.preposition) != ""
    return own.weight >= topic.weight or alike


def _with_phrase(phrase: str, question: str, topic: NounPhrase | None) -> str:
    """The last question with „bei 30 Leuten“ in it, in place of a phrase of the same kind."""
    tokens = tokens_of(question)
    wanted = _plain(phrase.split(maxsplit=1)[0].lower())
    for index, token in enumerate(tokens[:-1]):
        end = _end_of_phrase(tokens, index + 1)
        if _plain(token.lower) != wanted or end is None:
            continue
        old = question[token.start : tokens[end - 1].end]
        named = topic is not None and topic.text.lower() in old.lower()
        if not named and topic_of(old) is None:
            return question[: token.start] + phrase + question[tokens[end - 1].end :]
    if language_of(question) == ENGLISH:
        return appended(question, phrase)
    return inserted(question, phrase)


def _end_of_phrase(tokens: Sequence[Token], index: int) -> int | None:
    """Behind the last noun of a prepositional phrase that goes on at `index`."""
    for end in range(index, min(index + _REACH + 1, len(tokens))):
        if tokens[end].lower in PREPOSITIONS | QUESTION_WORDS | AUXILIARIES:
            return None
        if tokens[end].is_name and not (end + 1 < len(tokens) and tokens[end + 1].is_name):
            return end + 1
    return None


def _with_topic(own: NounPhrase, fragment: str, question: str, topic: NounPhrase) -> str:
    """The last question asked of another topic, in the case or behind the preposition of the old."""
    at = question.lower().find(topic.text.lower())
    if at < 0:
        return fragment
    before, behind = tokens_of(question[:at]), question[at + len(topic.text) :]
    opening = next((t for t in reversed(before[-_REACH:]) if t.lower in PREPOSITIONS), None)
    if opening is not None:
        name = fragment if own.preposition else with_preposition(_plain(opening.lower), own)
        return question[: opening.start] + name + behind
    if before and before[-1].lower in ARTICLES:
        name = _in_same_case(before[-1].lower, own, topic)
        return question[: before[-1].start] + name + behind
    return question[:at] + own.text + behind


def _in_same_case(article: str, own: NounPhrase, topic: NounPhrase) -> str:
    """The new topic in the case of the old one, as the old one's article shows it."""
    for case in ("nominative", "accusative", "dative"):
        if with_article(topic, case).startswith(f"{article} "):
            return with_article(own, case)
    return own.text


def _plain(preposition: str) -> str:
    return _PLAIN.get(preposition, preposition)
