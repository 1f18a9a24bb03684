"""One request over real sockets: where it goes, what it tells, and where it ends."""

import socket
import time
import zlib
from collections.abc import Callable
from ipaddress import IPv4Network, ip_network
from pathlib import Path

import pytest

from ingest.fetch.address import parse_address
from ingest.fetch.manners import Pacing
from ingest.fetch.web import Limits, Reply, Web, user_agent
from kb.errors import (
    InputError,
    SourceRefusedError,
    SourceTooLargeError,
    SourceUnreachableError,
    SourceUnreadableError,
)
from tests.conftest import NetworkBlockedError
from tests.ingest.fetch.site import (
    HOST,
    OTHER_PUBLIC,
    PUBLIC,
    Answer,
    Detour,
    Names,
    Site,
    Write,
    public_web,
    served,
    web,
    zipped,
)

LIMIT = 100_000
SMALL = Limits(max_bytes=LIMIT, connect=2, read=0.5, total=1.0)


def get(using: Web, url: str) -> Reply:
    return using.get(parse_address(url), Pacing())


def test_an_allowed_page_is_fetched_and_nothing_else_is(site: Site, here: IPv4Network) -> None:
    site.page("/seite?x=1", b"Hallo", headers={"Content-Type": "text/plain"})
    reply = get(web(here), f"{site.url}/seite?x=1#teil")
    assert (reply.status, reply.data, reply.text("content-type")) == (200, b"Hallo", "text/plain")
    with pytest.raises(SourceRefusedError, match="auf diesem Rechner selbst"):
        get(web(ip_network("127.0.0.1/32")), f"{site.url}/seite")
    with pytest.raises(SourceRefusedError):
        get(web(), f"{site.url}/seite")
    assert site.paths == ["/seite?x=1"]


def test_a_request_tells_who_asks_and_no_more(site: Site, here: IPv4Network) -> None:
    site.page("/", headers={"Set-Cookie": "spur=1", "WWW-Authenticate": "Basic"})
    using = web(here)
    get(using, site.url)
    get(using, site.url)
    for asked in site.asked:
        assert asked.headers == {
            "Host": f"{HOST}:{site.port}",
            "User-Agent": "Auskunft/0.1.0 (+https://www.kammer.example)",
            "Accept": asked.headers["Accept"],
            "Accept-Encoding": "gzip",
            "Accept-Language": "de, en;q=0.5",
            "Connection": "close",
        }


def test_netrc_and_proxies_of_the_environment_are_not_used(
    site: Site, here: IPv4Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login nutzer password geheim\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.page("/")
    assert get(web(here), site.url).status == 200
    assert "Authorization" not in site.asked[0].headers


@pytest.mark.parametrize("contact", ["x\r\nHost: y", "Müller", "a) (b"])
def test_contacts_cannot_change_the_head(contact: str) -> None:
    with pytest.raises(InputError, match="Kontakt"):
        user_agent("1", contact)
    assert user_agent("1") == "Auskunft/1"


def test_a_name_is_called_at_the_address_that_was_checked(site: Site) -> None:
    site.page("/seite", b"da")
    names = Names(amt_example=[[PUBLIC], ["127.0.0.1"]])
    detour = Detour({(PUBLIC, 80): site})
    using = web(resolve=names, network=detour)
    assert get(using, "http://amt.example/seite").data == b"da"
    assert names.asked == ["amt.example"] and detour.called == [(PUBLIC, 80)]
    assert site.asked[0].host == "amt.example"


def test_rebinding_leads_to_the_checked_address_or_nowhere(
    site: Site, network_attempts: list[str]
) -> None:
    """Without any detour: the socket is asked for the public address, not for the name."""
    names = Names(amt_example=[[PUBLIC], [HOST]])
    using = web(resolve=names)
    with pytest.raises(NetworkBlockedError):
        get(using, f"http://amt.example:{site.port}/")
    assert network_attempts == [f"socket.getaddrinfo '{PUBLIC}'"]
    network_attempts.clear()
    with pytest.raises(SourceRefusedError, match=f"Der Name führt zu {HOST}"):
        get(using, f"http://amt.example:{site.port}/")
    assert site.asked == []


def test_rebinding_between_two_hops_is_noticed(site: Site) -> None:
    site.redirect("/a", "/b")
    site.page("/b", b"intern")
    names = Names(amt_example=[[PUBLIC], ["10.0.0.5"]])
    with pytest.raises(SourceRefusedError, match=r"10\.0\.0\.5"):
        get(web(resolve=names, network=Detour({(PUBLIC, 80): site})), "http://amt.example/a")
    assert site.paths == ["/a"]


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site, here: IPv4Network) -> None:
    site.page("/", b"da")
    names = Names(amt_example=[["127.0.0.3", HOST]])
    using = web(here, ip_network("127.0.0.3/32"), resolve=names)
    assert get(using, f"http://amt.example:{site.port}/").data == b"da"


