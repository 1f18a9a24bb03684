"""The running service remembers: every way of asking, feedback, call-backs, changes, pauses, limits."""

import csv
import io
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Outcome, Service, events, running
from tests.integrations.service.place import CONTACT, Place, filled, opened_place

Cli = Callable[..., Outcome]
KNOWN, UNKNOWN = documents.PUBLIC_QUESTION, documents.UNKNOWN_QUESTION
STREAM = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with opened_place() as made:
        yield made


def test_every_way_of_asking_is_remembered(place: Place, cli: Cli) -> None:
    http = place.service.http
    asked = "Wie hoch ist der Meisterbonus genau"
    place.ask(f"{asked} als Programm?")
    place.ask(f"{asked} auf unserer Seite?", **{"sec-fetch-site": "same-origin"})
    place.ask(f"{asked} auf der Seite?", origin=place.service.url)
    place.ask(f"{asked} im Widget?", origin="https://kammer.example")
    http.post("/", data={"question": f"{asked} ohne Script?"})
    cli("ask", "--data", place.service.data, f"{asked} im Terminal?")
    ways = {
        one["question"].removeprefix(asked).strip(): (one["way"], one["site"])
        for one in place.questions(asked)
    }
    assert ways == {
        "als Programm?": ("api", ""),
        "auf unserer Seite?": ("web", ""),
        "auf der Seite?": ("web", ""),
        "im Widget?": ("widget", "https://kammer.example"),
        "ohne Script?": ("web", ""),
        "im Terminal?": ("cli", ""),
    }
    assert {one["outcome"] for one in place.questions(asked)} <= {"answered", "partial"}
    for one in place.questions(asked):
        assert one["cited"] and one["total_ms"] >= one["first_ms"] >= 0
        assert one["audience"] == "public" and one["helpful"] is None


