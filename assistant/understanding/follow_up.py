"""A follow-up made stand-alone: „und wie hoch ist der?“ → „Wie hoch ist der Bildungsscheck?“

A question and the thread of the conversation come in; the question as it can be asked without the
conversation goes out. A question that names a topic of its own drags no old one along.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from assistant.asks import Asks, asks_of
from assistant.understanding.clauses import (
    AUXILIARIES,
    END,
    PREPOSITIONS,
    Token,
    is_verb,
    opens_question,
    tokens_of,
)
from assistant.understanding.fragments import SUBORDINATE, Fragment, completed
from assistant.understanding.noun_phrases import noun_phrases, topic_of
from assistant.understanding.nouns import DETAIL, NounPhrase, is_asker
from assistant.understanding.pronouns import resolved
from assistant.understanding.wording import (
    about,
    appended,
    english_name,
    headed,
    inserted,
)
from kb.language import ENGLISH, language_of
from kb.sentences import split_sentences

_LEAD = re.compile(
    r"^(?:(?:und|aber|auch|okay|ok|ja|gut|danke|alles klar|and|but|so)\b[\s,.!–]*)+(?=\S)",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(
    r"^(?:was ist mit|wie ist es mit|wie ist das mit|wie sieht es mit|wie steht es um|what about"
    r"|how about)\s+(.+?)(?:\s+aus)?$",
    re.IGNORECASE,
)
_ASKS_FOR_NAME = re.compile(
    r"^(?:an |bei |von |mit )?(?:wer|wen|wem|who|whom|which (?:body|office|programme|agency)"
    r"|welche[rsmn]? (?:stelle|behörde|kammer|agentur|einrichtung|förderung|förderungen|programme?))\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"\b(?:da|dort)\b(?! sein)")
_PERSON = re.compile(r"\b(?:er|ihn|ihm|dessen|sein(?:e[nmrs]?)?)\b")
_ROLE = re.compile(r"^who\b.*?\b(the\b.+?)\??$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their)\s+(.+)$", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:\W|\b(?:ja|nein|hm+|aha|okay|ok|danke|hallo|yes|no|thanks)\b)*", re.I
)
#: Who asks for something else does not mean the topic.
_ELSE = re.compile(
    r"\b(?:sonst noch|(?:andere[nrs]?|weitere[nrs]?) (?:programme?|förderung(?:en)?|stellen?|zuschüsse)"
    r"|alternativen?|other (?:programmes?|grants?|offices?)|alternatives?|anything else)\b",
    re.IGNORECASE,
)
_OWNER = re.compile(r"(?:ihre?[nrm]?|seine?[nrm]?|deren|dessen|his|her|their)\b", re.IGNORECASE)
#: papers and acts: who asks how high something is means none of them
_WITHOUT_AMOUNT = re.compile(
    r"(?:antrag|anträge|anmeldung|formular|frist|termin|nachweis|bescheid|unterlagen?|belege?|verfahren"
    r"|application|deadline|form)(?:s|es|e|en)?$",
    re.IGNORECASE,
)
_MOST_KEYWORDS = 3
#: A wording of more characters has gone wrong; the question is better left as it is.
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Thread:
    """What a conversation is about: its topic, the last question made stand-alone, its answer.

    In a story (`is_story`) the last sentence told stands for the question; its pronouns mean persons
    more often than things, so that only the topic is put for one.
    """

    topic: NounPhrase | None = None
    question: str = ""
    answer: str = ""
    is_story: bool = False

    def with_question(self, asked_as: str, told: str = "") -> "Thread":
        """The thread after a further question; its topic stays where none is named.

        `told` is the question with what was told before it, which may name the topic.
        """
        topic = topic_of(asked_as) or topic_of(told) or self.topic
        same = self.topic is not None and topic is not None and topic.text == self.topic.text
        return Thread(self.topic if same else topic, asked_as)

    def with_answer(self, text: str) -> "Thread":
        """The thread after an answer, which may name what the questions did not."""
        return Thread(self.topic, self.question, text)

    @property
    def phrases(self) -> list[NounPhrase]:
        """What a pronoun may stand for, likeliest first: what was asked about, then the topic.

        Who was asked for by „wer“ or „welche Stelle“ is what the answer names.
        """
        if self.is_story:
            return [self.topic] if self.topic else []
        own = noun_phrases(self.question)
        asked = [phrase for phrase in own if phrase.asked]
        sides = [p for p in own if not p.is_topic and not p.preposition and not is_asker(p.text)]
        topics = sorted((p for p in own if p.is_topic), key=lambda phrase: -phrase.weight)
        leading = [self.topic] if self.topic else topics[:1]
        if _ASKS_FOR_NAME.match(self.question):
            return [*self.said, *asked[:1], *leading, *topics]
        return [*asked[:1], *sides[:1], *leading, *topics, *self.said]

    @property
    def asks_for_name(self) -> bool:
        """Whether the last question asked for somebody and no answer is known that names them."""
        return bool(_ASKS_FOR_NAME.match(self.question)) and not self.said

    @property
    def said(self) -> list[NounPhrase]:
        """Topics that the first sentence of the answer names, persons first where one was asked for."""
        first = next(iter(split_sentences(self.answer)), None)
        topics = [p for p in noun_phrases(first.text) if p.is_topic] if first else []
        if _ASKS_FOR_NAME.match(self.question):
            topics.sort(key=lambda phrase: not phrase.is_person)
        return topics

    @property
    def person(self) -> NounPhrase | None:
        """Who was asked for, as the answer names them."""
        asked = self.said[:1] if _ASKS_FOR_NAME.match(self.question) else []
        return asked[0] if asked and asked[0].is_person else None


def stand_alone(text: str, thread: Thread, *, same_message: bool = False) -> str:
    """The question as it can be asked without the thread; unchanged where it needs nothing.

    `same_message`: what was asked or told before stands in the same message, so that a question that
    names only some detail („die Belege“) is still about the same.
    """
    lead = _LEAD.match(text)
    bare = (text[lead.end() :] if lead else text).rstrip(" ?.!")
    if not thread.question or _SAYS_NOTHING.fullmatch(bare) or _ELSE.search(bare):
        return text
    topic = thread.topic or next(iter(thread.said), None)
    what_about = _WHAT_ABOUT.match(bare)
    if what_about or _is_fragment(bare):
        fragment = Fragment(what_about[1] if what_about else bare, bool(lead or what_about))
        owner = thread.person if _OWNER.match(fragment.text) else None
        wording = completed(fragment, thread.question, owner or topic)
    else:
        wording = _resumed(bare, thread, topic, DETAIL if same_message else 0)
    if (not wording and lead) or len(wording) > _LONGEST:
        wording = bare
    return f"{wording[:1].upper()}{wording[1:].rstrip(' ?')}?" if wording else text


def _is_fragment(text: str) -> bool:
    """Whether a question has no verb of its own: „bei 30 Leuten“, „Frist“, „wenn ich …“"""
    tokens = tokens_of(text)
    if not tokens or tokens[0].lower in SUBORDINATE:
        return True
    rest = [Token(tokens[0].lower, 0, 0), *tokens[1:]]
    if opens_question(rest) or any(token.lower in AUXILIARIES for token in rest):
        return False
    if rest[0].lower in PREPOSITIONS or len(rest) <= _MOST_KEYWORDS:
        return True
    return not any(is_verb(token, after) for token, after in pairwise([*rest, END]))


def _resumed(bare: str, thread: Thread, topic: NounPhrase | None, detail: int) -> str:
    """A whole clause with its topic; "" where it needs none.

    What it names itself is a topic of its own above the weight `detail`.
    """
    phrases = thread.phrases
    if not asks_of(bare).isdisjoint((Asks.AMOUNT, Asks.SHARE)):
        phrases = [phrase for phrase in phrases if not _WITHOUT_AMOUNT.search(phrase.text)]
    answer = resolved(bare, phrases)
    if thread.asks_for_name and (
        _THERE.search(bare) or (_PERSON.search(bare) and not answer.named)
    ):
        return f"{thread.question.rstrip(' ?')} – {bare[:1].lower()}{bare[1:]}"
    if topic is None:
        return (
            f"{thread.question} {bare}" if answer.points_back and not answer.named else answer.text
        )
    if answer.points_back and not answer.named:
        return _possessive(bare, thread, topic) or headed(topic.text, bare[:1].upper() + bare[1:])
    if answer.named:
        complete = answer.names_topic or topic.text.lower() in answer.text.lower()
    else:
        own = topic_of(bare)
        complete = own is not None and own.weight > min(detail, topic.weight - 1)
    return answer.text if complete else _about(answer.text, topic)


def _about(question: str, topic: NounPhrase) -> str:
    """The question with its topic put in: „Wie hoch ist der Zuschuss beim Bildungsscheck?“"""
    if language_of(question) == ENGLISH:
        return appended(question, f"for {english_name(topic)}")
    tokens = tokens_of(question[:1].lower() + question[1:])
    if opens_question(tokens) or is_verb(tokens[0], tokens[-1]):
        return inserted(question, about(topic))
    return headed(topic.text, question)


def _possessive(bare: str, thread: Thread, topic: NounPhrase) -> str:
    """“What is his phone number?” after “Who is the head of …?”: the phone number of that person."""
    found = _POSSESSIVE.search(bare)
    if found is None or language_of(bare) != ENGLISH:
        return ""
    role = _ROLE.match(thread.question)
    owner = role[1] if role else english_name(topic)
    return f"{bare[: found.start()]}the {found[1]} of {owner}"
