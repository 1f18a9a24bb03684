"""The extractive composer: an answer made of the sources' own sentences, no model involved.

Evidence comes in; statements and numbered sources go out. The direct answer comes first; a further
statement must carry something of the question that is not said yet, or come from another place
nearly as strong. Limits: five statements and 700 characters, five sources, 400 characters a quote.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.answer import Source, Statement
from assistant.asks import Asks
from assistant.evidence import COMMON, Evidence, Unit, shows_any, spans_of
from kb.immutable import Immutable
from kb.passages import DocumentHead, Passage
from kb.results import ScoredPassage
from kb.sentence_words import ORDINAL_NOUNS

_POINTS_BACK = re.compile(
    r"(?:Er|Sie|Es|Dies|Diese[rsnm]?|Ihm|Ihr|Ihnen|Dabei|Dafür|Damit|Dazu|Hierfür|Hierbei|Deren"
    r"|Dessen|Jene[rsnm]?|Solche[rsnm]?|Satz \d)\b"
)
_UNNUMBERED_LINE = re.compile(
    r"(?<!\n)\n(?!\n|\d{1,3}[a-z]?\.\s|[a-z]{1,2}\)\s|\(\d|\d+(?:\.\d+)+\s)"
)
#: the number of a paragraph or an item, and the word after it
_ENUMERATED = re.compile(
    r"(?:\(\d{1,3}[a-z]?\)|\d{1,2}(?:\.\d{1,2})+|\d{1,3}[a-z]?\.|[a-z]{1,2}\)|[-–•*])\s+([^\W\d_]+)"
)
#: before which a number counts or dates something
_COUNTED = ORDINAL_NOUNS | {
    "Uhr",
    "Euro",
    "EUR",
    "Prozent",
    "Mio",
    "Mrd",
    "Millionen",
    "Milliarden",
}
#: what a sentence or an item ends with, before a closing mark
_ENDED = re.compile(r"[.!?:;,…][“”\"')\]»]*$")
#: a row of a table: „Jahr: 2024; Summe: 90.000 Euro“
_ROW = re.compile(r"[^:;.\s][^:;.]{0,79}: [^;]+; [^:;]{1,80}: ")
_YES_NO = re.compile(r"(?:Ja|Nein|Yes|No)[.!]")

MAX_STATEMENTS = 5
MAX_CHARACTERS = 700
MAX_SOURCES = 5
MAX_QUOTE = 400


@dataclass(frozen=True, slots=True)
class ComposeOptions:
    """Chosen on the development set; scores are those of `Evidence`."""

    first_length: int = 420
    longest: int = 520
    near: float = 0.80
    further: float = 0.72
    source_near: float = 0.5
    direct: float = 0.9


@dataclass(frozen=True, slots=True)
class Composition(Immutable):
    """Statements and the sources they cite, numbered from 1; `taken` are the units of each statement."""

    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    taken: tuple[tuple[Unit, ...], ...] = ()


def compose(
    evidence: Evidence,
    passages: Sequence[ScoredPassage],
    superseded: Mapping[str, DocumentHead],
    options: ComposeOptions = ComposeOptions(),
    *,
    asks: Set[Asks] = frozenset(),
    yes_or_no: bool = False,
    historic: bool = False,
) -> Composition:
    """Choose statements, then the sources: those cited first, then further strong passages.

    `superseded` names the newer version of documents that are none any more (`superseded_in`),
    `asks` the kinds of thing that a further statement must show unless it adds something,
    `yes_or_no` says that a short „Nein.“ of a source may open the answer, `historic` that what
    held before was asked for.
    """
    told = evidence if historic else _in_force(evidence, superseded)
    chosen = _choose(told, options, asks, yes_or_no)
    sources: list[Source] = []
    statements: list[Statement] = []
    taken: list[tuple[Unit, ...]] = []
    for group in chosen:
        source = _cite(group, sources)
        if source is None:
            continue
        statements.append(Statement(_joined(group), (source.n,)))
        taken.append(tuple(group))
    _add_further(sources, evidence, passages, superseded, options)
    return Composition(tuple(statements), tuple(sources), tuple(taken))


def superseded_in(passages: Sequence[ScoredPassage]) -> dict[str, DocumentHead]:
    """The newer version of each superseded document among the passages, by the old one's id."""
    return {
        scored.passage.document.document_id: scored.superseded_by
        for scored in passages
        if scored.superseded_by is not None
    }


