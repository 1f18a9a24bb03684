"""Who gets in: host names, headers, tokens, groups; and what the public never sees."""

import json
import socket
from typing import Any

import httpx
import pytest

from tests.integrations import documents
from tests.integrations.running import events
from tests.integrations.service.conftest import Office

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=()",
}
ADMIN_ROUTES = [
    ("GET", "/api/v1/status"),
    ("GET", "/api/v1/tokens"),
    ("POST", "/api/v1/tokens?name=x"),
    ("DELETE", "/api/v1/tokens/12345678"),
    ("PATCH", "/api/v1/documents?select=*"),
    ("DELETE", "/api/v1/documents?select=*"),
    ("POST", "/api/v1/ingest"),
    ("GET", "/api/v1/questions"),
    ("GET", "/api/v1/questions.csv"),
    ("DELETE", "/api/v1/questions/abc"),
    ("GET", "/api/v1/statistics"),
    ("GET", "/api/v1/statistics.csv"),
    ("GET", "/api/v1/worklist"),
    ("GET", "/api/v1/worklist.csv"),
    ("PATCH", "/api/v1/worklist/abc"),
    ("DELETE", "/api/v1/worklist/abc"),
    ("GET", "/api/v1/audit"),
    ("GET", "/api/v1/audit.csv"),
    ("GET", "/api/v1/pause"),
    ("POST", "/api/v1/pause"),
    ("DELETE", "/api/v1/pause"),
]
BODIES: dict[str, Any] = {
    "PATCH /api/v1/documents?select=*": {"audience": "public"},
    "POST /api/v1/ingest": {"paths": ["/etc"]},
    "PATCH /api/v1/worklist/abc": {"state": "answered"},
    "POST /api/v1/pause": {"reason": "x"},
}
SECRETS = ("Zitronenfalter", "48.500", documents.STAFF_NAME, "Internes Protokoll")


def call(office: Office, method: str, path: str, **arguments: Any) -> httpx.Response:
    body = BODIES.get(f"{method} {path}")
    return office.service.http.request(method, path, json=body, **arguments)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/static/auskunft.js", 200),
        ("GET", "/static/fehlt.js", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/..%2fapp.py", 404),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/gibt-es-nicht", 404),
        ("DELETE", "/", 405),
        ("GET", "/dokumente/unbekannt", 404),
        ("POST", "/api/v1/answers", 422),
        ("GET", "/api/v1/status", 403),
        ("GET", "/api/v1/openapi.json", 200),
    ],
)
def test_every_response_carries_the_headers(
    office: Office, method: str, path: str, status: int
) -> None:
    for accept in ("text/html", "application/json"):
        response = office.service.http.request(method, path, headers={"accept": accept})
        assert response.status_code == status
        for name, value in HEADERS.items():
            assert response.headers.get_list(name) == [response.headers[name]]
            assert response.headers[name].startswith(value)
        assert "unsafe" not in response.headers["content-security-policy"]
        if status >= 400 and (accept != "text/html" or path.startswith("/api/")):
            assert response.headers["content-type"] == "application/problem+json"
            assert {"type", "title", "status", "detail"} == set(response.json())


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "x:80"]
)
def test_other_host_names_are_refused(office: Office, host: str) -> None:
    response = office.service.http.get("/", headers={"host": host})
    assert response.status_code == 421
    assert response.json()["detail"].startswith("Unter dem Namen")
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:9"])
def test_own_host_names_are_answered(office: Office, host: str) -> None:
    assert office.service.http.get("/healthz", headers={"host": host}).status_code == 200


def test_request_without_host_is_refused(office: Office) -> None:
    with socket.create_connection(("127.0.0.1", office.service.port), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 421 " in raw.recv(100)


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES)
def test_admin_routes_need_a_valid_token(office: Office, method: str, path: str) -> None:
    for header in (
        {},
        {"authorization": "Bearer ausk_falsch"},
        {"authorization": f"Basic {office.token}"},
        {"authorization": office.token},
        {"authorization": "Bearer"},
        {"x-forwarded-for": "127.0.0.1", "auskunft.local": "1"},
    ):
        response = call(office, method, path, headers=header)
        assert response.status_code == 403, header
        assert "Token" in response.json()["detail"]
    assert (
        documents.STAFF_NAME
        in office.service.http.get("/api/v1/documents", headers=office.admin).text
    )


def test_token_lets_in_until_it_is_revoked(office: Office) -> None:
    http = office.service.http
    made = http.post("/api/v1/tokens", params={"name": "Kurz"}, headers=office.admin).json()
    header = {"authorization": f"bearer {made['secret']}"}
    assert http.get("/api/v1/status", headers=header).status_code == 200
    listed = http.get("/api/v1/tokens", headers=header)
    assert made["secret"] not in listed.text and "digest" not in listed.text
    assert http.delete(f"/api/v1/tokens/{made['token_id']}", headers=office.admin).is_success
    assert http.get("/api/v1/status", headers=header).status_code == 403
    # a wrong token is never treated as no token
    asked = http.post("/api/v1/answers", json={"question": "Was?"}, headers=header)
    assert asked.status_code == 403


