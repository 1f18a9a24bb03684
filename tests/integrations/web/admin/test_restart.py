"""The service ends in the middle of an upload or of a job, the line is cut: what a person sees, and
how it goes on."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.roles import Role
from kb.state.accounts import Identity
from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, end, running, started_again
from tests.integrations.web import browser
from tests.integrations.web.admin.cut_line import line_to

pytestmark = browser.NEEDED
LOST = "Verbindung unterbrochen"
MANY = 40
_PATIENCE = 60_000
#: an upload that takes its time at `_SLOW` bytes a second
_LARGE, _SLOW = 300_000, 100_000


class Place:
    """A service that is killed and started anew, the way an operating system does it."""

    def __init__(self, service: Service, cookie: str) -> None:
        self.service = service
        self.cookie = cookie

    @property
    def url(self) -> str:
        return self.service.url

    def kill(self) -> None:
        self.service.process.kill()
        self.service.process.wait(30)

    def start(self) -> None:
        self.service = started_again(self.service)
        self.service.wait()

    def api(self, path: str) -> Any:
        with self.service.local() as local:
            return local.get(f"/api/v1{path}").json()

    def files(self) -> set[str]:
        return {one["file"] for one in self.api("/documents")["documents"]}

    def inbox(self) -> list[Path]:
        return list((self.service.data / "inbox").glob("*"))


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with folders.quick_folder() as folder:
        data, given = folders.prepared(folder / "daten"), documents.write(folder / "unterlagen")
        for number in range(MANY):
            words = f"Das Merkblatt {number} regelt den Fall {number * 7} und was dazu gehört.\n\n"
            (given / f"m{number:02}.md").write_text(f"# Merkblatt {number}\n\n{words}", "utf-8")
        with folders.opened(data) as desk:
            assert desk.ingestion.run([given], desk.ingest_options).complete
            account = desk.accounts.sign_in(Identity("test", "a", "Anna Admin", role=Role.ADMIN))
            cookie = desk.sessions.begin(account.account_id)[1]
        with running(data) as service:
            made = Place(service, cookie)
            yield made
            end(made.service)


@pytest.fixture(scope="module")
def chromium(place: Place) -> Iterator[Browser]:
    """After the service: while a browser is open, no event loop can be begun here."""
    with browser.launch() as opened:
        yield opened


@pytest.fixture
def page(chromium: Browser, place: Place) -> Iterator[Page]:
    opened = browser.open_page(chromium)
    opened.set_default_timeout(_PATIENCE)
    opened.context.add_cookies([{"name": "auskunft", "value": place.cookie, "url": place.url}])
    yield opened
    assert browser.csp_violations(opened) == []
    opened.context.close()


def slow_upload(page: Page, bytes_per_second: int) -> None:
    """-1: as fast as it goes."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    session.send(
        "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": bytes_per_second}
    )


def test_an_upload_cut_by_a_restart_is_sent_again(page: Page, place: Place) -> None:
    page.goto(f"{place.url}/admin/dokumente/hochladen")
    text = f"<h1>Reise</h1><p>Der Zuschuss beträgt 87 Euro.</p><!-- {'x' * _LARGE} -->"
    page.get_by_label("Dateien, auch ZIP-Archive").set_input_files(
        {"name": "Reise.html", "mimeType": "text/html", "buffer": text.encode()}
    )
    page.get_by_label("Herausgeber").fill("Kammer Musterstadt")
    slow_upload(page, _SLOW)
    page.get_by_role("button", name="Hochladen").click()
    expect(page.locator("#senden-text")).to_contain_text(re.compile("Wird übertragen: .* von"))
    place.kill()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("Die Verbindung ist abgebrochen")
    expect(said).to_contain_text("Ihre Auswahl ist noch da")
    assert browser.axe_violations(page) == []
    half = place.service.data / "inbox" / "halb"  # as if the end had come while it was written
    half.mkdir(parents=True)
    (half / "Reise.html").write_text("<h1>Rei", "utf-8")
    place.start()
    assert place.inbox() == [] and place.api("/jobs")["jobs"] == []
    assert "Reise.html" not in place.files()
    slow_upload(page, -1)
    page.get_by_role("button", name="Hochladen").click()
    page.wait_for_url("**/admin/auftraege/*")
    expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible(timeout=_PATIENCE)
    page.get_by_role("link", name="Reise.html").click()
    expect(page.get_by_label("Herausgeber")).to_have_value("Kammer Musterstadt")
    assert place.inbox() == []


