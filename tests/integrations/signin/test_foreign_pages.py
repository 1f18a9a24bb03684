"""Requests that a foreign page makes a signed-in browser send: refused, each for its reason."""

from typing import Any

import pytest

from kb.roles import Role
from tests.integrations import documents
from tests.integrations.signin.conftest import House
from tests.integrations.signin.visitor import OWN, Visitor

QUESTION = {"question": documents.PUBLIC_QUESTION}
FOREIGN: dict[str, dict[str, str]] = {
    "another site": {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    "another site, old browser": {"origin": "https://evil.example"},
    "a neighbour": {"origin": "https://andere.example.org", "sec-fetch-site": "same-site"},
    "another port of this machine": {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site"},
    "a sandboxed frame": {"origin": "null", "sec-fetch-site": "cross-site"},
    "nothing said": {},
}


@pytest.mark.parametrize("case", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path", "arguments"),
    [
        ("POST", "/", {"data": QUESTION}),
        ("POST", "/abmelden", {"data": {}}),
        ("POST", "/konto/abmelden", {"data": {}}),
        ("POST", "/api/v1/answers", {"json": QUESTION}),
        ("POST", "/api/v1/answers", {"content": '{"question": "x"}'}),  # text/plain, no preflight
        ("DELETE", "/api/v1/documents?select=*", {}),
        ("PATCH", "/api/v1/documents?select=*", {"json": {"audience": "public"}}),
        ("PUT", "/api/v1/uploads/a.md?public=true", {"content": b"# x"}),
        ("POST", "/api/v1/tokens?name=x", {}),
        ("POST", "/gibt-es-nicht", {}),
    ],
)
def test_a_foreign_page_gets_nothing_done(
    house: House, case: str, method: str, path: str, arguments: dict[str, Any]
) -> None:
    with house.visitor(Role.ADMIN) as visitor:
        proof = visitor.csrf()  # even if it leaked
        if "data" in arguments:
            arguments = {"data": {**arguments["data"], "csrf": proof}}
        headers = {**FOREIGN[case], "x-csrf-token": proof}
        refused = visitor.http.request(method, path, headers=headers, **arguments)
        reason = (
            "Website ist nicht zugelassen" if headers.get("origin") else "nicht von einer Seite"
        )
        assert refused.status_code == 403 and reason in refused.text
        assert refused.headers["content-security-policy"] and "set-cookie" not in refused.headers
        assert visitor.me()["role"] == "admin"
    listed = house.service.http.get("/api/v1/documents").json()["documents"]
    assert [one["file"] for one in listed] == [documents.PUBLIC_NAME]


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "ü"])
@pytest.mark.parametrize("way", ["form", "json", "header", "text form", "parts"])
def test_our_own_pages_without_the_proof(house: House, token: str, way: str) -> None:
    with house.visitor(Role.STAFF) as visitor:
        http, headers = visitor.http, dict(visitor.origin)
        if way == "form":
            refused = http.post("/", data={**QUESTION, "csrf": token}, headers=headers)
        elif way == "json":  # a proof in JSON is none
            body = {**QUESTION, "csrf": visitor.csrf()}
            refused = http.post("/api/v1/answers", json=body, headers=headers)
        elif way == "header":
            given = {name.encode(): value.encode() for name, value in headers.items()}
            given[b"x-csrf-token"] = token.encode()
            refused = http.post("/api/v1/answers", json=QUESTION, headers=given)
        elif way == "text form":
            headers["content-type"] = "text/plain"
            refused = http.post("/", content=f"csrf={visitor.csrf()}", headers=headers)
        else:
            parts = {"csrf": (None, visitor.csrf())}
            refused = http.post("/konto/abmelden", files=parts, headers=headers)
        assert refused.status_code == 403 and "früheren Anmeldung" in refused.text
        assert visitor.me()["role"] == "staff"


def test_the_proof_of_somebody_else(house: House) -> None:
    with house.visitor(Role.ADMIN) as admin, house.visitor(Role.VIEWER) as viewer:
        headers = {**viewer.origin, "x-csrf-token": admin.csrf()}
        assert viewer.http.post("/api/v1/search", json=QUESTION, headers=headers).status_code == 403
        headers["x-csrf-token"] = viewer.csrf()
        assert viewer.http.post("/api/v1/search", json=QUESTION, headers=headers).is_success


def test_the_public_needs_no_proof(house: House) -> None:
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    with house.visitor() as visitor:
        refused = visitor.http.post("/", data=QUESTION, headers=foreign)
        assert refused.status_code == 403 and "Website ist nicht zugelassen" in refused.text
        assert visitor.http.post("/", data=QUESTION, headers=OWN).is_success
        assert visitor.csrf() == ""
    with Visitor(house.service.url, "abgelaufen") as stale:  # a cookie that is worth nothing
        assert stale.http.post("/", data=QUESTION, headers=OWN).is_success


def test_a_form_that_is_too_long(house: House) -> None:
    with house.visitor(Role.STAFF) as visitor:
        body = {**QUESTION, "x": "a" * 1_100_000}
        refused = visitor.http.post("/", data=body, headers=visitor.headers)
        assert refused.status_code == 413 and "zu groß" in refused.text


def test_pages_of_people_stay_in_no_cache_and_static_files_do(house: House) -> None:
    with house.visitor(Role.STAFF) as visitor:
        for path in ("/", "/konto", "/gibt-es-nicht", "/api/v1/documents", "/api/v1/me"):
            assert visitor.http.get(path).headers["cache-control"] == "no-store"
        assert visitor.http.get("/static/auskunft.css").headers["cache-control"] == "no-cache"
    assert "cache-control" not in house.service.http.get("/").headers


def test_pages_of_people_are_not_packed(house: House) -> None:
    """They repeat what one asks for and hold the token against forged forms (BREACH)."""
    asked = "/suche?q=Weiterbildung"
    assert house.service.http.get(asked).headers["content-encoding"] == "gzip"
    with house.visitor(Role.STAFF) as visitor:
        response = visitor.http.get(asked)
        assert visitor.csrf() in response.text and "content-encoding" not in response.headers
