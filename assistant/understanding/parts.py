"""One sentence that asks several things, taken apart: „Wer leitet … und wie erreiche ich sie?“

A sentence comes in; what stands before its questions and the questions themselves go out. It is cut
only where both sides have a verb of their own, so „Wann und wo …?“, „Welche Betriebe und Verbände …?“
and „Wer ruft … ab und leitet sie weiter?“ stay whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding.clauses import (
    AUXILIARIES,
    END,
    PRONOUNS,
    QUESTION_WORDS,
    Token,
    finite_verb,
    is_verb,
    opens_question,
    opens_yes_or_no,
    tokens_of,
    words,
)

_JOINTS = words("und sowie and außerdem zudem ebenso") | {",", ";", "–"}
_PREFACE_ENDS = (":", "–")
_IF_SO = {"wenn ja", "falls ja", "wenn nein", "falls nein", "if so", "if yes", "if not"}
_SURE_SUBJECTS = words("ich man wir du i we you it they")
#: Question words that may be the subject: the verb behind an „und“ may share it.
_SUBJECTS = words("wer was welche welcher welches wieviele viele who what which")
_PURPOSE = words("damit um")


@dataclass(frozen=True, slots=True)
class Split:
    """The questions of one sentence, and what introduces them all („Forschungszulage –“)."""

    preface: str
    questions: tuple[str, ...]


def split_question(sentence: str) -> Split:
    """Take a sentence apart; one question stays as it is written."""
    tokens = tokens_of(sentence)
    begin = _end_of_preface(tokens)
    cuts = _cuts(tokens, begin)
    if not cuts:
        return Split("", (sentence,))
    preface = sentence[: tokens[begin - 1].start].strip(" –:") if begin else ""
    spans = zip([begin, *(after for _, after in cuts)], [*(b for b, _ in cuts), None], strict=True)
    clauses = [tokens[first:last] for first, last in spans]
    texts = [sentence[clause[0].start : clause[-1].end] for clause in clauses]
    purpose = _purpose(clauses[-1], sentence)
    texts[:-1] = [text + purpose for text in texts[:-1]]
    return Split(preface, tuple(as_question(text) for text in texts))


def as_question(text: str) -> str:
    """A clause with a capital letter in front and a question mark behind."""
    bare = text.strip().strip(",;–").rstrip(" .?!,;:–").strip()
    return f"{bare[:1].upper()}{bare[1:]}?"


def _end_of_preface(tokens: Sequence[Token]) -> int:
    """Where the questions begin behind „Forschungszulage –“ or „Wir wollen …:“; 0 without such."""
    for index, token in enumerate(tokens[:-1]):
        if token.text in _PREFACE_ENDS:
            return 0 if _asks(tokens[:index]) or not _asks(tokens[index + 1 :]) else index + 1
    return 0


def _cuts(tokens: Sequence[Token], begin: int) -> list[tuple[int, int]]:
    """(end of the question before, begin of the next one) for every place to cut."""
    cuts: list[tuple[int, int]] = []
    clause = begin
    index = begin
    while index < len(tokens):
        if tokens[index].lower not in _JOINTS:
            index += 1
            continue
        after = _behind_joints(tokens, index)
        if _asks(tokens[clause:index]) and _asks_anew(tokens, clause, after):
            cuts.append((index, after))
            clause = after
        index = after
    return cuts


def _behind_joints(tokens: Sequence[Token], index: int) -> int:
    while index < len(tokens) and tokens[index].lower in _JOINTS:
        index += 1
    pair = " ".join(token.lower for token in tokens[index : index + 2])
    if pair in _IF_SO:
        index += 3 if tokens[index + 2 : index + 3] and tokens[index + 2].text == "," else 2
    return index


def _asks(clause: Sequence[Token]) -> bool:
    """Whether a clause is a question with a verb of its own, not only „wann“ or „welche Betriebe“."""
    if not clause:
        return False
    first = Token(clause[0].text.lower(), clause[0].start, clause[0].end)
    after = clause[1] if len(clause) > 1 else END
    verb_first = first.text not in QUESTION_WORDS and is_verb(first, after) and len(clause) > 1
    return verb_first or opens_question([first, *clause[1:]])


def _asks_anew(tokens: Sequence[Token], clause: int, after: int) -> bool:
    """Whether another question begins at `after`, not a second verb of the one at `clause`."""
    rest = tokens[after:]
    if finite_verb(rest) is not None:
        return True
    if len(rest) < 3:
        return False
    first, second = rest[0].lower, rest[1].lower
    if opens_yes_or_no(rest) and (second in _SURE_SUBJECTS or (first, second) == ("gibt", "es")):
        return True
    opening = {token.lower for token in tokens[clause : clause + 3]}
    if opening & _SUBJECTS or tokens[after - 1].text == ",":
        return False
    return first in AUXILIARIES and (rest[1].is_name or second in PRONOUNS or opens_yes_or_no(rest))


def _purpose(clause: Sequence[Token], sentence: str) -> str:
    """The aim that a last question states for all of them: „, damit die Agentur ihn fördert“."""
    for comma, word in pairwise(clause):
        if comma.text == "," and word.lower in _PURPOSE:
            return ", " + sentence[word.start : clause[-1].end].rstrip(" ?.!")
    return ""
