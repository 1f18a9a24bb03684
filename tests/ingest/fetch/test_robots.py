"""robots.txt: obeyed, asked for once, and no answer is no permission."""

import time
from ipaddress import IPv4Network

import pytest

from ingest.fetch.address import parse_address
from ingest.fetch.manners import Pacing, StoppedError
from ingest.fetch.robots import Robots
from ingest.fetch.web import Limits
from kb.errors import SourceRefusedError, SourceUnreachableError
from tests.ingest.fetch.site import Answer, Site, Write, public_web, served, web


@pytest.fixture
def robots(here: IPv4Network) -> Robots:
    return Robots(web(here, limits=Limits(connect=1, read=0.5, total=1)))


def says(site: Site, text: str, status: int = 200) -> None:
    site.page("/robots.txt", text.encode(), status=status)


def require(robots: Robots, url: str) -> None:
    robots.require(parse_address(url), Pacing())


def test_rules_for_us_win_over_those_for_all(site: Site, robots: Robots) -> None:
    says(site, "User-agent: *\nDisallow: /\n\nUser-agent: Auskunft\nDisallow: /intern/\n")
    require(robots, f"{site.url}/seite")
    require(robots, f"{site.url}/robots.txt")
    with pytest.raises(SourceRefusedError, match=r"robots\.txt.*von Hand"):
        require(robots, f"{site.url}/intern/x")
    assert site.paths == ["/robots.txt"]


def test_patterns_and_umlauts(site: Site, robots: Robots) -> None:
    rules = ("Allow: /förderung/*.pdf$", "Disallow: /förderung/", "Disallow: /*?druck=")
    says(site, "\n".join(("\ufeffUser-agent: *", *rules)))
    require(robots, f"{site.url}/f%C3%B6rderung/x.pdf")
    for path in ("/förderung/x", "/f%c3%b6rderung/x", "/seite?druck=1"):
        with pytest.raises(SourceRefusedError):
            require(robots, site.url + path)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_missing_file_allows(site: Site, robots: Robots, status: int) -> None:
    says(site, "User-agent: *\nDisallow: /", status)
    require(robots, f"{site.url}/seite")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 204, 304, 302])
def test_no_answer_is_no_permission(site: Site, robots: Robots, status: int) -> None:
    says(site, "", status)
    for _ in range(2):
        with pytest.raises(SourceUnreachableError, match="deshalb wird nichts abgerufen"):
            require(robots, f"{site.url}/seite")
    assert site.paths == ["/robots.txt"]


def test_a_server_that_is_not_there_or_hangs(robots: Robots) -> None:
    with served() as site:
        site.answers["/robots.txt"] = Answer(raw=lambda write: time.sleep(2))
        with pytest.raises(SourceUnreachableError, match="zu langsam"):
            require(robots, f"{site.url}/seite")
    with served() as site:
        url = site.url
    with pytest.raises(SourceUnreachableError, match="nicht erreichbar"):
        require(robots, f"{url}/seite")


@pytest.mark.parametrize("target", ["http://127.0.0.1/robots.txt", "http://169.254.169.254/"])
def test_a_redirect_into_the_inside_is_no_permission(site: Site, target: str) -> None:
    site.redirect("/robots.txt", target)
    with pytest.raises(SourceUnreachableError, match="nicht öffentlich"):
        require(Robots(public_web(site)), "http://amt.example/seite")
    assert len(site.asked) == 1


def test_redirects_are_followed(site: Site, robots: Robots) -> None:
    site.redirect("/robots.txt", "/r")
    site.page("/r", b"User-agent: *\nDisallow: /a")
    require(robots, f"{site.url}/b")
    with pytest.raises(SourceRefusedError):
        require(robots, f"{site.url}/a")


def test_each_origin_has_its_own(site: Site, here: IPv4Network) -> None:
    says(site, "User-agent: *\nDisallow: /a")
    robots = Robots(web(here))
    with served() as other:
        require(robots, f"{other.url}/a")
        with pytest.raises(SourceRefusedError):
            require(robots, f"{site.url}/a")


def endless(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /a\n")
    while True:
        write(b"# nichts\n" * 1_000)


def test_of_an_endless_file_the_beginning_counts(site: Site, robots: Robots) -> None:
    site.answers["/robots.txt"] = Answer(raw=endless)
    require(robots, f"{site.url}/b")
    with pytest.raises(SourceRefusedError):
        require(robots, f"{site.url}/a")


def test_many_rules_are_read_in_time(site: Site, robots: Robots) -> None:
    says(site, "User-agent: *\n" + "Disallow: /*a*a*a*b$\n" * 23_000)
    begin = time.monotonic()
    require(robots, f"{site.url}/" + "a" * 3_000)
    assert time.monotonic() - begin < 10


def test_rubbish_allows(site: Site, robots: Robots) -> None:
    site.page("/robots.txt", b"\xff\xfe\0<html>\x80 Disallow: /\n" * 50)
    require(robots, f"{site.url}/seite")


@pytest.mark.parametrize(
    ("delay", "pause"),
    [("0.6", 0.6), ("9999999", 30.0), ("-5", 0.0), ("nan", 0.0), ("inf", 0.0), ("bald", 0.0)],
)
def test_the_delay_is_kept_within_bounds(
    site: Site, robots: Robots, delay: str, pause: float
) -> None:
    says(site, f"User-agent: *\nCrawl-delay: {delay}")
    asked: list[float] = []

    class Recording(Pacing):
        def slow_down(self, host: str, seconds: float) -> None:
            asked.append(seconds)
            super().slow_down(host, seconds)

    robots.require(parse_address(f"{site.url}/seite"), Recording())
    assert asked == [pause]


def test_pauses_are_between_the_starts_of_requests_to_one_host() -> None:
    pacing = Pacing(0.2)
    first, other = parse_address("http://a.example/"), parse_address("http://b.example/")
    begin = time.monotonic()
    pacing.permit(first)
    pacing.permit(other)
    assert time.monotonic() - begin < 0.18
    pacing.permit(parse_address("http://a.example:8080/x"))
    assert 0.2 <= time.monotonic() - begin < 1
    pacing.slow_down("a.example", 0.5)
    pacing.permit(first)
    assert 0.7 <= time.monotonic() - begin < 2


def test_a_pause_ends_when_the_run_should_stop() -> None:
    begin = time.monotonic()
    pacing = Pacing(30, lambda: time.monotonic() - begin > 0.3)
    pacing.permit(parse_address("http://a.example/"))
    with pytest.raises(StoppedError):
        pacing.permit(parse_address("http://a.example/"))
    assert time.monotonic() - begin < 1
