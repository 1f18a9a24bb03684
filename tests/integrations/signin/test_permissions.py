"""Who may do what: every route, asked by every kind of caller. A new route fails until it is listed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from kb.roles import ACCOUNT_ROLES, ROLE_OF_SCOPE, Role, TokenScope
from tests.integrations.signin.conftest import House
from tests.integrations.signin.visitor import OWN

PUBLIC, SIGNED_IN, EDITOR, ADMIN = Role.PUBLIC, Role.VIEWER, Role.EDITOR, Role.ADMIN
#: the least role that a route asks for
ROUTES: dict[tuple[str, str], Role] = {
    ("*", "/static"): PUBLIC,
    ("GET", "/"): PUBLIC,
    ("POST", "/"): PUBLIC,
    ("GET", "/dokumente/{document_id}"): PUBLIC,
    ("GET", "/dokumente/{document_id}/original"): PUBLIC,
    ("GET", "/dokumente/{document_id}/seite/{page}.png"): PUBLIC,
    ("GET", "/suche"): PUBLIC,
    ("GET", "/ansprechpartner"): PUBLIC,
    ("GET", "/rueckruf"): PUBLIC,
    ("POST", "/rueckruf"): PUBLIC,
    ("GET", "/impressum"): PUBLIC,
    ("GET", "/datenschutz"): PUBLIC,
    ("GET", "/barrierefreiheit"): PUBLIC,
    ("GET", "/leichte-sprache"): PUBLIC,
    ("GET", "/gebaerdensprache"): PUBLIC,
    ("GET", "/widget/v1/{name}"): PUBLIC,
    ("GET", "/widget/v1/about"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("POST", "/slack/events"): PUBLIC,  # whatever Slack has signed
    ("GET", "/anmelden"): PUBLIC,
    ("GET", "/anmelden/dienst"): PUBLIC,
    ("GET", "/anmelden/rueckkehr"): PUBLIC,
    ("GET", "/einladung/{secret}"): PUBLIC,
    ("POST", "/einladung/{secret}"): PUBLIC,
    ("GET", "/konto"): PUBLIC,  # leads to /anmelden
    ("POST", "/abmelden"): PUBLIC,
    ("POST", "/konto/abmelden"): SIGNED_IN,
    ("POST", "/konto/sitzungen/{session_id}/beenden"): SIGNED_IN,
    ("GET", "/admin/dokumente"): EDITOR,
    ("GET", "/admin"): EDITOR,
    ("GET", "/admin/fragen"): EDITOR,
    ("POST", "/admin/fragen/aendern"): EDITOR,
    ("GET", "/admin/fragen/{item_id}"): EDITOR,
    ("POST", "/admin/fragen/{item_id}"): EDITOR,
    ("POST", "/admin/fragen/{item_id}/loeschen"): EDITOR,
    ("GET", "/admin/antworten"): EDITOR,
    ("GET", "/admin/antworten/neu"): EDITOR,
    ("POST", "/admin/antworten/neu"): EDITOR,
    ("GET", "/admin/antworten/{answer_id}"): EDITOR,
    ("GET", "/admin/antworten/{answer_id}/bearbeiten"): EDITOR,
    ("POST", "/admin/antworten/{answer_id}/bearbeiten"): EDITOR,
    ("POST", "/admin/antworten/{answer_id}/freigeben"): EDITOR,
    ("POST", "/admin/antworten/{answer_id}/zurueckziehen"): EDITOR,
    ("GET", "/admin/fragenprotokoll"): EDITOR,
    ("GET", "/admin/rueckmeldungen"): EDITOR,
    ("GET", "/admin/protokoll"): ADMIN,
    ("GET", "/admin/pause"): ADMIN,
    ("POST", "/admin/pause"): ADMIN,
    ("POST", "/admin/pause/ende"): ADMIN,
    ("POST", "/admin/dokumente/aendern"): EDITOR,
    ("POST", "/admin/dokumente/neu-einlesen"): EDITOR,
    ("POST", "/admin/dokumente/loeschen"): EDITOR,
    ("GET", "/admin/dokumente/hochladen"): EDITOR,
    ("POST", "/admin/dokumente/hochladen"): EDITOR,
    ("GET", "/admin/dokumente/{document_id}"): EDITOR,
    ("POST", "/admin/dokumente/{document_id}"): EDITOR,
    ("POST", "/admin/dokumente/{document_id}/neu-einlesen"): EDITOR,
    ("GET", "/admin/dokumente/{document_id}/stellen"): EDITOR,
    ("GET", "/admin/dokumente/{document_id}/original"): EDITOR,
    ("GET", "/admin/auftraege"): EDITOR,
    ("GET", "/admin/auftraege/{job_id}"): EDITOR,
    ("POST", "/admin/auftraege/{job_id}/abbrechen"): EDITOR,
    ("POST", "/admin/auftraege/{job_id}/wiederholen"): EDITOR,
    ("GET", "/admin/quellen"): EDITOR,
    ("POST", "/admin/quellen"): EDITOR,
    ("POST", "/admin/quellen/{source_id}/lesen"): EDITOR,
    ("POST", "/admin/quellen/{source_id}/vergessen"): EDITOR,
    ("GET", "/admin/testfragen"): EDITOR,
    ("POST", "/admin/testfragen"): EDITOR,
    ("POST", "/admin/testfragen/pruefen"): EDITOR,
    ("POST", "/admin/testfragen/uebernehmen"): EDITOR,
    ("GET", "/admin/testfragen/testfragen.yaml"): EDITOR,
    ("GET", "/admin/testfragen/neu"): EDITOR,
    ("GET", "/admin/testfragen/frage/{probe_id}"): EDITOR,
    ("POST", "/admin/testfragen/frage/{probe_id}"): EDITOR,
    ("POST", "/admin/testfragen/frage/{probe_id}/loeschen"): EDITOR,
    ("GET", "/admin/suchindex"): ADMIN,
    ("GET", "/admin/suchindex/stand"): ADMIN,
    ("POST", "/admin/suchindex/neu-einlesen"): ADMIN,
    ("POST", "/admin/suchindex/neu-aufbauen"): ADMIN,
    ("POST", "/admin/suchindex/zurueck"): ADMIN,
    ("POST", "/admin/suchindex/frueheren-loeschen"): ADMIN,
    ("GET", "/admin/ausprobieren"): EDITOR,
    ("GET", "/admin/einstellungen"): ADMIN,
    ("GET", "/api/v1/openapi.json"): PUBLIC,
    ("GET", "/api/v1/me"): PUBLIC,
    ("POST", "/api/v1/answers"): PUBLIC,
    ("GET", "/api/v1/examples"): PUBLIC,
    ("POST", "/api/v1/search"): PUBLIC,
    ("POST", "/api/v1/explain"): EDITOR,
    ("POST", "/api/v1/feedback"): PUBLIC,
    ("POST", "/api/v1/callbacks"): PUBLIC,
    ("GET", "/api/v1/documents"): PUBLIC,
    ("GET", "/api/v1/documents/{document_id:path}"): PUBLIC,
    ("PATCH", "/api/v1/documents"): EDITOR,
    ("DELETE", "/api/v1/documents"): EDITOR,
    ("POST", "/api/v1/documents/reindex"): EDITOR,
    ("GET", "/api/v1/status"): EDITOR,
    ("GET", "/api/v1/settings"): ADMIN,
    ("POST", "/api/v1/ingest"): ADMIN,
    ("POST", "/api/v1/jobs"): ADMIN,
    ("GET", "/api/v1/jobs"): EDITOR,
    ("GET", "/api/v1/jobs/{job_id}"): EDITOR,
    ("GET", "/api/v1/jobs/{job_id}/events"): EDITOR,
    ("POST", "/api/v1/jobs/{job_id}/cancel"): EDITOR,
    ("POST", "/api/v1/jobs/{job_id}/retry"): EDITOR,
    ("POST", "/api/v1/check"): EDITOR,
    ("POST", "/api/v1/sources"): EDITOR,
    ("GET", "/api/v1/sources"): EDITOR,
    ("DELETE", "/api/v1/sources/{source_id}"): EDITOR,
    ("POST", "/api/v1/sources/{source_id}/read"): EDITOR,
    ("PUT", "/api/v1/uploads/{name:path}"): EDITOR,
    ("GET", "/api/v1/questions"): EDITOR,
    ("GET", "/api/v1/questions.csv"): EDITOR,
    ("DELETE", "/api/v1/questions/{answer_id}"): EDITOR,
    ("GET", "/api/v1/statistics"): EDITOR,
    ("GET", "/api/v1/statistics.csv"): EDITOR,
    ("GET", "/api/v1/worklist"): EDITOR,
    ("GET", "/api/v1/worklist.csv"): EDITOR,
    ("PATCH", "/api/v1/worklist/{item_id}"): EDITOR,
    ("DELETE", "/api/v1/worklist/{item_id}"): EDITOR,
    ("GET", "/api/v1/written-answers"): EDITOR,
    ("POST", "/api/v1/written-answers"): EDITOR,
    ("GET", "/api/v1/written-answers/{answer_id}"): EDITOR,
    ("PUT", "/api/v1/written-answers/{answer_id}"): EDITOR,
    ("DELETE", "/api/v1/written-answers/{answer_id}"): EDITOR,
    ("POST", "/api/v1/written-answers/{answer_id}/approve"): EDITOR,
    ("GET", "/api/v1/test-questions"): EDITOR,
    ("GET", "/api/v1/test-questions.yaml"): EDITOR,
    ("GET", "/api/v1/test-questions.csv"): EDITOR,
    ("POST", "/api/v1/test-questions"): EDITOR,
    ("POST", "/api/v1/test-questions/import"): EDITOR,
    ("PUT", "/api/v1/test-questions/{probe_id}"): EDITOR,
    ("DELETE", "/api/v1/test-questions/{probe_id}"): EDITOR,
    ("GET", "/api/v1/test-runs"): EDITOR,
    ("POST", "/api/v1/test-runs"): EDITOR,
    ("GET", "/api/v1/test-runs/{run_id}"): EDITOR,
    ("GET", "/api/v1/audit"): ADMIN,
    ("GET", "/api/v1/audit.csv"): ADMIN,
    ("GET", "/api/v1/pause"): ADMIN,
    ("POST", "/api/v1/pause"): ADMIN,
    ("DELETE", "/api/v1/pause"): ADMIN,
    ("POST", "/api/v1/rebuild"): ADMIN,
    ("GET", "/api/v1/generations"): ADMIN,
    ("DELETE", "/api/v1/generations"): ADMIN,
    ("POST", "/api/v1/generations/rollback"): ADMIN,
    ("GET", "/api/v1/slack/mappings"): ADMIN,
    ("PUT", "/api/v1/slack/mappings/{slack_id}"): ADMIN,
    ("DELETE", "/api/v1/slack/mappings/{slack_id}"): ADMIN,
    ("POST", "/api/v1/tokens"): ADMIN,
    ("GET", "/api/v1/tokens"): ADMIN,
    ("DELETE", "/api/v1/tokens/{token_id}"): ADMIN,
    ("GET", "/api/v1/accounts"): ADMIN,
    ("PATCH", "/api/v1/accounts/{account_id}"): ADMIN,
    ("DELETE", "/api/v1/accounts/{account_id}"): ADMIN,
    ("GET", "/api/v1/sessions"): ADMIN,
    ("DELETE", "/api/v1/sessions/{session_id}"): ADMIN,
    ("GET", "/api/v1/invites"): ADMIN,
    ("POST", "/api/v1/invites"): ADMIN,
    ("DELETE", "/api/v1/invites/{invite_id}"): ADMIN,
}
#: routes whose refusal is about something else than the caller
_OTHER_REFUSALS = {
    ("GET", "/anmelden/rueckkehr"),  # without a sign-in under way
    ("GET", "/einladung/{secret}"),  # of a link that does not exist
    ("POST", "/einladung/{secret}"),
}
_SIGNING_IN = ("/anmelden", "/abmelden", "/konto", "/einladung")
#: would end the sessions that the other tests need
_NOT_BY_PEOPLE = {("POST", "/abmelden"), ("POST", "/konto/abmelden")}
_BODIES: dict[tuple[str, str], dict[str, Any]] = {  # refused for what they say, so nothing happens
    ("PUT", "/api/v1/uploads/{name:path}"): {"content": b"x"},
    ("PATCH", "/api/v1/documents"): {"json": {"kind": "gibt es nicht"}},
    ("POST", "/api/v1/documents/reindex"): {"params": {"select": "gibt-es-nicht"}},
    ("POST", "/api/v1/tokens"): {"params": {"name": "x", "scope": "gibt-es-nicht"}},
    ("POST", "/api/v1/invites"): {"json": {"name": ""}},
}
_CALLERS = ["socket", "public", *ACCOUNT_ROLES, *(f"token {scope}" for scope in TokenScope)]


def test_every_route_is_listed(house: House) -> None:
    assert house.routes == set(ROUTES)


def role_of(caller: str) -> Role:
    if caller in ("socket", "public"):
        return Role.ADMIN if caller == "socket" else Role.PUBLIC
    kind, _, scope = caller.partition(" ")
    return ROLE_OF_SCOPE[TokenScope(scope)] if kind == "token" else Role(caller)


@contextmanager
def client_of(house: House, caller: str) -> Iterator[httpx.Client]:
    if caller == "socket":
        with house.service.local() as client:
            yield client
        return
    kind, _, scope = caller.partition(" ")
    with house.visitor(Role(caller) if caller in ACCOUNT_ROLES else Role.PUBLIC) as visitor:
        if kind == "token":
            token = house.tokens[TokenScope(scope)]
            visitor.http.headers["authorization"] = f"Bearer {token}"
        elif caller in ACCOUNT_ROLES:
            visitor.http.headers.update({**OWN, "x-csrf-token": visitor.csrf()})
        yield visitor.http


@pytest.mark.parametrize("caller", _CALLERS)
def test_each_route_lets_in_whom_it_should(house: House, caller: str) -> None:
    role, wrong = role_of(caller), []
    with client_of(house, caller) as client:
        for (method, path), needed in ROUTES.items():
            if caller in ACCOUNT_ROLES and (method, path) in _NOT_BY_PEOPLE:
                continue
            response = called(client, method, path)
            allowed = role.covers(needed)
            if path.startswith(_SIGNING_IN):  # for browsers: nobody signs in through the socket
                allowed = caller in ACCOUNT_ROLES or (needed is PUBLIC and caller != "socket")
            if (method, path) in _OTHER_REFUSALS:
                assert response.status_code == 403 and "Token" not in response.text
            elif (response.status_code != 403) is not allowed:
                wrong.append((method, path, response.status_code))
            assert response.status_code < 500 or path == "/readyz", (method, path, response.text)
    assert wrong == []


def called(client: httpx.Client, method: str, path: str) -> httpx.Response:
    """The head of the answer: streams are left at once."""
    filled = re.sub(r"\{.*?\}", "gibt-es-nicht", path)
    if path == "/static":
        method, filled = "GET", "/static/auskunft.css"
    headers = {"accept": "application/json"}
    arguments = _BODIES.get((method, path), {})
    with client.stream(method, filled, headers=headers, **arguments) as response:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.read()
        return response


def test_what_programs_are_told_who_lack_a_scope(house: House) -> None:
    header = {"authorization": f"Bearer {house.tokens[TokenScope.ASK]}"}
    refused = house.service.http.get("/api/v1/status", headers=header)
    assert refused.status_code == 403 and "--scope" in refused.json()["detail"]


def test_what_people_are_told_who_lack_a_role(house: House) -> None:
    with house.visitor(Role.STAFF) as visitor:
        refused = visitor.http.get("/api/v1/tokens")
    assert refused.json()["detail"] == (
        "Dafür ist die Rolle „admin“ nötig; Sie sind mit der Rolle „staff“ angemeldet."
    )
