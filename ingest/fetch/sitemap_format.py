"""What one sitemap file lists: XML (sitemap or index) or plain text, packed with gzip or not.

XML is read as a stream without building a tree. A document type ends the reading before anything in
it counts, so there are no entities, no external files and no expansion.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from lxml import etree  # type: ignore[import-untyped]

from ingest.fetch.body import DamagedError, OverflowedError, gunzip
from kb.errors import SourceTooLargeError, SourceUnreadableError

MAX_BYTES = 50 * 1024 * 1024
MAX_PAGES = 50_000
_PIECE = 64 * 1024
_LONGEST = 4_000
_GZIP = b"\x1f\x8b"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Listing:
    """Addresses as they are written. `pages` have the day of their last change, where it is told."""

    pages: list[tuple[str, date | None]] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    complete: bool = True


def parse_sitemap(data: bytes, name: str) -> Listing:
    """Raises SourceUnreadableError and SourceTooLargeError naming `name`."""
    plain = _unpacked(data, name) if data.startswith(_GZIP) else data
    start = plain[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", *_UTF16_MARKS)):
        return _from_xml(plain, name)
    return _from_text(plain, name)


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        return gunzip(data, MAX_BYTES)
    except OverflowedError as error:
        raise SourceTooLargeError(
            f"{name}: Die Sitemap ist ausgepackt größer als {MAX_BYTES // 1024 // 1024} MB. Bitte "
            "die Adressen der gewünschten Seiten einzeln oder eine kleinere Sitemap eintragen."
        ) from error
    except DamagedError as error:
        raise _no_sitemap(name, "Die gepackte Datei ist beschädigt.") from error


def _from_text(plain: bytes, name: str) -> Listing:
    try:
        lines = plain.decode("utf-8-sig").split()
    except UnicodeDecodeError as error:
        raise _no_sitemap(name, "Sie ist weder XML noch Text in UTF-8.") from error
    wrong = next((line for line in lines if not line.lower().startswith(("http:", "https:"))), "")
    if wrong:
        raise _no_sitemap(name, f"Statt einer Adresse steht dort {wrong[:80]!r}.")
    pages: list[tuple[str, date | None]] = [(line, None) for line in lines[:MAX_PAGES]]
    return Listing(pages, complete=len(lines) <= MAX_PAGES)


def _from_xml(plain: bytes, name: str) -> Listing:
    target = _Target()
    parser = etree.XMLParser(
        target=target,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    try:
        for position in range(0, len(plain), _PIECE):
            parser.feed(plain[position : position + _PIECE])
        parser.close()
    except _FullError:
        target.listing.complete = False
    except _ForeignError as error:
        raise _no_sitemap(name, str(error)) from error
    except etree.XMLSyntaxError as error:
        raise _no_sitemap(name, f"Das XML ist fehlerhaft ({error.msg}).") from error
    return target.listing


class _FullError(Exception):
    """As many pages as a sitemap may have."""


class _ForeignError(Exception):
    """XML that is no sitemap."""


class _Target:
    """Takes parser events. Only `loc` and `lastmod` right below an entry of the root count."""

    def __init__(self) -> None:
        self.listing = Listing()
        self._open: list[str] = []
        self._namespace = ""
        self._text: list[str] = []
        self._entry: dict[str, str] = {}

    def doctype(self, name: str, public_id: str | None, system: str | None) -> None:
        raise _ForeignError(f"Es ist ein anderes Dokument („{name[:40]}“ mit Dokumenttyp).")

    def start(self, tag: str, attributes: object) -> None:
        namespace, local = _split(tag)
        if not self._open:
            if local not in ("urlset", "sitemapindex"):
                raise _ForeignError(f"Es ist ein anderes Dokument („{local[:40]}“).")
            self._namespace = namespace
        self._open.append(local if namespace == self._namespace else "")
        self._text = []
        if len(self._open) == 2:
            self._entry = {}

    def data(self, text: str) -> None:
        if len(self._open) == 3 and len(self._text) < _LONGEST:
            self._text.append(text[:_LONGEST])

    def end(self, tag: str) -> None:
        depth, local = len(self._open), self._open.pop()
        if depth == 3 and local in ("loc", "lastmod"):
            self._entry.setdefault(local, "".join(self._text).strip())
        elif depth == 2 and (location := self._entry.get("loc")):
            self._take(location, local)

    def close(self) -> None:
        """The parser asks for it."""

    def _take(self, location: str, entry: str) -> None:
        if entry == "sitemap" and self._open == ["sitemapindex"]:
            self.listing.sitemaps.append(location)
        elif entry == "url" and self._open == ["urlset"]:
            self.listing.pages.append((location, _day(self._entry.get("lastmod", ""))))
        if len(self.listing.pages) + len(self.listing.sitemaps) > MAX_PAGES:
            self.listing.pages = self.listing.pages[:MAX_PAGES]
            raise _FullError


def _split(tag: str) -> tuple[str, str]:
    namespace, mark, local = tag.rpartition("}")
    return (namespace, local) if mark else ("", tag)


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None


def _no_sitemap(name: str, reason: str) -> SourceUnreadableError:
    return SourceUnreadableError(
        f"{name}: Das ist keine Sitemap. {reason} Bitte die Adresse der Sitemap prüfen, oft steht "
        "sie in der Datei robots.txt der Website."
    )
