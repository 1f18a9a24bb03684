"""The script in a real browser against canned streams; nothing leaves the browser.

The pages are rendered by `pages.py` and served by a Playwright route with the service's content
security policy, so every test also runs under Trusted Types.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from integrations.web.pages import PageContext, render_ask, render_document
from integrations.web.phrases import PHRASES, Language
from integrations.web.static_files import STATIC_DIR
from tests.integrations.web import answers, browser
from tests.integrations.web.test_pages import document

pytestmark = browser.NEEDED

SITE = "http://auskunft.test"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass
class Site:
    """The pages and a queue of canned API responses; `asked` keeps the request bodies."""

    language: Language = "de"
    demo: bool = True
    responses: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    posted: dict[str, Any] = field(default_factory=dict)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    refuse_feedback: bool = False
    office: dict[str, str] | None = None
    examples: tuple[str, ...] = ("Was ist De-minimis?", "Wer hilft?")

    def say(self, canned: dict[str, Any], **lost: Any) -> None:
        body = answers.stream(canned, **lost)
        self.responses.append({"body": body, "content_type": "text/event-stream; charset=utf-8"})
        self.posted = canned

    def handle(self, route: Route) -> None:
        request, parts = route.request, urlsplit(route.request.url)
        shown = PageContext(
            "Auskunft Nordtal",
            self.demo,
            "Tel. 0211 555 0100",
            self.language,
            office=self.office,
            callbacks=self.office is not None,
            originals=self.office is not None,
            texts=("impressum", "datenschutz"),
        )
        if parts.path == "/api/v1/answers":
            self.asked.append(json.loads(request.post_data or "{}"))
            response = self.responses.pop(0)
            if response.get("lost"):
                return route.abort("internetdisconnected")
            return route.fulfill(**response)
        if parts.path == "/api/v1/feedback":
            self.feedback.append(json.loads(request.post_data or "{}"))
            return route.fulfill(status=503 if self.refuse_feedback else 204)
        if parts.path.startswith("/static/"):
            path = STATIC_DIR / Path(parts.path).name
            return route.fulfill(path=path, content_type=TYPES[path.suffix])
        if parts.path.startswith("/dokumente/"):
            page = render_document(shown, document())
        elif request.method == "POST":
            question = parse_qs(request.post_data or "")["question"][0]
            page = render_ask(shown, answer={**self.posted, "question": question})
        else:
            page = render_ask(shown, examples=self.examples)
        kind, headers = "text/html; charset=utf-8", {"Content-Security-Policy": CSP}
        return route.fulfill(
            body=page, content_type=kind, headers={**headers, "Content-Type": kind}
        )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.launch() as opened:
        yield opened


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture(scope="module")
def scriptless(chromium: Browser) -> Iterator[Page]:
    """One page for all tests: it keeps nothing, and a new one takes longer than what they do."""
    opened = browser.open_page(chromium, java_script_enabled=False)
    yield opened
    opened.context.close()


@pytest.fixture
def plain(scriptless: Page, site: Site) -> Iterator[Page]:
    scriptless.route("**/*", site.handle)
    yield scriptless
    scriptless.unroute("**/*")


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    opened = browser.open_page(chromium, reduced_motion="reduce")
    opened.set_default_timeout(10_000)
    opened.context.route("**/*", site.handle)
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    opened.goto(SITE + "/")
    yield opened
    assert failures == []
    assert browser.csp_violations(opened) == []
    opened.context.close()


ANSWERS = {
    "answered": answers.answer(),
    "partial": answers.partial(),
    "not found": answers.not_found(),
    "not found, no contact": answers.not_found(contacts=[], message=""),
    "several": answers.several(),
    "hostile": answers.hostile(),
    "generative": answers.answer(composed_by="generative", language="en"),
    "with an id": answers.answer(answer_id="geheim-1"),
    "expired only": answers.answer(
        sources=[
            answers.source(n, validity={"state": "expired", "from": None, "until": "2025-06-30"})
            for n in (1, 2, 4)
        ],
        question="Wie hoch ist der „Zuschuss“ (50 % & mehr)?",
    ),
    "contradiction": answers.answer(notices=[{"kind": "contradiction", "text": "…"}]),
}
OFFICE = {
    "name": "Kammer Nordtal",
    "text": "Mo–Do 9–16 Uhr",
    "phone": "+49 (0) 211 555 0100",
    "email": "beratung@kammer-nordtal.example",
}


@pytest.mark.parametrize(("language", "office"), [("de", False), ("de", True), ("en", True)])
@pytest.mark.parametrize("name", ANSWERS)
def test_script_and_template_build_the_same_answer(
    page: Page, plain: Page, site: Site, name: str, language: Language, office: bool
) -> None:
    canned = ANSWERS[name]
    site.language = language
    site.office = OFFICE if office else None
    site.say(canned)
    page.goto(SITE + "/")
    browser.ask(page, canned["question"])
    streamed = browser.turn_markup(page)
    assert streamed == browser.posted_markup(plain, SITE + "/", canned["question"])
    assert page.evaluate("window.__xss") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["answered", "partial", "several", "not found"])
def test_no_barriers_that_axe_can_find(page: Page, site: Site, name: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    assert browser.axe_violations(page) == []
    site.say(ANSWERS[name])
    browser.ask(page, "Wie hoch ist der Zuschuss?")
    assert browser.axe_violations(page) == []
    assert browser.small_targets(page) == []
    assert browser.overflow(page, 320) == 0
    page.goto(SITE + "/dokumente/a?zitat=1-2")
    assert browser.axe_violations(page) == []
    assert browser.small_targets(page) == []
    assert browser.overflow(page, 320) == 0


def test_the_checks_notice_what_they_look_for(page: Page) -> None:
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('#fragen').append(document.createElement('style'))")
    page.evaluate("document.querySelector('#fragen style').textContent = 'p {color: red}'")
    assert any(each.startswith("label:") for each in browser.axe_violations(page))
    assert browser.csp_violations(page)
    page.evaluate("window.__violations = []")


def test_the_answer_is_announced_once_and_the_reader_stays_at_its_start(
    page: Page, site: Site
) -> None:
    site.say(answers.answer())
    turn = browser.ask(page, "Wie hoch ist der Zuschuss?")
    assert browser.announcements(page) == [
        "Antwort wird gesucht …",
        "Antwort: Die Zuwendung beträgt 10 Prozent. Die Zuwendung beträgt 20 Prozent. "
        "Ab 2027 beträgt sie 40 Prozent. 4 Quellen.",
    ]
    assert browser.focused(page) == "h2: Ihre Frage: Wie hoch ist der Zuschuss?"
    top = turn.evaluate("node => node.getBoundingClientRect().top")
    assert 0 <= top < 400
    assert page.locator(".log").get_attribute("aria-live") == "off"


def test_everything_is_reached_by_keyboard_in_reading_order(page: Page, site: Site) -> None:
    site.say(answers.answer())
    browser.ask(page, "Wie hoch ist der Zuschuss?")
    stops = browser.tab_stops(page)
    assert stops[:7] == [
        "a: Zum Inhalt springen",
        "a: Auskunft Nordtal",
        "a: Fragen",
        "a: Suche",
        "a: English",
        "a: Quelle 1: Richtlinie 1",
        "a: Quelle 2: Richtlinie 2",
    ]
    assert stops[-6:] == [
        "textarea: Ihre Frage",
        "a: Neues Gespräch",
        "button: Fragen",
        "a: Impressum",
        "a: Datenschutz",
        "a: Anmelden",
    ]
    assert sum(stop.startswith("summary: ") for stop in stops) == 4


def test_a_citation_leads_to_its_source_and_back(page: Page, site: Site) -> None:
    site.say(answers.answer())
    browser.ask(page, "Wie hoch ist der Zuschuss?")
    folded = page.locator("#quelle-1-4")
    assert folded.get_attribute("open") is None
    page.locator("a.citation[href='#quelle-1-4']").focus()
    page.keyboard.press("Enter")
    assert browser.focused(page).startswith("summary: 4 Richtlinie 4")
    assert folded.locator("blockquote").is_visible()
    assert folded.get_attribute("class") == "cited"
    page.keyboard.press("Escape")
    assert browser.focused(page) == "a: Quelle 4: Richtlinie 4"
    folded.locator(".back").click()
    assert browser.focused(page) == "a: Quelle 4: Richtlinie 4"


def test_follow_up_questions_carry_the_conversation(page: Page, site: Site) -> None:
    site.say(answers.answer())
    site.say(answers.not_found(question="Und die Frist?"))
    site.say(answers.answer())
    browser.ask(page, "Wie hoch ist der Zuschuss?")
    browser.ask(page, "Und die Frist?")
    assert page.locator("#antwort-2").is_visible()
    first, second = site.asked
    assert first == {"question": "Wie hoch ist der Zuschuss?", "history": []}
    assert second["history"][0] == {"role": "user", "text": "Wie hoch ist der Zuschuss?"}
    assert second["history"][1]["role"] == "assistant"
    assert second["history"][1]["text"].startswith("Die Zuwendung beträgt 10 Prozent.")
    page.locator("#neu").click()
    assert page.locator(".turn").count() == 0
    assert page.locator("#beispiele").is_visible()
    assert browser.focused(page) == "textarea: Ihre Frage"
    browser.ask(page, "Neu")
    assert site.asked[2]["history"] == []


def test_a_follow_up_goes_on_from_what_was_understood(page: Page, site: Site) -> None:
    site.say(answers.partial(question="Und der?"))
    site.say(answers.answer())
    browser.ask(page, "Und der?")
    browser.ask(page, "Und die Frist?")
    understood = {"role": "user", "text": "Wie hoch ist der Zuschuss im Programm A?"}
    assert site.asked[1]["history"][0] == understood


def test_every_question_stands_above_its_statements_from_the_first_one_on(
    page: Page, site: Site
) -> None:
    canned = answers.several()
    cut = {"body": answers.stream(canned, leave_out=["answer", "done"])}
    site.responses.append({**cut, "content_type": "text/event-stream; charset=utf-8"})
    page.evaluate(
        """() => {
          window.__seen = [];
          new MutationObserver(() => window.__seen.push(
            [...document.querySelectorAll(".part")].map((each) => each.textContent).join("|")
          )).observe(document.querySelector("#verlauf"), { childList: true, subtree: true });
        }"""
    )
    browser.ask(page, canned["question"])
    seen = page.evaluate("window.__seen")
    heads = [part["asked_as"] for part in canned["parts"]]
    assert heads[0] in seen and "|".join(heads[:2]) in seen
    site.say(canned)
    page.locator("#neu").click()
    turn = browser.ask(page, canned["question"])
    shown = turn.locator(".statements > *").all_inner_texts()
    assert [text.split(" 1")[0] for text in shown if not text.startswith("Die ")][:2] == [
        heads[0],
        heads[1],
    ]
    assert turn.locator(".asked-as").count() == 0
    assert heads[1] in browser.announcements(page)[-1]


def test_an_example_is_asked_and_english_pages_ask_in_english(page: Page, site: Site) -> None:
    site.language = "en"
    page.goto(SITE + "/?lang=en")
    site.say(answers.answer())
    page.get_by_role("button", name="Was ist De-minimis?").click()
    browser.wait_for_answer(page)
    assert site.asked == [{"question": "Was ist De-minimis?", "history": [], "language": "en"}]


def test_long_words_in_examples_and_questions_do_not_widen_the_page(page: Page, site: Site) -> None:
    word = "Weiterbildungsscheckantragsberechtigungsprüfungsverfahren"
    site.examples = (f"Was wird laut „{word}“ gefördert?",)
    page.goto(SITE + "/")
    assert browser.overflow(page, 320) == 0
    site.say(answers.answer(question=word, statements=[{"text": word * 2, "citations": [1]}]))
    browser.ask(page, word)
    assert browser.overflow(page, 320) == 0


def test_shift_enter_is_a_new_line_and_an_empty_question_is_not_sent(
    page: Page, site: Site
) -> None:
    page.locator("#frage").press("Enter")
    assert page.locator("#frage-fehler").is_visible()
    assert page.locator("#frage").get_attribute("aria-invalid") == "true"
    page.locator("#frage").press_sequentially("a")
    page.locator("#frage").press("Shift+Enter")
    page.locator("#frage").press_sequentially("b")
    assert page.locator("#frage").input_value() == "a\nb"
    assert not page.locator("#frage-fehler").is_visible()
    assert site.asked == []


BROKEN = answers.event("error", {"title": "Störung", "detail": "Der Index fehlt."})
PROBLEM = json.dumps({"title": "Eingabe", "detail": "Die Frage ist zu lang."})
FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "busy": ({"status": 429, "headers": {"Retry-After": "20"}}, "Bitte warten Sie 20 Sekunden"),
    "broken": ({"status": 500, "body": PROBLEM}, PHRASES["de"]["error_server"]),
    "refused": ({"status": 422, "body": PROBLEM}, "Die Frage ist zu lang."),
    "offline": ({"lost": True}, PHRASES["de"]["error_network"]),
    "cut off": (
        {"body": answers.stream(answers.answer(), leave_out=["answer", "done"])},
        PHRASES["de"]["error_broken"],
    ),
    "told": ({"body": BROKEN}, "Störung: Der Index fehlt."),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_a_sentence_and_can_be_retried(page: Page, site: Site, name: str) -> None:
    response, sentence = FAILURES[name]
    site.responses.append(response)
    site.say(answers.answer())
    turn = browser.ask(page, "Wie hoch ist der Zuschuss?")
    notice = turn.locator('.notice[data-kind="error"]')
    assert sentence in notice.inner_text()
    assert turn.locator(".statement").count() == 0
    assert sentence in browser.announcements(page)[-1]
    assert browser.axe_violations(page) == []
    page.get_by_role("button", name="Noch einmal versuchen").click()
    browser.wait_for_answer(page)
    assert page.locator(".turn").count() == 1
    assert page.locator(".statement").count() == 3
    assert site.asked[1] == {"question": "Wie hoch ist der Zuschuss?", "history": []}


def test_the_copied_answer_carries_its_sources(page: Page, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard',"
        " {value: {writeText: async (text) => { window.__copied = text; }}})"
    )
    site.say(answers.answer())
    browser.ask(page, "Wie hoch ist der Zuschuss?")
    page.get_by_role("button", name="Antwort kopieren").click()
    page.get_by_role("button", name="Antwort mit Quellen kopiert").wait_for()
    copied = page.evaluate("window.__copied")
    assert "Die Zuwendung beträgt 20 Prozent. [2][1]" in copied
    assert "[1] Richtlinie 1, Nr. 5.1 · S. 7, gültig bis 31.12.2026, Stand 01.02.2025" in copied
    assert f"{SITE}/dokumente/{1:020x}?zitat=10-40#zitat" in copied
    assert "keine Förderzusage" in copied
    today = page.evaluate("new Date().toLocaleDateString('de-DE', {day: '2-digit', month: '2-digit',"
                          " year: 'numeric'})")  # fmt: skip
    assert copied.startswith(f"KI-Antwort vom {today}\n")
    assert "Stichtag der Antwort: 22.11.2026" in copied


def test_feedback_goes_to_the_api_with_the_answers_id(page: Page, site: Site) -> None:
    site.say(answers.answer(answer_id="geheim-1"))
    turn = browser.ask(page, "Wie hoch ist der Zuschuss?")
    turn.get_by_role("button", name="Ja").click()
    said = turn.locator(".feedback-said")
    expect(said).to_have_text(PHRASES["de"]["feedback_thanks"])
    assert browser.axe_violations(page) == []
    assert browser.small_targets(page) == []
    turn.locator("textarea").fill("Sehr klar <b>!")
    turn.get_by_role("button", name="Anmerkung senden").click()
    expect(turn.locator(".feedback-more")).to_be_hidden()
    assert site.feedback == [
        {"answer_id": "geheim-1", "helpful": True, "comment": ""},
        {"answer_id": "geheim-1", "helpful": True, "comment": "Sehr klar <b>!"},
    ]
    assert browser.focused(page) == "button: Ja"


def test_feedback_that_does_not_arrive_is_said_and_can_be_repeated(page: Page, site: Site) -> None:
    site.say(answers.answer(answer_id="geheim-1"))
    turn = browser.ask(page, "Wie hoch ist der Zuschuss?")
    site.refuse_feedback = True
    turn.get_by_role("button", name="Nein").click()
    page.get_by_text(PHRASES["de"]["feedback_failed"]).wait_for()
    site.refuse_feedback = False
    turn.get_by_role("button", name="Nein").click()
    page.get_by_text(PHRASES["de"]["feedback_thanks"]).wait_for()
    assert site.feedback[-1]["helpful"] is False


def test_without_an_id_there_is_nothing_to_give_feedback_on(page: Page, site: Site) -> None:
    site.say(answers.answer())
    assert browser.ask(page, "Wie hoch ist der Zuschuss?").locator(".feedback").count() == 0
