"""Several parts' compositions become one: statements part by part, sources numbered through.

What was composed for each part comes in; one list of statements with shared sources goes out, and
which statements belong to which part. Limits: each part's best statement comes first into account,
then the further ones in turn, three statements and 450 characters a part, five sources in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from assistant.answer import Source, Statement
from assistant.compose import MAX_SOURCES, Composition
from assistant.question import Question
from kb.immutable import Immutable
from kb.passages import DocumentHead
from kb.results import Found

MAX_STATEMENTS_PER_PART = 3
MAX_CHARACTERS_PER_PART = 450


@dataclass(frozen=True, slots=True)
class Composed(Immutable):
    """One part's composition; `superseded` maps a document's id to its newer version."""

    question: Question
    composition: Composition
    superseded: Mapping[str, DocumentHead]
    found: Found


@dataclass(frozen=True, slots=True)
class Joined(Immutable):
    """The whole composition; `places` has, for each part, the indexes of its statements."""

    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    places: tuple[tuple[int, ...], ...]
    superseded: Mapping[str, DocumentHead]
    corrections: tuple[tuple[str, str], ...] = ()
    ranked_by: str = ""


def join(parts: Sequence[Composed]) -> Joined:
    """Join the parts of a question in their order; a single part stays as it was composed."""
    joined = _joined(parts)
    corrected = dict.fromkeys(pair for part in parts for pair in part.found.corrections)
    ranked_by = " + ".join(dict.fromkeys(part.found.ranked_by for part in parts))
    return replace(joined, corrections=tuple(corrected), ranked_by=ranked_by)


def _joined(parts: Sequence[Composed]) -> Joined:
    superseded = {key: head for part in parts for key, head in part.superseded.items()}
    if len(parts) == 1:
        only = parts[0].composition
        places = tuple(range(len(only.statements)))
        return Joined(only.statements, only.sources, (places,), superseded)
    table = _Table()
    for rank, row in enumerate(zip_longest(*(_within_limits(part.composition) for part in parts))):
        for number, statement in enumerate(row):
            if statement is not None:
                table.add(number, rank, statement, parts[number].composition.sources)
    return table.joined(len(parts), [part.composition.sources for part in parts], superseded)


def _within_limits(composition: Composition) -> list[Statement]:
    """The first statements of a part; the first one always."""
    kept: list[Statement] = []
    length = 0
    for statement in composition.statements[:MAX_STATEMENTS_PER_PART]:
        length += len(statement.text)
        if kept and length > MAX_CHARACTERS_PER_PART:
            break
        kept.append(statement)
    return kept


@dataclass
class _Entry:
    """A statement said once, the parts it belongs to with its rank in each, and its sources."""

    text: str
    ranks: dict[int, int]
    sources: list[Source]

    @property
    def order(self) -> tuple[int, int]:
        return min(self.ranks.items())


@dataclass
class _Table:
    """Statements and sources taken so far."""

    entries: list[_Entry] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def add(self, part: int, rank: int, statement: Statement, sources: Sequence[Source]) -> None:
        """Take a statement; what another part says already is said once."""
        said = next((entry for entry in self.entries if _alike(entry, statement, sources)), None)
        if said is not None:
            said.ranks.setdefault(part, rank)
            return
        cited = [source for source in sources if source.n in statement.citations]
        places = [place for source in cited if (place := self._place(source, statement.text))]
        if len(places) == len(cited):
            self.entries.append(_Entry(statement.text, {part: rank}, places))

    def _place(self, source: Source, text: str) -> Source | None:
        """The source to cite: one whose quote has the words already, else a new one within limits."""
        same = [other for other in self.sources if other.passage_text == source.passage_text]
        same = [other for other in same if other.head.document_id == source.head.document_id]
        quoting = [other for other in same if _quotes(other, text)]
        if quoting:
            return quoting[0]
        if len(self.sources) < MAX_SOURCES:
            self.sources.append(source)
            return source
        return same[0] if same else None

    def joined(
        self,
        parts: int,
        found: Sequence[Sequence[Source]],
        superseded: Mapping[str, DocumentHead],
    ) -> Joined:
        """The statements in the order of the parts; sources in the order they are cited, then more."""
        entries = sorted(self.entries, key=lambda entry: entry.order)
        numbered: list[Source] = []
        for entry in entries:
            numbered.extend(source for source in entry.sources if source not in numbered)
        for row in zip_longest(*found):
            numbered.extend(source for source in row if source and _is_new(source, numbered))
        del numbered[MAX_SOURCES:]
        numbers = {id(source): n for n, source in enumerate(numbered, 1)}
        statements = tuple(
            Statement(entry.text, tuple(dict.fromkeys(numbers[id(s)] for s in entry.sources)))
            for entry in entries
        )
        places = tuple(
            tuple(index for index, entry in enumerate(entries) if part in entry.ranks)
            for part in range(parts)
        )
        sources = tuple(replace(source, n=n) for n, source in enumerate(numbered, 1))
        return Joined(statements, sources, places, superseded)


def _alike(entry: _Entry, statement: Statement, sources: Sequence[Source]) -> bool:
    """Whether a statement is said already, in the same or in more words of the same passage."""
    passages = {source.passage_text for source in sources if source.n in statement.citations}
    return statement.text in entry.text and any(
        source.passage_text in passages for source in entry.sources
    )


def _quotes(source: Source, text: str) -> bool:
    """Whether a source's quote holds the words of a statement."""
    return all(part in source.quote for part in text.split(" … "))


def _is_new(source: Source, among: Sequence[Source]) -> bool:
    return all(
        (source.head.document_id, source.passage_text)
        != (other.head.document_id, other.passage_text)
        for other in among
    )
