"""A run over many addresses against real servers: polite, obedient, and never stopped by a failure."""

import logging
import time
from collections.abc import Iterable
from ipaddress import IPv4Network

import pytest

from ingest.fetch.client import Fetched, FetchStatus
from ingest.fetch.crawl import CrawlPlan, Failure, crawl
from ingest.fetch.sitemap import Selection
from ingest.fetch.web import Limits, Validators, Web
from kb.errors import SourceError, SourceRefusedError, SourceUnreachableError
from tests.ingest.fetch.site import Answer, Detour, Names, Site, Write, public_web, served, web


@pytest.fixture
def using(here: IPv4Network) -> Web:
    return web(here, limits=Limits(connect=1, read=0.5, total=2))


def run(using: Web, *urls: str, sitemaps: Iterable[str] = (), **more: object) -> dict[str, str]:
    """Each address with its status or the kind of its failure."""
    plan = CrawlPlan(tuple(urls), tuple(sitemaps), pause=0)
    return told(crawl(using, plan, **more))  # type: ignore[arg-type]


def told(results: Iterable[Fetched | Failure]) -> dict[str, str]:
    return {
        result.url: result.error.code if isinstance(result, Failure) else result.status.value
        for result in results
    }


def test_everything_gets_its_own_result(site: Site, using: Web) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /intern")
    site.page("/a")
    site.page("/kaputt", b"", status=500)
    site.page("/alt", b"", status=304)
    site.redirect("/um", "/intern/x")
    url = site.url
    with served() as ended:
        closed = f"{ended.url}/"
    found = run(
        using, f"{url}/a", f"{url}/a#x", f"{url}/fehlt", f"{url}/kaputt", f"{url}/intern",
        f"{url}/um", "http://127.1/", closed, f"{url}/alt",
        known=lambda address: Validators(address, '"1"') if address.endswith("/alt") else Validators(),
    )  # fmt: skip
    assert found == {
        f"{url}/a": "new",
        f"{url}/fehlt": "gone",
        f"{url}/kaputt": "source-unreachable",
        f"{url}/intern": "source-refused",
        f"{url}/um": "source-refused",
        f"{url}/alt": "unchanged",
        "http://127.1/": "source-refused",
        closed: "source-unreachable",
    }
    assert site.paths.count("/robots.txt") == 1 and "/intern/x" not in site.paths


def test_a_sitemap_and_its_problems(site: Site, using: Web) -> None:
    listed = f"{site.url}/a\n{site.url}/presse/b\nhttp://fern.example/c\n".encode()
    site.page("/karte.txt", listed)
    parts = (f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("karte.txt", "weg"))
    site.page("/karte.xml", f"<sitemapindex>{''.join(parts)}</sitemapindex>".encode())
    site.page("/a")
    plan = CrawlPlan(
        (f"{site.url}/a",),
        (f"{site.url}/karte.xml", f"{site.url}/keine.xml"),
        Selection(exclude=("/presse/*",)),
        pause=0,
    )
    assert told(crawl(using, plan)) == {
        f"{site.url}/weg": "source-not-found",
        f"{site.url}/keine.xml": "source-not-found",
        f"{site.url}/a": "new",
    }


def test_a_sitemap_of_other_hosts_alone_is_a_failure(site: Site, using: Web) -> None:
    site.page("/karte.txt", b"http://fern.example/a\nhttp://fern.example/b\n")
    [failure] = crawl(using, CrawlPlan(sitemaps=(f"{site.url}/karte.txt",), pause=0))
    assert isinstance(failure, Failure) and "anderer Rechner" in str(failure.error)


def test_hosts_come_one_after_the_other(site: Site) -> None:
    for path in ("/1", "/2", "/3"):
        site.page(path)
    urls = ("http://amt.example/1", "http://fern.example/2", "http://amt.example/3")
    list(crawl(public_web(site), CrawlPlan(urls, pause=0)))
    assert [(asked.host, asked.path) for asked in site.asked] == [
        ("amt.example", "/robots.txt"),
        ("amt.example", "/1"),
        ("amt.example", "/3"),
        ("fern.example", "/robots.txt"),
        ("fern.example", "/2"),
    ]


def test_there_is_a_pause_between_requests_and_more_when_asked_for(site: Site, using: Web) -> None:
    urls = (f"{site.url}/a", f"{site.url}/b")
    begin = time.monotonic()
    list(crawl(using, CrawlPlan(urls, pause=0.2)))
    assert 0.4 <= time.monotonic() - begin < 2
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 0.5")
    begin = time.monotonic()
    list(crawl(using, CrawlPlan(urls, pause=0.2)))
    assert 1.0 <= time.monotonic() - begin < 3


