"""Blocks of one section to passages: what stays together, and where a passage ends.

A question stays with its answer, a decision with who does it until when, a list with the sentence that
introduces it, a sentence whole. Where something is too long for one passage, what it depends on goes
along as the lead-in: context that is embedded and never quoted. Lengths are in characters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.convert.blocks import Block, BlockKind
from ingest.roles import Role
from kb.passages import Place
from kb.sentences import split_sentences

_MIN = 250
_TARGET = 650
_MAX = 1_100
_ROW_MIN = 90
#: what was reported before a decision is a passage of its own from here on
_REPORT_MIN = 150
_LEAD_IN = 220
_CONTINUING = (Role.ITEM, Role.TAIL, Role.DETAIL)


@dataclass(frozen=True, slots=True)
class Unit:
    """A block, or a sentence-true part of one, with its place in the stored text."""

    start: int
    end: int
    block: Block
    locator: str
    role: Role = Role.TEXT

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def is_row(self) -> bool:
        return self.block.kind is BlockKind.TABLE_ROW


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage before it belongs to a revision: a slice of the stored text with its places."""

    start: int
    end: int
    heading_path: tuple[str, ...]
    lead_in: str
    places: tuple[Place, ...]


def pieces(path: tuple[str, ...], units: Sequence[Unit], text: str) -> Iterator[Piece]:
    """The passages of a section, in order; every character of its units is in one of them."""
    group: list[Unit] = []
    question = lead_in = ""
    for whole in _fitting(units, text):
        for unit in _with_open_sentence_closed(group, whole, text):
            if group and _must_break(group, unit):
                yield _piece(path, group, lead_in)
                lead_in = _introduction(group, unit, text, lead_in)
                group = []
            if unit.role is Role.QUESTION:
                question, lead_in = text[unit.start : unit.end], ""
            elif not group:
                lead_in = question or lead_in
            group.append(unit)
    if group:
        yield _piece(path, group, lead_in)


def _fitting(units: Sequence[Unit], text: str) -> Iterator[Unit]:
    """The units, split at sentences where one is too long for a passage or for its question."""
    question = 0
    for unit in units:
        yield from _parts(unit, text, _MAX - question)
        question = unit.length + len("\n\n") if unit.role is Role.QUESTION else 0


def _with_open_sentence_closed(group: Sequence[Unit], unit: Unit, text: str) -> Sequence[Unit]:
    """A unit that begins in mid-sentence and is too much for the passage: that sentence, the rest."""
    if unit.role is not Role.TAIL or not group or not _is_too_much(group, unit):
        return [unit]
    sentences = split_sentences(text[unit.start : unit.end])
    if len(sentences) == 1:
        return [unit]
    cut, rest = unit.start + sentences[0].end, unit.start + sentences[1].start
    return [replace(unit, end=cut), replace(unit, start=rest, role=Role.TEXT)]


def _parts(unit: Unit, text: str, longest: int) -> Sequence[Unit]:
    if unit.length <= longest:
        return [unit]
    found: list[Unit] = []
    begin = end = unit.start
    for sentence in split_sentences(text[unit.start : unit.end]):
        stop = unit.start + sentence.end
        if end > begin and stop - begin > _TARGET:
            found.append(replace(unit, start=begin, end=end))
            begin = unit.start + sentence.start
        end = stop
        while end - begin > _MAX:
            cut = _word_boundary(text, begin, begin + _MAX)
            found.append(replace(unit, start=begin, end=cut))
            begin = cut + (1 if text[cut : cut + 1] == " " else 0)
    found.append(replace(unit, start=begin))
    return found


def _word_boundary(text: str, start: int, end: int) -> int:
    space = text.rfind(" ", start + 1, end)
    return space if space > start else end


def _must_break(group: Sequence[Unit], unit: Unit) -> bool:
    length, total = _lengths(group, unit)
    if total > _MAX or unit.role in (Role.QUESTION, Role.ANSWERED):
        return True
    if unit.role in (Role.TAIL, Role.DETAIL) or _is_bare_question(group):
        return False
    if unit.is_row or group[-1].is_row:
        return unit.is_row is not group[-1].is_row or length >= _ROW_MIN
    if unit.role is Role.DECISION:
        return length >= _REPORT_MIN or any(before.role is Role.DECISION for before in group)
    if unit.role is Role.LEGAL:
        return length >= _MIN or total > _TARGET
    return _is_too_much(group, unit)


def _is_too_much(group: Sequence[Unit], unit: Unit) -> bool:
    """Whether a unit without a role of its own begins a passage of its own."""
    length, total = _lengths(group, unit)
    return total > _MAX or (length >= _MIN and total > _TARGET)


def _lengths(group: Sequence[Unit], unit: Unit) -> tuple[int, int]:
    """The length of the passage so far, and with the unit."""
    return group[-1].end - group[0].start, unit.end - group[0].start


def _is_bare_question(group: Sequence[Unit]) -> bool:
    return len(group) == 1 and group[0].role is Role.QUESTION


def _introduction(group: Sequence[Unit], unit: Unit, text: str, current: str) -> str:
    """The sentence that introduces what goes on in the next passage; empty where nothing does."""
    if unit.role not in _CONTINUING:
        return ""
    for before in reversed(group):
        if before.role not in _CONTINUING:
            sentences = split_sentences(text[before.start : before.end])
            return _shortened(sentences[-1].text) if sentences else ""
    return current


def _shortened(sentence: str) -> str:
    """The end of a sentence, from a whole word on."""
    if len(sentence) <= _LEAD_IN:
        return sentence
    return sentence[-_LEAD_IN - 1 :].partition(" ")[2]


def _piece(path: tuple[str, ...], group: Sequence[Unit], lead_in: str) -> Piece:
    start = group[0].start
    places: list[Place] = []
    for unit in group:
        page = unit.block.page
        if not places or (places[-1].locator, places[-1].page) != (unit.locator, page):
            places.append(Place(unit.start - start, unit.locator, page))
    return Piece(start, group[-1].end, path, lead_in, tuple(places))