def _in_force(evidence: Evidence, superseded: Mapping[str, DocumentHead]) -> Evidence:
    """Without superseded versions where a document that is none has the best evidence.

    Beside what holds now, what held before would read as if both did.
    """
    if not evidence.units or evidence.units[0].passage.document.document_id in superseded:
        return evidence
    units = [unit for unit in evidence.units if unit.passage.document.document_id not in superseded]
    return replace(evidence, units=units)


def _choose(
    evidence: Evidence, options: ComposeOptions, asks: Set[Asks], yes_or_no: bool
) -> list[list[Unit]]:
    """Groups of adjoining units, one group a statement, within the limits."""
    if not evidence.units:
        return []
    best = _direct(evidence.units, asks, options)
    groups = [_with_verdict(_grown(best, evidence, options), evidence, yes_or_no)]
    used = {_key(unit) for unit in groups[0]}
    # what title and headings say, a sentence below them need not repeat
    covered = best.above.union(*(unit.covered for unit in groups[0]))
    length = len(_joined(groups[0]))
    for unit in evidence.units:
        if len(groups) >= MAX_STATEMENTS:
            break
        if _key(unit) in used or unit.score < best.score * options.further:
            continue
        adds = bool(unit.covered - covered)
        if not adds and (unit.score < best.score * options.near or not _is_asked(unit, asks)):
            continue
        if not _touches(unit):
            continue
        if length + len(unit.text) > MAX_CHARACTERS or _repeats(unit, groups):
            continue
        room = MAX_CHARACTERS - length
        group = _with_antecedent([unit], _siblings(unit, evidence), min(room, options.longest))
        groups.append(group)
        used.update(_key(member) for member in group)
        covered |= unit.covered
        length += len(_joined(group))
    return _in_order(groups)


def _direct(units: Sequence[Unit], asks: Set[Asks], options: ComposeOptions) -> Unit:
    """The best unit, or one nearly as good that shows what was asked for where the best shows none."""
    near = [unit for unit in units if unit.score >= units[0].score * options.direct]
    showing = (unit for unit in near if shows_any(asks, unit.text))
    return next(showing, units[0])


def _in_order(groups: Sequence[list[Unit]]) -> list[list[Unit]]:
    """The items of one list together and as they stand there, behind the direct answer."""
    further = list(groups[1:])
    for place in dict.fromkeys(_place(group[0]) for group in further if _is_item(group[0])):
        items = [group for group in further if _is_item(group[0]) and _place(group[0]) == place]
        at = further.index(items[0])
        further = [group for group in further if group not in items]
        further[at:at] = sorted(items, key=lambda group: group[0].start)
    return [groups[0], *further]


def _is_item(unit: Unit) -> bool:
    return _ENUMERATED.match(unit.passage.text, unit.start) is not None


def _place(unit: Unit) -> tuple[str, int]:
    return unit.passage.document.document_id, unit.passage.ordinal


def _touches(unit: Unit) -> bool:
    """Whether the sentence, or the headings above it, hold a word that tells what is asked about."""
    return not COMMON.issuperset(unit.covered | unit.above)


def _is_asked(unit: Unit, asks: Set[Asks]) -> bool:
    """Whether a sentence that adds no word of the question holds one, or shows what was asked for.

    Where no kind of thing was, a row of a table says nothing that the question wants.
    """
    kinds = asks - {Asks.MEANING}
    if kinds:
        return bool(unit.covered) or shows_any(kinds, unit.text)
    return not _ROW.match(unit.text)


