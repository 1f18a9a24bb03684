"""The pages that a site's sitemap names: indexes followed, other sites and unwanted paths left out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from urllib.parse import unquote

from ingest.fetch.address import USUAL_PORTS, WebAddress, host_of, parse_address
from ingest.fetch.client import Fetched, FetchStatus
from ingest.fetch.sitemap_format import MAX_PAGES, Listing, parse_sitemap
from kb.errors import SourceError, SourceNotFoundError

_MAX_DEPTH = 3
_MAX_FILES = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Patterns for the path (`*` is anything, `/` too); without `include` every path is wanted.

    `hosts` are wanted besides the sitemap's own, which counts with and without `www.`.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def wants(self, address: WebAddress) -> bool:
        """By its path, in which `%C3%A4` counts as `ä`."""
        path = unquote(address.path)
        included = not self.include or any(fnmatchcase(path, one) for one in self.include)
        return included and not any(fnmatchcase(path, one) for one in self.exclude)


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """One page and the day of its last change, where the sitemap tells it."""

    address: WebAddress
    changed: date | None = None


@dataclass
class SitePages:
    """What was found. `elsewhere` and `unwanted` count what was left out, by host and by pattern.

    `problems`: parts of the sitemap that could not be read, with their address.
    """

    pages: list[SitemapPage] = field(default_factory=list)
    elsewhere: int = 0
    unwanted: int = 0
    problems: list[tuple[str, SourceError]] = field(default_factory=list)


def read_sitemap(
    url: str, fetch: Callable[[str], Fetched], selection: Selection = Selection()
) -> SitePages:
    """`fetch` gets one file. Raises a SourceError when the sitemap itself cannot be read.

    At most 50,000 pages, 500 files and three levels; what is beyond is a problem.
    """
    return _Walk(parse_address(url), fetch, selection).run()


class _Walk:
    """One reading of a sitemap with all below it."""

    def __init__(
        self, top: WebAddress, fetch: Callable[[str], Fetched], selection: Selection
    ) -> None:
        self._top = top
        self._fetch = fetch
        self._selection = selection
        bare = top.host.removeprefix("www.")
        self._hosts = {bare, f"www.{bare}", *map(host_of, selection.hosts)}
        self._ports = {top.port, *USUAL_PORTS}
        self._files: set[str] = set()
        self._pages: set[str] = set()
        self._found = SitePages()

    def run(self) -> SitePages:
        self._files.add(str(self._top))
        self._add(self._top, self._read(self._top), depth=1)
        return self._found

    def _read(self, place: WebAddress) -> Listing:
        fetched = self._fetch(str(place))
        if fetched.status is not FetchStatus.NEW:
            raise SourceNotFoundError(
                f"{place}: Diese Sitemap gibt es nicht (mehr). Bitte die Adresse prüfen, oft steht "
                "sie in der Datei robots.txt der Website."
            )
        return parse_sitemap(fetched.data, str(place))

    def _add(self, place: WebAddress, listing: Listing, depth: int) -> None:
        if not listing.complete:
            self._too_much(place, f"mehr als {MAX_PAGES} Adressen in einer Datei")
        for text, changed in listing.pages:
            self._add_page(place, text, changed)
        for text in listing.sitemaps:
            self._add_file(place, text, depth + 1)

    def _add_page(self, place: WebAddress, text: str, changed: date | None) -> None:
        address = self._own(text)
        if address is None or str(address) in self._pages:
            return
        if not self._selection.wants(address):
            self._found.unwanted += 1
        elif len(self._pages) < MAX_PAGES:
            self._pages.add(str(address))
            self._found.pages.append(SitemapPage(address, changed))
        else:
            self._too_much(place, f"mehr als {MAX_PAGES} Seiten")

    def _add_file(self, place: WebAddress, text: str, depth: int) -> None:
        address = self._own(text)
        if address is None or str(address) in self._files:
            return
        if depth > _MAX_DEPTH:
            self._too_much(place, f"mehr als {_MAX_DEPTH} Ebenen")
        elif len(self._files) >= _MAX_FILES:
            self._too_much(place, f"mehr als {_MAX_FILES} Dateien")
        else:
            self._files.add(str(address))
            try:
                listing = self._read(address)
            except SourceError as error:
                self._found.problems.append((str(address), error))
            else:
                self._add(address, listing, depth)

    def _own(self, text: str) -> WebAddress | None:
        """The address, when it belongs to the site."""
        try:
            address = parse_address(text)
        except SourceError:
            address = None
        if address is None or address.host not in self._hosts or address.port not in self._ports:
            self._found.elsewhere += 1
            return None
        return address

    def _too_much(self, place: WebAddress, what: str) -> None:
        """Said once for each file and reason."""
        error = SourceError(
            f"{place}: Die Sitemap hat {what}; der Rest bleibt weg. Bitte eine kleinere Sitemap "
            "oder die gewünschten Seiten einzeln eintragen."
        )
        if all(str(error) != str(known) for _, known in self._found.problems):
            self._found.problems.append((str(place), error))
