"""The pages of a real service in a real browser: barriers, keyboard, history, pictures, print."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import folders
from tests.integrations.running import Service, running
from tests.integrations.web import browser
from tests.integrations.web.visitor.conftest import taken_in

pytestmark = browser.NEEDED

PAGES = [
    "/",
    "/?lang=en",
    "/suche",
    "/suche?q=Meisterbonus&sort=neu&stichtag=2025-01-01",
    "/suche?q=Meisterbonus&art=guideline&lang=en",
    "/suche?q=Mondrakete&jahr=unsinn",
    "/ansprechpartner",
    "/impressum",
    "/datenschutz?lang=en",
    "/barrierefreiheit",
    "/gibt-es-nicht",
]
QUESTION = "Bis wann läuft die Frist für die Anmeldung?"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    contact = {
        "AUSKUNFT_CONTACT_NAME": "Kammer Nordtal, Beratung",
        "AUSKUNFT_CONTACT_PHONE": "+49 (0) 211 555 0100",
        "AUSKUNFT_CONTACT_EMAIL": "beratung@kammer-nordtal.example",
    }
    with folders.quick_folder() as folder:
        data = folder / "daten"
        shutil.copytree(taken_in(), data, symlinks=True)
        folders.prepared(data)
        (data / "texte").mkdir()
        (data / "texte" / "impressum.md").write_text("# Impressum\n\n[Post](mailto:a@b.example)\n")
        with running(data, **contact) as started:
            yield started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.launch() as opened:
        yield opened


@pytest.fixture
def page(chromium: Browser, service: Service) -> Iterator[Page]:
    """A page on which nothing may break the policy and nothing may be asked of others."""
    opened = browser.open_page(chromium, reduced_motion="reduce")
    foreign = browser.third_party_requests(opened, service.url)
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    assert failures == [] and foreign == []
    assert browser.csp_violations(opened) == []
    assert opened.context.cookies() == []
    opened.context.close()


def document_page(service: Service, file: str = "Merkblatt Prüfung.pdf") -> str:
    listed = service.http.get("/api/v1/documents").json()["documents"]
    return next(f"/dokumente/{one['document_id']}" for one in listed if one["file"] == file)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES, "document", "old version"])
def test_no_barriers_on_any_page(page: Page, service: Service, path: str, scheme: Any) -> None:
    if path == "document":
        path = document_page(service) + "?von=0&bis=30&bild=2"
    elif path == "old version":
        path = document_page(service, "bonus_2024.md")
    page.emulate_media(color_scheme=scheme)
    page.goto(service.url + path)
    assert page.locator("h1").count() == 1
    assert browser.axe_violations(page) == []
    assert browser.small_targets(page, inline=("Post",)) == []
    assert browser.overflow(page, 320) == 0
    page.emulate_media(forced_colors="active")
    found = browser.axe_violations(page)  # the colours are the reader's own then
    assert [each for each in found if not each.startswith("color-contrast")] == []


def test_at_400_percent_everything_is_reached_by_scrolling_down_alone(
    page: Page, service: Service
) -> None:
    for path in ("/suche?q=Meisterbonus", "/ansprechpartner", document_page(service) + "?bild=1"):
        page.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 at 400 %
        page.goto(service.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        last = page.locator("footer .site a").last
        last.scroll_into_view_if_needed()
        assert last.is_visible()


def test_the_search_is_used_by_keyboard_alone(page: Page, service: Service) -> None:
    page.goto(service.url + "/suche")
    stops = browser.tab_stops(page)
    assert stops[:6] == [
        "a: Zum Inhalt springen",
        "a: Auskunft",
        "a: Fragen",
        "a: Suche",
        "a: Ansprechpartner",
        "a: English",
    ]
    assert stops[6:9] == ["input: Suchwörter", "button: Suchen", "summary: Stichtag und Sortierung"]
    page.locator("#q").focus()
    page.keyboard.type("Meisterbonus")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suche?q=Meisterbonus*")
    page.locator(".facets a").first.focus()
    page.keyboard.press("Enter")
    page.locator(".chip").wait_for()
    page.locator(".chip").focus()
    page.keyboard.press("Enter")
    page.locator(".chip").wait_for(state="detached")


def test_a_hit_leads_to_the_passage(page: Page, service: Service) -> None:
    page.goto(service.url + "/suche?q=Zuschüsse")
    page.locator(".hit h3 a").first.click()
    mark = page.locator("mark#zitat")
    mark.wait_for()
    assert "Zuschüsse" in page.locator("mark").all_inner_texts()[-1]
    top = mark.evaluate("node => node.getBoundingClientRect().top")
    assert 0 <= top < 900


def test_a_picture_is_fetched_when_it_is_opened_and_shows_the_page(
    page: Page, service: Service
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(service.url + "/")
    turn = browser.ask(page, QUESTION)
    picture = turn.locator(".page-picture").first
    assert not [url for url in asked if url.endswith(".png")]
    picture.locator("summary").click()
    image = picture.locator("img")
    image.evaluate("it => it.decode()")
    assert image.evaluate("it => it.naturalWidth") == 1200
    assert "Seite" in (image.get_attribute("alt") or "")
    assert browser.axe_violations(page) == []


def test_back_and_reload_keep_the_conversation_and_a_new_one_forgets_it(
    page: Page, service: Service
) -> None:
    page.goto(service.url + "/")
    browser.ask(page, QUESTION)
    browser.ask(page, "Welche Farbe hat die Mondrakete?")
    before = [browser.turn_markup(page, number) for number in (1, 2)]
    page.get_by_role("link", name="Suche").click()
    page.locator("#q").wait_for()
    page.go_back()
    page.locator(".turn").nth(1).wait_for()
    assert [
        browser.turn_markup(page, number).replace(' class="cited"', "") for number in (1, 2)
    ] == before
    page.reload()
    page.locator(".turn").nth(1).wait_for()
    browser.ask(page, "Und wie hoch ist der Meisterbonus?")
    assert page.locator(".turn").count() == 3
    page.locator("#neu").click()
    page.reload()
    page.locator("#frage").wait_for()
    assert page.locator(".turn").count() == 0
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_two_tabs_have_their_own_conversations(page: Page, service: Service) -> None:
    page.goto(service.url + "/")
    browser.ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(service.url + "/")
    assert other.locator(".turn").count() == 0
    browser.ask(other, "Wie hoch ist der Meisterbonus?")
    page.reload()
    assert page.locator(".question").all_inner_texts()[0].endswith(QUESTION)
    other.close()


def test_nothing_found_offers_a_person_with_the_question_filled_in(
    page: Page, service: Service
) -> None:
    page.goto(service.url + "/")
    turn = browser.ask(page, "Welche Farbe hat die Mondrakete?")
    links = [link.get_attribute("href") or "" for link in turn.locator(".contact a").all()]
    assert links[0] == "tel:+492115550100"
    assert links[1].startswith("mailto:beratung@kammer-nordtal.example?subject=")
    assert "Mondrakete%3F" in links[1]


def test_a_printed_answer_has_its_sources_and_no_controls(page: Page, service: Service) -> None:
    page.goto(service.url + "/")
    turn = browser.ask(page, QUESTION)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert turn.locator("blockquote").first.is_visible()
    for hidden in (".ask", ".sections", ".page-picture", "button"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_nothing_moves_where_that_is_not_wanted(page: Page, service: Service) -> None:
    page.goto(service.url + "/")
    browser.ask(page, QUESTION)
    assert page.evaluate("document.getAnimations().length") == 0


def test_markup_of_a_hostile_document_stays_text(page: Page, service: Service) -> None:
    page.goto(service.url + "/suche?q=Lohn+Meisterbonus")
    assert page.locator(".hit", has_text="onerror").count()
    page.goto(service.url + document_page(service, 'Böse "Datei" ; x=<b>é.html'))
    assert page.evaluate("window.__xss") is None
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert "Datei" in download.value.suggested_filename
