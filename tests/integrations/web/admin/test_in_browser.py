"""The admin's desk in a real browser: signing in, uploading, watching, correcting, deleting."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.integrations import documents
from tests.integrations.web import browser
from tests.integrations.web.admin.conftest import LIST, Office, pdf

pytestmark = browser.NEEDED
EVIL = "Merkblatt <img src=x onerror=document.title='x'>"
_PATIENCE = 30_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.launch() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(chromium: Browser, office: Office) -> Iterator[Page]:
    """An admin who has signed in with a one-time link."""
    opened = browser.open_page(chromium)
    opened.goto(office.link("admin"))
    opened.get_by_role("button", name="Jetzt anmelden").click()
    opened.wait_for_url(f"{office.service.url}/admin")
    yield opened
    opened.context.close()


def check(page: Page, name: str) -> None:
    """Nothing that a person could stumble over, wide and light, narrow and dark."""
    assert page.locator("h1").count() == 1, name
    for width, scheme in ((1280, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert browser.axe_violations(page) == [], f"{name}, {width} px, {scheme}"
        assert browser.small_targets(page) == [], f"{name}, {width} px"
    assert browser.overflow(page, 320) == 0, name
    assert browser.csp_violations(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def uploaded(page: Page, office: Office, *files: tuple[str, bytes]) -> None:
    """Choose files and send them; ends on the page of the finished job."""
    page.goto(f"{office.service.url}{LIST}/hochladen")
    page.get_by_label("Dateien, auch ZIP-Archive").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content}
         for name, content in files]
    )  # fmt: skip
    page.get_by_role("button", name="Hochladen").click()
    page.wait_for_url("**/admin/auftraege/*")
    expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible(timeout=_PATIENCE)


def test_a_document_from_upload_to_deletion(page: Page, office: Office) -> None:
    foreign = browser.third_party_requests(page, office.service.url)
    page.goto(f"{office.service.url}{LIST}/hochladen")
    page.get_by_role("button", name="Hochladen").click()
    expect(page.get_by_role("alert")).to_have_text("Es ist keine Datei ausgewählt.")
    check(page, "hochladen, Fehler")
    uploaded(
        page,
        office,
        ("Reise.pdf", pdf("Merkblatt Reise.", "Der Reisekostenzuschuss beträgt 87 Euro je Tag.")),
        (f"{EVIL.replace('/', '')}.txt", "Ein Text über Hunde und Katzen.".encode()),
        ("Schaden.pdf", b"%PDF-1.7 nichts"),
    )
    results = page.locator(".rows-table tbody tr")
    assert results.count() == 3 and "fehlgeschlagen" in results.first.inner_text()
    assert EVIL in page.inner_text("main") and page.title().startswith("Hochgeladen")
    check(page, "Auftrag")
    page.get_by_role("link", name="Reise.pdf").click()
    page.get_by_label("Zielgruppe").fill("public")
    page.get_by_label("Titel").fill(EVIL)
    page.get_by_label("Prüfen am").fill("2026-01-31")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_have_text("Die Änderung ist gespeichert.")
    assert page.inner_text("h1") == EVIL
    check(page, "Dokument")
    page.get_by_role("link", name="Stellen ansehen").click()
    expect(page.get_by_text("Der Reisekostenzuschuss beträgt 87 Euro je Tag.")).to_be_visible()
    check(page, "Stellen")
    answer = office.service.http.post(
        "/api/v1/answers", json={"question": "Wie hoch ist der Reisekostenzuschuss je Tag?"}
    ).json()
    assert [source["page"] for source in answer["sources"]] == [2]
    page.goto(f"{office.service.url}{LIST}?auffaellig=pruefung")
    page.get_by_label(f"{EVIL} auswählen").check()
    check(page, "Dokumente")
    page.get_by_role("button", name="Löschen …").click()
    check(page, "Löschen")
    page.get_by_role("button", name="Endgültig löschen").click()
    expect(page.get_by_role("status")).to_have_text("Ein Dokument ist gelöscht.")
    assert "Reise.pdf" not in office.documents()
    assert foreign == []


def test_progress_survives_a_reload_and_can_be_cancelled(page: Page, office: Office) -> None:
    text = "".join(
        f"# Abschnitt {n}\n\nIm Absatz {n} geht es um Zuschuss {n * 7}.\n\n" for n in range(700)
    )
    page.goto(f"{office.service.url}{LIST}/hochladen")
    page.locator("#dateien").set_input_files(
        {"name": "Lang.md", "mimeType": "text/markdown", "buffer": text.encode()}
    )
    expect(page.locator("#auswahl li")).to_have_count(1)
    page.get_by_role("button", name="Hochladen").click()
    page.wait_for_url("**/admin/auftraege/*")
    expect(page.locator("#tempo")).to_contain_text("Stellen je", timeout=_PATIENCE)
    page.reload()
    expect(page.locator("#gerade")).to_have_text("Gerade: Lang.md", timeout=_PATIENCE)
    check(page, "laufender Auftrag")
    page.get_by_role("button", name="Abbrechen").click()
    expect(page.locator(".page-head .badge")).to_have_text("abgebrochen", timeout=_PATIENCE)
    assert "Lang.md" not in office.documents()
    assert page.get_by_role("button", name="Wiederholen").count() == 0, "its file is gone"
    expect(page.get_by_role("link", name="Noch einmal hochladen")).to_be_visible()
    page.get_by_role("link", name="Alle Aufträge").click()
    check(page, "Aufträge")


def test_files_are_dropped(page: Page, office: Office) -> None:
    page.goto(f"{office.service.url}{LIST}/hochladen")
    transfer = page.evaluate_handle("""() => {
      const held = new DataTransfer();
      held.items.add(new File(["Ein Text, der gezogen wurde."], "Gezogen.txt"));
      return held;
    }""")
    page.dispatch_event("#ablage", "drop", {"dataTransfer": transfer})
    expect(page.locator("#auswahl")).to_contain_text("Gezogen.txt")
    page.get_by_role("button", name="Hochladen").click()
    expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible(timeout=_PATIENCE)
    assert "Gezogen.txt" in office.documents()


def test_the_index_is_rebuilt_and_switched_back(page: Page, office: Office) -> None:
    url = office.service.url
    page.goto(f"{url}/admin/suchindex")
    page.get_by_role("button", name="Neu aufbauen").click()
    expect(page.get_by_role("button", name="Zum früheren zurückschalten")).to_be_visible(
        timeout=_PATIENCE
    )
    assert page.locator("tbody tr").count() == 2
    check(page, "Suchindex")
    former = page.locator("tbody tr", has_text="frühere").locator("th").inner_text()
    page.get_by_role("button", name="Zum früheren zurückschalten").click()
    used = page.locator("tbody tr", has_text="in Gebrauch").locator("th")
    expect(used).to_have_text(former, timeout=_PATIENCE)
    question = {"question": documents.PUBLIC_QUESTION}
    assert office.service.http.post("/api/v1/answers", json=question).json()["sources"]
    page.goto(f"{url}/admin/quellen")
    check(page, "Quellen")


def test_by_keyboard(page: Page, office: Office) -> None:
    page.goto(f"{office.service.url}{LIST}")
    stops = browser.tab_stops(page, limit=24)
    assert stops[0] == "a: Zum Inhalt springen"
    order = [
        "a: Dokumente",
        "a: Quellen",
        "a: Hochladen",
        "input: Suchen in Titel, Datei, Herausgeber",
    ]
    places = [stops.index(stop) for stop in order]
    assert places == sorted(places)
