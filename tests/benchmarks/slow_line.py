"""The start page and an answer over a slow line: first paint cold and warm, question to first sentence.

`python -m tests.benchmarks.slow_line [--times 7]`

A real service with the samples on loopback, asked by the system's Chromium whose network Chromium
itself slows down (CDP `Network.emulateNetworkConditions`). Cold is a browser that was never here,
warm one that comes again. A question's time runs from pressing Enter until its first sentence is in the
page. Medians with the smallest and largest value, in milliseconds.
"""

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests import folders
from tests.integrations.running import Service, auskunft, running
from tests.integrations.web import browser

QUESTION = "Wie hoch ist der Digitalbonus?"
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_LOADED = """() => {
  const all = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
  return [all.length, all.reduce((sum, one) => sum + one.transferSize, 0)];
}"""
#: notes when Enter is pressed and when the first sentence with text stands in the page
_WATCH_ANSWER = """() => {
  window.__asked = window.__said = 0;
  const pressed = () => { window.__asked = performance.now(); };
  addEventListener("keydown", pressed, {capture: true, once: true});
  new MutationObserver((_, watching) => {
    const said = document.querySelector(".turn .statements");
    if (!said || said.hidden || !said.textContent.trim()) return;
    window.__said = performance.now();
    watching.disconnect();
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


@dataclass(frozen=True)
class Line:
    """A network: milliseconds there and back, kilobits a second (0: as fast as it goes)."""

    name: str
    latency_ms: int
    down_kbit: int
    up_kbit: int

    def slow_down(self, page: Page) -> None:
        """Make the page's network as slow as this."""
        conditions = {
            "offline": False,
            "latency": self.latency_ms,
            "downloadThroughput": self.down_kbit * 1000 / 8 if self.down_kbit else -1,
            "uploadThroughput": self.up_kbit * 1000 / 8 if self.up_kbit else -1,
        }
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", conditions)


LINES = (
    Line("not slowed", 0, 0, 0),
    Line("400 ms, 1,600 kbit/s down", 400, 1_600, 750),
    Line("400 ms, 400 kbit/s down", 400, 400, 400),
)


@dataclass
class Visit:
    """Milliseconds of one browser's visit, and requests and bytes of its first load."""

    cold: float
    warm: float
    sentence: float
    requests: int
    transferred: int


def visit(chromium: Browser, url: str, line: Line) -> Visit:
    """A browser that was never here opens the page, opens it again, and asks."""
    page = browser.open_page(chromium)
    page.set_default_timeout(120_000)
    try:
        line.slow_down(page)
        page.goto(url, wait_until="load")
        cold = _painted(page)
        requests, transferred = page.evaluate(_LOADED)
        page.goto("about:blank")
        page.goto(url, wait_until="load")
        warm = _painted(page)
        page.evaluate(_WATCH_ANSWER)
        page.locator("#frage").fill(QUESTION)
        page.locator("#frage").press("Enter")
        page.wait_for_function("() => window.__said")
        sentence: float = page.evaluate("() => window.__said - window.__asked")
        return Visit(cold, warm, sentence, requests, transferred)
    finally:
        page.context.close()


def _painted(page: Page) -> float:
    page.wait_for_function(_PAINT)
    painted: float = page.evaluate(_PAINT)
    return painted


def _row(line: Line, visits: Sequence[Visit]) -> str:
    first = visits[0]
    measured: list[list[float]] = [
        [one.cold for one in visits],
        [one.warm for one in visits],
        [one.sentence for one in visits],
    ]
    cells = [
        f"{statistics.median(all_):.0f} ({min(all_):.0f}–{max(all_):.0f})" for all_ in measured
    ]
    size = f"{first.requests} / {first.transferred / 1024:.1f}"
    return f"| {line.name} | {' | '.join(cells)} | {size} |"


def _service_with(data: Path) -> None:
    report = auskunft("ingest", "--public", "--json", "--data", data, folders.SAMPLES)
    counts: dict[str, Any] = json.loads(report.out)["counts"]
    print(f"documents: {counts}", flush=True)


def _measure(service: Service, times: int) -> None:
    service.http.post("/api/v1/answers", json={"question": QUESTION}).raise_for_status()
    print("| line | paint, cold | paint, warm | Enter to first sentence | requests / KiB, cold |")
    print("|---|---|---|---|---|")
    with browser.launch() as chromium:
        visit(chromium, service.url, LINES[0])  # Chromium's own start is not the page's
        for line in LINES:
            print(
                _row(line, [visit(chromium, service.url, line) for _ in range(times)]), flush=True
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        _service_with(data)
        with running(data, AUSKUNFT_THREADS="2") as service:
            _measure(service, times)


if __name__ == "__main__":
    main()