def _siblings(unit: Unit, evidence: Evidence) -> list[Unit]:
    """All units of the same passage, in reading order."""
    same = [
        other
        for other in evidence.units
        if other.passage.ordinal == unit.passage.ordinal
        and other.passage.document.document_id == unit.passage.document.document_id
    ]
    return sorted(same, key=lambda other: other.start)


def _grown(best: Unit, evidence: Evidence, options: ComposeOptions) -> list[Unit]:
    """The best unit with its stronger neighbours of the same passage, in reading order."""
    neighbours = _siblings(best, evidence)
    position = next(index for index, unit in enumerate(neighbours) if _key(unit) == _key(best))
    group = [best]
    before, after = position - 1, position + 1
    while True:
        candidates = [
            neighbours[index] for index in (before, after) if 0 <= index < len(neighbours)
        ]
        candidates = [
            unit
            for unit in candidates
            if unit.score >= best.score * options.near and _reads_on(group, unit)
        ]
        if not candidates:
            return _with_antecedent(group, neighbours, options.longest)
        chosen = max(candidates, key=lambda unit: unit.score)
        grown = sorted([*group, chosen], key=lambda unit: unit.start)
        if len(_joined(grown)) > options.first_length:
            return _with_antecedent(group, neighbours, options.longest)
        group = grown
        if chosen.start < best.start:
            before -= 1
        else:
            after += 1


def _reads_on(group: Sequence[Unit], unit: Unit) -> bool:
    """Whether group and neighbour are still told apart when they stand in one line, as rows are not."""
    ahead, behind = (unit, group[0]) if unit.start < group[0].start else (group[-1], unit)
    is_item = behind.lead_end > behind.lead_start
    return is_item or bool(_ENDED.search(ahead.passage.text[ahead.start : ahead.end]))


def _with_verdict(group: list[Unit], evidence: Evidence, yes_or_no: bool) -> list[Unit]:
    """Put the short yes or no in front with which the source opens its own answer."""
    before = _before(group[0], _siblings(group[0], evidence))
    if not yes_or_no or before is None:
        return group
    short = _YES_NO.fullmatch(before.passage.text[before.start : before.end])
    return [before, *group] if short else group


def _with_antecedent(group: list[Unit], neighbours: Sequence[Unit], longest: int) -> list[Unit]:
    """Put the sentence before in front of one that begins by pointing back to it („Er ruft …“)."""
    first = group[0]
    before = _before(first, neighbours)
    if before is None or not _POINTS_BACK.match(first.passage.text[first.start : first.end]):
        return group
    whole = [before, *group]
    return whole if len(_joined(whole)) <= longest else group


def _before(unit: Unit, neighbours: Sequence[Unit]) -> Unit | None:
    """The unit right before this one in its passage."""
    return max(
        (other for other in neighbours if other.start < unit.start),
        key=lambda other: other.start,
        default=None,
    )


def _joined(group: Sequence[Unit]) -> str:
    """The group's text: a shared lead-in is said once, and no number of a paragraph opens it."""
    parts: list[str] = []
    lead: int | None = None
    for unit in group:
        own = unit.passage.text[unit.start : unit.end]
        parts.append(unit.text if lead is None or unit.lead_start != lead else own)
        lead = unit.lead_start if unit.lead_end > unit.lead_start else unit.start
    text = " ".join(" ".join(parts).split())
    number = _ENUMERATED.match(text)
    if number is None or number[1] in _COUNTED:
        return text
    return text[number.start(1) :]


def _cite(group: Sequence[Unit], sources: list[Source]) -> Source | None:
    """The source that quotes the group, or where it cannot in one piece, its strongest unit."""
    passage = group[0].passage
    first, last = _piece_of_file(passage, max(group, key=lambda unit: unit.score).start)
    start, end = max(group[0].start, first), min(group[-1].end, last)
    for source in sources:
        if source.head.document_id == passage.document.document_id and (
            source.start <= passage.start + start and passage.start + end <= source.end
        ):
            return source
    if len(sources) >= MAX_SOURCES:
        return None
    source = source_of(passage, start, end, len(sources) + 1)
    sources.append(source)
    return source


