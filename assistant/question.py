"""The question as it is understood: checked, its language told, a follow-up made stand-alone.

A raw text and the conversation so far come in; a Question comes out, or an InputError that says in
German what is wrong. Rules only; nothing here looks at the documents.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kb.audience import Viewer
from kb.errors import InputError
from kb.glossary import in_german
from kb.immutable import Immutable
from kb.language import ENGLISH, GERMAN, language_of
from kb.lexical import terms_of

MAX_LENGTH = 2_000
MAX_HISTORY = 6


class Asks(StrEnum):
    """What kind of thing the asker wants to know; several may hold."""

    AMOUNT = "amount"
    SHARE = "share"
    TIME = "time"
    DURATION = "duration"
    PERSON = "person"
    CONTACT = "contact"
    PLACE = "place"


_CUES: tuple[tuple[Asks, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Asks.AMOUNT, r"\bwie ?viel|\bwie hoch|\bsumme\b|\bbetrag|\bhöhe\b|\bhöchst|\bpauschale"
                      r"|\bkostet|\bgehalt|\bsalary|\bhow much|\bamount|\bgrenze\b|\bmaximal"),
        (Asks.SHARE, r"\bprozent|%|\bquote|\bfördersatz|\banteil|\bpercent|\bshare\b"),
        (Asks.TIME, r"\bwann\b|\bfrist|\bdatum\b|\btermin|\bwhen\b|\bdeadline|\bnoch\b|\bbis wann"),
        (Asks.DURATION, r"\bwie lang|\bdauer|\bhow (?:long|fast|quick)|\bwie schnell|\bwie alt"
                        r"|\bmonate\b|\bjahre\b|\bbefristet|\bstunden\b"),
        (Asks.PERSON, r"\bwer\b|\bwen\b|\bwem\b|\bwelche stelle|\bansprechpartner|\bzuständig"
                      r"|\bwho\b|\bwhich body|\bleiter|\bkontakt|\bhead of\b"),
        (Asks.CONTACT, r"\btelefon|\bnummer\b|\banschrift|\badresse|\bpostadresse|\be-?mail|\bphone"
                       r"|\bkontakt|\ban wen\b|\berreich|\bansprechpartner"),
        (Asks.PLACE, r"\bwo\b|\bwohin\b|\bort\b|\bregion\b|\bwhere\b|\banschrift|\badresse"),
    )
)  # fmt: skip

_FOLLOW_UP = re.compile(
    r"^(?:und|aber|auch|dann|and|but|also|what about|how about|was ist mit|wie ist es)\b"
    r"|\b(?:dafür|davon|damit|dazu|dabei|dort|darin|daran|dessen|deren|derselbe|sowas|so was)\b"
    r"|\bgilt (?:das|dies)\b|\b(?:das|dies|es|der|die)\s*\?$"
    r"|^(?:wie hoch|wie lange|wo|wann|wer|bis wann) (?:ist|sind|gilt|kann|muss)"
    r" (?:er|sie|es|das|der|die|ich das|man das)\b"
    r"|\b(?:his|her|their|its|it|that|this|they|he|she)\b",
    re.IGNORECASE,
)
_SHORT = 2
_OPEN = re.compile(
    r"^\W*(?:\w+\W+){0,2}?(?:wie|was|wer|wen|wem|wessen|wo|wohin|wann|warum|welche[rnms]?|womit|wofür"
    r"|woran|wodurch|how|what|who|whom|which|when|where|why)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_PAST = re.compile(
    r"\b(?:alte[nrms]?|früher\w*|damals|ehemalig\w*|vorherig\w*|bisherig\w*|abgelaufen\w*"
    r"|previous|former|old)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of the conversation; `role` is `user` or `assistant`."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Question(Immutable):
    """A question ready to be searched for. `asked_as` is the stand-alone wording."""

    text: str
    asked_as: str
    language: str
    as_of: date
    viewer: Viewer
    asks: frozenset[Asks] = field(default_factory=frozenset)

    @property
    def about_the_past(self) -> bool:
        """Whether an earlier state is meant („die alte Richtlinie“, „2023“): no newer one wins."""
        years = (int(year) for year in _YEAR.findall(self.asked_as))
        return bool(_PAST.search(self.asked_as)) or any(year < self.as_of.year for year in years)

    @property
    def yes_or_no(self) -> bool:
        """Whether the question can be answered with yes or no."""
        return not _OPEN.search(self.text)

    def wants(self, kind: Asks) -> bool:
        """Whether this kind of thing is asked for."""
        return kind in self.asks

    @property
    def lexical(self) -> str:
        """The wording for lexical search: German words where an English question has them."""
        return in_german(self.asked_as) if self.language == ENGLISH else self.asked_as

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
    earlier = [turn.text.strip() for turn in history[-MAX_HISTORY:] if turn.role == "user"]
    asked_as = _stand_alone(cleaned, [turn for turn in earlier if turn])
    return Question(
        text=cleaned,
        asked_as=asked_as,
        language=language if language in (GERMAN, ENGLISH) else language_of(cleaned),
        as_of=as_of,
        viewer=viewer,
        asks=frozenset(kind for kind, cue in _CUES if cue.search(cleaned)),
    )


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


def _stand_alone(text: str, earlier: Sequence[str]) -> str:
    """A follow-up carries the question it follows with it; other questions stay as they are."""
    if not earlier:
        return text
    if _FOLLOW_UP.search(text) or len(set(terms_of(text))) <= _SHORT:
        return f"{earlier[-1]} {text}"
    return text
