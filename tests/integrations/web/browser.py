"""Browser checks that any server of these pages must pass; each takes a Playwright page.

`launch` opens the system's Chromium; the rest asks questions and reads what a person would see,
hear or reach by keyboard. Nothing here knows which server answers.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
#: the mark of modules whose tests open it
NEEDED = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs the system's Chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_WATCH = """
window.__announced = [];
window.__violations = [];
addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
addEventListener("DOMContentLoaded", () => {
  const status = document.querySelector("[role=status]");
  if (status) new MutationObserver(() => window.__announced.push(status.textContent))
    .observe(status, {childList: true, characterData: true, subtree: true});
});
"""
#: One tab stop as a reader would name it.
_FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return "";
  const name = it.getAttribute("aria-label") || (it.labels && it.labels[0]?.textContent)
    || it.textContent || "";
  return `${it.localName}: ${name.trim().replace(/\\s+/g, " ").slice(0, 60)}`;
}"""
_SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, textarea")]
  .filter((it) => it.checkVisibility() && !it.matches(".skip"))
  .map((it) => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([it, box]) => `${it.textContent.trim()}: ${box.width} x ${box.height}`)"""


@contextmanager
def launch() -> Iterator[Browser]:
    """The system's Chromium, headless.

    For fixtures of a module at most: while it is open an event loop runs in this thread, and whatever
    else would start one (ingestion, commands) fails.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, *, width: int = 1280, height: int = 900, **context: Any) -> Page:
    """A page in a context of its own that records CSP violations and announcements."""
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    page.add_init_script(_WATCH)
    return page


def ask(page: Page, question: str) -> Locator:
    """Type a question, press Enter, wait for its end; the finished turn (an answer or an error)."""
    before = page.locator(".turn").count()
    page.locator("#frage").fill(question)
    page.locator("#frage").press("Enter")
    return wait_for_answer(page, before + 1)


def wait_for_answer(page: Page, number: int = 1) -> Locator:
    """The n-th turn of the conversation, once nothing more is coming."""
    turn = page.locator(".turn").nth(number - 1)
    turn.wait_for()
    page.locator(".turn[aria-busy]").wait_for(state="detached")
    return turn


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds, one line each; empty when there is nothing."""
    options = {"runOnly": {"type": "tag", "values": _AXE_TAGS}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def overflow(page: Page, width: int = 320) -> int:
    """By how many pixels the page is wider than a window of that width (0 is right)."""
    page.set_viewport_size({"width": width, "height": 640})
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wide, 0)


def small_targets(page: Page, *, inline: tuple[str, ...] = ()) -> list[str]:
    """Links, buttons and fields smaller than 24 px, except texts named in `inline`."""
    found: list[str] = page.evaluate(_SMALL_TARGETS)
    return [each for each in found if not each.startswith(inline or ("\0",))]


def tab_stops(page: Page, limit: int = 80) -> list[str]:
    """Every tab stop from the top of the page, as `element: name`, until focus leaves the page."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")
    stops: list[str] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop: str = page.evaluate(_FOCUSED)
        if not stop:
            break
        stops.append(stop)
    page.evaluate("() => document.body.removeAttribute('tabindex')")
    return stops


def focused(page: Page) -> str:
    """The focused element as `element: name`."""
    name: str = page.evaluate(_FOCUSED)
    return name


def csp_violations(page: Page) -> list[str]:
    """Violations of the content security policy seen since the page was loaded."""
    found: list[str] = page.evaluate("window.__violations")
    return found


def announcements(page: Page) -> list[str]:
    """What the live region has said since the page was loaded, in order."""
    said: list[str] = page.evaluate("window.__announced")
    return said


def turn_markup(page: Page, number: int = 1) -> str:
    """The n-th turn's HTML without insignificant white space, to compare script and template."""
    html: str = page.locator(".turn").nth(number - 1).evaluate("node => node.outerHTML")
    return re.sub(r">\s+", ">", re.sub(r"\s+<", "<", re.sub(r"\s+", " ", html)))


def posted_markup(page: Page, base_url: str, question: str) -> str:
    """The turn as the server renders it; `page` is one opened with java_script_enabled=False."""
    page.goto(base_url)
    page.locator("#frage").fill(question)
    page.locator("#fragen button[type=submit]").click()
    page.locator(".turn").wait_for()
    return turn_markup(page)


def third_party_requests(page: Page, base_url: str) -> list[str]:
    """A list that fills with every request of the page that leaves `base_url`."""
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((base_url, "data:")):
            foreign.append(request.url)

    page.on("request", note)
    return foreign
