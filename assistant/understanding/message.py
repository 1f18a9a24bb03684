"""A message as people write it: greeting, story, one or two questions somewhere, signature.

A text comes in; the questions in it, each for itself, and the sentences told around them go out.
Greeting and signature are dropped. A text that asks nothing by its form is one question as it is.
"""

import re
from dataclasses import dataclass

from assistant.understanding.clauses import opens_question, tokens_of
from assistant.understanding.indirect import direct_questions
from assistant.understanding.parts import split_question
from kb.sentences import split_sentences

_GREETING = re.compile(
    r"^(?:(?:sehr geehrte[rs]?|liebe[rs]?|hallo|guten (?:tag|morgen|abend)|moin(?: moin)?|servus"
    r"|grüß gott|dear|hello|hi|good (?:morning|afternoon|evening))\b"
    r"(?:[^,!.?:]{0,60}?(?:[,!]|\.(?=\s))|(?=\s))\s*)+",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:^|(?<=[\s,.!?]))(?:mit (?:freundlichen?|besten?|herzlichen?|vielen?) (?:grüßen|grüssen|gruß)"
    r"|(?:viele|freundliche|beste|herzliche|liebe|schöne) grüße|mfg|lg"
    r"|(?:vielen|herzlichen|besten) dank(?: im voraus| schon mal| vorab)?|danke(?: im voraus| schön)?"
    r"|(?:kind|best|warm) regards|yours (?:sincerely|faithfully)|many thanks|thank you(?: in advance)?"
    r"|thanks(?: in advance)?)(?=[\s,.!]|$)",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\bP\. ?S\.?:?\s|\bPS:?\s")
_SMALL_TALK = re.compile(
    r"^(?:(?:können|könnten|kann|könnte|würden) (?:sie|du|ihr|man|mir|uns)\b.{0,40}\b(?:helfen"
    r"|weiterhelfen|beraten)|ich (?:habe|hätte) (?:da )?(?:eine|mal eine|zwei|einige|ein paar|folgende)"
    r" (?:kurze )?fragen?|wie geht es ihnen|haben sie (?:kurz )?zeit"
    r"|(?:can|could) (?:you|anyone) (?:please )?help(?: me| us)?|i have (?:a|two|some) questions?)\W*$",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"^(?:mein name ist|ich heiße|ich bin (?:herr|frau)\b|my name is|i am (?:mr|ms|mrs)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Message:
    """The questions of a message in order, and what is told: sentences that ask nothing.

    `preface` introduces the questions of one sentence („Forschungszulage – …“), `body` is the text
    without greeting and signature.
    """

    body: str
    questions: tuple[str, ...]
    told: tuple[str, ...]
    preface: str = ""


def read_message(text: str) -> Message:
    """Take a message apart."""
    body = _without_frame(text)
    sentences = [sentence.text for sentence in split_sentences(body)]
    asking = [sentence for sentence in sentences if _asks(sentence)]
    if not asking:
        asking = [sentence for sentence in sentences if _opens_as_question(sentence)]
    telling = [sentence for sentence in asking if not _SMALL_TALK.match(sentence)]
    if not telling:
        return Message(body, (body,), ())
    taken = [_questions_in(sentence) for sentence in telling]
    told = [
        sentence
        for sentence in sentences
        if sentence not in asking and not _INTRODUCTION.match(sentence)
    ]
    prefaces = [preface for preface, _ in taken if preface]
    questions = [question for _, found in taken for question in found]
    return Message(body, tuple(dict.fromkeys(questions)), tuple(told), next(iter(prefaces), ""))


def _questions_in(sentence: str) -> tuple[str, tuple[str, ...]]:
    direct = direct_questions(sentence)
    if direct:
        return "", direct
    split = split_question(sentence)
    return split.preface, split.questions


def _asks(sentence: str) -> bool:
    """Whether a sentence asks by its mark, or indirectly."""
    return sentence.rstrip(" “\"')").endswith("?") or bool(direct_questions(sentence))


def _opens_as_question(sentence: str) -> bool:
    return opens_question(tokens_of(sentence[:1].lower() + sentence[1:]))


def _without_frame(text: str) -> str:
    """The text without greeting and without all from the closing words on, save a P.S. that asks."""
    greeting = _GREETING.match(text)
    body = text[greeting.end() :] if greeting else text
    body = body[:1].upper() + body[1:] if greeting else body
    closing = _CLOSING.search(body)
    if closing is not None:
        main, rest = body[: closing.start()].rstrip(" ,"), body[closing.start() :]
        postscript = _POSTSCRIPT.search(rest)
        if postscript:
            body = f"{main} {rest[postscript.end() :]}"
        elif "?" not in rest:
            body = main
    return body.strip() or text
