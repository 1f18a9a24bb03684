"""A running service with the samples, a website it lists, one it does not, and a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import folders
from tests.integrations.running import Service, running
from tests.integrations.web import browser
from tests.integrations.web.widget.sites import FaultyService, Website, faulty, website

CONTACT = {
    "AUSKUNFT_CONTACT_NAME": "Kammer Nordtal, Förderberatung",
    "AUSKUNFT_CONTACT_PHONE": "+49 (0) 211 555 0100",
    "AUSKUNFT_CONTACT_EMAIL": "beratung@kammer-nordtal.example",
}


@pytest.fixture(scope="session")
def site() -> Iterator[Website]:
    """The website that may include the widget."""
    with website() as served:
        yield served


@pytest.fixture(scope="session")
def stranger() -> Iterator[Website]:
    """A website that may not."""
    with website() as served:
        yield served


@pytest.fixture(scope="session")
def service(site: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = folders.copy_of_samples(tmp_path_factory.mktemp("widget") / "daten")
    with running(folders.prepared(data), AUSKUNFT_WIDGET_ORIGINS=site.url, **CONTACT) as started:
        yield started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(browser.CHROMIUM).exists():
        pytest.skip("needs the system's Chromium")
    with browser.launch() as opened:
        yield opened


@pytest.fixture
def faults(service: Service) -> Iterator[FaultyService]:
    with faulty(service.url) as started:
        yield started


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address; afterwards no script may have failed and no policy been violated."""
    opened: list[tuple[Page, list[str]]] = []

    def go(address: str, before: str = "", **context: Any) -> Page:
        page = browser.open_page(chromium, **{"reduced_motion": "reduce", **context})
        page.set_default_timeout(10_000)
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        opened.append((page, failures))
        if before:
            page.add_init_script(before)
        page.goto(address)
        return page

    yield go
    for page, failures in opened:
        assert failures == []
        assert browser.csp_violations(page) == []
        page.context.close()
