"""The day a document is of: „Vom 12. März 2026“, „Stand: 2. November 2026“, „6. Sitzung am …“.

Only full days at the document's beginning, or signed at its end, are taken. „Stand: 03/2026“ names no
day: the value stays empty and its origin says what the text has. A consolidated law's first day says
nothing about the version at hand.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.convert.blocks import Block, BlockKind
from ingest.from_text.beginning import AT_BEGINNING, AT_END
from ingest.from_text.days import DAY, WEEKDAY, iso, only
from ingest.rules import Statement

_AS_OF = re.compile(rf"^\(?(?:Stand|Redaktionsschluss|Stand der Information(?:en)?):?\s+({DAY})")
_PARTIAL = re.compile(
    r"^\(?(Stand:?\s+(?:\d{1,2}\s?/\s?\d{4}|\d{1,2}\.\d{4}|[A-ZÄÖÜ][a-zä]+\s\d{4}|\d{4}))\b(?![./]\d)"
)
_ISSUED = re.compile(
    rf"^Vom\s({DAY})(?:\s[–-]\s?Az.*|\s?\(.*\))?[\s–-]*$"
    rf"|^(?:Gem(?:\.|einsame[rs]?)\s)?(?:RdErl\.|Bek\.|Runderlass|Erlass|Bekanntmachung|\w*[Rr]ichtlinien?"
    rf"|Verwaltungsvorschrift)\s(?:d\.|des|der)\s[^.;]*?\s(?:v\.|vom)\s({DAY})"
    rf"|[)\w]\sVom\s({DAY})$"
    rf"|^(?:Beschlossen|Verabschiedet)\s(?:von|vom|durch|am)\b[^.;]*?\b(?:am\s)?({DAY})"
    rf"|^({DAY})$"
)
_AMENDED = re.compile(r"geändert durch|[Nn]eugefasst|in der Fassung|[Ää]nderung der|Änderung des")
_SIGNED = re.compile(rf"^[A-ZÄÖÜ][\w .-]{{2,40}}, (?:den )?({DAY})$")
_MEETING = re.compile(
    rf"^(?:Datum|Sitzungstermin|Sitzungsdatum|Termin|Tag)(?: und (?:Uhrz|Z)eit)?:\s{WEEKDAY}({DAY})"
    rf"|^[^:;]*: Datum(?: und \w+)?; [^:;]*: {WEEKDAY}({DAY})"
    rf"|\b(?:\w*[Ss]itzung|Protokoll|Niederschrift|\w*[Bb]esprechung|\w*gespräch|Treffen|Jour fixe)\b"
    rf"[^.;]{{0,120}}?\s(?:am|vom)\s{WEEKDAY}({DAY})"
)
_OTHER_MEETING = re.compile(
    r"\b(?:nächst|kommend|folgend|letzt|vorig|vorherig)\w*\s", re.IGNORECASE
)
_MEETING_LINE = 180
_LAST = 8


def statement(
    blocks: Sequence[Block], beginning: Sequence[Block], *, is_minutes: bool
) -> Statement:
    """The day and where it stands; an empty value whose origin quotes a date that is no full day."""
    if is_minutes and (day := only(set(_meetings(beginning)))):
        return Statement({"date": day}, AT_BEGINNING)
    if day := only({iso(day) for day in _at(beginning, _AS_OF)}):
        return Statement({"date": day}, AT_BEGINNING)
    amended = any(_AMENDED.search(block.text) for block in beginning)
    if not amended and (day := only({iso(day) for day in _at(beginning, _ISSUED)})):
        return Statement({"date": day}, AT_BEGINNING)
    if day := only({iso(day) for day in _at(blocks[-_LAST:], _SIGNED)}):
        return Statement({"date": day}, AT_END)
    for partial in _at(beginning, _PARTIAL):
        return Statement({"date": ""}, f"{AT_BEGINNING}: nur „{partial}“, kein voller Tag")
    return Statement({}, AT_BEGINNING)


def _at(blocks: Sequence[Block], pattern: re.Pattern[str]) -> Iterator[str]:
    """What the pattern's one matching group found, block by block."""
    for block in blocks:
        if block.kind is not BlockKind.TABLE_ROW and (found := pattern.search(block.text)):
            yield next(group for group in found.groups() if group)


def _meetings(beginning: Sequence[Block]) -> Iterator[str]:
    for block in beginning:
        if len(block.text) > _MEETING_LINE or _OTHER_MEETING.search(block.text):
            continue
        if found := _MEETING.search(block.text):
            yield iso(next(group for group in found.groups() if group))
