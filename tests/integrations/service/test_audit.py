"""Every changing route writes the audit log; a route that is not in the table here fails the test."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.integrations import documents
from tests.integrations.service.place import Place, opened_place

BASE = "/api/v1"
UNNOTED = ("answers", "search", "explain", "feedback", "callbacks")
PUBLIC_POSTS = {f"{BASE}/{name}" for name in UNNOTED}
Act = Callable[[], httpx.Response]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with opened_place() as made:
        yield made


def _changes(place: Place) -> list[tuple[str, str, Act]]:
    """Every changing route: its path, the verb in the audit log, and a call that succeeds."""
    local, folder = place.local, place.service.data.parent
    (folder / "mehr").mkdir(exist_ok=True)
    (folder / "mehr" / "mehr.md").write_text("# Mehr\n\nNoch ein Zuschuss.\n", "utf-8")
    more = {"paths": [str(folder / "mehr")]}
    places = {"places": more["paths"]}
    chosen, title, done = {"select": "mehr.md"}, {"title": "Anders"}, {"state": "answered"}
    token = local.post("/api/v1/tokens", params={"name": "x"}).json()["token_id"]
    source = local.post("/api/v1/sources", json=places).json()["source_id"]
    job = local.post("/api/v1/jobs", json=more).json()["job_id"]
    _until_over(local, job)
    invite = local.post("/api/v1/invites", json={"name": "Niemand"}).json()["invite_id"]
    probe = {"question": documents.PUBLIC_QUESTION}
    test = local.post("/api/v1/test-questions", json=probe).json()["id"]
    yaml = {"yaml": "- {id: eins, question: Was ist das, status: answered}"}
    account, session, lock = *_signed_in(place), {"disabled": True}
    asked = place.ask("Was ist ein Löschversuch?")["answer_id"]
    place.ask(documents.UNKNOWN_QUESTION)
    item = place.get("worklist", kind="question")["items"][0]["item_id"]

    words = {"questions": ["Woher weht der Wind?"], "text": "Aus Westen."}
    written = local.post("/api/v1/written-answers", json=words).json()["answer_id"]
    answer = f"/written-answers/{written}"

    def call(method: str, path: str, **arguments: Any) -> Act:
        return lambda: local.request(method, BASE + path, **arguments)

    return [
        ("/tokens", "token.create", call("POST", "/tokens", params={"name": "Probe"})),
        ("/tokens/{token_id}", "token.revoke", call("DELETE", f"/tokens/{token}")),
        ("/invites", "invite.create", call("POST", "/invites", json={"name": "Probe"})),
        ("/invites/{invite_id}", "invite.revoke", call("DELETE", f"/invites/{invite}")),
        (
            "/slack/mappings/{slack_id}",
            "slack.map",
            call("PUT", "/slack/mappings/C1", json={"groups": ["staff"]}),
        ),
        (
            "/slack/mappings/{slack_id}",
            "slack.unmap",
            call("DELETE", "/slack/mappings/C1"),
        ),
        ("/sessions/{session_id}", "session.end", call("DELETE", f"/sessions/{session}")),
        (
            "/accounts/{account_id}",
            "account.lock",
            call("PATCH", f"/accounts/{account}", json=lock),
        ),
        (
            "/accounts/{account_id}",
            "account.rights",
            call("PATCH", f"/accounts/{account}", json={"role": "staff"}),
        ),
        ("/accounts/{account_id}", "account.remove", call("DELETE", f"/accounts/{account}")),
        ("/ingest", "ingest.start", call("POST", "/ingest", json=more)),
        ("/jobs", "ingest.start", call("POST", "/jobs", json=more)),
        ("/jobs/{job_id}/retry", "job.retry", call("POST", f"/jobs/{job}/retry")),
        ("/jobs/{job_id}/cancel", "job.cancel", lambda: _cancelled(local, more)),
        ("/check", "check.repair", call("POST", "/check?repair=true")),
        ("/sources", "source.add", call("POST", "/sources", json=places)),
        ("/sources/{source_id}/read", "source.read", call("POST", f"/sources/{source}/read")),
        ("/sources/{source_id}", "source.remove", call("DELETE", f"/sources/{source}")),
        ("/uploads/{name}", "upload.start", call("PUT", "/uploads/neu.md", content=b"Text")),
        ("/documents", "document.correct", call("PATCH", "/documents", params=chosen, json=title)),
        (
            "/documents/reindex",
            "document.reindex",
            call("POST", "/documents/reindex", params=chosen),
        ),
        ("/documents", "document.remove", call("DELETE", "/documents", params=chosen)),
        ("/rebuild", "index.rebuild", call("POST", "/rebuild")),
        ("/generations/rollback", "index.rollback", call("POST", "/generations/rollback")),
        ("/generations", "index.drop", call("DELETE", "/generations")),
        ("/questions/{answer_id}", "question.remove", call("DELETE", f"/questions/{asked}")),
        ("/worklist/{item_id}", "worklist.change", call("PATCH", f"/worklist/{item}", json=done)),
        ("/worklist/{item_id}", "worklist.remove", call("DELETE", f"/worklist/{item}")),
        ("/written-answers", "answer.write", call("POST", "/written-answers", json=words)),
        ("/written-answers/{answer_id}", "answer.revise", call("PUT", answer, json=words)),
        (
            "/written-answers/{answer_id}/approve",
            "answer.approve",
            call("POST", f"{answer}/approve", params={"version": 2}),
        ),
        ("/written-answers/{answer_id}", "answer.withdraw", call("DELETE", answer)),
        ("/test-questions", "testquestion.add", call("POST", "/test-questions", json=probe)),
        (
            "/test-questions/import",
            "testquestion.import",
            call("POST", "/test-questions/import", json=yaml),
        ),
        (
            "/test-questions/{probe_id}",
            "testquestion.change",
            call("PUT", f"/test-questions/{test}", json=probe),
        ),
        (
            "/test-questions/{probe_id}",
            "testquestion.remove",
            call("DELETE", f"/test-questions/{test}"),
        ),
        ("/test-runs", "testquestion.run", call("POST", "/test-runs")),
        ("/pause", "pause.begin", call("POST", "/pause", json={})),
        ("/pause", "pause.end", call("DELETE", "/pause")),
    ]


def _signed_in(place: Place) -> tuple[str, str]:
    """Somebody who has used a link: account and session."""
    link = place.local.post("/api/v1/invites", json={"name": "Erika"}).json()["link"]
    headers = {"sec-fetch-site": "same-origin", "origin": place.service.url}
    done = place.service.http.post(link, headers=headers)
    place.service.http.cookies.clear()
    assert done.status_code == 303, done.text
    session = place.get("sessions")["sessions"][0]
    return session["account_id"], session["session_id"]


def _until_over(local: httpx.Client, job: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if local.get(f"/api/v1/jobs/{job}").json()["finished_at"]:
            return
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def _cancelled(local: httpx.Client, more: dict[str, Any]) -> httpx.Response:
    """A job that is broken off while it waits for others."""
    for _ in range(20):
        jobs = [local.post("/api/v1/jobs", json=more).json()["job_id"] for _ in range(3)]
        response = local.post(f"/api/v1/jobs/{jobs[-1]}/cancel")
        if response.is_success:
            for job in jobs:
                _until_over(local, job)
            return response
    return response


def test_every_changing_route_writes_the_audit_log(place: Place) -> None:
    changes = _changes(place)
    schema = place.service.http.get("/api/v1/openapi.json").json()["paths"]
    routes = {
        (path, method.upper())
        for path, methods in schema.items()
        for method in methods
        if method not in ("get", "head", "options") and path not in PUBLIC_POSTS
    }
    tested = set()
    for path, verb, act in changes:
        before = place.get("audit")["total"]
        response = act()
        assert response.is_success, (path, verb, response.text)
        place.local.get("/api/v1/status")
        entries = place.get("audit", verb=verb)["entries"]
        assert place.get("audit")["total"] > before, (path, verb)
        assert entries[0]["who"] == "Kommandozeile" and entries[0]["at"], verb
        tested.add((BASE + path, response.request.method))
    assert routes == tested
    (corrected,) = place.get("audit", verb="document.correct")["entries"]
    assert corrected["after"] == "title: Anders" and corrected["before"].startswith("title: ")


def test_an_entry_names_the_token_that_changed_something(place: Place) -> None:
    made = place.local.post("/api/v1/tokens", params={"name": "Intranet"}).json()
    header = {"authorization": f"Bearer {made['secret']}"}
    place.service.http.post("/api/v1/tokens", params={"name": "Kind"}, headers=header)
    entry = place.get("audit", verb="token.create")["entries"][0]
    assert (entry["who"], entry["after"]) == ("Token Intranet", "Kind (admin)")
    assert made["secret"] not in place.local.get("/api/v1/audit").text