def test_a_streamed_answer_is_remembered_and_may_be_judged(place: Place) -> None:
    question = "Wie hoch ist der Meisterbonus im Strom?"
    streamed = place.service.http.post(
        "/api/v1/answers", json={"question": question}, headers=STREAM
    )
    seen = dict(events(streamed.text))
    answer_id = seen["done"]["answer_id"]
    assert seen["status"]["answer_id"] == seen["answer"]["answer_id"] == answer_id
    body = {"answer_id": answer_id, "helpful": False, "comment": "Mail an erika@firma.de fehlt"}
    assert place.service.http.post("/api/v1/feedback", json=body).status_code == 200
    (one,) = place.questions(question)
    assert (one["answer_id"], one["helpful"]) == (answer_id, False)
    assert one["comment"] == "Mail an [E-Mail] fehlt"
    changed = {"answer_id": answer_id, "helpful": True}
    assert place.service.http.post("/api/v1/feedback", json=changed).status_code == 200
    assert place.questions(question)[0]["helpful"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer_id": "erraten", "helpful": True}, 404),
        ({"answer_id": "", "helpful": True}, 422),
        ({"answer_id": "x", "helpful": "vielleicht"}, 422),
        ({"answer_id": "x", "helpful": True, "comment": "x" * 2001}, 422),
        ({"helpful": True}, 422),
        ({"answer_id": "x", "helpful": True, "name": "Erika"}, 422),
    ],
)
def test_feedback_that_cannot_be_taken(place: Place, body: dict[str, Any], status: int) -> None:
    response = place.service.http.post("/api/v1/feedback", json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_a_visitor_who_leaves_mid_answer_is_remembered(place: Place) -> None:
    question = "Wie hoch ist der Meisterbonus beim Abbruch?"
    before = len(place.questions(question))
    body = f'{{"question": "{question}"}}'.encode()
    head = (
        "POST /api/v1/answers HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"accept: text/event-stream\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode()
    for wait in (0.0, 0.02, 0.05, 0.1):
        with socket.create_connection(("127.0.0.1", place.service.port)) as raw:
            raw.sendall(head + body)
            assert raw.recv(200).startswith(b"HTTP/1.1 200")
            time.sleep(wait)
    deadline = time.monotonic() + 20
    while len(place.questions(question)) < before + 4 and time.monotonic() < deadline:
        time.sleep(0.1)
    outcomes = [one["outcome"] for one in place.questions(question)]
    assert len(outcomes) == before + 4
    assert set(outcomes) <= {"answered", "partial", "broken_off"}
    assert place.ask(KNOWN)["status"] != "failed"


def test_unanswered_questions_become_work(place: Place, cli: Cli) -> None:
    place.ask("Was kostet ein Parkausweis für Handwerker?")
    place.ask("was kostet ein parkausweis für handwerker?")
    data = place.service.data
    (item,) = [
        one
        for one in cli("worklist", "list", "--data", data, "--json").json["items"]
        if "arkausweis" in one["title"]
    ]
    assert item["times"] == 2 and item["state"] == "open" and item["person"] is None
    item_id = item["item_id"]
    changed = cli(
        *("worklist", "set", item_id, "--data", data, "--state", "in_work"),
        *(
            "--assignee",
            "Frau Kern",
            "--note",
            "fragt das Amt",
            "--title",
            "Parkausweise",
            "--json",
        ),
    ).json
    assert (changed["title"], changed["kept"], changed["state"]) == (
        "Parkausweise",
        True,
        "in_work",
    )
    shown = cli("worklist", "list", "--data", data)
    assert "Parkausweise" in shown.out and "in Arbeit" in shown.out and "Frau Kern" in shown.out
    place.ask("Was kostet ein Parkausweis für Handwerker?")
    assert place.get("worklist", state="in_work")["items"][0]["times"] >= 2
    assert cli("worklist", "set", item_id, "--data", data).code == 2
    assert cli("worklist", "remove", item_id, "--data", data).code == 0
    assert cli("worklist", "remove", item_id, "--data", data).code == 1
    (entry,) = place.get("audit", verb="worklist.change")["entries"]
    assert (entry["who"], entry["before"]) == ("Kommandozeile", "state: open, assignee: ")
    assert entry["after"] == "state: in_work, assignee: Frau Kern, note, title"


def test_a_call_back_goes_to_the_work_list_and_by_mail(place: Place) -> None:
    body = {
        "name": "Erika Beispiel",
        "phone": "0211 / 12 34 56",
        "email": "erika@firma.example",
        "question": "Wer hilft bei der Übergabe?",
        "consent": True,
        "when": "ab 14 Uhr",
    }
    made = place.service.http.post("/api/v1/callbacks", json=body)
    assert made.status_code == 201 and made.json() == {"received": True}
    (item,) = place.get("worklist", kind="callback")["items"]
    assert item["title"] == body["question"] and item["person"]["phone"] == "0211 / 12 34 56"
    (mail,) = place.postbox.wait()
    assert mail["To"] == "info@kammer.example" and mail["Reply-To"] == "erika@firma.example"
    for said in ("Erika Beispiel", "0211 / 12 34 56", "ab 14 Uhr", "Übergabe", item["item_id"]):
        assert said in mail.get_content()
    assert place.local.delete(f"/api/v1/worklist/{item['item_id']}").status_code == 200
    assert place.get("worklist", kind="callback")["items"] == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"consent": False}, "willigen Sie ein"),
        ({"name": "  "}, "Namen"),
        ({"phone": "", "email": ""}, "Telefonnummer oder"),
        ({"phone": "ruf mich an"}, "Telefonnummer"),
        ({"phone": "12"}, "Telefonnummer"),
        ({"email": "erika"}, "E-Mail"),
        ({"email": "a@b.de\r\nBcc: x@y.de"}, "E-Mail"),
        ({"email": "a@b.de, x@y.de"}, "E-Mail"),
        ({"question": "x" * 2001}, "zu lang"),
    ],
)
def test_call_backs_that_cannot_be_taken(place: Place, changes: dict[str, Any], told: str) -> None:
    good = {"name": "Erika", "phone": "0211 123456", "email": "", "consent": True}
    response = place.service.http.post("/api/v1/callbacks", json={**good, **changes})
    assert response.status_code == 422 and told in response.json()["detail"]


def test_a_source_that_cannot_be_read_is_told_by_mail_once(place: Place) -> None:
    gone = place.service.data.parent / "verschwunden"
    gone.mkdir()
    made = place.local.post("/api/v1/sources", json={"places": [str(gone)]}).json()
    gone.rmdir()
    before = len(place.postbox.mails)
    for _ in range(2):
        read = place.local.post(f"/api/v1/sources/{made['source_id']}/read")
        assert dict(events(read.text))["error"]["detail"]
    mail = place.postbox.wait(before + 1)[-1]
    assert mail["Subject"] == "Nicht alles eingelesen" and "verschwunden" in mail.get_content()
    time.sleep(0.5)
    assert len(place.postbox.mails) == before + 1
    place.local.delete(f"/api/v1/sources/{made['source_id']}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("statistics?from=9999-12-31", 200),
        ("statistics?to=0001-01-10", 200),
        ("statistics?from=0001-01-01", 422),
        ("audit?to=9999-12-31", 200),
        ("audit?verb=%00", 422),
        ("questions?from=0001-01-01&to=9999-12-31", 200),
        ("questions?text=%00%25_", 200),
        ("questions?outcome=sonstwie", 422),
        ("questions?limit=501", 422),
        ("questions?offset=-1", 422),
        ("worklist?state=%00", 422),
        ("worklist?offset=1000000", 200),
    ],
)
def test_odd_parameters_are_answered_or_refused(place: Place, path: str, status: int) -> None:
    response = place.local.get(f"/api/v1/{path}")
    assert response.status_code == status
    if status == 422:
        assert response.headers["content-type"] == "application/problem+json"


