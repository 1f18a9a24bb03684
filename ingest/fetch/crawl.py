"""A run over many addresses: host after host, politely, and no failure ends it.

Addresses that are listed come with those of the sitemaps, each once. robots.txt is obeyed for every
request. A host that wants to be left alone, or does not answer several times in a row, is not asked
again in this run; its other addresses fail with the same reason.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ingest.fetch.address import WebAddress, parse_address
from ingest.fetch.client import Client, Fetched
from ingest.fetch.manners import Pacing, StoppedError
from ingest.fetch.robots import Robots
from ingest.fetch.sitemap import Selection, read_sitemap
from ingest.fetch.sitemap_format import MAX_BYTES
from ingest.fetch.web import Validators, Web
from kb.errors import SourceError, SourceUnreachableError, SourceUnreadableError

_log = logging.getLogger(__name__)
_PATIENCE = 5

#: called with (addresses done, addresses in all, the address that is next); the last with all done
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """What to fetch. `pause`: seconds between two requests to one host, at least."""

    urls: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    selection: Selection = Selection()
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Failure:
    """An address, of a page or a sitemap, that could not be fetched, and why."""

    url: str
    error: SourceError


def crawl(
    web: Web,
    plan: CrawlPlan,
    *,
    known: Callable[[str], Validators] = lambda url: Validators(),
    should_stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda done, total, url: None,
) -> Iterator[Fetched | Failure]:
    """Yields one result for each address. `known` gives what is kept of an earlier fetch of it.

    Ends early, without an error, when `should_stop` says so; it is asked several times a second.
    """
    try:
        yield from _Run(web, plan, should_stop).results(known, progress)
    except StoppedError:
        return


class _Run:
    """The manners of one run (see `manners.Manners`) and what it has learnt about its hosts."""

    def __init__(self, web: Web, plan: CrawlPlan, should_stop: Callable[[], bool]) -> None:
        self._plan = plan
        self._client = Client(web)
        self._robots = Robots(web)
        self._pacing = Pacing(plan.pause, should_stop)
        self._asking = ""
        self._in_vain: Counter[str] = Counter()
        self._closed: dict[str, SourceUnreachableError] = {}

    def permit(self, address: WebAddress) -> None:
        self._asking = address.host
        self.proceed()
        if closed := self._closed.get(address.host):
            raise closed
        self._robots.require(address, self._pacing)
        self._pacing.permit(address)

    def wait(self, seconds: float) -> None:
        self._pacing.wait(seconds)

    def proceed(self) -> None:
        self._pacing.proceed()

    def results(
        self, known: Callable[[str], Validators], progress: Progress
    ) -> Iterator[Fetched | Failure]:
        wanted: dict[str, WebAddress] = {}
        yield from self._collect(wanted)
        ordered = _host_by_host(wanted.values())
        for position, address in enumerate(ordered):
            progress(position, len(ordered), str(address))
            yield self._one(str(address), known)
        progress(len(ordered), len(ordered), "")

    def _collect(self, wanted: dict[str, WebAddress]) -> Iterator[Failure]:
        """Fills `wanted`; what is no address or no sitemap is a failure."""
        for url in self._plan.urls:
            try:
                address = parse_address(url)
            except SourceError as error:
                yield Failure(url, error)
            else:
                wanted.setdefault(str(address), address)
        for url in self._plan.sitemaps:
            try:
                site = read_sitemap(url, self._sitemap_file, self._plan.selection)
            except SourceError as error:
                yield Failure(url, error)
            else:
                wanted.update((str(page.address), page.address) for page in site.pages)
                if site.elsewhere and not site.pages:
                    yield Failure(url, _elsewhere(url))
                yield from (Failure(place, error) for place, error in site.problems)

    def _sitemap_file(self, url: str) -> Fetched:
        return self._client.fetch(url, manners=self, max_bytes=MAX_BYTES)

    def _one(self, url: str, known: Callable[[str], Validators]) -> Fetched | Failure:
        try:
            fetched = self._client.fetch(url, known(url), manners=self)
        except SourceUnreachableError as error:
            self._note(error)
            return Failure(url, error)
        except SourceError as error:
            return Failure(url, error)
        except StoppedError:
            raise
        except Exception as error:
            _log.error("fetching %s failed", url, exc_info=error)
            reason = "unerwarteter Fehler beim Abrufen, Einzelheiten stehen im Protokoll"
            return Failure(url, SourceUnreadableError(f"{url}: {reason}."))
        self._in_vain[self._asking] = 0
        return fetched

    def _note(self, error: SourceUnreachableError) -> None:
        """Closes the host that was asked last, when it asked for rest or fails again and again."""
        host = self._asking
        self._in_vain[host] += 1
        if host not in self._closed and (error.retry_after or self._in_vain[host] >= _PATIENCE):
            self._closed[host] = SourceUnreachableError(
                f"{host}: Dieser Server wird in diesem Lauf nicht mehr gefragt. {error}"
            )


def _elsewhere(url: str) -> SourceError:
    return SourceError(
        f"{url}: Die Sitemap nennt nur Seiten anderer Rechner als des eigenen. Bitte die Adresse so "
        "eintragen, wie die Website selbst heißt, oder die anderen Rechner ausdrücklich dazunehmen."
    )


def _host_by_host(addresses: Collection[WebAddress]) -> list[WebAddress]:
    """In the order given, but all of one host together."""
    position: dict[str, int] = {}
    for address in addresses:
        position.setdefault(address.host, len(position))
    return sorted(addresses, key=lambda address: position[address.host])
