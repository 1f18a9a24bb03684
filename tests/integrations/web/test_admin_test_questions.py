"""The page of the test questions in a browser: made, asked, put right, deleted; axe and 320 px."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from kb.roles import Role
from kb.state.accounts import Identity
from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running
from tests.integrations.web import browser

pytestmark = browser.NEEDED
HOSTILE = "Was kostet <b onclick=alert(1)>der</b> Quarkstrudel?"


@dataclass
class Place:
    """A service, its folder of documents, and the cookie of an editor."""

    service: Service
    cookie: str


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with folders.quick_folder() as folder:
        given = documents.write(folder / "unterlagen")
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as desk:
            assert desk.ingestion.run([given], desk.ingest_options).complete
            account = desk.accounts.sign_in(Identity("test", "r", "Rudi", role=Role.EDITOR))
            cookie = desk.sessions.begin(account.account_id)[1]
        with running(data) as service:
            yield Place(service, cookie)


@pytest.fixture(scope="module")
def page(place: Place) -> Iterator[Page]:
    with browser.launch() as opened:
        yield _signed_in(opened, place)


def _signed_in(opened: Browser, place: Place) -> Page:
    page = browser.open_page(opened)
    url = place.service.url
    page.context.add_cookies([{"name": "auskunft", "value": place.cookie, "url": url}])
    return page


def check(page: Page, name: str) -> None:
    """Nothing that a person could stumble over, wide and light, narrow and dark."""
    assert page.locator("h1").count() == 1, name
    for width, scheme in ((1280, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert browser.axe_violations(page) == [], f"{name}, {width}, {scheme}"
    assert browser.csp_violations(page) == [], name
    assert browser.overflow(page, 320) == 0, name
    assert browser.small_targets(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def row(page: Page, question: str) -> str:
    return page.locator("section", has_text=question).inner_text()


def test_from_the_first_question_to_the_last(page: Page, place: Place) -> None:
    asked = place.service.http.post(
        "/api/v1/answers", json={"question": documents.PUBLIC_QUESTION}
    ).json()
    page.goto(f"{place.service.url}/admin/testfragen")
    assert "noch keine Testfrage" in page.inner_text("main")
    check(page, "empty")

    page.goto(f"{place.service.url}/admin/testfragen/neu?frage={asked['answer_id']}")
    assert page.get_by_label("Frage", exact=True).input_value() == documents.PUBLIC_QUESTION
    assert page.get_by_label("Dokument 1").input_value() == documents.PUBLIC_NAME
    page.get_by_label("Stelle daraus (1)").fill("Der Meisterbonus beträgt 1.250 Euro")
    check(page, "from the log")
    page.get_by_role("button", name="Speichern").click()
    assert "gespeichert" in page.inner_text("[role=status]")

    page.get_by_role("link", name="Neue Testfrage").click()
    page.get_by_label("Frage", exact=True).fill(HOSTILE)
    page.get_by_label("Es soll").select_option("not_found")
    page.get_by_label("Dokument", exact=True).fill("Strudel.md")
    page.get_by_role("button", name="Speichern").click()
    assert "verträgt sich nicht" in page.inner_text("[role=alert]")
    assert page.get_by_label("Dokument 1").input_value() == "Strudel.md", "nothing typed is lost"
    check(page, "refused")
    page.get_by_label("Es soll").select_option("answered")
    page.get_by_role("button", name="Speichern").click()

    page.get_by_role("button", name="Jetzt prüfen").click()
    page.get_by_role("heading", name="Letzter Lauf").wait_for()
    assert "1 von 2 richtig" in page.inner_text("main")
    assert "Es wurde nichts gefunden." in row(page, HOSTILE), "and its words are text"
    assert page.locator("main section h2").all_inner_texts()[1] == HOSTILE, "what is wrong is first"
    check(page, "after a run")

    page.get_by_role("link", name=HOSTILE).click()
    assert "Es wurde nichts gefunden." in page.inner_text("main")
    check(page, "one")
    page.get_by_label("Es soll").select_option("not_found")
    page.get_by_label("Dokument 1").fill("")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("button", name="Jetzt prüfen").click()
    page.get_by_text("1 neu richtig").wait_for()
    assert "2 von 2 richtig" in page.inner_text("main")

    page.get_by_role("link", name=HOSTILE).click()
    page.get_by_role("button", name="Testfrage löschen").click()
    assert "gelöscht" in page.inner_text("[role=status]")
    assert page.get_by_role("link", name=HOSTILE).count() == 0


def test_in_and_out_as_yaml(page: Page, place: Place) -> None:
    page.goto(f"{place.service.url}/admin/testfragen")
    page.get_by_label("Testfragen als Tabelle oder YAML").fill("- {id: eins}")
    page.get_by_role("button", name="Übernehmen").click()
    assert "Erwartet wird eine Liste von Fragen" in page.inner_text("[role=alert]")
    assert page.get_by_label("Testfragen als Tabelle oder YAML").input_value() == "- {id: eins}"
    page.get_by_label("Testfragen als Tabelle oder YAML").fill(
        "- {id: ü.1, question: Wer zahlt, status: answered}\n"
    )
    page.get_by_role("button", name="Übernehmen").click()
    assert "Eine Testfrage ist übernommen" in page.inner_text("[role=status]")
    with page.expect_download() as found:
        page.get_by_role("link", name="als YAML herunterladen").click()
    assert "id: ü.1" in found.value.path().read_text("utf-8")
    page.get_by_role("link", name="Wer zahlt").click()
    assert page.get_by_label("Frage", exact=True).input_value() == "Wer zahlt"


def test_of_two_tabs_the_later_overwrites_nothing_unseen(page: Page, place: Place) -> None:
    page.goto(f"{place.service.url}/admin/testfragen/neu")
    page.get_by_label("Frage", exact=True).fill("Wer berät im zweiten Fenster?")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("link", name="Wer berät im zweiten Fenster?").click()
    other = page.context.new_page()
    other.goto(page.url)
    for tab, words in ((other, "Kammer"), (page, "Verband")):
        tab.get_by_label("In der Antwort muss vorkommen").fill(words)
        tab.get_by_role("button", name="Speichern").click()
    assert "inzwischen geändert" in page.inner_text("[role=alert]")
    assert page.get_by_label("In der Antwort muss vorkommen").input_value() == "Verband"
    other.reload()
    assert "enthält Kammer" in row(other, "Wer berät im zweiten Fenster?")
    page.get_by_role("button", name="Speichern").click()
    assert "gespeichert" in page.inner_text("[role=status]")
    assert "enthält Verband" in row(page, "Wer berät im zweiten Fenster?")
    other.close()


def test_questions_and_results_as_a_table_that_no_spreadsheet_runs(
    page: Page, place: Place
) -> None:
    page.goto(f"{place.service.url}/admin/testfragen")
    page.get_by_label("Testfragen als Tabelle oder YAML").fill(
        f"""
