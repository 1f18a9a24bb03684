"""Which websites may ask: the setting, and what the service answers to pages of other people."""

from pathlib import Path

import httpx
import pytest

from integrations.settings import Settings
from integrations.web.widget.origins import is_own, read_origins
from kb.errors import InputError
from tests.integrations.running import Service, auskunft
from tests.integrations.web.widget.sites import Website

QUESTION = {"question": "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"}
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
    "Sec-Fetch-Site": "cross-site",
}


def test_origins_are_read_as_browsers_send_them() -> None:
    text = " https://WWW.Kammer.example, https://kammer.example:443,http://localhost:8080, "
    assert read_origins(text) == {
        "https://www.kammer.example",
        "https://kammer.example",
        "http://localhost:8080",
    }
    assert read_origins("http://[::1]:80,https://kammer.example:8443") == {
        "http://[::1]",
        "https://kammer.example:8443",
    }
    assert read_origins("") == frozenset()


@pytest.mark.parametrize(
    ("entry", "remedy"),
    [
        ("http://www.kammer.example", "„https://www.kammer.example“"),
        ("http://localhost.kammer.example", "„https://localhost.kammer.example“"),
        ("https://www.kammer.example/", "gemeint ist wohl „https://www.kammer.example“"),
        ("https://kammer.example/seite?x=1", "gemeint ist wohl „https://kammer.example“"),
        ("https://name:wort@kammer.example", "gemeint ist wohl „https://kammer.example“"),
        ("www.kammer.example", "gemeint ist wohl „https://www.kammer.example“"),
        ("https://*.kammer.example", "jede Website einzeln"),
        ("*", "jede Website einzeln"),
        ("https://straße.example", "xn--"),
        ("null", "„https://“"),
        ("ftp://kammer.example", "wie „https://www.kammer.example“"),
        ("https://kammer..example", "wie „https://www.kammer.example“"),
    ],
)
def test_what_is_no_origin_is_refused_with_the_remedy(entry: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings(widget_origins=f"https://gut.example, {entry}")
    assert "AUSKUNFT_WIDGET_ORIGINS" in str(caught.value)
    assert repr(entry) in str(caught.value)
    assert remedy in str(caught.value)


def test_a_command_says_at_once_that_the_setting_is_wrong(tmp_path: Path) -> None:
    done = auskunft(
        "serve", "--data", tmp_path, AUSKUNFT_WIDGET_ORIGINS="https://www.kammer.example/"
    )
    assert done.code == 2
    assert "AUSKUNFT_WIDGET_ORIGINS" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("origin", "host", "site", "own"),
    [
        ("http://auskunft.example", "auskunft.example", "", True),
        ("https://auskunft.example", "auskunft.example:443", "", True),
        ("https://auskunft.example:8443", "auskunft.example:8443", "", True),
        ("https://auskunft.example:8443", "auskunft.example", "", False),
        ("https://andere.example", "auskunft.example", "", False),
        ("https://auskunft.example.evil.example", "auskunft.example", "", False),
        ("null", "auskunft.example", "", False),
        ("null", "auskunft.example", "same-origin", True),
        ("https://auskunft.example", "auskunft.example", "cross-site", False),
        ("https://www.auskunft.example", "auskunft.example", "same-site", False),
    ],
)
def test_own_requests_are_told_by_the_browser_or_by_the_host(
    origin: str, host: str, site: str, own: bool
) -> None:
    assert is_own(origin, host, site) is own


def test_a_listed_website_may_ask(service: Service, site: Website) -> None:
    named = {"Origin": site.url, "Sec-Fetch-Site": "cross-site"}
    for path in ("/api/v1/answers", "/api/v1/feedback"):
        allowed = service.http.options(path, headers={**named, **PREFLIGHT})
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == site.url
        assert allowed.headers["access-control-allow-methods"] == "POST"
        assert allowed.headers["access-control-allow-headers"] == "Content-Type"
        assert allowed.headers["vary"] == "Origin"
    answered = service.http.post("/api/v1/answers", headers=named, json=QUESTION)
    assert answered.json()["status"] == "answered"
    refused = service.http.post("/api/v1/answers", headers=named, json={"question": 7})
    assert refused.status_code == 422
    about = service.http.get("/widget/v1/about?lang=en", headers=named)
    assert about.json()["contacts"][0]["name"] == "Kammer Nordtal, Förderberatung"
    for response in (answered, refused, about):
        assert response.headers["access-control-allow-origin"] == site.url
        assert response.headers["access-control-expose-headers"] == "Retry-After"
        assert "access-control-allow-credentials" not in response.headers


def _assert_refused(response: httpx.Response) -> None:
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert "AUSKUNFT_WIDGET_ORIGINS" in response.json()["detail"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_every_other_website_is_refused(service: Service, site: Website, stranger: Website) -> None:
    for origin in (stranger.url, "null", site.url.replace("http:", "https:"), site.url + ".evil"):
        named = {"Origin": origin}
        _assert_refused(service.http.post("/api/v1/answers", headers=named, json=QUESTION))
        _assert_refused(service.http.options("/api/v1/answers", headers=named | PREFLIGHT))
        _assert_refused(service.http.get("/widget/v1/about", headers=named))
        _assert_refused(service.http.post("/", headers=named, data=QUESTION))


def test_a_listed_website_reaches_nothing_else(service: Service, site: Website) -> None:
    named = {"Origin": site.url}
    for path in ("/", "/api/v1/documents", "/api/v1/answers/", "/api/v1/openapi.json", "/readyz"):
        _assert_refused(service.http.get(path, headers=named))
        _assert_refused(service.http.options(path, headers=named | PREFLIGHT))
    _assert_refused(service.http.post("/api/v1/search", headers=named, json=QUESTION))
    _assert_refused(service.http.delete("/api/v1/documents?select=x", headers=named))


def test_own_pages_and_programs_ask_as_before(service: Service) -> None:
    for headers in (
        {},
        {"Origin": service.url},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ):
        answered = service.http.post("/api/v1/answers", headers=headers, json=QUESTION)
        assert answered.status_code == 200
        assert "Origin" in answered.headers["vary"].split(", ")
        assert answered.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answered.headers
    with service.local() as local:
        answered = local.post("/api/v1/answers", headers={"Origin": "x://y"}, json=QUESTION)
        assert answered.status_code == 200
