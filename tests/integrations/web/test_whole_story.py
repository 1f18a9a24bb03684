"""The whole story in real browsers: from a PDF on the desk to an answer on a website, and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running
from tests.integrations.web import browser
from tests.integrations.web.admin.conftest import pdf
from tests.integrations.web.widget import visitor
from tests.integrations.web.widget.sites import Website, policy, tag, website

QUESTION = "Wie hoch ist der Reisekostenzuschuss je Tag?"
CARRIED = "Der Reisekostenzuschuss beträgt 87 Euro je Tag."
_PATIENCE = 30_000
pytestmark = browser.NEEDED


@pytest.fixture(scope="module")
def site() -> Iterator[Website]:
    with website() as served:
        yield served


@pytest.fixture(scope="module")
def service(site: Website) -> Iterator[Service]:
    """A service with documents that say nothing of travel."""
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as desk:
            given = documents.write(folder / "unterlagen")
            assert desk.ingestion.run([given], desk.ingest_options).complete
        with running(data, AUSKUNFT_WIDGET_ORIGINS=site.url) as started:
            site.policy = policy(started.url)
            yield started


@pytest.fixture(scope="module")
def chromium(service: Service) -> Iterator[Browser]:
    """After the service: while a browser is open, no event loop can be begun here."""
    with browser.launch() as opened:
        yield opened


@pytest.fixture
def admin(chromium: Browser, service: Service) -> Iterator[Page]:
    """An admin who has signed in with a one-time link."""
    with service.local() as local:
        made = local.post("/api/v1/invites", json={"name": "Anna Admin", "role": "admin"}).json()
    page = browser.open_page(chromium)
    page.set_default_timeout(_PATIENCE)
    page.goto(service.url + made["link"][made["link"].index("/einladung/") :])
    page.get_by_role("button", name="Jetzt anmelden").click()
    page.wait_for_url(f"{service.url}/admin")
    yield page
    assert browser.csp_violations(page) == []
    page.context.close()


@pytest.fixture
def asker(chromium: Browser, service: Service, site: Website) -> Iterator[Page]:
    """A visitor of a website that includes the widget."""
    page = browser.open_page(chromium)
    page.set_default_timeout(_PATIENCE)
    page.goto(site.show(tag(service.url)))
    visitor.open_widget(page)
    yield page
    assert browser.csp_violations(page) == []
    page.context.close()


def test_from_upload_to_answer_to_feedback_to_deletion(
    admin: Page, asker: Page, service: Service
) -> None:
    assert "steht nichts" in visitor.ask(asker, QUESTION).inner_text()

    admin.get_by_role("link", name="Dokumente", exact=True).click()
    admin.get_by_role("link", name="Hochladen").click()
    admin.get_by_label("Dateien, auch ZIP-Archive").set_input_files(
        {
            "name": "Merkblatt_Reise.pdf",
            "mimeType": "application/pdf",
            "buffer": pdf("Merkblatt Reise.", CARRIED),
        }
    )
    admin.get_by_role("button", name="Hochladen").click()
    expect(admin.get_by_role("heading", name="Ergebnis")).to_be_visible()
    admin.get_by_role("link", name="Merkblatt_Reise.pdf").click()
    assert "steht nichts" in visitor.ask(asker, QUESTION).inner_text(), "it is for staff only"

    admin.get_by_label("Zielgruppe").fill("public")
    admin.get_by_role("button", name="Speichern").click()
    expect(admin.get_by_role("status")).to_have_text("Die Änderung ist gespeichert.")
    document = admin.url
    turn = visitor.ask(asker, QUESTION)
    assert "87 Euro je Tag" in turn.inner_text()
    turn.locator(".cite").first.click()
    source = turn.locator("details[open]").first
    assert "S. 2" in source.inner_text() and CARRIED in source.inner_text()

    turn.get_by_role("button", name="Nein").click()
    expect(turn).to_contain_text("Danke")
    admin.get_by_role("link", name="Rückmeldungen").click()
    row = admin.locator(".rows-table tbody tr").first
    assert QUESTION in row.inner_text() and "nicht hilfreich" in row.inner_text()

    admin.goto(document)
    admin.get_by_role("link", name="Löschen").or_(
        admin.get_by_role("button", name="Löschen …")
    ).first.click()
    admin.get_by_role("button", name="Endgültig löschen").click()
    expect(admin.get_by_role("status")).to_have_text("Ein Dokument ist gelöscht.")
    gone = visitor.ask(asker, QUESTION).inner_text()
    assert "steht nichts" in gone and "87 Euro" not in gone

    admin.get_by_role("link", name="Protokoll", exact=True).click()
    log = admin.inner_text("main")
    assert all(word in log for word in ("Merkblatt_Reise.pdf", "Anna Admin"))
