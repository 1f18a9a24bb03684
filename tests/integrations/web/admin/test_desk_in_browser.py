"""The desk's overview, work list, answers, feedback and audit log in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from kb.roles import Role
from tests.integrations import documents
from tests.integrations.web import browser
from tests.integrations.web.admin.desk_house import DeskHouse, opened_house

pytestmark = browser.NEEDED
QUESTION = "Muss ich den Gesellenbrief im Original vorlegen?"
PAGES = (
    *("/admin", "/admin?zeitraum=12m", "/admin/pause", "/admin/fragen", "/admin/antworten"),
    *("/admin/rueckmeldungen", "/admin/fragenprotokoll", "/admin/protokoll"),
)


@pytest.fixture(scope="module")
def house() -> Iterator[DeskHouse]:
    with opened_house() as made:
        for question in (QUESTION, documents.PUBLIC_QUESTION):
            answer = made.ask(question)
            told = {"answer_id": answer["answer_id"], "helpful": question != QUESTION}
            made.service.http.post("/api/v1/feedback", json={**told, "comment": "Gut <b>so</b>."})
        yield made


@pytest.fixture(scope="module")
def chromium(house: DeskHouse) -> Iterator[Browser]:
    """After the house: an open browser holds this thread's event loop, which ingestion needs."""
    with browser.launch() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(chromium: Browser, house: DeskHouse) -> Iterator[Page]:
    opened = browser.open_page(chromium)
    cookie = {"name": "auskunft", "value": house.cookies[Role.ADMIN], "url": house.service.url}
    opened.context.add_cookies([cookie])  # type: ignore[list-item]
    yield opened
    opened.context.close()


def check(page: Page, name: str) -> None:
    """Nothing that a person could stumble over, at either width and in either scheme."""
    assert page.locator("h1").count() == 1, name
    for scheme, width in (("light", 1280), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        assert browser.axe_violations(page) == [], f"{name}, {scheme}, {width}"
    assert browser.overflow(page, 320) == 0, name
    assert browser.small_targets(page) == [], name
    assert browser.csp_violations(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_barrier(page: Page, house: DeskHouse, path: str) -> None:
    foreign = browser.third_party_requests(page, house.service.url)
    page.goto(house.service.url + path)
    check(page, path)
    assert foreign == []


def test_an_answer_is_written_and_approved_by_keyboard(page: Page, house: DeskHouse) -> None:
    page.goto(f"{house.service.url}/admin/fragen")
    page.get_by_role("link", name=QUESTION).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/fragen/*")
    check(page, "item")
    page.locator("main").get_by_role("link", name="Antwort schreiben").focus()
    page.keyboard.press("Enter")
    page.locator("#text").focus()
    page.keyboard.type("Eine beglaubigte Kopie genügt.")
    page.locator("#zielgruppe").select_option("public")
    check(page, "form")
    page.get_by_role("button", name="Entwurf speichern").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    check(page, "draft")
    page.get_by_role("button", name="Gelesen und freigeben").focus()
    page.keyboard.press("Enter")
    page.get_by_text("ist freigegeben und wird eingelesen").wait_for()
    check(page, "approved")


def test_plots_say_the_same_as_their_tables_and_live_without_colour(
    page: Page, house: DeskHouse
) -> None:
    page.goto(f"{house.service.url}/admin?zeitraum=7")
    stops = browser.tab_stops(page, 60)
    assert sum(stop == "summary: Als Tabelle" for stop in stops) == 2
    page.locator("summary", has_text="Als Tabelle").first.click()
    today = page.locator("details[open] tbody tr").last.locator("td").all_inner_texts()
    assert int(today[0]) >= 1 and int(today[2]) >= 1
    drawn = page.locator(".chart-area g").last.locator("rect")
    assert drawn.count() == sum(int(number) > 0 for number in today)
    fills = {drawn.nth(n).get_attribute("fill") for n in range(drawn.count())}
    assert len(fills) == drawn.count()  # a pattern of its own for each
    page.emulate_media(forced_colors="active")
    shown = page.locator(".chart-area .answered").first
    fill = "node => getComputedStyle(node).fill"
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert shown.evaluate(fill) != page.evaluate(ground)
    page.emulate_media(forced_colors="none")
