"""Sitemaps of all kinds, kind and hostile."""

import time
from datetime import date

import pytest

from ingest.fetch import sitemap, sitemap_format
from ingest.fetch.client import Fetched, FetchStatus
from ingest.fetch.sitemap import Selection, SitePages, read_sitemap
from kb.errors import (
    SourceError,
    SourceNotFoundError,
    SourceRefusedError,
    SourceTooLargeError,
    SourceUnreadableError,
)
from tests.ingest.fetch.site import zipped

TOP = "https://amt.de/sitemap.xml"
_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str, more: str = "") -> bytes:
    entries = "".join(f"<url><loc>{url}</loc>{more}</url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {_XMLNS}>{entries}</urlset>'.encode()


def index(*urls: str) -> bytes:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex {_XMLNS}>{entries}</sitemapindex>".encode()


def read(files: dict[str, bytes], *args: Selection, top: str = TOP) -> SitePages:
    def fetch(url: str) -> Fetched:
        if url not in files:
            return Fetched(url, url, FetchStatus.GONE)
        return Fetched(url, url, FetchStatus.NEW, files[url])

    return read_sitemap(top, fetch, *args)


def urls(site: SitePages) -> list[str]:
    return [str(page.address) for page in site.pages]


def test_pages_with_their_days() -> None:
    more = "<lastmod> 2026-03-02T08:00:00+01:00 </lastmod><priority>1</priority>"
    site = read({TOP: urlset("https://amt.de/a?b=1&amp;c=2", " https://amt.de/b#x\n", more=more)})
    assert urls(site) == ["https://amt.de/a?b=1&c=2", "https://amt.de/b"]
    assert [page.changed for page in site.pages] == [date(2026, 3, 2)] * 2
    assert not site.problems


@pytest.mark.parametrize("day", ["2026", "2026-03", "gestern", "2026-02-30", ""])
def test_days_that_are_none(day: str) -> None:
    site = read({TOP: urlset("https://amt.de/a", more=f"<lastmod>{day}</lastmod>")})
    assert [page.changed for page in site.pages] == [None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><urlset><url><loc>https://amt.de/ä</loc></url></urlset>'
    assert urls(read({TOP: text.encode(encoding)})) == ["https://amt.de/%C3%A4"]


def test_only_the_entrys_own_location_counts() -> None:
    image = '<i:image xmlns:i="x"><i:loc>https://amt.de/bild</i:loc></i:image>'
    other = '<i:loc xmlns:i="x">https://amt.de/fremd</i:loc>'
    deep = f"<url><loc>https://amt.de/a</loc>{image}{other}</url>"
    text = f"<urlset {_XMLNS}>{deep}<x><url><loc>https://amt.de/tief</loc></url></x></urlset>"
    assert urls(read({TOP: text.encode()})) == ["https://amt.de/a"]


def test_text_and_gzip() -> None:
    text = "\ufeffhttps://amt.de/a\r\nhttps://amt.de/b\n\nhttps://amt.de/a\n".encode()
    expected = ["https://amt.de/a", "https://amt.de/b"]
    assert urls(read({TOP: text})) == expected
    assert urls(read({TOP: zipped(text)})) == expected
    assert urls(read({TOP: zipped(urlset(*expected))})) == expected


def test_other_sites_are_left_out_unless_they_are_given() -> None:
    listed = urlset(
        "https://amt.de/a",
        "http://amt.de/b",
        "https://shop.amt.de/c",
        "https://www.amt.de/w",
        "https://fern.de/d",
        "https://amt.de:6379/e",
        "http://127.0.0.1/f",
        "http://127.1/g",
        "/h",
        "file:///etc/passwd",
        "https://nutzer:geheim@amt.de/i",
    )
    site = read({TOP: listed})
    assert urls(site)[:2] == ["https://amt.de/a", "http://amt.de/b"] and site.elsewhere == 8
    assert urls(site)[2:] == ["https://www.amt.de/w"]
    given = read({TOP: listed}, Selection(hosts=("Shop.amt.de",)))
    assert (
        urls(given)[2:] == ["https://shop.amt.de/c", "https://www.amt.de/w"]
        and given.elsewhere == 7
    )


def test_patterns() -> None:
    listed = urlset(*(f"https://amt.de/{path}" for path in ("", "f%C3%B6rderung/a", "presse/b")))
    wanted = read({TOP: listed}, Selection(include=("/för*",)))
    assert urls(wanted) == ["https://amt.de/f%C3%B6rderung/a"] and wanted.unwanted == 2
    assert len(urls(read({TOP: listed}, Selection(exclude=("/presse/*", "/"))))) == 1
    both = Selection(include=("/f*", "/presse/*"), exclude=("*/b",))
    assert urls(read({TOP: listed}, both)) == ["https://amt.de/f%C3%B6rderung/a"]


def test_an_index_with_a_broken_part() -> None:
    files = {
        TOP: index("https://amt.de/1.xml", "https://amt.de/2.xml", "https://fern.de/3.xml", TOP),
        "https://amt.de/1.xml": urlset("https://amt.de/a", "https://amt.de/b"),
    }
    site = read(files)
    assert urls(site) == ["https://amt.de/a", "https://amt.de/b"] and site.elsewhere == 1
    [(place, error)] = site.problems
    assert place == "https://amt.de/2.xml" and isinstance(error, SourceNotFoundError)


def test_three_levels_and_no_more_and_no_circles() -> None:
    files = {TOP: index("https://amt.de/1")}
    for level in range(1, 9):
        listed = index(TOP, f"https://amt.de/{level}", f"https://amt.de/{level + 1}")
        files[f"https://amt.de/{level}"] = listed
    site = read(files)
    [(place, error)] = site.problems
    assert place == "https://amt.de/2" and "mehr als 3 Ebenen" in str(error)


def test_too_many_files() -> None:
    files = {TOP: index(*(f"https://amt.de/{number}" for number in range(600)))}
    asked: list[str] = []

    def fetch(url: str) -> Fetched:
        asked.append(url)
        return Fetched(url, url, FetchStatus.NEW, files.get(url, urlset()))

    site = read_sitemap(TOP, fetch)
    assert len(asked) == 500 and "mehr als 500 Dateien" in str(site.problems[0][1])


def test_too_many_pages_in_one_file_or_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (sitemap.MAX_PAGES, sitemap_format.MAX_PAGES) == (50_000, 50_000)
    for module in (sitemap, sitemap_format):
        monkeypatch.setattr(module, "MAX_PAGES", 50)
    many = [f"https://amt.de/{number}" for number in range(51)]
    for content in (urlset(*many), "\n".join(many).encode()):
        site = read({TOP: content})
        assert len(site.pages) == 50
        assert "mehr als 50 Adressen in einer Datei" in str(site.problems[0][1])
    halves = {
        TOP: index("https://amt.de/x", "https://amt.de/y"),
        "https://amt.de/x": urlset(*many[:30]),
        "https://amt.de/y": urlset(*many[20:51]),
    }
    site = read(halves)
    assert len(site.pages) == 50 and len(site.problems) == 1
    assert "mehr als 50 Seiten" in str(site.problems[0][1])


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><urlset><url><loc>https://amt.de/&i;</loc></url></urlset>"
)
OUTSIDE = (
    '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<urlset><url><loc>https://amt.de/&x;</loc></url></urlset>"
)
PARAMETER = '<!DOCTYPE u [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><urlset/>'
QUADRATIC = (
    f'<!DOCTYPE urlset [<!ENTITY a "{"x" * 100_000}">]>'
    f"<urlset><url><loc>{'&a;' * 10_000}</loc></url></urlset>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, PARAMETER, QUADRATIC])
def test_document_types_end_the_reading(text: str, encoding: str) -> None:
    begin = time.monotonic()
    with pytest.raises(SourceUnreadableError, match=r"keine Sitemap.*Dokumenttyp"):
        read({TOP: text.encode(encoding)})
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"\x00\x01\x02",
        b"<!doctype html><html><body>Seite</body></html>",
        b"<html><body>Seite</body></html>",
        b"<rss><channel/></rss>",
        b"<urlset><url><loc>https://amt.de/a</loc></url>",
        b"<urlset><url><loc>https://amt.de/&x;</loc></url></urlset>",
        b"<urlset/>nach",
        b"Seite nicht gefunden",
        b"\x1f\x8bkaputt",
        zipped(b"https://amt.de/a" * 100)[:-9],
        b"<a>" * 100_000,
    ],
)
def test_what_is_no_sitemap_is_said_to_be_none(content: bytes) -> None:
    if content == b"":
        assert read({TOP: content}).pages == []
        return
    with pytest.raises(SourceUnreadableError, match=r"keine Sitemap.*robots\.txt"):
        read({TOP: content})


def test_deep_and_long_elements_cost_nothing() -> None:
    begin = time.monotonic()
    deep = b"<urlset>" + b"<x>" * 200 + b"</x>" * 200 + b"</urlset>"
    assert read({TOP: deep}).pages == []
    long = urlset("https://amt.de/" + "a" * 5_000_000, "https://amt.de/b")
    assert urls(read({TOP: long})) == ["https://amt.de/b"]
    assert time.monotonic() - begin < 5


def test_a_bomb_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap_format, "MAX_BYTES", 1_000_000)
    with pytest.raises(SourceTooLargeError, match="ausgepackt größer"):
        read({TOP: zipped(b"https://amt.de/a\n" * 1_000_000)})


def test_no_sitemap_there() -> None:
    with pytest.raises(SourceNotFoundError, match="gibt es nicht"):
        read({})
    with pytest.raises(SourceRefusedError):
        read({}, top="http://127.1/sitemap.xml")
    with pytest.raises(SourceError):
        read({TOP: urlset()}, Selection(hosts=("http://fern.de/",)))
