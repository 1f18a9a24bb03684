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
_SUBJECT = re.compile(
    r"(?:betreff|betr\.?|subject|re|aw|wg):\s*(.{1,100}?)[\s.,]+"
    r"(?=sehr geehrte|liebe[rs]?\b|hallo\b|guten tag|moin\b|dear\b|hello\b)",
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
#: Sentences of politeness and introduction: they ask nothing and tell nothing about the matter.
_SAYS_LITTLE = re.compile(
    r"^(?:(?:können|könnten|kann|könnte|würden) (?:sie|du|ihr|man|mir|uns)\b.{0,40}\b(?:helfen"
    r"|weiterhelfen|beraten)|ich (?:habe|hätte) (?:da )?(?:mal )?(?:eine|zwei|einige|ein paar|folgende)"
    r" (?:kurze )?fragen?|wie geht es ihnen|haben sie (?:kurz )?zeit"
    r"|(?:can|could) (?:you|anyone) (?:please )?help(?: me| us)?|i have (?:a|two|some) questions?)\W*$"
    r"|^(?:mein name ist|ich heiße|ich bin (?:herr|frau)\b|my name is|i am (?:mr|ms|mrs)\b)",
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
    subject, letter = _without_subject(text)
    body = _without_frame(letter)
    sentences = [sentence.text for sentence in split_sentences(body)]
    telling = [sentence for sentence in sentences if not _SAYS_LITTLE.match(sentence)] or sentences
    body = " ".join(telling)
    asking = [sentence for sentence in telling if _asks(sentence)]
    if not asking:
        asking = [sentence for sentence in telling if _opens_as_question(sentence)]
    if not asking:
        return Message(body, (body,), (), subject)
    taken = [_questions_in(sentence) for sentence in asking]
    told = tuple(sentence for sentence in telling if sentence not in asking)
    questions = [question for _, found in taken for question in found]
    preface = next((preface for preface, _ in taken if preface), subject)
    return Message(body, tuple(dict.fromkeys(questions)), told, preface)


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


def _without_subject(text: str) -> tuple[str, str]:
    """The subject line of a mail, where a greeting follows it, and the rest."""
    found = _SUBJECT.match(text)
    if found is None or not _GREETING.match(text[found.end() :]):
        return "", text
    return found[1].strip(" .,"), text[found.end() :]


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