def test_exports_open_in_a_german_excel(place: Place, cli: Cli, tmp_path: Path) -> None:
    place.ask('=HYPERLINK("http://x.example";"Meisterbonus")')
    for path, by in (("questions.csv", {}), ("questions", {"accept": "text/csv"})):
        response = place.local.get(f"/api/v1/{path}", headers=by)
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert 'filename="fragen.csv"' in response.headers["content-disposition"]
        rows = _table(response.content)
        column = rows[0].index("Frage")
        assert len({len(row) for row in rows}) == 1
        assert next(row[column] for row in rows if "HYPERLINK" in row[column]).startswith("'=")
    file = tmp_path / "fragen.csv"
    data = place.service.data
    assert cli("questions", "export", "--data", data, "--file", file).code == 0
    assert _table(file.read_bytes()) == rows
    assert cli("questions", "export", "--data", data, "--text", "gibt es nie").out.count("\n") == 1
    place.ask(UNKNOWN)
    assert place.local.post("/api/v1/pause", json={"reason": "Wartung"}).status_code == 200
    assert place.local.delete("/api/v1/pause").status_code == 200
    for name in ("statistics", "worklist", "audit"):
        table = _table(place.local.get(f"/api/v1/{name}.csv").content)
        assert len(table) >= 2 and len({len(row) for row in table}) == 1, name


def _table(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_statistics_and_lists_in_the_terminal(place: Place, cli: Cli) -> None:
    place.ask(KNOWN)
    data = place.service.data
    stats = cli("questions", "stats", "--data", data, "--json").json
    assert (
        len(stats["days"]) == 30 and stats["days"][-1]["questions"] == stats["total"]["questions"]
    )
    assert "Zusammen" in cli("questions", "stats", "--data", data).out
    listed = cli("questions", "list", "--data", data, "--outcome", "answered", "--limit", "1")
    assert "1 von " in listed.out and "beantwortet" in listed.out
    texts = [key for key in _keys(stats) if key in ("question", "asked_as", "comment", "site")]
    assert texts == []
    bad = place.local.get("/api/v1/statistics", params={"from": "2026-02-30"})
    assert bad.status_code == 422
    assert (
        cli("questions", "stats", "--data", data, "--from", "2026-02-01", "--to", "2026-01-01").code
        == 2
    )


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def test_two_hundred_questions_at_once_are_counted_exactly(place: Place) -> None:
    before = place.get("statistics")["total"]
    marker = "Wie hoch ist der Meisterbonus bei Ansturm"
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: place.ask(f"{marker} {n}?"), range(200)))
    after = place.get("statistics")["total"]
    assert (
        after["questions"] - before["questions"]
        == 200
        == place.get("questions", text=marker)["total"]
    )
    assert len({one["answer_id"] for one in answers}) == 200
    for status in ("answered", "partial", "not_found"):
        grown = after["outcomes"][status] - before["outcomes"][status]
        assert grown == sum(one["status"] == status for one in answers)


def test_a_pause_refuses_answers_only(place: Place, cli: Cli) -> None:
    data, http = place.service.data, place.service.http
    before = place.get("statistics")["total"]["outcomes"]["refused"]
    assert "Angehalten" in cli("pause", "--data", data, "--reason", "Umbau").out
    try:
        for headers in ({}, STREAM):
            response = http.post("/api/v1/answers", json={"question": KNOWN}, headers=headers)
            assert response.status_code == 503
            problem = response.json()
            assert problem["type"] == "urn:auskunft:paused" and CONTACT in problem["detail"]
            assert "Umbau" not in response.text
        page = http.post("/", data={"question": KNOWN}, headers={"accept": "text/html"})
        assert page.status_code == 503 and "macht gerade eine Pause" in page.text
        assert http.get("/").status_code == 200 and http.get("/readyz").status_code == 200
        assert cli("ask", "--data", data, KNOWN).code == 1
        status = cli("status", "--data", data)
        assert "angehalten" in status.out
        assert place.get("pause")["reason"] == "Umbau"
    finally:
        assert "wieder geantwortet" in cli("resume", "--data", data).out
    assert "nicht angehalten" in cli("resume", "--data", data).out
    assert place.ask(KNOWN)["statements"]
    assert place.get("statistics")["total"]["outcomes"]["refused"] == before + 4
    verbs = [entry["verb"] for entry in place.get("audit", verb="pause")["entries"]]
    assert verbs[:2] == ["pause.end", "pause.begin"]
    assert "pause.begin" in cli("audit", "--data", data, "--verb", "pause").out


