"""Trying questions and reading settings: in a browser, through the API, and by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running
from tests.integrations.web.browser import (
    axe_violations,
    csp_violations,
    launch,
    open_page,
    overflow,
    small_targets,
)

_SECRET = "geheim-4711-kennwort"


@dataclass
class Desk:
    """A running service with a client on its socket."""

    service: Service
    local: httpx.Client

    def link(self, role: str) -> str:
        """A one-time link for somebody new."""
        made = self.local.post("/api/v1/invites", json={"name": f"Frau {role}", "role": role})
        link: str = made.json()["link"]
        return self.service.url + link[link.index("/einladung/") :]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as opened:
            given = documents.write(folder / "unterlagen", hostile=True)
            assert opened.ingestion.run([given], opened.ingest_options).complete
        secrets = {
            "AUSKUNFT_SMTP_PASSWORD": _SECRET,
            "AUSKUNFT_QDRANT_API_KEY": _SECRET,
            "AUSKUNFT_EMBEDDER_URL": f"https://nutzer:{_SECRET}@modell.example/v1",
        }
        with running(data, **secrets) as service, service.local() as local:
            yield Desk(service, local)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch() as opened:
        yield opened


def asked(question: str, audience: str = "public", day: str = "") -> str:
    given = {"frage": question, "zielgruppe": audience, "stichtag": day}
    return f"/admin/ausprobieren?{urlencode(given)}"


def test_pages_are_usable_by_everybody_and_tell_no_secret(desk: Desk, browser: Browser) -> None:
    for scheme, width in (("light", 1280), ("dark", 320)):
        page = open_page(browser, color_scheme=scheme)
        page.goto(desk.link("admin"))
        page.locator("main form button").first.click()
        page.goto(f"{desk.service.url}/admin/ausprobieren")
        page.get_by_role("textbox", name="Frage").fill(
            documents.PUBLIC_QUESTION + " Und wer zahlt ihn aus?"
        )
        page.get_by_label("Fragen als").select_option("staff")
        page.get_by_role("button", name="Ausprobieren").click()
        for path in (
            page.url.removeprefix(desk.service.url),
            asked(documents.HOSTILE_QUESTION, day="2030-01-01"),
            "/admin/einstellungen",
        ):
            page.goto(desk.service.url + path)
            assert overflow(page, 320) == 0, path
            page.set_viewport_size({"width": width, "height": 900})
            assert axe_violations(page) == [], (path, scheme)
            assert small_targets(page) == [] and csp_violations(page) == [], path
            assert _SECRET not in page.content()
            assert page.evaluate("window.__xss") is None
        page.goto(desk.service.url + asked("x", day="kein-tag"))
        assert "kein-tag" in page.get_by_role("alert").inner_text()
        page.context.close()


def test_an_editor_asks_as_somebody_else(desk: Desk, browser: Browser) -> None:
    before = desk.local.get("/api/v1/questions").json()["total"]
    page = open_page(browser)
    page.goto(desk.link("editor"))
    page.locator("main form button").first.click()
    page.goto(desk.service.url + asked("Wie hoch ist der Meisterbnous?"))
    main = page.locator("main").inner_text()
    assert "Meisterbnous → Meisterbonus" in main and "1.250 Euro" in main and "beantwortet" in main
    page.goto(desk.service.url + asked(documents.STAFF_QUESTION))
    assert (
        "48.500" not in page.content() and "nicht gefunden" in page.locator("h2").first.inner_text()
    )
    page.goto(desk.service.url + asked(documents.STAFF_QUESTION, "staff"))
    assert "48.500" in page.locator("main").inner_text()
    page.locator("table a[href^='#stelle-']").first.click()
    assert page.locator("tr:target").count() == 1
    page.goto(desk.service.url + asked(documents.PUBLIC_QUESTION, day="2030-01-01"))
    assert "abgelaufen" in page.locator("main").inner_text()
    refused = page.goto(f"{desk.service.url}/admin/einstellungen")
    assert refused is not None and refused.status == 403
    page.context.close()
    assert desk.local.get("/api/v1/questions").json()["total"] == before


def test_the_api_explains_and_tells_the_settings(desk: Desk) -> None:
    body = {"question": documents.PUBLIC_QUESTION, "groups": ["staff"], "as_of": "2026-11-22"}
    assert desk.local.post("/api/v1/pause", json={"reason": "Probe"}).status_code == 200
    found = desk.local.post("/api/v1/explain", json=body).json()
    assert desk.local.delete("/api/v1/pause").status_code == 200
    assert found["answer"]["status"] == "answered" and found["parts"][0]["passages"]
    assert desk.local.post("/api/v1/explain", json={"question": " "}).status_code == 422

    told = desk.local.get("/api/v1/settings")
    assert told.status_code == 200 and _SECRET not in told.text
    settings = {one["name"]: one for one in told.json()["settings"]}
    assert settings["AUSKUNFT_SMTP_PASSWORD"]["given"] is True
    assert settings["AUSKUNFT_SMTP_PASSWORD"]["origin"] == "environment"
    assert settings["AUSKUNFT_PORT"]["origin"] == "start"
    for path in ("/api/v1/explain", "/api/v1/settings"):
        method = "POST" if path.endswith("explain") else "GET"
        assert desk.service.http.request(method, path, json=body).status_code == 403