def test_this_machine_under_a_public_address_gets_no_request() -> None:
    with served() as site:
        # a detour without its second machine: the connection stays on 127.0.0.2
        class Hairpin(Detour):
            def connect_tcp(self, host: str, port: int, *args: object, **named: object):  # type: ignore[no-untyped-def, override]
                named["local_address"] = HOST
                return super().connect_tcp(host, port, args[0], **named)

        using = web(resolve=Names(amt_example=[[PUBLIC]]), network=Hairpin({(PUBLIC, 80): site}))
        with pytest.raises(SourceRefusedError, match="auf diesem Rechner selbst"):
            get(using, "http://amt.example/")
        assert site.asked == []


REDIRECTS = [
    "http://127.0.0.1/",
    "http://localhost/",
    "//10.0.0.5/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "file:///etc/passwd",
    "ftp://amt.example/",
    "gopher://amt.example:6379/",
    "http://nutzer:geheim@amt.example/",
    "http://amt.example:22/",
    "http://amt.example:6379/",
    "http://intern.example/",
]


@pytest.mark.parametrize("target", REDIRECTS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_into_the_inside_are_refused(site: Site, target: str, status: int) -> None:
    site.redirect("/a", target, status)
    names = Names(amt_example=[[PUBLIC]], intern_example=[["10.0.0.5"]], localhost=[["127.0.0.1"]])
    detour = Detour({(PUBLIC, 80): site})
    with pytest.raises(SourceRefusedError):
        get(web(resolve=names, network=detour), "http://amt.example/a")
    assert detour.called == [(PUBLIC, 80)]


def test_a_public_page_does_not_redirect_into_what_is_allowed(site: Site) -> None:
    site.redirect("/a", "http://intern.example/b")
    site.page("/b", b"intern")
    names = Names(amt_example=[[PUBLIC]], intern_example=[["10.0.0.5"]])
    ways = {(PUBLIC, 80): site, ("10.0.0.5", 80): site}
    for allowed in ("intern.example", ip_network("10.0.0.0/8")):
        using = web(allowed, resolve=names, network=Detour(ways))
        with pytest.raises(SourceRefusedError, match="leitet in das interne Netz"):
            get(using, "http://amt.example/a")
        assert get(using, "http://intern.example/a").data == b"intern"
    assert [asked.host for asked in site.asked] == ["amt.example", *["intern.example"] * 2] * 2


def test_redirects_between_public_hosts_are_followed(site: Site) -> None:
    site.redirect("/a", "http://fern.example/b#teil")
    site.page("/b", b"da", headers={"Content-Type": "text/plain"})
    reply = get(public_web(site), "http://amt.example/a")
    assert (str(reply.address), reply.data) == ("http://fern.example/b", b"da")
    assert [asked.host for asked in site.asked] == ["amt.example", "fern.example"]


def test_five_redirects_are_followed_and_no_more(site: Site, here: IPv4Network) -> None:
    for number in range(6):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.page("/5", b"da")
    assert get(web(here), f"{site.url}/0").data == b"da"
    site.redirect("/5", "/0")
    site.asked.clear()
    with pytest.raises(SourceUnreadableError, match="mehr als 5-mal"):
        get(web(here), f"{site.url}/0")
    assert len(site.asked) == 6


def drip(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        write(b"x")
        time.sleep(0.1)


def drip_head(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        write(f"X-{number}: y\r\n".encode())
        time.sleep(0.1)


def informal(write: Write) -> None:
    for _ in range(100):
        write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.1)


def silent(write: Write) -> None:
    time.sleep(3)


@pytest.mark.parametrize("raw", [drip, drip_head, informal, silent])
def test_slow_answers_end_at_the_deadline(
    site: Site, here: IPv4Network, raw: Callable[[Write], None]
) -> None:
    site.answers["/"] = Answer(raw=raw)
    begin = time.monotonic()
    with pytest.raises(SourceUnreachableError, match="zu langsam"):
        get(web(here, limits=SMALL), site.url)
    assert time.monotonic() - begin < 2.8


def endless(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        write(b"x" * 10_000)


def endless_pieces(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        write(b"3e8\r\n" + b"x" * 1_000 + b"\r\n")


def endless_nothing(write: Write) -> None:
    """Empty packed blocks: bytes arrive, none come out."""
    write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    packer = zlib.compressobj(wbits=31)
    write(packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH))
    while True:
        write(b"\0\0\0\xff\xff" * 2_000)


def endless_members(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    while True:
        write(zipped(b"") * 500)


def announced(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n")
    time.sleep(3)


@pytest.mark.parametrize(
    "raw", [endless, endless_pieces, endless_nothing, endless_members, announced]
)
def test_endless_answers_end_at_the_limit(
    site: Site, here: IPv4Network, raw: Callable[[Write], None]
) -> None:
    site.answers["/"] = Answer(raw=raw)
    begin = time.monotonic()
    with pytest.raises(SourceTooLargeError, match="größer als"):
        get(web(here, limits=SMALL), site.url)
    assert time.monotonic() - begin < 2


def endless_head(write: Write) -> None:
    write(b"HTTP/1.1 200 OK\r\n")
    while True:
        write(b"X: " + b"y" * 10_000 + b"\r\n")


@pytest.mark.parametrize(
    "raw",
    [
        endless_head,
        lambda write: write(b"SSH-2.0-OpenSSH_9.2\r\n"),
        lambda write: write(b"+PONG\r\n"),
        lambda write: write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalb"),
        lambda write: write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha"),
        lambda write: write(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        lambda write: write(b""),
    ],
)
def test_what_is_no_website_is_said_to_be_none(
    site: Site, here: IPv4Network, raw: Callable[[Write], None]
) -> None:
    site.answers["/"] = Answer(raw=raw)
    with pytest.raises(SourceUnreachableError, match="nicht so, wie es eine Website tut"):
        get(web(here, limits=SMALL), site.url)


def packed(site: Site, body: bytes, encoding: str = "gzip") -> None:
    site.page("/", body, headers={"Content-Encoding": encoding})


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (zipped(b"Hallo" * 100), "gzip"),
        (zipped(b"Hallo" * 50) + zipped(b"Hallo" * 50), "x-GZIP"),
        (zlib.compress(b"Hallo" * 100), "deflate"),
        (b"Hallo" * 100, "identity"),
        (b"Hallo" * 100, "utf-8"),
    ],
)
def test_packed_answers_are_unpacked(
    site: Site, here: IPv4Network, body: bytes, encoding: str
) -> None:
    packed(site, body, encoding)
    assert get(web(here), site.url).data == b"Hallo" * 100


def test_exactly_the_limit_is_allowed(site: Site, here: IPv4Network) -> None:
    for length, body in ((LIMIT, bytes), (LIMIT, lambda n: zipped(bytes(n)))):
        site.page(
            "/", body(length), headers={"Content-Encoding": "gzip"} if body is not bytes else {}
        )
        assert len(get(web(here, limits=SMALL), site.url).data) == LIMIT
        site.page("/", body(length + 1), headers=site.answers["/"].headers)  # type: ignore[union-attr]
        with pytest.raises(SourceTooLargeError):
            get(web(here, limits=SMALL), site.url)


def test_bombs_end_at_the_limit_and_not_in_memory(site: Site, here: IPv4Network) -> None:
    import tracemalloc

    bomb = zlib.compressobj(9, wbits=31)
    body = b"".join(bomb.compress(bytes(1_000_000)) for _ in range(100)) + bomb.flush()
    packed(site, body)
    using = web(here, limits=Limits(max_bytes=1_000_000, total=5))
    tracemalloc.start()
    with pytest.raises(SourceTooLargeError):
        get(using, site.url)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"kein gzip", "gzip"),
        (zipped(b"Hallo" * 100)[:-9], "gzip"),
        (zipped(zipped(b"Hallo")), "gzip, gzip"),
        (b"Hallo", "br"),
        (b"Hallo", "gzip, br"),
        (b"", "gzip"),
    ],
)
def test_damaged_or_unwanted_packing_is_said(
    site: Site, here: IPv4Network, body: bytes, encoding: str
) -> None:
    packed(site, body, encoding)
    with pytest.raises(SourceUnreadableError, match="gepackte Antwort"):
        get(web(here), site.url)


def test_nobody_there(here: IPv4Network) -> None:
    with served() as site:
        url = site.url
    with pytest.raises(SourceUnreachableError, match="nicht erreichbar"):
        get(web(here), url)


def test_ipv6_literals_are_called_with_brackets_in_the_host_header() -> None:
    names = Names()
    detour_host = "2606:4700::1"
    with served() as site:
        site.page("/", b"da")
        using = web(resolve=names, network=Detour({(detour_host, 8080): site}))
        assert get(using, f"http://[{detour_host}]:8080/").data == b"da"
        assert site.asked[0].host == f"[{detour_host}]:8080" and names.asked == []


def test_idn_hosts_are_asked_for_in_ascii(site: Site) -> None:
    site.page("/f%C3%B6rderung", b"da")
    names = Names(xn__mller_kva_example=[[OTHER_PUBLIC]])
    using = web(resolve=names, network=Detour({(OTHER_PUBLIC, 80): site}))
    assert get(using, "http://Müller.example/förderung").data == b"da"
    assert site.asked[0].host == "xn--mller-kva.example"


def test_headers_in_latin_1_and_utf_8_are_text(site: Site, here: IPv4Network) -> None:
    for raw in ("Förderung".encode(), "Förderung".encode("latin-1")):
        head = b"HTTP/1.1 200 OK\r\nX-Name: " + raw + b"\r\nContent-Length: 0\r\n\r\n"
        site.answers["/"] = Answer(raw=lambda write, head=head: write(head))  # type: ignore[misc]
        assert get(web(here), site.url).text("x-name") == "Förderung"


def test_what_the_server_says_is_shown_in_part(site: Site, here: IPv4Network) -> None:
    site.answers["/"] = Answer(raw=lambda write: write(b"geheim " * 5_000 + b"\r\n"))
    with pytest.raises(SourceUnreachableError) as caught:
        get(web(here), site.url)
    assert len(str(caught.value)) < 500


def test_a_server_that_never_gets_to_tls_ends_in_time() -> None:
    with socket.create_server((HOST, 0)) as mute:
        begin = time.monotonic()
        with pytest.raises(SourceUnreachableError, match="zu langsam"):
            url = f"https://{HOST}:{mute.getsockname()[1]}/"
            get(web(ip_network(f"{HOST}/32"), limits=Limits(connect=0.5, total=1)), url)
        assert time.monotonic() - begin < 2