def test_logs_hold_neither_questions_nor_addresses(place: Place) -> None:
    marker = "Zaunkönigsteuer"
    place.ask(f"Was ist die {marker}?")
    place.service.http.post("/", data={"question": f"Und die {marker}?"})
    place.service.http.post("/api/v1/feedback", json={"answer_id": "x", "comment": marker})
    log = place.service.log.read_text("utf-8")
    assert marker not in log and "Meisterbonus" not in log and "erika" not in log
    assert "127.0.0.1:" not in log.replace(place.service.url, "")


def test_limits_over_http() -> None:
    settings = {
        "AUSKUNFT_LIMIT_VISITOR_MINUTE": "3",
        "AUSKUNFT_LIMIT_ATTEMPTS_HOUR": "2",
        "AUSKUNFT_TRUSTED_PROXIES": "127.0.0.1",
        "AUSKUNFT_CONTACT_NAME": CONTACT,
        "FORWARDED_ALLOW_IPS": "*",
    }
    with folders.quick_folder() as folder, running(filled(folder), **settings) as service:
        http = service.http

        def ask(forwarded: str, **headers: str) -> httpx.Response:
            headers = {"x-forwarded-for": forwarded, **headers}
            return http.post("/api/v1/answers", json={"question": KNOWN}, headers=headers)

        forged = [ask(f"1.1.1.{n}, 198.51.100.1").status_code for n in range(5)]
        assert forged == [200, 200, 200, 429, 429]
        refused = ask("198.51.100.1", **STREAM)
        assert refused.status_code == 429 and CONTACT in refused.json()["detail"]
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert refused.json()["type"] == "urn:auskunft:limit"
        page = http.post(
            "/",
            data={"question": KNOWN},
            headers={"x-forwarded-for": "198.51.100.1", "accept": "text/html"},
        )
        assert page.status_code == 429 and "sehr viele Fragen" in page.text
        assert ask("198.51.100.2").status_code == 200
        body = {"answer_id": "x", "helpful": True}
        codes = [http.post("/api/v1/feedback", json=body).status_code for _ in range(3)]
        assert codes == [404, 404, 429]
        with service.local() as local:
            for _ in range(6):
                asked = local.post("/api/v1/answers", json={"question": KNOWN})
                assert asked.status_code == 200
            token = local.post("/api/v1/tokens", params={"name": "x"}).json()["secret"]
            bearer = {"authorization": f"Bearer {token}"}
            assert ask("198.51.100.1", **bearer).status_code == 200
            assert local.get("/api/v1/statistics").json()["total"]["outcomes"]["refused"] == 4
        assert "198.51" not in service.log.read_text("utf-8")


def test_after_kill_9_counts_and_questions_agree() -> None:
    with folders.quick_folder() as folder:
        data = filled(folder)
        for _ in range(2):
            with running(data) as service, ThreadPoolExecutor(6) as pool:
                before = written(data)
                done = [pool.submit(asked, service, number) for number in range(60)]
                deadline = time.monotonic() + 60
                while written(data) < before + 3:
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
                service.process.send_signal(signal.SIGKILL)
                assert not all(one.result() for one in done), "it was not killed amid questions"
                service.process.wait(20)
        with running(data) as again, again.local() as local:
            total = local.get("/api/v1/statistics").json()["total"]
            kept = local.get("/api/v1/questions").json()["total"]
            assert kept == total["questions"] >= 6
            assert sum(total["ways"].values()) == kept


def asked(service: Service, number: int) -> bool:
    """Whether the question is answered."""
    try:
        service.http.post("/api/v1/answers", json={"question": f"{KNOWN} {number}"})
    except httpx.HTTPError:
        return False
    return True


def written(data: Path) -> int:
    """How many questions are in the database, whoever has it open."""
    with closing(sqlite3.connect(data / "auskunft.sqlite")) as database:
        found: int = database.execute("SELECT count(*) FROM questions").fetchone()[0]
        return found


def test_a_stop_writes_what_is_waiting() -> None:
    with folders.quick_folder() as folder:
        data = filled(folder)
        with running(data) as service:
            for number in range(20):
                service.http.post("/api/v1/answers", json={"question": f"{KNOWN} {number}"})
            assert service.stop() == 0
        with folders.opened(data) as desk:
            found = desk.remembered.counts.between(desk.remembered.today, desk.remembered.today)
            assert found[desk.remembered.today]["way", "api"] == 20
