"""Polite and indirect questions made direct: „Können Sie mir sagen, wie hoch der Zuschuss ist?“

A sentence comes in; the questions in it go out in the order of words of a question („Wie hoch ist der
Zuschuss?“), or nothing when it is none of this kind.
"""

import re
from collections.abc import Sequence

from assistant.understanding.clauses import (
    ARTICLES,
    AUXILIARIES,
    ENGLISH_QUESTION_WORDS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    Token,
    tokens_of,
    words,
)
from assistant.understanding.parts import as_question

_ASKING = re.compile(
    r"\b(?:wissen|weiß|weißt|wüsste|sagen|mitteilen|erklären|erfahren|interessiert|interessieren|frage|fragen"
    r"|klären|beantworten|nennen|Auskunft|Information(?:en)?|Info|Frage|unsicher|unklar"
    r"|know|tell|wonder|wondering|explain|question)\b",
    re.IGNORECASE,
)
_BEFORE_CLAUSE = re.compile(
    r"(?:[,:–]|\b(?:und|sowie|and)\b|\bknow\b|\bwonder(?:ing)?\b|\btell me\b)"
)
_WHETHER = words("ob whether if")
_SEPARABLE = re.compile(
    r"(ab|an|auf|aus|ein|vor|weiter|mit|nach|zurück|statt|teil)(?!twort)(\w{3,})"
)
_LONGEST_LEAD = 14


def direct_questions(sentence: str) -> tuple[str, ...]:
    """The questions that a sentence asks indirectly, made direct; empty when it asks none so."""
    tokens = tokens_of(sentence)
    begins = [index for index in range(1, len(tokens)) if _begins_clause(tokens, index)]
    if not begins or begins[0] > _LONGEST_LEAD:
        return ()
    lead = sentence[: tokens[begins[0]].start]
    if not _ASKING.search(lead) or not _BEFORE_CLAUSE.search(lead[-12:]):
        return ()
    ends = [*begins[1:], len(tokens)]
    clauses = [tokens[begin:end] for begin, end in zip(begins, ends, strict=True)]
    return tuple(as_question(_turned(_trimmed(clause), sentence)) for clause in clauses)


def _begins_clause(tokens: Sequence[Token], index: int) -> bool:
    """Whether a clause with a question word or „ob“ begins here, behind a comma, „und“ or „know“."""
    token, before = tokens[index], tokens[index - 1]
    if token.lower in PREPOSITIONS and index + 1 < len(tokens):
        token = tokens[index + 1]
    if token.lower not in QUESTION_WORDS | _WHETHER:
        return False
    return before.text in (",", ":", "–") or before.lower in words("und sowie and know wonder me")


def _trimmed(clause: Sequence[Token]) -> Sequence[Token]:
    """The clause without the comma, the „und“ or the full stop that ends it."""
    end = len(clause)
    while end and (not clause[end - 1].is_word or clause[end - 1].lower in words("und sowie and")):
        end -= 1
    return clause[:end]


def _turned(clause: Sequence[Token], sentence: str) -> str:
    """The clause with its verb behind the question phrase, or in front where there is none."""
    whether = clause[0].lower in _WHETHER
    front = 1 if whether else _end_of_phrase(clause)
    at = _place_of_verb(clause, front)
    if at is None:
        return _text(clause[whether:], sentence)
    verb = clause[at].text
    parted = None if verb.lower() in AUXILIARIES else _SEPARABLE.fullmatch(verb)
    parts = (
        "" if whether else _text(clause[:front], sentence),
        parted[2] if parted else verb,
        _text(clause[front:at], sentence),
        _text(clause[at + 1 :], sentence),
        parted[1] if parted else "",
    )
    return " ".join(part for part in parts if part)


def _place_of_verb(clause: Sequence[Token], front: int) -> int | None:
    """Where the finite verb stands that has to move to `front`; None when all is in order."""
    english = clause[0].lower in ENGLISH_QUESTION_WORDS | {"whether", "if"}
    verbs = [index for index in range(front, len(clause)) if clause[index].lower in AUXILIARIES]
    if english:
        return verbs[0] if verbs and verbs[0] > front else None
    last = clause[-1]
    known = last.lower in AUXILIARIES or (not last.is_name and last.text.endswith(("t", "en")))
    first_person = last.text.endswith("e") and any(token.lower == "ich" for token in clause)
    return len(clause) - 1 if len(clause) - 1 > front and (known or first_person) else None


def _end_of_phrase(clause: Sequence[Token]) -> int:
    """How many words the question phrase has: up to the first article, pronoun or preposition."""
    index = 2 if clause[0].lower in PREPOSITIONS else 1
    noun = clause[index - 1].lower.startswith(("welch", "wieviel"))
    subject = clause[index - 1].lower in ("wer", "was", "who", "what")
    while index < len(clause) - 1 and not subject:
        token = clause[index]
        if token.lower in ARTICLES | PRONOUNS | PREPOSITIONS or (token.is_name and not noun):
            return index
        noun = noun or token.lower.startswith("viel")
        if token.is_name:
            return index + 1
        index += 1
    return index


def _text(clause: Sequence[Token], sentence: str) -> str:
    return sentence[clause[0].start : clause[-1].end] if clause else ""
