"""Signing in with a real browser: over the provider, with a link, with and without script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.integrations import documents
from tests.integrations.running import Outcome
from tests.integrations.signin.conftest import House
from tests.integrations.web import browser

pytestmark = browser.NEEDED


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.launch() as opened:
        yield opened


def check(page: Page, name: str) -> None:
    """Nothing that a person could stumble over, at either width and in either scheme."""
    assert page.locator("h1").count() == 1, name
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert browser.axe_violations(page) == [], f"{name}, {scheme}"
    assert browser.csp_violations(page) == [], name
    assert browser.overflow(page, 320) == 0, name
    assert browser.small_targets(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def test_over_the_provider_and_out_again(chromium: Browser, house: House) -> None:
    page = browser.open_page(chromium)
    page.goto(house.service.url)
    page.get_by_role("link", name="Anmelden", exact=True).click()
    check(page, "/anmelden")
    page.get_by_role("link", name="Mit dem Konto der Organisation anmelden").click()
    assert page.url.startswith(house.issuer)
    page.locator("input[name=sub]").last.fill("redakteur")
    page.locator("input[name=sub]").last.press("Enter")
    page.wait_for_url(f"{house.service.url}/admin")  # where an editor's work is
    page.get_by_role("link", name="Zur Auskunft").click()
    assert page.locator(".signed-in a").inner_text() == "Rudi Redakteur"
    check(page, "/")
    turn = browser.ask(page, documents.STAFF_QUESTION)
    assert "48.500" in turn.inner_text()
    page.locator(".signed-in a").click()
    assert "Redaktion" in page.inner_text("main")
    check(page, "/konto")
    page.goto(f"{house.service.url}/konto?lang=en")
    check(page, "/konto, English")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{house.issuer}/oauth2/end_session?**")  # the provider asks once more
    page.locator("button, input[type=submit]").first.click()
    page.wait_for_url(f"{house.service.url}/")
    assert page.locator(".signed-in").count() == 0
    page.go_back()
    assert "Rudi" not in page.inner_text("body")  # kept nowhere
    page.context.close()


def test_the_page_on_the_way_to_the_provider(chromium: Browser, house: House) -> None:
    """As a browser shows it that does not go on by itself."""
    page = browser.open_page(chromium)
    page.route(f"{house.issuer}/oauth2/end_session?**", lambda route: route.fulfill(status=204))
    page.goto(f"{house.service.url}/anmelden/dienst?zurueck=/konto")
    page.locator("input[name=sub]").last.fill("partnerin")
    page.locator("input[name=sub]").last.press("Enter")
    page.get_by_role("button", name="Abmelden", exact=True).click()
    page.get_by_role("heading", name="Sie sind hier abgemeldet").wait_for()
    check(page, "/abmelden")
    assert "Paula" not in page.inner_text("body")
    page.context.close()


def test_with_a_link_and_without_script(
    chromium: Browser, house: House, cli: Callable[..., Outcome]
) -> None:
    made = cli("--data", house.service.data, "admin", "invite", "--name", "Ida <i>Igel</i>",
               "--role", "staff")  # fmt: skip
    page = browser.open_page(chromium, java_script_enabled=False)
    page.goto(made.out.strip())
    assert page.inner_text("h1") == "Guten Tag, Ida <i>Igel</i>"
    page.get_by_role("button", name="Jetzt anmelden").click()
    page.wait_for_url(f"{house.service.url}/")
    page.locator("#frage").fill(documents.STAFF_QUESTION)
    page.get_by_role("button", name="Fragen").click()
    assert "48.500" in page.inner_text("main")
    page.goto(f"{house.service.url}/konto")
    page.get_by_role("button", name="Überall abmelden").click()
    page.wait_for_url(f"{house.service.url}/")
    assert page.locator(".signed-in").count() == 0
    page.goto(made.out.strip())
    assert "Der Link ist schon benutzt." in page.inner_text("main")
    page.context.close()


def test_the_page_of_a_link(chromium: Browser, house: House, cli: Callable[..., Outcome]) -> None:
    made = cli("--data", house.service.data, "admin", "invite", "--name", "Ida Igel")
    page = browser.open_page(chromium)
    page.goto(made.out.strip())
    check(page, "/einladung")
    page.goto(f"{house.service.url}/einladung/gibt-es-nicht")
    check(page, "/einladung, unknown")
    page.context.close()


def test_a_foreign_page_cannot_act_for_somebody(
    chromium: Browser, house: House, tmp_path: Path
) -> None:
    """A form on another origin, sent by a browser that is signed in: the cookie stays at home."""
    page = browser.open_page(chromium)
    page.goto(f"{house.service.url}/anmelden/dienst")
    page.locator("input[name=sub]").last.fill("chefin")
    page.locator("input[name=sub]").last.press("Enter")
    page.wait_for_url(f"{house.service.url}/admin")
    trap = tmp_path / "falle.html"
    trap.write_text(
        f'<form method="post" action="{house.service.url}/konto/abmelden">'
        '<input name="csrf" value="x"><button>Gewinn!</button></form>',
        "utf-8",
    )
    page.goto(trap.as_uri())
    page.get_by_role("button").click()
    page.wait_for_url(f"{house.service.url}/konto/abmelden")
    assert "Website ist nicht zugelassen" in page.inner_text("body")
    page.goto(house.service.url)
    assert page.locator(".signed-in a").inner_text() == "Clara Chefin"
    page.context.close()
