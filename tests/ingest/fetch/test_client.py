"""One document: new, unchanged, gone, later, or not at all."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import IPv4Network

import pytest

from ingest.fetch.client import Client, Fetched, FetchStatus
from ingest.fetch.web import Limits, Validators
from kb.errors import (
    SourceRefusedError,
    SourceTooLargeError,
    SourceUnreachableError,
    SourceUnreadableError,
)
from tests.ingest.fetch.site import Answer, Site, public_web, web

ETAG = '"v1"'
DAY = "Mon, 02 Mar 2026 08:00:00 GMT"


@pytest.fixture
def client(here: IPv4Network) -> Client:
    return Client(web(here))


def test_new_document(site: Site, client: Client) -> None:
    headers = {
        "Content-Type": "application/pdf; q=1",
        "ETag": ETAG,
        "Last-Modified": DAY,
        "Content-Disposition": "attachment; filename*=UTF-8''F%C3%B6rderung.pdf",
    }
    site.page("/b", b"%PDF-", headers=headers)
    site.redirect("/a", "/b#seite=2", 301)
    assert client.fetch(f"{site.url}/a#x") == Fetched(
        url=f"{site.url}/a",
        final_url=f"{site.url}/b",
        status=FetchStatus.NEW,
        data=b"%PDF-",
        content_type="application/pdf; q=1",
        etag=ETAG,
        last_modified=DAY,
        name="Förderung.pdf",
    )


def test_unchanged_document_keeps_its_validators(site: Site, client: Client) -> None:
    site.page("/a", b"", status=304)
    known = Validators(f"{site.url}/a", ETAG, DAY)
    found = client.fetch(f"{site.url}/a", known)
    assert found.status is FetchStatus.UNCHANGED and found.validators == known
    sent = site.asked[0].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (ETAG, DAY)


def test_validators_go_only_where_they_came_from(site: Site, client: Client) -> None:
    site.redirect("/a", "/b")
    site.page("/b", b"", status=304, headers={"ETag": '"v2"'})
    found = client.fetch(f"{site.url}/a", Validators(f"{site.url}/b", ETAG))
    assert (found.status, found.etag) == (FetchStatus.UNCHANGED, '"v2"')
    assert "If-None-Match" not in site.asked[0].headers
    assert site.asked[1].headers["If-None-Match"] == ETAG
    with pytest.raises(SourceUnreadableError, match="Status 304"):
        client.fetch(f"{site.url}/a", Validators(f"{site.url}/frueher", ETAG))


@pytest.mark.parametrize("etag", ['"ü"', '"x\r\nCookie: y"', "x" * 1_001])
def test_validators_that_cannot_be_sent_are_left_out(site: Site, client: Client, etag: str) -> None:
    site.page("/a")
    assert client.fetch(f"{site.url}/a", Validators(f"{site.url}/a", etag)).data == b"Inhalt"
    assert {"If-None-Match", "Cookie"}.isdisjoint(site.asked[0].headers)


@pytest.mark.parametrize("status", [404, 410])
def test_gone(site: Site, client: Client, status: int) -> None:
    site.page("/a", b"weg", status=status)
    found = client.fetch(f"{site.url}/a")
    assert (found.status, found.data) == (FetchStatus.GONE, b"")


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_pause_is_kept_and_then_asked_again(
    site: Site, client: Client, status: int
) -> None:
    busy = Answer(b"", status, {"Retry-After": "1"})
    site.answers["/a"] = [busy, Answer(b"da")]
    begin = time.monotonic()
    assert client.fetch(f"{site.url}/a").data == b"da"
    assert 1 <= time.monotonic() - begin < 5
    assert len(site.asked) == 2


def test_nobody_asks_for_ever(site: Site, client: Client) -> None:
    site.page("/a", b"", status=429, headers={"Retry-After": "0"})
    with pytest.raises(SourceUnreachableError, match="Status 429") as caught:
        client.fetch(f"{site.url}/a")
    assert len(site.asked) == 3 and caught.value.retry_after == 1


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("3600", "60 Minuten"),
        ("61", "einer Minute"),
        ("9" * 400, "Minuten"),
        (timedelta(hours=3, seconds=5), "180 Minuten"),
    ],
)
def test_a_long_pause_is_reported(
    site: Site, client: Client, value: str | timedelta, told: str
) -> None:
    if isinstance(value, timedelta):  # from now, not from when the tests were collected
        value = format_datetime(datetime.now(UTC) + value)
    site.page("/a", b"", status=503, headers={"Retry-After": value})
    with pytest.raises(SourceUnreachableError, match=told) as caught:
        client.fetch(f"{site.url}/a")
    assert len(site.asked) == 1 and caught.value.retry_after > 60


@pytest.mark.parametrize("value", ["", "bald", "-5", "1.5", "Mon, 99 Foo 2026", "١"])
def test_an_unreadable_pause_is_none(site: Site, client: Client, value: str) -> None:
    site.page("/a", b"", status=503, headers={"Retry-After": value})
    with pytest.raises(SourceUnreachableError, match="später noch einmal"):
        client.fetch(f"{site.url}/a")
    assert len(site.asked) == 1


def test_a_pause_in_the_past_is_over(site: Site, client: Client) -> None:
    site.answers["/a"] = [Answer(b"", 503, {"Retry-After": DAY}), Answer(b"da")]
    assert client.fetch(f"{site.url}/a").data == b"da"


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (401, SourceUnreadableError, "von Hand herunterladen"),
        (403, SourceUnreadableError, "von Hand herunterladen"),
        (429, SourceUnreachableError, "später noch einmal"),
        (500, SourceUnreachableError, "später noch einmal"),
        (504, SourceUnreachableError, "später noch einmal"),
        (204, SourceUnreadableError, "im Browser prüfen"),
        (206, SourceUnreadableError, "im Browser prüfen"),
        (300, SourceUnreadableError, "im Browser prüfen"),
        (302, SourceUnreadableError, "im Browser prüfen"),
        (304, SourceUnreadableError, "im Browser prüfen"),
        (418, SourceUnreadableError, "im Browser prüfen"),
        (999, SourceUnreachableError, "später noch einmal"),
    ],
)
def test_other_answers_say_what_to_do(
    site: Site, client: Client, status: int, kind: type[Exception], advice: str
) -> None:
    site.page("/a", b"", status=status)
    with pytest.raises(kind, match=f"Status {status}.*{advice}"):
        client.fetch(f"{site.url}/a")


def test_limits_hold_and_can_be_set_for_one_document(site: Site, here: IPv4Network) -> None:
    site.page("/a", b"x" * 2_000)
    client = Client(web(here, limits=Limits(max_bytes=1_000)))
    with pytest.raises(SourceTooLargeError):
        client.fetch(f"{site.url}/a")
    assert len(client.fetch(f"{site.url}/a", max_bytes=2_000).data) == 2_000


def test_what_is_no_address_is_refused_before_anything(client: Client) -> None:
    with pytest.raises(SourceRefusedError):
        client.fetch("http://127.1/")


def test_public_host(site: Site) -> None:
    site.page("/", b"da", headers={"Content-Type": "text/html"})
    found = Client(public_web(site)).fetch("http://www.amt.example")
    assert (found.final_url, found.name) == ("http://www.amt.example/", "www.amt.example.html")


def test_headers_that_could_not_be_sent_back_are_not_kept(site: Site, client: Client) -> None:
    headers = {
        "ETag": '"ü"',
        "Last-Modified": "x" * 2_000,
        "Content-Type": "text/html;" + "x" * 2_000,
    }
    site.page("/a", headers=headers)
    found = client.fetch(f"{site.url}/a")
    assert (found.etag, found.last_modified) == ("", "") and len(found.content_type) == 200
