"""The script's bytes and headers as they leave the service, and the command that names them."""

import gzip
import re
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha384

from integrations.web.widget.words import LANGUAGES, WORDS
from tests.integrations.running import Outcome, Service, auskunft

LIMIT = 6 * 1024
ADDRESS = "/widget/v1/auskunft.js"
PACKED = {"Accept-Encoding": "gzip, br", "Origin": "https://irgendwo.example"}


def test_the_script_is_at_most_six_kib_on_the_wire(service: Service) -> None:
    with service.http.stream("GET", ADDRESS, headers=PACKED) as response:
        sent = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert len(sent) == int(response.headers["content-length"]) <= LIMIT
    plain = service.http.get(ADDRESS, headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(sent) == plain.content
    assert "content-encoding" not in plain.headers


def test_any_website_may_load_the_script_and_nobody_guesses_its_type(service: Service) -> None:
    headers = service.http.get(ADDRESS, headers=PACKED).headers
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["cache-control"] == "public, max-age=3600"
    assert headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in headers


def test_an_unchanged_script_is_not_sent_again(service: Service) -> None:
    tags = {
        encoding: service.http.get(ADDRESS, headers={"Accept-Encoding": encoding}).headers["etag"]
        for encoding in ("gzip", "identity")
    }
    assert tags["gzip"] != tags["identity"]
    again = {"Accept-Encoding": "gzip", "If-None-Match": f'"x", W/{tags["gzip"]}'}
    unchanged = service.http.get(ADDRESS, headers=again)
    assert unchanged.status_code == 304
    assert unchanged.content == b""
    assert service.http.get(ADDRESS, headers=again | {"If-None-Match": '"x"'}).status_code == 200


def test_the_pinned_address_never_changes_its_bytes(service: Service) -> None:
    said = auskunft("widget", "--url", service.url + "/").out
    pinned, integrity = re.findall(r'auskunft-\w+\.js|sha384-[^"]+', said)
    got = service.http.get(f"/widget/v1/{pinned}")
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sha384(got.content).digest() == b64decode(integrity.removeprefix("sha384-"))
    assert service.http.get("/widget/v1/auskunft-0123456789abcdef.js").status_code == 404
    assert service.http.get("/widget/v1/widget.css").status_code == 404


def test_the_command_prints_what_to_copy(cli: Callable[..., Outcome], monkeypatch) -> None:  # type: ignore[no-untyped-def]
    said = cli("widget", "--url", "https://auskunft.kammer.example").out
    address = "https://auskunft.kammer.example/widget/v1/auskunft.js"
    assert f'<script src="{address}" data-lang="de" defer></script>' in said
    assert "connect-src https://auskunft.kammer.example" in said
    assert "Noch darf keine Website" in said
    monkeypatch.setenv("AUSKUNFT_WIDGET_ORIGINS", "https://www.kammer.example")
    said = cli("widget").out
    assert "http://127.0.0.1:8000/widget/v1/auskunft.js" in said
    assert "Zugelassene Websites: https://www.kammer.example" in said
    assert cli("widget", "--url", "auskunft.kammer.example").code == 2
    assert cli("widget", "--url", "https://kammer.example/auskunft").code == 2


def test_every_word_has_both_languages_and_is_used(service: Service) -> None:
    script = service.http.get(ADDRESS).text
    for name, texts in WORDS.items():
        assert len(texts) == len(LANGUAGES) and all(texts), name
        assert texts[0].count("{}") == texts[1].count("{}"), name
        said_by_state = name in ("current", "expired", "upcoming") or name.endswith("On")
        assert said_by_state or re.search(rf"\.{name}\b", script), name