- {{id: tabelle.1, question: "{documents.PUBLIC_QUESTION}", status: answered,
    sources: [{{file: {documents.PUBLIC_NAME}}}]}}
- {{id: tabelle.2, question: '=HYPERLINK("http://x.example")', status: not_found}}
"""
    )
    page.get_by_role("button", name="Übernehmen").click()
    page.get_by_role("button", name="Jetzt prüfen").click()
    page.get_by_role("heading", name="Letzter Lauf").wait_for()
    page.get_by_role("button", name="Jetzt prüfen").wait_for()
    with page.expect_download() as found:
        page.get_by_role("link", name="Testfragen mit Ergebnissen als CSV").click()
    assert found.value.suggested_filename == "testfragen.csv"
    text = found.value.path().read_bytes().decode("utf-8-sig")
    rows = {one["Kennung"]: one for one in csv.DictReader(io.StringIO(text), delimiter=";")}
    right, evil = rows["tabelle.1"], rows["tabelle.2"]
    assert right["Ergebnis"] == "richtig" and right["Antwort"] == "beantwortet"
    assert right["Dokument"] == right["Quellen"] == documents.PUBLIC_NAME
    assert "1.250 Euro" in right["Beginn der Antwort"] and right["Gefragt am"]
    assert evil["Frage"].startswith("'=HYPERLINK") and evil["Erwartet"] == "nichts gefunden"
    shown = page.locator("main section h2").all_inner_texts()
    page.get_by_label("Testfragen als Tabelle oder YAML").fill(text)
    page.get_by_role("button", name="Übernehmen").click()
    assert f"{len(rows)} Testfragen sind übernommen" in page.inner_text("[role=status]")
    assert page.locator("main section h2").all_inner_texts() == shown
    page.get_by_label("Testfragen als Tabelle oder YAML").fill("Frage\tStichtag\nWer?\tmorgen")
    page.get_by_role("button", name="Übernehmen").click()
    assert "Zeile 2 der Tabelle: Der Stichtag" in page.inner_text("[role=alert]")
