"""From when until when a document holds, by its own words: „Diese Richtlinie tritt am … in Kraft“.

A sentence counts when its subject is the document (not a rule in it) and it says nothing else: „gilt bis
zum … für Anträge, die …“ is a rule. „Sie“ and „die Richtlinie“ are the document only in the part on that
(Geltungsdauer, Inkrafttreten, Laufzeit) or right behind a sentence on it. Annexes are left out. Where
sentences contradict each other none counts: a wrong end hides a programme that still runs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.convert.blocks import Block, BlockKind
from ingest.from_text.days import DAY, iso
from ingest.locators import Locator
from ingest.rules import Statement
from kb.sentences import split_sentences

_PART = re.compile(
    r"Geltungsdauer|Geltungszeitraum|Gültigkeit|[Ii]n-?[Kk]raft-?[Tt]reten|Außerkrafttreten|Laufzeit"
    r"|Schluss(?:bestimmung|vorschrift)"
)
_ELSEWHERE = re.compile(r"^(?:Anlage|Anhang|Muster|Beispiel)\b")
_NUMBER = r"^(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]?\s+)?"
_DOCUMENT = (
    r"(?:\w*[Rr]ichtlinien?|\w*[Vv]erwaltungsvorschrift|\w*[Vv]ereinbarung|\w*[Ee]rlass|\w*[Kk]onzept"
    r"|\w*[Bb]ekanntmachung|\w*[Pp]lan|Förderaufruf|\w*[Gg]rundsätze|Merkblatt)\b"
)
_DURATION = r"(?:Die|Ihre)\s(?:Geltungsdauer|Gültigkeit|Laufzeit)"
_THIS = re.compile(rf"{_NUMBER}(?:Diese[rs]?|{_DURATION}\sdiese[rs])\s{_DOCUMENT}\s")
_NAMED = re.compile(rf"{_NUMBER}(?:(?:{_DURATION}\sde[rs]|Die|Der|Das|Diese[rs]?)\s{_DOCUMENT})\s")
_PRONOUN = re.compile(rf"{_NUMBER}(?:Sie|Er|Es|{_DURATION})\s")
_COMES = r"(?:(?:tritt|treten)\s)"
_CLAUSES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_COMES}(?:rückwirkend\s)?(?:am|zum|mit\sWirkung\s(?:vom|zum))\s(?P<begin>{DAY})\sin\sKraft",
        rf"{_COMES}(?:am\sTage?|mit)\s[^.;,\d]{{3,80}}\sin\sKraft",
        rf"{_COMES}?mit\sAblauf\s(?:des|vom)\s(?P<end>{DAY})\saußer\sKraft",
        rf"{_COMES}?(?:am|zum)\s(?P<out>{DAY})\saußer\sKraft",
        rf"endet\s(?:am|zum|mit\sAblauf\sdes)\s(?P<end>{DAY})",
        rf"(?:gilt|gelten|läuft)\sbis\s(?:einschließlich\s)?(?:zum\s)?(?P<end>{DAY})",
        rf"(?:gilt|gelten|läuft)\svom\s(?P<begin>{DAY})\sbis\s(?:zum\s)?(?P<end>{DAY})",
        rf"ist\sbis\s(?:zum\s)?(?P<end>{DAY})\sbefristet",
        rf"ist\sbefristet\sbis\s(?:zum\s)?(?P<end>{DAY})",
        r"(?:ersetzt|löst)\s(?:(?!,?\sund\s).)*",
    )
)
_AND = re.compile(r",?\s(?:und|sie|und\ssie)\s")
_STOP = re.compile(r"[.;]?$")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one sentence says, as ISO days, and where it stands."""

    begin: str
    end: str
    place: str


def statements(blocks: Sequence[Block]) -> list[Statement]:
    """`valid_from` and `valid_until` (the last day on which it holds), each with its place."""
    said = list(_sayings(blocks))
    begins = {entry.begin: entry.place for entry in reversed(said) if entry.begin}
    ends = {entry.end: entry.place for entry in reversed(said) if entry.end}
    if len(begins) > 1 or len(ends) > 1 or (begins and ends and min(begins) > max(ends)):
        return []
    return [
        *(Statement({"valid_from": day}, place) for day, place in begins.items()),
        *(Statement({"valid_until": day}, place) for day, place in ends.items()),
    ]


def _sayings(blocks: Sequence[Block]) -> Iterator[_Said]:
    path: list[tuple[int, str]] = []
    locator = Locator()
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            path = [*(entry for entry in path if entry[0] < block.level), (block.level, block.text)]
            locator.enter(tuple(text for _, text in path))
            continue
        name = locator.at(block)
        if block.kind is BlockKind.TABLE_ROW or any(_ELSEWHERE.match(text) for _, text in path):
            continue
        own_part = bool(path) and bool(_PART.search(path[-1][1]))
        page = f" (S. {block.page})" if block.page else ""
        for begin, end in _in_block(block.text, own_part=own_part):
            yield _Said(begin, end, f"Text, {name}{page}")


def _in_block(text: str, *, own_part: bool) -> Iterator[tuple[str, str]]:
    about_it = own_part
    for sentence in split_sentences(text):
        subject = _THIS.match(sentence.text) or _NAMED.match(sentence.text)
        named = subject is not None
        if subject is None and about_it:
            subject = _PRONOUN.match(sentence.text)
        counts = subject is not None and (own_part or not named or _THIS.match(sentence.text))
        if subject is not None and counts and (days := _days(sentence.text[subject.end() :])):
            yield days
        about_it = own_part or named


def _days(saying: str) -> tuple[str, str] | None:
    """Begin and end (either may be empty) when the whole sentence is about them."""
    begin = end = ""
    position = 0
    while clause := next((found for c in _CLAUSES if (found := c.match(saying, position))), None):
        groups = clause.groupdict()
        begin = iso(groups.get("begin") or "") or begin
        end = iso(groups.get("end") or "") or _day_before_a_first(groups.get("out") or "") or end
        position = clause.end()
        if connected := _AND.match(saying, position):
            position = connected.end()
    return (begin, end) if (begin or end) and _STOP.match(saying, position) else None


def _day_before_a_first(day: str) -> str:
    """„am 1. Januar 2028 außer Kraft“: the last day is the one before; else the day itself is meant."""
    found = iso(day)
    if found.endswith("-01"):
        return (date.fromisoformat(found) - timedelta(days=1)).isoformat()
    return found