def test_a_reindex_goes_on_by_itself_after_a_restart(page: Page, place: Place) -> None:
    before = place.files()
    page.goto(f"{place.url}/admin/suchindex")
    page.get_by_role("button", name="Alle neu einlesen").click()
    page.wait_for_url("**/admin/auftraege/*")
    expect(page.locator("#stueck")).to_contain_text(re.compile(r"^[1-9]\d? von"), timeout=_PATIENCE)
    place.kill()
    expect(page.get_by_role("status").filter(has_text=LOST)).to_be_visible(timeout=_PATIENCE)
    assert browser.axe_violations(page) == []
    place.start()
    expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible(timeout=_PATIENCE)
    assert "Der Dienst wurde währenddessen neu gestartet" in page.inner_text("main")
    assert page.get_by_text(LOST).count() == 0
    job = place.api("/jobs")["jobs"][0]
    assert (job["state"], job["attempts"]) == ("done", 2)
    assert sum(job["report"]["counts"].values()) == len(before)
    assert place.files() == before
    assert place.api("/status")["documents"] == len(before)


def test_a_lost_line_is_said_and_found_again(page: Page, place: Place) -> None:
    """The service goes on all the while."""
    paragraphs = (f"# Abschnitt {n}\n\nEs geht um {n * 7} Euro.\n\n" for n in range(300))
    with place.service.local() as local:
        job = local.put("/api/v1/uploads/Lang.md", content="".join(paragraphs).encode()).json()
    with line_to(place.service.port) as line:
        page.goto(f"{line.url}/admin/auftraege/{job['job_id']}")
        expect(page.locator("#gerade")).to_have_text("Gerade: Lang.md", timeout=_PATIENCE)
        line.cut()
        expect(page.get_by_role("status").filter(has_text=LOST)).to_be_visible(timeout=_PATIENCE)
        line.mend()
        expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible(timeout=_PATIENCE)
        assert page.get_by_text(LOST).count() == 0
    assert "neu gestartet" not in page.inner_text("main") and "Lang.md" in place.files()


def test_of_two_tabs_the_later_overwrites_nothing_unseen(page: Page, place: Place) -> None:
    [ident] = [
        one["document_id"]
        for one in place.api("/documents")["documents"]
        if one["file"] == documents.PUBLIC_NAME
    ]
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{place.url}/admin/dokumente/{ident}")
    other.get_by_label("Titel").fill("Richtlinie aus dem anderen Fenster")
    other.get_by_label("Prüfen am").fill("2027-01-31")
    other.get_by_role("button", name="Speichern").click()
    expect(other.get_by_role("status")).to_have_text("Die Änderung ist gespeichert.")
    page.get_by_label("Herausgeber").fill("Kammer Musterstadt")
    page.get_by_role("button", name="Speichern").click()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("inzwischen geändert")
    expect(said).to_contain_text("Titel: jetzt „Richtlinie aus dem anderen Fenster“.")
    expect(said).to_contain_text("Prüfen am: jetzt „2027-01-31“.")
    assert browser.axe_violations(page) == []
    stored = place.api(f"/documents/{ident}")
    assert "anderen Fenster" in str(stored) and "Musterstadt" not in str(stored)
    expect(page.get_by_label("Herausgeber")).to_have_value("Kammer Musterstadt")
    page.get_by_label("Titel").fill("Richtlinie aus dem anderen Fenster")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_have_text("Die Änderung ist gespeichert.")
    stored = str(place.api(f"/documents/{ident}"))
    assert "anderen Fenster" in stored and "Musterstadt" in stored
