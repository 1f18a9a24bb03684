"""The facets beside the results of a search: values, counts, and the address that each leads to."""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.web.document_view import KIND_NAMES
from integrations.web.phrases import PHRASES, Language
from integrations.web.visitor.search_request import PARAMETERS, SearchRequest
from kb.browsing import Facet, Results
from kb.passages import Kind

_SHORT_LIST = 6


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of a facet with how many passages it gives; `chosen` when it narrows this search."""

    label: str
    count: str
    href: str
    chosen: bool
    lang: str = ""


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet with its values; `rest` are those that are folded away."""

    name: str
    values: tuple[ValueView, ...]
    rest: tuple[ValueView, ...]


def facet_views(
    wanted: SearchRequest, results: Results, language: Language
) -> tuple[FacetView, ...]:
    """Facets that divide what was found; one that is chosen is always there."""
    views = []
    for facet in Facet:
        chosen = wanted.choice.facets.get(facet, "")
        counts = results.counts[facet]
        if not chosen and not _divides(counts, results.total):
            continue
        values = [
            ValueView(
                label=_label(facet, value, language),
                count=f"{count}+" if results.more else str(count),
                href=wanted.with_facet(facet, "" if value == chosen else value).address(),
                chosen=value == chosen,
                lang="de" if facet is Facet.PUBLISHER else "",
            )
            for value, count in counts
        ]
        name = PHRASES[language][f"facet_{PARAMETERS[facet]}"]
        views.append(FacetView(name, tuple(values[:_SHORT_LIST]), tuple(values[_SHORT_LIST:])))
    return tuple(views)


def chosen_values(wanted: SearchRequest, language: Language) -> tuple[ValueView, ...]:
    """What narrows the search, each with the address without it."""
    names = PHRASES[language]
    return tuple(
        ValueView(
            f"{names[f'facet_{PARAMETERS[facet]}']}: {_label(facet, value, language)}",
            "",
            wanted.with_facet(facet, "").address(),
            chosen=True,
        )
        for facet, value in wanted.choice.facets.items()
    )


def _divides(counts: Sequence[tuple[str, int]], total: int) -> bool:
    """Whether choosing a value would leave something out."""
    return any(count < total for _, count in counts)


def _label(facet: Facet, value: str, language: Language) -> str:
    if facet is Facet.KIND:
        return KIND_NAMES[language][Kind(value)]
    if facet is Facet.LANGUAGE:
        return PHRASES[language].get(f"language_{value}", value)
    return value
