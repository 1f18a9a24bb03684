"""What kind of thing a question asks for: an amount, a date, a person … told by its words."""

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
                       r"|\bkontakt|\ban wen\b|\berreich(?:e|en|bar)?\b|\bansprechp|\banruf|\bcontact"
                       r"|\breach\b"),
        (Asks.PLACE, r"\bwo\b|\bwohin\b|\bort\b|\bregion\b|\bwhere\b|\banschrift|\badresse"),
    )
)  # fmt: skip


def asks_of(text: str) -> frozenset[Asks]:
    """The kinds of thing that a question's words ask for; empty when they tell none."""
    return frozenset(kind for kind, cue in _CUES if cue.search(text))
