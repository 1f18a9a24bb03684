"""What goes packed, what does not, and what a browser need not ask for again."""

import gzip
import time

import httpx
import pytest
from bs4 import BeautifulSoup
from starlette.datastructures import Headers

from integrations.web.packing import takes_gzip
from tests.integrations import documents
from tests.integrations.service.conftest import Office

ASKING = {"question": documents.PUBLIC_QUESTION}


def raw(office: Office, path: str, **headers: str) -> httpx.Response:
    """A response whose body is as it came over the wire."""
    headers = {"accept-encoding": "gzip", **headers}
    with office.service.http.stream("GET", path, headers=headers) as response:
        wire = b"".join(response.iter_raw())
        response.extensions["wire"] = wire
        return response


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1, GZIP ; q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("deflate", False),
        ("x-gzip", False),
        ("", False),
    ],
)
def test_who_takes_gzip(accepted: str, expected: bool) -> None:
    assert takes_gzip(Headers({"accept-encoding": accepted})) is expected


def settled(office: Office, path: str) -> httpx.Response:
    """Not packed; asked for until it stays: example questions come a moment after the documents."""
    found = raw(office, path, **{"accept-encoding": "identity"})
    for _ in range(100):
        time.sleep(0.1)
        before, found = found, raw(office, path, **{"accept-encoding": "identity"})
        if before.extensions["wire"] == found.extensions["wire"]:
            break
    return found


@pytest.mark.parametrize("path", ["/", "/suche", "/api/v1/documents", "/api/v1/openapi.json"])
def test_pages_and_json_are_packed_for_who_takes_it(office: Office, path: str) -> None:
    plain = settled(office, path)
    response = raw(office, path)
    wire = response.extensions["wire"]
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) == len(wire)
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in plain.headers["vary"].lower() == response.headers["vary"].lower()
    assert gzip.decompress(wire) == plain.extensions["wire"]
    assert len(wire) < 0.7 * len(plain.extensions["wire"])


def test_what_is_short_streamed_or_a_file_goes_as_it_is(office: Office) -> None:
    assert "content-encoding" not in raw(office, "/healthz").headers
    guide = next(iter(office.ids.values()))
    original = raw(office, f"/dokumente/{guide}/original")
    assert "content-encoding" not in original.headers
    table = raw(office, "/api/v1/audit.csv", **office.admin)
    assert table.status_code == 200 and "content-encoding" not in table.headers
    events = {"accept": "text/event-stream", "accept-encoding": "gzip"}
    with office.service.http.stream(
        "POST", "/api/v1/answers", json=ASKING, headers=events
    ) as streamed:
        assert "content-encoding" not in streamed.headers
        assert "event: done" in b"".join(streamed.iter_raw()).decode()


def test_a_second_visit_asks_for_no_file_again(office: Office) -> None:
    page = BeautifulSoup(office.service.http.get("/").content, "lxml")
    linked = [link["href"] for link in page.select("link[href^='/static/']")]
    linked += [tag["src"] for tag in page.select("[src^='/static/']")]
    assert {str(one).split("?")[0].rsplit(".", 1)[1] for one in linked} == {"css", "js", "svg"}
    for address in map(str, linked):
        response = raw(office, address)
        assert "immutable" in response.headers["cache-control"], address
        assert "max-age=31536000" in response.headers["cache-control"]
        assert response.headers["content-encoding"] == "gzip" or address.endswith(".svg")


def test_a_file_without_its_version_is_checked_each_time(office: Office) -> None:
    first = raw(office, "/static/auskunft.css")
    assert first.headers["cache-control"] == "no-cache"
    stale = raw(office, "/static/auskunft.css?v=0123456789abcdef")
    assert stale.headers["cache-control"] == "no-cache"
    again = raw(office, "/static/auskunft.css", **{"if-none-match": f"W/{first.headers['etag']}"})
    assert again.status_code == 304 and not again.extensions["wire"]
    plain = {"if-none-match": first.headers["etag"], "accept-encoding": "identity"}
    unpacked = raw(office, "/static/auskunft.css", **plain)
    assert unpacked.status_code == 200, "the packed and the plain file have different tags"
    assert unpacked.extensions["wire"] == gzip.decompress(first.extensions["wire"])


def test_static_files_are_read_only(office: Office) -> None:
    assert office.service.http.head("/static/auskunft.css").content == b""
    assert office.service.http.post("/static/auskunft.css").status_code == 405
