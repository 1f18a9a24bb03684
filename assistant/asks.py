"""What kind of thing a question asks for: an amount, a date, a person … told by its words.

Some words tell it by themselves („wie hoch“), others only where nothing else is told („maximal“ goes
with an amount as with a duration).
"""

import re
from enum import StrEnum


class Asks(StrEnum):
    """What kind of thing the asker wants to know; several may hold."""

    AMOUNT = "amount"
    SHARE = "share"
    TIME = "time"
    DURATION = "duration"
    PERSON = "person"
    CONTACT = "contact"
    PLACE = "place"
    PHONE = "phone"
    LIMIT = "limit"
    DECISION = "decision"
    MEANING = "meaning"


_Cues = tuple[tuple[Asks, re.Pattern[str]], ...]


def _cues(*patterns: tuple[Asks, str]) -> _Cues:
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in patterns)


_BY_PHONE = (
    r"\btelefon|\b(?:welche[rn]?|die|seine|ihre) nummer\b|\banruf|\bruf(?:e|en|t|st)\b.*\ban\b"
    r"|\bphone"
)
_SURE = _cues(
    (Asks.AMOUNT,
     r"\bwie ?viel\b|\bwie hoch|\bwie teuer|\bsumme\b|betrag\b|\bhöhe\b|\bpauschale\b|\bkostet\b"
     r"|\bwelche (?:kosten|gebühr)|\bgehalt|\bhow much|\bamount|\bcosts?\b|\bfees?\b|\bsalary"
     r"|\bobergrenze|\bgrenze\b|\bgewinn\b|\bbudget\b"),
    (Asks.SHARE,
     r"\bprozent|%|\bquote\b|fördersatz|fördersätze|\banteil|\bpercent|\bshare\b|\brate\b"),
    (Asks.TIME,
     r"\bwann\b|frist(?:en)?\b|\bdatum\b|termine?\b|stichtage?\b|\bwhen\b|\bdeadline|\bstill\b"
     r"|(?:^|[.:?!] )(?:gibt|gilt|gelten|läuft|kann|können|ist|sind|arbeite[nt])\b.*\bnoch\b"
     r"|\bwie lange?\b.*\b(?:läuft|laufen|gilt|gelten|gültig)\b|\bhow early\b|\bstichtag"),
    (Asks.DURATION,
     r"\bwie lang|\bdauer\b|\bdauert\b|\blaufzeit\b|\bwie schnell|\bwie alt|\bbefristet"
     r"|\b(?:wie ?viele?|how many) (?:\w+ )?(?:stunden|tage|wochen|monate|jahre|hours|days|weeks"
     r"|months|years)"
     r"|\bhow (?:long|fast|quick|early|old)|\bwelche[rmn]? zeitraum"),
    (Asks.PERSON,
     r"\bwer\b(?!.*\b(?:gefördert|beantragen|antragsberechtigt|bekommt|bekommen|erhält|erhalten)\b)"
     r"|\bwen\b|\bwem\b|\bwelche (?:stelle|behörde|kammer)|\bansprechp|\bzuständig|\bleiter(?:in)?\b"
     r"|\bkontakt|\bwho\b(?!.*\b(?:eligible|apply)\b)|\bwhom\b|\bwhich (?:body|office|authority)"
     r"|\bhead of\b|\bchair\b"),
    (Asks.CONTACT,
     _BY_PHONE + r"|telefonnummer|\banschrift|\badresse|\bpostadresse|\be-?mail|\bkontakt|\ban wen\b"
     r"|\berreich(?:e|en|bar)?\b|\bcontact\b|\breach\b|\baddress\b"),
    (Asks.PHONE, _BY_PHONE),
    (Asks.DECISION,
     r"\bbeschl(?:oss|üss|ieß)|\babgestimmt|\bentschieden\b|\bdecided\b|\bdecisions?\b"),
    (Asks.PLACE,
     r"\bwo\b|\bwohin\b|\bort\b|\bwelche[rsn]? (?:region|ort|stadt)|\bwhere\b|\banschrift|\badresse"),
)  # fmt: skip
_ELSE = _cues(
    (
        Asks.AMOUNT,
        r"\bhöchstens\b|\bhöchst|\bmaximal|\bmaximum\b|\bmindestens\b|\bgeld\b|\bmoney\b",
    ),
)
#: where nothing else is told either
_LAST = _cues(
    (
        Asks.MEANING,
        r"\bwas (?:ist|sind|bedeute[nt]|heißt|macht|machen|tut)\b(?! (?:mit|zu|wenn|alles|noch|für)\b)"
        r"|\bwelche (?:rolle|aufgaben?)\b|\bwozu (?:dient|dienen|ist|sind|gibt)\b|\bwas versteht man\b"
        r"|\bwhat (?:is|are|does|do)\b",
    ),
)
#: with what else is told: „wie viel maximal“, „wie lange höchstens“
_LIMIT = re.compile(r"\bhöchst|\bmaxim|\bobergrenze|\bbis zu wie\b|\bat most\b|\bup to how\b", re.I)


def asks_of(text: str) -> frozenset[Asks]:
    """The kinds of thing that a question's words ask for; empty when they tell none."""
    for cues in (_SURE, _ELSE, _LAST):
        told = frozenset(kind for kind, cue in cues if cue.search(text))
        if told:
            return told | {Asks.LIMIT} if _LIMIT.search(text) else told
    return frozenset()
