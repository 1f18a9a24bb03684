"""What a visitor does with the widget, and what a screen reader would hear."""

from playwright.sync_api import Locator, Page

_FOCUSED = """() => {
  let it = document.activeElement;
  while (it.shadowRoot && it.shadowRoot.activeElement) it = it.shadowRoot.activeElement;
  const label = it.getAttribute("aria-label") || (it.labels && it.labels[0]?.textContent);
  const name = label || it.textContent;
  return `${it.getAttribute("role") || it.localName}: ${name.trim().slice(0, 40)}`;
}"""
_HEARD = """() => {
  const status = document.querySelector("auskunft-widget").shadowRoot.querySelector("[role=status]");
  window.__heard = [];
  new MutationObserver(() => window.__heard.push(status.textContent))
    .observe(status, {childList: true, characterData: true, subtree: true});
}"""


def open_widget(page: Page, launcher: str = "Frage stellen") -> Locator:
    """Click the launcher; the open panel."""
    page.get_by_role("button", name=launcher).click()
    panel = page.get_by_role("dialog")
    panel.wait_for()
    return panel


def ask(page: Page, question: str) -> Locator:
    """Type a question and press Enter; the finished turn, an answer or an error."""
    count = page.locator("article").count()
    page.locator("textarea").fill(question)
    page.locator("textarea").press("Enter")
    return finished(page, count + 1)


def finished(page: Page, number: int = 1) -> Locator:
    """The n-th turn, once nothing more is coming."""
    turn = page.locator("article").nth(number - 1)
    turn.wait_for()
    page.locator("article[aria-busy]").wait_for(state="detached")
    return turn


def focused(page: Page) -> str:
    """The focused element, also within the widget, as `role or element: name`."""
    name: str = page.evaluate(_FOCUSED)
    return name


def listen(page: Page) -> None:
    """Begin to note what the live region says."""
    page.evaluate(_HEARD)


def heard(page: Page) -> list[str]:
    """What the live region has said since `listen`."""
    said: list[str] = page.evaluate("window.__heard")
    return said
