"""Running heads, feet and page numbers: lines that stand in the same place on several pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice, takewhile

from ingest.convert.pdf_lines import Line, PageText

_ZONE = 0.13
_EDGE_LINES = 4
_MIN_PAGES = 3
#: how alike two readings of one running head are, and among how many patterns it is looked for
_ALIKE, _RECENT = 0.85, 40
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:Seite|S\.|Page|Blatt)?\s*(\d{1,4})(?:\s*(?:von|of|/|\|)\s*\d{1,4})?[-–—|\s]*$",
    re.IGNORECASE,
)
_SAYS_PAGE = re.compile(r"\b(?:Seite|Page|Blatt)\s*\d|^[-–]\s*\d{1,4}\s*[-–]$", re.IGNORECASE)
_NUMBERED_PART = re.compile(
    r"(?:§|Anlage|Anhang|Art|Abschnitt|Kapitel|Teil|Nr|\d+\.\d)", re.IGNORECASE
)


def without_furniture(pages: Sequence[PageText]) -> None:
    """Take running heads, feet and page numbers out of the pages' lines.

    From the page's edge inwards, up to the first line that is none: a footnote that several pages
    repeat keeps its first line.
    """
    places: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    for page in pages:
        for line in (*_top_lines(page), *_bottom_lines(page)):
            places[_pattern(line, places)].append((page.number, line))
    running: set[int] = set()
    for found in places.values():
        running.update(id(line) for line in _running(found, len(pages)))
    for page in pages:
        furniture = {
            id(line)
            for edge in (_top_lines(page), _bottom_lines(page))
            for line in takewhile(lambda line: id(line) in running, edge)
        }
        page.lines = [line for line in page.lines if id(line) not in furniture]


def _top_lines(page: PageText) -> list[Line]:
    by_place = sorted(page.lines, key=lambda line: line.middle)
    return [line for line in by_place[:_EDGE_LINES] if line.middle < _ZONE * page.height]


def _bottom_lines(page: PageText) -> list[Line]:
    """From the lower edge upwards."""
    by_place = sorted(page.lines, key=lambda line: -line.middle)
    return [line for line in by_place[:_EDGE_LINES] if line.middle > (1 - _ZONE) * page.height]


def _pattern(line: Line, known: dict[str, list[tuple[int, Line]]]) -> str:
    """The line without its figures; a recognised one as it was read on a page shortly before."""
    pattern = re.sub(r"\d+", "#", " ".join(line.text.split()))
    if line.confidence is None or pattern in known:
        return pattern
    recent = list(islice(reversed(known), _RECENT))
    alike = get_close_matches(pattern, recent, n=1, cutoff=_ALIKE)
    return alike[0] if alike else pattern


def _running(found: Sequence[tuple[int, Line]], pages: int) -> Iterator[Line]:
    """The lines of one pattern that are furniture."""
    same_text = Counter(line.text for _, line in found)
    offsets = Counter(
        int(number[1]) - page for page, line in found if (number := _PAGE_NUMBER.match(line.text))
    )
    needed = min(_MIN_PAGES, max(pages, 2))
    for page, line in found:
        number = _PAGE_NUMBER.match(line.text)
        if number and _SAYS_PAGE.search(line.text):
            yield line
        elif number:
            # a bare number counts when it goes on with the pages
            if offsets[int(number[1]) - page] >= needed:
                yield line
        elif same_text[line.text] >= _MIN_PAGES or (
            not _NUMBERED_PART.match(line.text) and _on_pages(found, line) >= needed
        ):
            yield line


def _on_pages(found: Sequence[tuple[int, Line]], line: Line) -> int:
    """On how many pages the pattern stands at the height of `line`."""
    return len({page for page, other in found if abs(other.middle - line.middle) < 15})
