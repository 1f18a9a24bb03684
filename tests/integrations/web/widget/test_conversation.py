"""The widget on another origin's page in a real browser, with real answers from the samples."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from tests.integrations.running import Service
from tests.integrations.web import browser
from tests.integrations.web.widget import visitor
from tests.integrations.web.widget.sites import HOSTILE_STYLE, STYLE, Website, policy, tag

SCHECK = "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"
UNKNOWN = "Welche Farbe hat die Mondrakete der Feuerwehr?"
GERMAN = 'data-lang="de" data-title="Auskunft Nordtal"'
Visit = Callable[..., Page]


@pytest.fixture(autouse=True)
def _careful_website(site: Website, service: Service) -> None:
    site.style, site.policy = STYLE, policy(service.url)


def test_a_whole_conversation(site: Website, service: Service, visit: Visit) -> None:
    page = visit("about:blank")
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("request", note)
    page.goto(site.show(tag(service.url, GERMAN)))
    panel = visitor.open_widget(page)
    assert "Sie schreiben mit einer KI, nicht mit einem Menschen." in panel.inner_text()
    visitor.listen(page)
    turn = visitor.ask(page, SCHECK)
    assert "höchstens 1.500 Euro je Person" in turn.inner_text()
    assert "Auskunft Nordtal (KI)" in turn.inner_text()
    said = visitor.heard(page)
    assert said[0] == "Antwort wird gesucht …"
    assert len(said) == 2 and "höchstens 1.500 Euro je Person" in said[1]

    source = turn.locator("details").first
    assert not source.locator("blockquote").is_visible()
    turn.locator(".cite").first.click()
    assert "höchstens 1.500 Euro" in source.locator("blockquote").inner_text()
    assert "Nr. 5.4 · S. 3" in source.locator("summary").inner_text()
    assert "gültig bis 31. Dezember 2028" in source.locator("summary").inner_text()
    link = source.get_by_role("link")
    assert link.get_attribute("href").startswith(f"{service.url}/dokumente/")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")

    with page.expect_request("**/answers") as asked:
        visitor.ask(page, "Und wer kann ihn beantragen?")
    history = asked.value.post_data_json["history"]
    assert history[0] == {"role": "user", "text": SCHECK}
    assert "höchstens 1.500 Euro je Person" in history[1]["text"]
    turn = visitor.ask(page, UNKNOWN)
    assert turn.locator("a[href='tel:+492115550100']").is_visible()
    mail = turn.locator("a[href^='mailto:']").get_attribute("href")
    assert mail.startswith("mailto:beratung%40kammer-nordtal.example?body=Welche%20Farbe")

    assert {request.url.partition("/w")[0].partition("/api")[0] for request in requests} <= {
        site.url + "/",
        site.url + "/site.css",
        service.url,
    }
    assert [request.url.removeprefix(service.url) for request in requests[2:]] == [
        "/widget/v1/auskunft.js",
        "/widget/v1/about?lang=de",
        *["/api/v1/answers"] * 3,
    ]
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("indexedDB.databases()") == []
    page.get_by_role("button", name="Gespräch löschen").click()
    assert page.locator("article").count() == 0
    with page.expect_request("**/answers") as asked:
        visitor.ask(page, SCHECK)
    assert asked.value.post_data_json["history"] == []


def test_everything_works_by_keyboard(site: Website, service: Service, visit: Visit) -> None:
    page = visit(site.show(tag(service.url, GERMAN)))
    page.keyboard.press("Tab")
    assert visitor.focused(page) == "a: Termine der Innungen"
    page.keyboard.press("Tab")
    assert visitor.focused(page) == "button: Frage stellen"
    page.keyboard.press("Enter")
    assert visitor.focused(page) == "textarea: Ihre Frage"
    page.keyboard.type(SCHECK)
    page.keyboard.press("Enter")
    visitor.finished(page)
    assert visitor.focused(page).startswith("h3: Ihre Frage: Wie hoch")
    page.keyboard.press("Tab")
    assert visitor.focused(page) == "button: Quelle 1"
    page.keyboard.press("Enter")
    assert visitor.focused(page).startswith("summary: 1Förderrichtlinie")
    page.keyboard.press("Tab")
    assert visitor.focused(page) == "a: Im Dokument ansehen (öffnet neues Fenste"
    stops = []
    for _ in range(11):
        page.keyboard.press("Tab")
        stops.append(visitor.focused(page).split(":")[0])
    assert stops[:4] == ["summary"] * 4
    assert stops[4:9] == ["button", "button", "textarea", "button", "summary"]
    page.locator("textarea").focus()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    assert visitor.focused(page) == "button: Frage stellen"
    page.keyboard.press("Enter")
    assert page.locator("article").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_barriers_that_axe_can_find(
    site: Website, service: Service, visit: Visit, scheme: Any, width: int
) -> None:
    page = visit(site.show(tag(service.url, GERMAN)), color_scheme=scheme, width=width, height=640)
    assert browser.axe_violations(page) == []
    visitor.open_widget(page)
    assert browser.axe_violations(page) == []
    visitor.ask(page, SCHECK).locator(".cite").first.click()
    page.get_by_text("Ansprechpartner").click()
    assert browser.axe_violations(page) == []
    visitor.ask(page, UNKNOWN)
    assert browser.axe_violations(page) == []
    assert browser.overflow(page, width) == 0
    small = page.locator("auskunft-widget").evaluate(
        """host => [...host.shadowRoot.querySelectorAll("a, button, summary, textarea")]
          .filter((it) => it.checkVisibility()).map((it) => it.getBoundingClientRect())
          .filter((box) => box.width < 24 || box.height < 24).length"""
    )
    assert small == 0


def test_english(site: Website, service: Service, visit: Visit) -> None:
    page = visit(site.show(tag(service.url, 'data-lang="en"')))
    panel = visitor.open_widget(page, "Ask a question")
    assert "You are chatting with an AI, not a person." in panel.inner_text()
    with page.expect_request("**/answers") as asked:
        turn = visitor.ask(page, SCHECK)
    assert asked.value.post_data_json["language"] == "en"
    assert "valid until 31 December 2028" in turn.inner_text()
    assert "lang=en" in turn.locator("details a").first.get_attribute("href")
    assert turn.locator("p [lang=de]").count() > 0
    assert browser.axe_violations(page) == []


def test_in_its_place_in_the_page(site: Website, service: Service, visit: Visit) -> None:
    body = '<auskunft-widget inline data-title="Fragen Sie uns"></auskunft-widget>'
    page = visit(site.show(tag(service.url), body))
    assert page.locator("auskunft-widget").count() == 1
    assert page.get_by_role("region", name="Fragen Sie uns").is_visible()
    assert not page.get_by_role("button", name="Frage stellen").is_visible()
    visitor.ask(page, SCHECK)
    page.keyboard.press("Escape")
    assert page.locator("article").is_visible()
    assert browser.axe_violations(page) == []
    page.emulate_media(media="print")
    assert page.locator("article").is_visible()


def test_position_print_and_own_colours(site: Website, service: Service, visit: Visit) -> None:
    site.style = STYLE + "auskunft-widget { --auskunft-accent: #7a0019; }"
    page = visit(site.show(tag(service.url, 'data-position="left"')))
    launcher = page.get_by_role("button", name="Frage stellen")
    box = launcher.bounding_box()
    assert box and box["x"] == 16 and box["height"] >= 44 and box["width"] >= 44
    assert launcher.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(122, 0, 25)"
    panel = visitor.open_widget(page)
    assert panel.bounding_box()["x"] == 16  # type: ignore[index]
    page.emulate_media(media="print")
    assert not panel.is_visible() and not launcher.is_visible()


def test_the_launcher_moves_out_of_the_way(site: Website, service: Service, visit: Visit) -> None:
    links = "".join(
        f'<p style="text-align:right"><a href="/{n}">Seite {n}</a></p>' for n in range(60)
    )
    site.style = STYLE + "main a { display: block; text-align: right; }"
    page = visit(site.show(tag(service.url), links.replace(' style="text-align:right"', "")))
    page.locator("a").last.focus()
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    launcher = page.get_by_role("button", name="Frage stellen").bounding_box()
    link = page.locator("a").last.bounding_box()
    assert launcher and link and launcher["y"] + launcher["height"] <= link["y"]
    page.locator("a").first.focus()
    page.wait_for_function(
        """document.querySelector("auskunft-widget").shadowRoot
          .querySelector(".launcher").style.bottom === "" """
    )


def test_low_windows_scroll_as_a_whole(site: Website, service: Service, visit: Visit) -> None:
    page = visit(site.show(tag(service.url)), width=320, height=256)
    panel = visitor.open_widget(page)
    turn = visitor.ask(page, SCHECK)
    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 256}
    assert turn.locator("h3").bounding_box()["y"] == pytest.approx(9, abs=9)  # type: ignore[index]
    assert panel.evaluate("it => it.scrollWidth <= it.clientWidth")


def test_a_hostile_style_sheet_does_not_reach_in_and_ours_not_out(
    site: Website, service: Service, visit: Visit
) -> None:
    address = site.show(tag(service.url, GERMAN))
    looks = """it => { const style = getComputedStyle(it); return ["backgroundColor", "textTransform",
      "position", "fontFamily", "letterSpacing", "display", "color", "borderTopStyle", "fontSize"]
      .map((name) => style[name]).join() }"""
    seen = {}
    for name, style in (("plain", STYLE), ("hostile", STYLE + HOSTILE_STYLE)):
        site.style = style
        page = visit(address)
        panel = visitor.open_widget(page)
        turn = visitor.ask(page, SCHECK)
        parts = [panel, turn, *turn.locator("p, .cite, summary").all(), panel.locator("textarea")]
        seen[name] = [part.evaluate(looks) for part in parts]
        assert (
            page.locator("main p").first.evaluate("it => getComputedStyle(it).whiteSpace")
            == "normal"
        )
    assert seen["hostile"] == seen["plain"]


def test_included_twice_late_and_put_elsewhere(
    site: Website, service: Service, visit: Visit
) -> None:
    page = visit(site.show(tag(service.url) + tag(service.url)))
    assert page.locator("auskunft-widget").count() == 1
    visitor.open_widget(page)
    visitor.ask(page, SCHECK)
    page.evaluate(
        """() => { const it = document.querySelector("auskunft-widget"); it.remove();
          document.querySelector("main").append(it); }"""
    )
    assert page.locator("article").count() == 1
    visitor.ask(page, SCHECK)
    assert page.locator("article").count() == 2
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()

    page = visit(site.show(""))
    page.evaluate(
        """(src) => new Promise((done) => { const it = document.createElement("script");
          it.onload = done; it.src = trustedTypes.createPolicy("host", {createScriptURL: (s) => s})
            .createScriptURL(src); document.head.append(it); })""",
        f"{service.url}/widget/v1/auskunft.js",
    )
    visitor.open_widget(page)


def test_a_page_with_an_element_of_the_same_name(
    site: Website, service: Service, visit: Visit
) -> None:
    clash = "customElements.define('auskunft-widget', class extends HTMLElement {})"
    page = visit(site.show(tag(service.url) * 2), before=clash)
    visitor.open_widget(page)
    assert page.locator("auskunft-widget-1").count() == 1


def test_pinned_by_a_page_that_is_isolated(site: Website, service: Service, visit: Visit) -> None:
    from integrations.web.widget.script import widget_script

    script = widget_script()
    pinned = (
        f'<script src="{service.url}/widget/v1/{script.pinned_name}" integrity="{script.integrity}"'
        ' crossorigin="anonymous" defer></script>'
    )
    page = visit(site.show(pinned))
    visitor.open_widget(page)
    assert "1.500 Euro" in visitor.ask(page, SCHECK).inner_text()


def test_forced_colours_keep_borders(site: Website, service: Service, visit: Visit) -> None:
    page = visit(site.show(tag(service.url)), forced_colors="active")
    visitor.open_widget(page)
    turn = visitor.ask(page, SCHECK)
    for part in (turn.locator(".cite").first, page.locator("textarea"), page.get_by_role("dialog")):
        assert part.evaluate("it => getComputedStyle(it).borderTopWidth") == "1px"
