"""Browsing: all passages that a search is about, narrowed by facets, sorted, counted and paged.

A search ranks whatever is near; here only what shares a word with it, or means nearly the same,
counts as found. The counts of a facet are those of the search with the other facets' choices, so a
choice gives as many passages as its count says. All of it comes from what the viewer may see.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kb.immutable import Immutable
from kb.index.port import Scope
from kb.passages import DocumentHead
from kb.results import Found, Query, ScoredPassage
from kb.search import Search
from kb.state.registry import LiveDocuments

#: how many passages each side of the search may name; with so many there may be more
DEPTH = 300
#: cosine (bundled model's scale) from which a passage counts as found without a common word; on the
#: samples, words that occur nowhere reach .82, paraphrases .85 to .87
NEAR = 0.85


class Facet(StrEnum):
    """By what passages can be narrowed down; each belongs to a document's head."""

    KIND = "kind"
    PUBLISHER = "publisher"
    LANGUAGE = "language"
    YEAR = "year"


class Order(StrEnum):
    """`newest`: by the documents' dates, those without one last."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose: at most one value of each facet, an order, and a page from 1."""

    facets: Mapping[Facet, str] = field(default_factory=dict)
    order: Order = Order.RELEVANCE
    page: int = 1
    page_size: int = 10


@dataclass(frozen=True, slots=True)
class Results(Immutable):
    """One page of what was found. With `more` there may be more than `total` and than the counts.

    `counts` are passages by facet and value, most first; `page` is the page that there is, which may
    be before the one that was asked for.
    """

    passages: tuple[ScoredPassage, ...]
    total: int
    more: bool
    page: int
    pages: int
    counts: Mapping[Facet, tuple[tuple[str, int], ...]]
    terms: frozenset[int] = frozenset()
    corrections: tuple[tuple[str, str], ...] = ()


def value_of(head: DocumentHead, facet: Facet) -> str:
    """A document's value of a facet, empty where it has none."""
    if facet is Facet.YEAR:
        return str(head.dated.year) if head.dated else ""
    if facet is Facet.KIND:
        return head.kind.value
    return head.publisher if facet is Facet.PUBLISHER else head.language


def browse(search: Search, live: LiveDocuments, query: Query, choice: Choice) -> Results:
    """What a query finds under a choice. Raises EmbeddingError, ServiceError, RebuildingError."""
    deep = replace(query, depth=DEPTH)
    found = _found(search, live, deep, choice.facets)
    passages = (
        sorted(found.passages, key=_newest) if choice.order is Order.NEWEST else found.passages
    )
    pages = max(1, -(-len(passages) // choice.page_size))
    page = min(max(choice.page, 1), pages)
    begin = (page - 1) * choice.page_size
    counts = {}
    for facet in Facet:
        others = {name: value for name, value in choice.facets.items() if name is not facet}
        seen = found if len(others) == len(choice.facets) else _found(search, live, deep, others)
        counts[facet] = _counted(seen.passages, facet)
    return Results(
        passages=tuple(passages[begin : begin + choice.page_size]),
        total=len(passages),
        more=_exhausted(found.passages),
        page=page,
        pages=pages,
        counts=counts,
        terms=found.terms,
        corrections=found.corrections,
    )


def _found(search: Search, live: LiveDocuments, query: Query, facets: Mapping[Facet, str]) -> Found:
    """All that the query is about in the documents with these values."""
    scope = _narrowed(query.scope, live, facets)
    if scope is None:
        return Found((), "")
    found = search.find(replace(query, scope=scope), 2 * DEPTH)
    return replace(found, passages=tuple(_about(found.passages)))


def _narrowed(scope: Scope, live: LiveDocuments, facets: Mapping[Facet, str]) -> Scope | None:
    """The scope with only the documents that have these values, None when there is none."""
    if not facets:
        return scope
    documents = frozenset(
        document_id
        for document_id, entry in live.items()
        if scope.viewer.may_see(entry.head.audience)
        and all(value_of(entry.head, facet) == value for facet, value in facets.items())
    )
    return replace(scope, documents=documents) if documents else None


def _about(passages: Sequence[ScoredPassage]) -> Iterator[ScoredPassage]:
    return (entry for entry in passages if entry.sparse > 0 or entry.dense >= NEAR)


def _exhausted(passages: Sequence[ScoredPassage]) -> bool:
    """Whether either side of the search named as many as it may."""
    lexical = sum(entry.sparse > 0 for entry in passages)
    near = sum(entry.dense >= NEAR for entry in passages)
    return max(lexical, near) >= DEPTH


def _counted(passages: Sequence[ScoredPassage], facet: Facet) -> tuple[tuple[str, int], ...]:
    """Years from the latest, other values from the most frequent; documents without a value: none."""
    counts = Counter(value_of(entry.passage.document, facet) for entry in passages)
    counts.pop("", None)
    if facet is Facet.YEAR:
        return tuple(sorted(counts.items(), reverse=True))
    return tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def _newest(entry: ScoredPassage) -> tuple[int, float]:
    dated = entry.passage.document.dated or date.min
    return -dated.toordinal(), -entry.score