def _add_further(
    sources: list[Source],
    evidence: Evidence,
    passages: Sequence[ScoredPassage],
    superseded: Mapping[str, DocumentHead],
    options: ComposeOptions,
) -> None:
    """Fill up with the next best passages, documents not cited yet first.

    A superseded version does not stand beside the newer one that is cited already.
    """
    strongest: dict[str, Unit] = {}
    for best in evidence.units:
        strongest.setdefault(best.passage.text, best)
    floor = evidence.units[0].score * options.source_near if evidence.units else 0.0
    cited = {source.passage_text for source in sources}
    candidates = [
        unit
        for scored in passages
        if (unit := strongest.get(scored.passage.text)) is not None
        and unit.score >= floor
        and _touches(unit)
        and unit.passage.text not in cited
    ]
    documents = {source.head.document_id for source in sources}
    beside = {old for old, newer in superseded.items() if newer.document_id in documents}
    candidates = [unit for unit in candidates if unit.passage.document.document_id not in beside]
    for further in sorted(
        candidates, key=lambda unit: unit.passage.document.document_id in documents
    ):
        if len(sources) >= MAX_SOURCES:
            return
        sources.append(source_of(further.passage, further.start, further.end, len(sources) + 1))


def source_of(passage: Passage, start: int, end: int, n: int) -> Source:
    """A source quoting the passage around `start`…`end`: whole sentences up to 400 characters."""
    begin, stop = _window(passage, start, end)
    place = passage.place_at(start)
    return Source(
        n=n,
        head=passage.document,
        locator=place.locator,
        page=place.page,
        quote=" ".join(passage.text[begin:stop].split()),
        start=passage.start + begin,
        end=passage.start + stop,
        passage_text=passage.text,
        poorly_read=passage.poorly_read,
    )


def _window(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The span to quote: whole sentences, at most 400 characters, in one piece in the file too."""
    text = passage.text
    first, last = _piece_of_file(passage, start)
    end = min(end, last)
    if end - start > MAX_QUOTE:
        cut = text.rfind(" ", start, start + MAX_QUOTE)
        return start, cut if cut > start else start + MAX_QUOTE
    spans = [span[:2] for span in spans_of(text) if span[0] >= first and span[1] <= last]
    begin, stop = start, end
    grew = True
    while grew:
        grew = False
        after = next((behind for ahead, behind in spans if ahead >= stop), None)
        if after is not None and after - begin <= MAX_QUOTE:
            stop, grew = after, True
        before = next((ahead for ahead, behind in reversed(spans) if behind <= begin), None)
        if before is not None and stop - before <= MAX_QUOTE:
            begin, grew = before, True
    return begin, stop


def _piece_of_file(passage: Passage, position: int) -> tuple[int, int]:
    """The part of a passage around `position` that stands in the file as it stands here.

    It ends where the file has something that the passage leaves out: a bullet or a cell border
    before a line without a number of its own, a running head between two pages.
    """
    cuts = [match.end() for match in _UNNUMBERED_LINE.finditer(passage.text)]
    places = passage.places
    cuts += [here.start for last, here in pairwise(places) if last.page != here.page]
    first = max((cut for cut in cuts if cut <= position), default=0)
    after = min((cut for cut in cuts if cut > position), default=len(passage.text))
    return first, len(passage.text[:after].rstrip())


def _key(unit: Unit) -> tuple[str, int, int]:
    return unit.passage.document.document_id, unit.passage.ordinal, unit.start


def _repeats(unit: Unit, groups: Sequence[Sequence[Unit]]) -> bool:
    """Whether another document already said the same words."""
    words = set(unit.text.lower().split())
    for group in groups:
        said = set(_joined(group).lower().split())
        if len(words & said) >= 0.8 * len(words):
            return True
    return False
