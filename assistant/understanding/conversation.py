"""What a message asks within its conversation: its questions, each made stand-alone.

A text and the turns before it come in; its questions go out in order, with the words told around
them. Earlier turns are read the same way first, so that a chain of follow-ups keeps its topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.phrases import PHRASES
from assistant.understanding.follow_up import Thread, stand_alone
from assistant.understanding.message import Message, read_message
from assistant.understanding.noun_phrases import noun_phrases, topic_of
from assistant.understanding.nouns import NounPhrase

MAX_HISTORY = 12
#: So many questions of one message are answered.
MAX_PARTS = 3
#: Characters of an earlier turn that are read.
_LONGEST_TURN = 2_000
#: Up to this length a single question is searched for with all that is told around it.
_SHORT = 280
_TOLD = 160
_TELLING_WORDS = 8
#: From this weight on, what a story names is what its questions are about.
_WEIGHTY = 3
_SILENCE = tuple(phrases["not_found"] for phrases in PHRASES.values())


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of the conversation; `role` is `user` or `assistant`."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: as it is written, as it stands alone, and words that support its search.

    `bare` is the stand-alone question without what a short message tells before it; the next
    question goes on from it.
    """

    text: str
    asked_as: str
    bare: str
    context: str = ""


def thread_of(history: Sequence[Turn]) -> Thread:
    """What the turns of a conversation are about."""
    thread = Thread()
    for turn in history[-MAX_HISTORY:]:
        text = " ".join(turn.text[:_LONGEST_TURN].split())
        if turn.role != "user":
            if not text.startswith(_SILENCE):
                thread = thread.with_answer(text)
        elif any(character.isalnum() for character in text):
            for asked in asked_in(text, thread):
                thread = thread.with_question(asked.bare, asked.asked_as)
    return thread


def asked_in(text: str, thread: Thread) -> list[Asked]:
    """The questions of a message; a short message with one question stays as it is written."""
    message = read_message(text)
    first = message.questions[0]
    told = " ".join(message.told)
    if len(message.questions) == 1 and len(text) <= _SHORT and noun_phrases(told):
        return [Asked(text, message.body, first)]
    topic = _told_topic(message)
    before = [*message.told, *([message.preface] if message.preface else [])]
    if before and (topic is not None or not thread.question):
        thread = Thread(topic, before[-1], is_story=True)
    context = " ".join(before) if len(told) <= _TOLD else _telling_words(message)
    found: list[Asked] = []
    for question in message.questions[:MAX_PARTS]:
        asked_as = stand_alone(question, thread, same_message=bool(found or thread.is_story))
        thread = thread.with_question(asked_as)
        found.append(Asked(question, asked_as, asked_as, context))
    return found + [
        Asked(question, question, question) for question in message.questions[MAX_PARTS:]
    ]


def _told_topic(message: Message) -> NounPhrase | None:
    """What the questions are about as it is told: any topic of few words, a weighty one of a story."""
    told = " ".join(message.told)
    topic = topic_of(told)
    if topic is not None and len(told) > _TOLD and topic.weight < _WEIGHTY:
        topic = None
    return topic_of(message.preface) or topic


def _telling_words(message: Message) -> str:
    """The nouns of a story that say most, the weightiest first."""
    phrases = [phrase for sentence in message.told for phrase in noun_phrases(sentence)]
    telling = sorted((p for p in phrases if p.is_topic), key=lambda phrase: -phrase.weight)
    return " ".join(list(dict.fromkeys(phrase.text for phrase in telling))[:_TELLING_WORDS])