def test_progress_ends_with_everything_done(site: Site, using: Web) -> None:
    seen: list[tuple[int, int, str]] = []
    urls = (f"{site.url}/a", f"{site.url}/b")
    run(using, *urls, progress=lambda *step: seen.append(step))
    assert seen == [(0, 2, urls[0]), (1, 2, urls[1]), (2, 2, "")]


def test_stops_between_two_pages(site: Site, using: Web) -> None:
    found = [f"{site.url}/{number}" for number in range(5)]
    results = []
    for result in crawl(
        using, CrawlPlan(tuple(found), pause=0), should_stop=lambda: len(results) >= 2
    ):
        results.append(result)
    assert len(results) == 2


def slow(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        write(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("where", ["pause", "body"])
def test_stops_within_a_pause_and_a_body(site: Site, using: Web, where: str) -> None:
    site.answers["/a"] = Answer(raw=slow) if where == "body" else Answer(b"da")
    plan = CrawlPlan((f"{site.url}/a",), pause=30 if where == "pause" else 0)
    begin = time.monotonic()
    assert list(crawl(using, plan, should_stop=lambda: time.monotonic() - begin > 0.5)) == []
    assert time.monotonic() - begin < 4


def test_a_server_that_asks_for_rest_gets_it(site: Site, using: Web) -> None:
    site.page("/a", b"", status=429, headers={"Retry-After": "600"})
    site.page("/b")
    found = list(crawl(using, CrawlPlan((f"{site.url}/a", f"{site.url}/b"), pause=0)))
    assert site.paths == ["/robots.txt", "/a"]
    assert all(isinstance(one, Failure) for one in found)
    assert "in diesem Lauf nicht mehr gefragt" in str(found[1].error)  # type: ignore[union-attr]


def test_a_server_that_fails_again_and_again_is_left_alone(site: Site, using: Web) -> None:
    for number in range(20):
        site.page(f"/{number}", b"", status=502)
    site.page("/2")
    found = run(using, *(f"{site.url}/{number}" for number in range(20)))
    assert len(found) == 20 and found[f"{site.url}/2"] == "new"
    assert site.paths == ["/robots.txt", *(f"/{number}" for number in range(8))]


def test_a_bad_redirect_target_does_not_close_the_server_that_named_it(site: Site) -> None:
    for number in range(8):
        site.redirect(f"/{number}", "http://tot.example/")
    site.page("/da")
    urls = [*(f"http://amt.example/{number}" for number in range(8)), "http://amt.example/da"]
    found = run(public_web(site), *urls)
    assert found["http://amt.example/da"] == "new"
    assert set(list(found.values())[:8]) == {"source-unreachable"}


def test_robots_are_obeyed_at_the_target_of_a_redirect(site: Site) -> None:
    site.answers["/robots.txt"] = [Answer(b"", 404), Answer(b"User-agent: *\nDisallow: /")]
    site.redirect("/a", "http://fern.example/b")
    assert run(public_web(site), "http://amt.example/a") == {
        "http://amt.example/a": "source-refused"
    }
    assert [asked.host for asked in site.asked] == ["amt.example", "amt.example", "fern.example"]


def test_a_name_that_turns_private_during_the_run(site: Site) -> None:
    site.page("/a")
    names = Names(amt_example=[["93.184.215.14"], ["93.184.215.14"], ["10.0.0.5"]])
    using = web(resolve=names, network=Detour({("93.184.215.14", 80): site}))
    found = run(using, "http://amt.example/a", "http://amt.example/b")
    assert list(found.values()) == ["new", "source-refused"]


def test_what_nobody_foresaw_is_reported_without_internals(
    site: Site, here: IPv4Network, caplog: pytest.LogCaptureFixture
) -> None:
    site.page("/a")

    def known(url: str) -> Validators:
        if url.endswith("/b"):
            raise RuntimeError("Innereien")
        return Validators()

    plan = CrawlPlan((f"{site.url}/b", f"{site.url}/a"), pause=0)
    with caplog.at_level(logging.CRITICAL):
        broken, fine = crawl(web(here), plan, known=known)
    assert isinstance(broken, Failure) and "Innereien" not in str(broken.error)
    assert isinstance(fine, Fetched) and fine.status is FetchStatus.NEW


@pytest.mark.parametrize("kind", [SourceRefusedError, SourceUnreachableError])
def test_new_errors_are_source_errors(kind: type[SourceError]) -> None:
    assert issubclass(kind, SourceError) and kind.code.startswith("source-")