def test_groups_need_a_token(office: Office) -> None:
    body = {"question": documents.STAFF_QUESTION, "groups": ["staff"]}
    for route in ("answers", "search"):
        refused = office.service.http.post(f"/api/v1/{route}", json=body)
        assert refused.status_code == 403 and "Gruppen" in refused.json()["detail"]
        given = office.service.http.post(f"/api/v1/{route}", json=body, headers=office.admin)
        assert given.is_success and "48.500" in given.text
    no_groups = {"question": documents.STAFF_QUESTION}
    own = office.service.http.post("/api/v1/answers", json=no_groups, headers=office.admin)
    assert own.json()["sources"] == []


def test_staff_document_is_nowhere_to_be_seen(office: Office) -> None:
    http = office.service.http
    staff = office.ids[documents.STAFF_NAME]
    body = {"question": documents.STAFF_QUESTION}
    found = [
        http.post("/api/v1/answers", json=body).text,
        http.post("/api/v1/answers", json=body, headers={"accept": "text/event-stream"}).text,
        http.post("/api/v1/search", json={**body, "limit": 100}).text,
        http.get("/api/v1/documents").text,
        http.get("/").text,
        http.get("/api/v1/openapi.json").text,
        http.get("/api/v1/documents", params={"select": "*", "audience": "staff"}).text,
    ]
    asked = documents.STAFF_QUESTION
    shown = [json.dumps(text).replace(json.dumps(asked)[1:-1], "") for text in found]
    for text in shown:
        assert staff not in text
        assert not [secret for secret in SECRETS if secret in text.replace(asked, "")]


@pytest.mark.parametrize(
    "path", ["/dokumente/{}", "/api/v1/documents/{}", "/dokumente/{}?von=0&bis=50"]
)
def test_staff_document_and_unknown_document_look_alike(office: Office, path: str) -> None:
    staff, unknown = office.ids[documents.STAFF_NAME], "0" * 20
    pages = [office.service.http.get(path.format(name)) for name in (staff, unknown)]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].text.replace(staff, "") == pages[1].text.replace(unknown, "")
    assert not [secret for secret in SECRETS if secret in pages[0].text]
    by_name = office.service.http.get(path.format(documents.STAFF_NAME))
    assert by_name.status_code == 404


def test_public_document_hides_where_it_lies(office: Office) -> None:
    document = office.ids[documents.PUBLIC_NAME]
    shown = office.service.http.get(f"/api/v1/documents/{document}").json()
    assert "1.250 Euro" in shown["text"]
    assert not {"uri", "origins", "corrections", "warnings"} & set(shown)


def test_events_equal_the_answer(office: Office) -> None:
    body = {"question": documents.PUBLIC_QUESTION}
    whole = office.service.http.post("/api/v1/answers", json=body).json()
    streamed = office.service.http.post(
        "/api/v1/answers", json=body, headers={"accept": "text/event-stream"}
    )
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert streamed.headers["cache-control"] == "no-store"
    seen = events(streamed.text)
    names = [name for name, _ in seen]
    statements = ["statement"] * len(whole["statements"])
    notices = ["notice"] * len(whole["notices"])
    assert names == ["status", "sources", *statements, *notices, "answer", "done"]
    by_name = dict(seen)
    for answer in (whole, by_name["answer"]):
        answer.pop("timings_ms")
    ids = {whole.pop("answer_id"), by_name["answer"].pop("answer_id")}
    assert len(ids) == 2 and by_name["done"]["answer_id"] in ids
    assert by_name["status"]["answer_id"] == by_name["done"]["answer_id"]
    assert by_name["answer"] == whole and by_name["sources"]["sources"] == whole["sources"]
    said = [data for name, data in seen if name == "statement"]
    assert [{"text": s["text"], "citations": s["citations"]} for s in said] == whole["statements"]


def test_events_of_nothing_found(office: Office) -> None:
    streamed = office.service.http.post(
        "/api/v1/answers",
        json={"question": documents.UNKNOWN_QUESTION},
        headers={"accept": "text/event-stream"},
    )
    assert [name for name, _ in events(streamed.text)] == ["status", "answer", "done"]


def test_the_public_learns_no_folders_of_the_machine(office: Office) -> None:
    body = {"question": documents.PUBLIC_QUESTION}
    for route, key in (("answers", "sources"), ("search", "passages")):
        seen = office.service.http.post(f"/api/v1/{route}", json=body).json()[key][0]
        assert seen["uri"] == f"file:///{documents.PUBLIC_NAME}"
        known = office.service.http.post(f"/api/v1/{route}", json=body, headers=office.admin)
        uri = known.json()[key][0]["uri"]
        assert uri.endswith(f"/{documents.PUBLIC_NAME}") and uri.count("/") > 3
