"""The address of a search: its parameters read, and written again for every link of the page.

Whatever cannot be understood is left out and said; an address never leads to an error page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from kb.browsing import Choice, Facet, Order
from kb.passages import Kind

#: parameter of each facet
PARAMETERS = {
    Facet.KIND: "art",
    Facet.PUBLISHER: "herausgeber",
    Facet.LANGUAGE: "sprache",
    Facet.YEAR: "jahr",
}
_LONGEST_VALUE = 300
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as its address says it. `ignored` are parameters whose value makes no sense."""

    text: str
    as_of: date
    today: date
    valid_only: bool = False
    choice: Choice = Choice()
    ignored: tuple[str, ...] = ()
    language: str = "de"

    def address(self) -> str:
        """The search as an address of this site; what is as usual is left out."""
        return f"/suche?{urlencode(dict(self.parameters()))}"

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the address, in a stable order."""
        choice = self.choice
        values = (
            ("q", self.text),
            *((PARAMETERS[facet], choice.facets.get(facet, "")) for facet in Facet),
            ("stichtag", "" if self.as_of == self.today else self.as_of.isoformat()),
            ("gueltig", "1" if self.valid_only else ""),
            ("sort", "neu" if choice.order is Order.NEWEST else ""),
            ("seite", str(choice.page) if choice.page > 1 else ""),
            ("lang", "" if self.language == "de" else self.language),
        )
        return tuple((name, value) for name, value in values if value)

    def on_page(self, page: int) -> "SearchRequest":
        return replace(self, choice=replace(self.choice, page=page))

    def with_facet(self, facet: Facet, value: str) -> "SearchRequest":
        """Narrowed to a value, or with "" no longer narrowed; always back on the first page."""
        others = {name: chosen for name, chosen in self.choice.facets.items() if name is not facet}
        chosen = {**others, facet: value} if value else others
        return replace(self, choice=replace(self.choice, facets=chosen, page=1))

    def without_facets(self) -> "SearchRequest":
        return replace(self, choice=replace(self.choice, facets={}, page=1))


def read_search(given: Mapping[str, str], today: date) -> SearchRequest:
    """The search that the parameters of an address mean."""
    ignored: list[str] = []

    def sensible(name: str, value: str, ok: bool) -> str:
        if value and not ok:
            ignored.append(name)
        return value if ok else ""

    facets = {}
    for facet, name in PARAMETERS.items():
        value = given.get(name, "").strip()
        if value := sensible(name, value, _is_value(facet, value)):
            facets[facet] = value
    stated = given.get("stichtag", "").strip()
    day = _day(stated)
    sensible("stichtag", stated, day is not None)
    page = given.get("seite", "").strip()
    page = sensible("seite", page, page.isascii() and page.isdecimal() and 0 < len(page) < 6)
    order = given.get("sort", "").strip()
    order = sensible("sort", order, order in ("neu", "relevanz"))
    return SearchRequest(
        text=" ".join(given.get("q", "").split()),
        as_of=day or today,
        today=today,
        valid_only=given.get("gueltig", "") in ("1", "on", "ja"),
        choice=Choice(
            facets, Order.NEWEST if order == "neu" else Order.RELEVANCE, max(1, int(page or 1))
        ),
        ignored=tuple(ignored),
        language="en" if given.get("lang") == "en" else "de",
    )


def _is_value(facet: Facet, value: str) -> bool:
    if facet is Facet.KIND:
        return value in _KINDS
    if facet is Facet.YEAR:
        return value.isascii() and value.isdecimal() and len(value) == 4
    return 0 < len(value) <= _LONGEST_VALUE and value.isprintable()


def _day(stated: str) -> date | None:
    """`2026-11-22` or `22.11.2026`."""
    if german := _GERMAN_DAY.fullmatch(stated):
        day, month, year = map(int, german.groups())
        stated = f"{year:04}-{month:02}-{day:02}"
    try:
        return date.fromisoformat(stated) if len(stated) == 10 else None
    except ValueError:
        return None
