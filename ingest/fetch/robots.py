"""robots.txt (RFC 9309): whether a page may be fetched and how long to pause, kept for one run.

A missing file (4xx) allows everything. While the file cannot be had (5xx, too busy, unreachable,
refused by the guard), nothing is fetched from that server.
"""

from protego import Protego

from ingest.fetch.address import WebAddress, parse_address
from ingest.fetch.manners import Pacing
from ingest.fetch.web import PRODUCT, Reply, Web
from kb.errors import SourceError, SourceRefusedError, SourceUnreachableError

_MAX_BYTES = 500 * 1024
_LONGEST_DELAY = 30.0
_TOO_MANY = 429


class Robots:
    """Asks each server once. Make a new one for each run."""

    def __init__(self, web: Web, agent: str = PRODUCT) -> None:
        """`agent` is the product token that rules are looked up for."""
        self._web = web
        self._agent = agent
        self._known: dict[str, Protego | SourceUnreachableError] = {}

    def require(self, address: WebAddress, pacing: Pacing) -> None:
        """Raises SourceRefusedError when the page is disallowed, SourceUnreachableError when unsure.

        Tells `pacing` the delay that the server asks for, at most 30 seconds.
        """
        if address.path == "/robots.txt":
            return
        rules = self._rules(address, pacing)
        if isinstance(rules, SourceUnreachableError):
            raise rules
        pacing.slow_down(address.host, self._delay(rules))
        if not rules.can_fetch(str(address), self._agent):
            raise SourceRefusedError(
                f"{address}: Die Website erlaubt Programmen das Abrufen dieser Seite nicht "
                "(robots.txt). Bitte den Betreiber um Erlaubnis bitten oder das Dokument von Hand "
                "herunterladen und als Datei ablegen."
            )

    def _delay(self, rules: Protego) -> float:
        return min(_LONGEST_DELAY, rules.crawl_delay(self._agent) or 0.0)

    def _rules(self, address: WebAddress, pacing: Pacing) -> Protego | SourceUnreachableError:
        if address.origin not in self._known:
            self._known[address.origin] = self._read(address, pacing)
        return self._known[address.origin]

    def _read(self, address: WebAddress, pacing: Pacing) -> Protego | SourceUnreachableError:
        place = parse_address(f"{address.origin}/robots.txt")
        try:
            reply = self._web.get(place, pacing, max_bytes=_MAX_BYTES, cut=True)
        except SourceError as error:
            return SourceUnreachableError(
                f"{address.origin}: Ob diese Website das Abrufen erlaubt, ist gerade nicht zu "
                f"erfahren, deshalb wird nichts abgerufen. {error}"
            )
        return _understood(reply)


def _understood(reply: Reply) -> Protego | SourceUnreachableError:
    if reply.status == 200:
        return Protego.parse(reply.data.decode("utf-8", "replace").removeprefix("\ufeff"))
    if 400 <= reply.status < 500 and reply.status != _TOO_MANY:
        return Protego.parse("")
    return SourceUnreachableError(
        f"{reply.address}: Ob diese Website das Abrufen erlaubt, ist gerade nicht zu erfahren "
        f"(Status {reply.status}), deshalb wird nichts abgerufen. Bitte später noch einmal versuchen."
    )
