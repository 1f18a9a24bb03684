"""Errors nobody expected: still problem+json or a page, with all headers and without internals."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.desk import Desk
from integrations.web.app import create_app
from integrations.web.guards import LocalCaller
from kb.errors import EmbeddingError
from tests import folders
from tests.integrations.running import events

SECRET = "geheime Einzelheit /pfad/zu/etwas"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as opened:
        yield opened


def request(desk: Desk, method: str, path: str, *, local: bool = False, **more: Any) -> Any:
    async def send() -> httpx.Response:
        app = create_app(desk)
        transport = httpx.ASGITransport(
            app=LocalCaller(app) if local else app, raise_app_exceptions=False
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **more)

    return asyncio.run(send())


@pytest.fixture
def broken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose index and registry fail in an unforeseen way."""

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(desk.knowledge.index, "dense", fail)
    monkeypatch.setattr(desk.knowledge.index, "total", fail)
    monkeypatch.setattr(desk.knowledge.registry, "get", fail)
    monkeypatch.setattr(desk.ingestion, "run", fail)
    return desk


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/v1/answers", {"question": "Was?"}, 500),
        ("POST", "/api/v1/search", {"question": "Was?"}, 500),
        ("GET", "/dokumente/x", None, 500),
        ("GET", "/readyz", None, 503),
    ],
)
def test_unforeseen_errors(
    broken: Desk, method: str, path: str, body: dict[str, str] | None, status: int
) -> None:
    for accept in ("application/json", "text/html"):
        answer = request(broken, method, path, json=body, headers={"accept": accept})
        assert answer.status_code == status
        assert SECRET not in answer.text and "RuntimeError" not in answer.text
        assert "protokolliert" in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_stream_ends_with_an_error(broken: Desk) -> None:
    headers = {"accept": "text/event-stream"}
    answer = request(broken, "POST", "/api/v1/answers", json={"question": "Was?"}, headers=headers)
    name, data = events(answer.text)[-1]
    assert name == "error" and "protokolliert" in data["detail"]
    assert SECRET not in answer.text


def test_a_job_that_fails_unforeseen_says_where_to_look(broken: Desk, tmp_path: Path) -> None:
    broken.jobs.start(lambda: None)
    body = {"paths": [str(tmp_path)], "public": False, "prune": False}
    answer = request(broken, "POST", "/api/v1/ingest", local=True, json=body)
    name, data = events(answer.text)[-1]
    assert name == "error" and "Protokoll" in data["detail"]
    assert SECRET not in answer.text


def test_ready_and_alive(desk: Desk) -> None:
    assert request(desk, "GET", "/healthz").json() == {"status": "ok"}
    assert request(desk, "GET", "/readyz").json() == {"status": "ready"}


def test_a_model_that_no_longer_answers_is_noticed_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert request(desk, "GET", "/readyz").status_code == 200

    def gone(text: str) -> None:
        raise EmbeddingError(f"{SECRET} antwortet nicht.")

    monkeypatch.setattr(desk.embedder._embedder, "embed_query", gone)
    for local in (False, True):
        answer = request(desk, "GET", "/readyz", local=local)
        assert answer.status_code == 503 and answer.json()["status"] == "unready"
        assert (SECRET in answer.json()["detail"]) is local, "addresses are for operators"


def test_empty_folder_answers_that_it_knows_nothing(desk: Desk) -> None:
    answer = request(desk, "POST", "/api/v1/answers", json={"question": "Was wird gefördert?"})
    assert answer.json()["status"] == "not_found" and answer.json()["sources"] == []
    assert request(desk, "POST", "/api/v1/search", json={"question": "x"}).json() == {
        "passages": []
    }


def test_operators_contact_is_named_when_nothing_is_found() -> None:
    contact = {"contact_name": "Förderberatung", "contact_phone": "0211 555"}
    with folders.quick_folder() as folder, folders.opened(folder / "d", **contact) as desk:
        answer = request(desk, "POST", "/api/v1/answers", json={"question": "Was?"}).json()
    assert answer["contacts"] == [
        {"name": "Förderberatung", "text": "", "phone": "0211 555", "email": ""}
    ]
    assert "Bitte wenden Sie sich an die unten genannte Stelle." in answer["message"]
