"""The question as it is understood: checked, its language told, taken apart, made stand-alone.

A raw text and the conversation so far come in; a Question comes out, with parts where several things
are asked, or an InputError that says in German what is wrong. Rules only; nothing here looks at the
documents.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.asks import Asks, asks_of
from assistant.understanding.clauses import QUESTION_WORDS, tokens_of
from assistant.understanding.conversation import MAX_PARTS, Asked, Turn, asked_in, thread_of
from kb.audience import Viewer
from kb.errors import InputError
from kb.glossary import in_german, is_english
from kb.immutable import Immutable
from kb.language import ENGLISH, GERMAN, language_of

__all__ = ["MAX_LENGTH", "MAX_PARTS", "Asks", "Question", "Turn", "read_question"]

MAX_LENGTH = 2_000

_GERMAN_LETTERS = re.compile(r"[äöüß]", re.IGNORECASE)
_KEYWORD = re.compile(r"[^\W\d_]{3,}")
_OPENING = 3
_LAST_CLAUSE = re.compile(r".*[.!?:–]\s+(?=\S)", re.DOTALL)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_PAST = re.compile(
    r"\b(?:alte[nrms]?|früher\w*|damals|ehemalig\w*|vorherig\w*|bisherig\w*|abgelaufen\w*"
    r"|previous|former|old)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question(Immutable):
    """A question ready to be searched for.

    `asked_as` is the stand-alone wording, `context` are words told around it that support the
    search. A question of several parts has them in `parts`, at most three; `left_out` are further
    ones that are not answered.
    """

    text: str
    asked_as: str
    language: str
    as_of: date
    viewer: Viewer
    asks: frozenset[Asks] = field(default_factory=frozenset)
    context: str = ""
    parts: tuple["Question", ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def each(self) -> tuple["Question", ...]:
        """What is answered one by one: the parts, or the question itself where it has none."""
        return self.parts or (self,)

    @property
    def about_the_past(self) -> bool:
        """Whether an earlier state is meant („die alte Richtlinie“, „2023“): no newer one wins."""
        years = (int(year) for year in _YEAR.findall(self.asked_as))
        return bool(_PAST.search(self.asked_as)) or any(year < self.as_of.year for year in years)

    @property
    def yes_or_no(self) -> bool:
        """Whether the question can be answered with yes or no."""
        opening = tokens_of(_LAST_CLAUSE.sub("", self.asked_as))[:_OPENING]
        return not any(token.lower in QUESTION_WORDS for token in opening)

    def wants(self, kind: Asks) -> bool:
        """Whether this kind of thing is asked for."""
        return kind in self.asks

    @property
    def searched_as(self) -> str:
        """The wording for the search by meaning: with the context, and in English its German words.

        The vectors of the two languages lie apart; German words in the question bring it nearer to
        German documents.
        """
        told = f"{self.asked_as} {self.context}".strip()
        return f"{told} ({in_german(told)})" if self.language == ENGLISH else told

    @property
    def lexical(self) -> str:
        """The wording for lexical search: German words where an English question has them."""
        return in_german(self.asked_as) if self.language == ENGLISH else self.asked_as

    @property
    def lexical_searched_as(self) -> str:
        """The same with the context behind."""
        return f"{self.lexical} {self.context}".strip()

    @property
    def is_follow_up(self) -> bool:
        return self.asked_as != self.text


def read_question(
    text: str,
    *,
    as_of: date,
    viewer: Viewer,
    history: Sequence[Turn] = (),
    language: str | None = None,
) -> Question:
    """Understand a question; raises InputError for one that cannot be asked."""
    cleaned = _checked(text)
    thread = thread_of(history)
    whole = Question(
        text=cleaned,
        asked_as=cleaned,
        language=language if language in (GERMAN, ENGLISH) else _language_of(cleaned),
        as_of=as_of,
        viewer=viewer,
    )
    asked = asked_in(cleaned, thread)
    parts = tuple(_part(whole, each) for each in asked[:MAX_PARTS])
    if len(parts) == 1:
        return replace(parts[0], text=cleaned)
    return replace(
        whole,
        asked_as=" ".join(part.asked_as for part in parts),
        asks=frozenset().union(*(part.asks for part in parts)),
        parts=parts,
        left_out=tuple(each.text for each in asked[MAX_PARTS:]),
    )


def _part(whole: Question, asked: Asked) -> Question:
    return replace(
        whole,
        text=asked.text,
        asked_as=asked.asked_as,
        context=asked.context,
        asks=asks_of(asked.asked_as),
    )


def _language_of(text: str) -> str:
    """German or English; keywords without a function word are English where all of them are."""
    found = language_of(text)
    keywords = [word for word in _KEYWORD.findall(text) if word[0].islower()]
    known = sum(map(is_english, keywords))
    undecided = found == GERMAN and not _GERMAN_LETTERS.search(text)
    return ENGLISH if undecided and known and known >= min(2, len(keywords)) else found


def _checked(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise InputError(
            f"Die Frage hat {_grouped(len(text))} Zeichen, erlaubt sind {_grouped(MAX_LENGTH)}. "
            "Bitte kürzer fragen oder in mehrere Fragen aufteilen."
        )
    printable = "".join(
        " " if character in "\t\n\r" else character
        for character in text
        if character in "\t\n\r" or unicodedata.category(character) not in ("Cc", "Cs")
    )
    cleaned = " ".join(unicodedata.normalize("NFC", printable).split())
    if not cleaned:
        raise InputError("Die Frage ist leer. Bitte eine Frage eingeben.")
    if not any(character.isalnum() for character in cleaned):
        raise InputError(
            f"In der Frage {cleaned[:40]!r} steht kein Wort. Bitte die Frage in Worten stellen."
        )
    return cleaned


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
