"""What the search page shows: results turned into ready-made words, marks and addresses.

Text is passed on untouched: escaping is the template's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from integrations.web.answer_view import Badge, badge_of, spell_date
from integrations.web.document_view import KIND_NAMES
from integrations.web.pages import Piece
from integrations.web.phrases import PHRASES, Language
from integrations.web.visitor.facet_view import FacetView, ValueView, chosen_values, facet_views
from integrations.web.visitor.search_request import SearchRequest
from kb.browsing import DEPTH, Results
from kb.highlighting import excerpt_of, marks_in
from kb.results import ScoredPassage

_EXCERPT = 420
_AROUND = 2


@dataclass(frozen=True, slots=True)
class HitView:
    """One passage: where it stands, its words, and the way to it."""

    title: tuple[Piece, ...]
    path: str
    place: str
    kind: str
    publisher: str
    dated: str
    badge: Badge
    text: tuple[Piece, ...]
    before: bool
    after: bool
    href: str
    lang: str
    caution: str
    superseded: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the paging; a gap has no `href`, `current` is the page shown."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class SearchView:
    """The page's data; `summary` is empty where nothing was looked for."""

    summary: str
    hits: tuple[HitView, ...] = ()
    first: int = 1
    facets: tuple[FacetView, ...] = ()
    chosen: tuple[ValueView, ...] = ()
    pages: tuple[PageLink, ...] = ()
    previous: str = ""
    following: str = ""
    reset: str = ""
    corrections: str = ""
    limit: str = ""
    ignored: str = ""
    problem: str = ""


def search_view(
    wanted: SearchRequest, results: Results | None, language: str, problem: str = ""
) -> SearchView:
    """The view of a search and of what it found, None where there was nothing to look for."""
    shown: Language = "en" if language == "en" else "de"
    words = PHRASES[shown]
    ignored = _ignored(wanted, shown)
    if results is None:
        return SearchView("", problem=problem, ignored=ignored)
    size = wanted.choice.page_size
    first = (results.page - 1) * size + 1
    return SearchView(
        summary=_summary(results, first, shown),
        hits=tuple(_hit(entry, results, wanted, shown) for entry in results.passages),
        first=first,
        facets=facet_views(wanted, results, shown),
        chosen=chosen_values(wanted, shown),
        pages=_pages(wanted, results),
        previous=wanted.on_page(results.page - 1).address() if results.page > 1 else "",
        following=wanted.on_page(results.page + 1).address()
        if results.page < results.pages
        else "",
        reset=wanted.without_facets().address() if wanted.choice.facets else "",
        corrections="; ".join(
            words["search_corrected"].format(meant=meant, written=written)
            for written, meant in results.corrections
        ),
        limit=words["search_limit"].format(n=DEPTH) if results.more else "",
        ignored=ignored,
    )


def _ignored(wanted: SearchRequest, language: Language) -> str:
    names = ", ".join(dict.fromkeys(wanted.ignored))
    return PHRASES[language]["search_ignored"].format(names=names) if names else ""


def _summary(results: Results, first: int, language: Language) -> str:
    words = PHRASES[language]
    if not results.total:
        return words["search_nothing"]
    if results.total == 1:
        return words["search_one"]
    total = f"{results.total}+" if results.more else str(results.total)
    last = first + len(results.passages) - 1
    return words["search_many"].format(first=first, last=last, total=total)


def _is_heading(locator: str, headings: Sequence[str]) -> bool:
    """Whether a locator only says again, perhaps cut short, what the last heading says."""
    return bool(headings) and headings[-1].startswith(locator.removesuffix("…").rstrip())


def _hit(
    entry: ScoredPassage, results: Results, wanted: SearchRequest, language: Language
) -> HitView:
    passage = entry.passage
    head, words = passage.document, PHRASES[language]
    marks = marks_in(passage.text, results.terms)
    begin, end = excerpt_of(passage.text, marks, _EXCERPT)
    spans = [(mark.start, mark.end) for mark in marks]
    page = words["page"].format(n=passage.page) if passage.page else ""
    headings = passage.heading_path[-2:]
    locator = "" if _is_heading(passage.locator, headings) else passage.locator
    place = [locator] if page and locator.endswith(page) else [locator, page]
    newer = entry.superseded_by
    return HitView(
        title=_pieces(head.title, _spans(head.title, results.terms), 0, len(head.title)),
        path=" › ".join(part for part in headings if part != head.title),
        place=" · ".join(part for part in place if part),
        kind=KIND_NAMES[language][head.kind],
        publisher=head.publisher,
        dated=words["dated"].format(date=spell_date(head.dated, language)) if head.dated else "",
        badge=badge_of(
            head.validity.state(wanted.as_of).value,
            head.validity.valid_from,
            head.validity.valid_until,
            language,
        ),
        text=_pieces(passage.text, spans, begin, end),
        before=begin > 0,
        after=end < len(passage.text),
        href=_passage_address(entry, language),
        lang=head.language,
        caution=words["poorly_read"] if passage.poorly_read else "",
        superseded=words["search_superseded"].format(title=newer.title) if newer else "",
    )


def _passage_address(entry: ScoredPassage, language: Language) -> str:
    passage = entry.passage
    query = {"von": passage.start, "bis": passage.end}
    lang = {} if language == "de" else {"lang": language}
    return f"/dokumente/{passage.document.document_id}?{urlencode({**query, **lang})}#zitat"


def _spans(text: str, terms: frozenset[int]) -> list[tuple[int, int]]:
    return [(mark.start, mark.end) for mark in marks_in(text, terms)]


def _pieces(text: str, spans: Sequence[tuple[int, int]], begin: int, end: int) -> tuple[Piece, ...]:
    """The text from `begin` to `end`, its searched words marked."""
    pieces: list[Piece] = []
    at = begin
    for first, last in spans:
        if first < at or last > end:
            continue
        if first > at:
            pieces.append(Piece(text[at:first]))
        pieces.append(Piece(text[first:last], highlighted=True))
        at = last
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)


def _pages(wanted: SearchRequest, results: Results) -> tuple[PageLink, ...]:
    """The first, the last and those around the current page."""
    if results.pages < 2:
        return ()
    near = range(results.page - _AROUND, results.page + _AROUND + 1)
    numbers = sorted({1, results.pages, *(n for n in near if 1 <= n <= results.pages)})
    links: list[PageLink] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number - before > 1:
            links.append(PageLink("…", ""))
        here = number == results.page
        links.append(PageLink(str(number), wanted.on_page(number).address(), here))
    return tuple(links)
