"""The real service in a real browser, as `make run` starts it: samples, demo banner, citations."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.integrations.running import Service
from tests.integrations.web import browser

pytestmark = browser.NEEDED

BANNER = "Beispieldaten: Alle Organisationen, Programme und Kontakte sind erfunden."
QUESTIONS = {
    "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?": "1.500 Euro",
    "Bis wann muss der Antrag gestellt werden?": "Antrag",
    "Wer ist Ansprechpartner für Fachkräfte aus dem Ausland?": "Fachkräfte",
}
UNKNOWN = "Welche Farbe hat die Mondrakete der Feuerwehr?"


@pytest.fixture(scope="module")
def chromium(demo: Service) -> Iterator[Browser]:
    with browser.launch() as opened:
        yield opened


def test_first_start_announces_itself(demo: Service) -> None:
    said = demo.log.read_text("utf-8")
    assert f"läuft: {demo.url}" in said and "erfundenen Beispieldaten" in said
    assert "14 neu oder geändert" in said and "1 Dokument nur für Mitarbeitende" in said
    assert (demo.data / "DEMO").exists() and demo.data.name == "demo-data"


def test_three_questions_with_citations(chromium: Browser, demo: Service) -> None:
    page = browser.open_page(chromium)
    foreign = browser.third_party_requests(page, demo.url)
    page.goto(demo.url)
    assert BANNER in page.inner_text("body")
    for question, words in QUESTIONS.items():
        turn = browser.ask(page, question)
        assert words in turn.inner_text()
        assert turn.locator("mark, blockquote, details, .quote").count() > 0
        links = turn.locator("a[href^='/dokumente/']")
        assert links.count() >= 1
    assert browser.axe_violations(page) == []
    assert browser.overflow(page, 320) == 0
    assert browser.csp_violations(page) == []
    assert foreign == []
    page.context.close()


def test_citation_leads_to_the_marked_passage(chromium: Browser, demo: Service) -> None:
    page = browser.open_page(chromium)
    foreign = browser.third_party_requests(page, demo.url)
    page.goto(demo.url)
    turn = browser.ask(page, next(iter(QUESTIONS)))
    link = turn.locator("a[href^='/dokumente/']").first
    quote = " ".join(turn.locator("blockquote").first.inner_text().split()).strip("„“ ")
    target = link.get_attribute("href")
    assert target is not None
    page.goto(demo.url + target)
    marks = [" ".join(mark.inner_text().split()) for mark in page.locator("mark").all()]
    assert page.locator("mark#zitat").is_visible()
    assert quote and quote[:60] in " ".join(marks)
    assert BANNER in page.inner_text("body")
    assert browser.axe_violations(page) == []
    assert browser.csp_violations(page) == [] and foreign == []
    assert browser.overflow(page, 320) == 0
    page.context.close()


def test_nothing_found_is_said(chromium: Browser, demo: Service) -> None:
    page = browser.open_page(chromium, width=320, height=640)
    page.goto(demo.url)
    turn = browser.ask(page, UNKNOWN)
    assert "Dazu steht nichts in den Unterlagen" in turn.inner_text()
    assert turn.locator("a[href^='/dokumente/']").count() == 0
    assert browser.axe_violations(page) == [] and browser.overflow(page, 320) == 0
    page.context.close()


def test_script_and_form_say_the_same(chromium: Browser, demo: Service) -> None:
    question = next(iter(QUESTIONS))
    page = browser.open_page(chromium)
    page.goto(demo.url)
    browser.ask(page, question)
    streamed = browser.turn_markup(page)
    plain = browser.open_page(chromium, java_script_enabled=False)
    assert readable(browser.posted_markup(plain, demo.url, question)) == readable(streamed)
    page.context.close()
    plain.context.close()


def readable(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


@pytest.mark.parametrize("path", ["/gibt-es-nicht", "/dokumente/00000000000000000000", "/?lang=en"])
def test_other_pages(chromium: Browser, demo: Service, path: str) -> None:
    page = browser.open_page(chromium)
    page.goto(demo.url + path)
    assert page.locator("h1").count() == 1
    assert browser.axe_violations(page) == [] and browser.csp_violations(page) == []
    assert browser.overflow(page, 320) == 0
    page.context.close()


def test_a_sample_of_every_format_has_a_clean_page(chromium: Browser, demo: Service) -> None:
    documents = demo.http.get("/api/v1/documents").json()["documents"]
    assert len(documents) == 13
    page = browser.open_page(chromium)
    one_of_each = {Path(document["file"]).suffix: document for document in documents}
    assert len(one_of_each) >= 4
    for document in one_of_each.values():
        page.goto(f"{demo.url}/dokumente/{document['document_id']}")
        check(page, document["file"])
    page.context.close()


def check(page: Page, name: str) -> None:
    assert page.locator("h1").count() == 1, name
    assert browser.axe_violations(page) == [], name
    assert browser.overflow(page, 320) == 0, name
    page.set_viewport_size({"width": 1280, "height": 900})
