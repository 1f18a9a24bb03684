"""What can go wrong between a website's visitor and the service, over real connections."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.integrations.running import Service
from tests.integrations.web import answers, browser
from tests.integrations.web.widget import visitor
from tests.integrations.web.widget.sites import FaultyService, Website, policy, tag

SCHECK = "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"
PAUSE = json.dumps({"detail": "Die Auskunft pausiert bis Montag."}).encode()
Visit = Callable[..., Page]


@pytest.fixture
def shown(site: Website, faults: FaultyService) -> Callable[[str], str]:
    """The website with the widget of the faulty service, in a language; its address."""

    def address(language: str = "de") -> str:
        site.policy = policy(faults.url)
        return site.show(tag(faults.url, f'data-lang="{language}"'))

    return address


@pytest.mark.parametrize(
    ("status", "headers", "body", "german", "english"),
    [
        (429, {"Retry_After": "20"}, b"{}", "in 1 Minute noch einmal", "again in 1 minute."),
        (429, {"Retry_After": "300"}, b"{}", "in 5 Minuten noch einmal", "again in 5 minutes."),
        (429, {"Retry_After": "20000"}, b"{}", "in 6 Stunden noch einmal", "again in 6 hours."),
        (429, {}, b"{}", "in 1 Minute noch einmal", "again in 1 minute."),
        (500, {}, b"{}", "ist gerade gestört", "is out of order"),
        (502, {}, b"<h1>Bad Gateway</h1>", "ist gerade gestört", "is out of order"),
        (503, {}, b"{}", "macht gerade Pause", "is taking a break"),
        (503, {}, PAUSE, "pausiert bis Montag", "is taking a break"),
        (422, {}, b"{}", "formulieren Sie sie anders", "word it differently"),
    ],
)
def test_a_refusal_is_a_sentence_in_the_visitors_language(
    shown: Callable[[str], str],
    faults: FaultyService,
    visit: Visit,
    status: int,
    headers: dict[str, str],
    body: bytes,
    german: str,
    english: str,
) -> None:
    for language, launcher, sentence in (
        ("de", "Frage stellen", german),
        ("en", "Ask a question", english),
    ):
        page = visit(shown(language))
        visitor.open_widget(page, launcher)
        visitor.listen(page)
        faults.answers(status, body, **headers)
        turn = visitor.ask(page, SCHECK)
        assert sentence in turn.locator(".notice").inner_text()
        assert sentence in visitor.heard(page)[-1]
        expect(turn.locator("a[href^='tel:']")).to_be_visible()


def test_whom_to_ask_follows_when_it_comes_after_the_refusal(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    held: list[Route] = []
    page.route("**/widget/v1/about*", lambda route: held.append(route))  # noqa: PLW0108
    visitor.open_widget(page)
    faults.answers(500)
    turn = visitor.ask(page, SCHECK)
    assert "ist gerade gestört" in turn.inner_text()
    expect(turn.locator("a[href^='tel:']")).to_have_count(0)
    (late,) = held
    late.continue_()
    expect(turn.locator("a[href^='tel:']")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_connection_that_is_cut_leaves_no_half_answer(
    shown: Callable[[], str], faults: FaultyService, visit: Visit, scheme: str
) -> None:
    page = visit(shown(), color_scheme=scheme)
    visitor.open_widget(page)
    faults.breaks_after(4)
    turn = visitor.ask(page, SCHECK)
    assert "mitten in der Antwort abgebrochen" in turn.locator(".notice").inner_text()
    assert turn.locator(".cite, details").count() == 0
    assert browser.axe_violations(page) == []
    page.get_by_role("button", name="Noch einmal versuchen").click()
    again = visitor.finished(page)
    expect(again).to_contain_text("höchstens 1.500 Euro")
    assert page.locator("article").count() == 1
    assert json.loads(faults.asked[1])["history"] == []


def test_characters_torn_apart_on_the_way_arrive_whole(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    visitor.open_widget(page)
    whole = visitor.ask(page, SCHECK).inner_text()
    faults.trickles = True
    assert visitor.ask(page, SCHECK).inner_text() == whole
    assert "für" in whole and "\N{REPLACEMENT CHARACTER}" not in whole


def test_offline_and_unreachable(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    visitor.open_widget(page)
    page.context.set_offline(True)
    assert "Sie sind offline." in visitor.ask(page, SCHECK).inner_text()
    page.context.set_offline(False)
    page.route("**/answers", lambda route: route.abort("connectionrefused"))
    assert "gerade gestört" in visitor.ask(page, SCHECK).inner_text()


def test_a_website_that_is_not_listed_gets_no_answer(
    stranger: Website, service: Service, visit: Visit
) -> None:
    stranger.policy = policy(service.url)
    page = visit(stranger.show(tag(service.url)))
    visitor.open_widget(page)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/answers")):
        turn = visitor.ask(page, SCHECK)
    assert "gerade gestört" in turn.inner_text()
    assert turn.locator(".cite").count() == 0


def test_feedback_names_the_answer(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    visitor.open_widget(page)
    stream = answers.stream(answers.answer(answer_id="a1b2")).encode()
    for status, thanks in ((204, "Danke für Ihre Rückmeldung."), (500, "ist gerade gestört")):
        faults.answers(200, stream, Content_Type="text/event-stream")
        turn = visitor.ask(page, SCHECK)
        faults.answers(status, b"")
        turn.get_by_role("button", name="Nein").click()
        expect(turn).to_contain_text(thanks)
        assert turn.get_by_role("button", name="Ja").count() == 0
        assert json.loads(faults.asked[-1]) == {"answer_id": "a1b2", "helpful": False}
    faults.answers(200, answers.stream(answers.answer()).encode())
    assert "hilfreich" not in visitor.ask(page, SCHECK).inner_text()


def test_markup_and_dangerous_links_stay_text(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    visitor.open_widget(page)
    faults.answers(200, answers.stream(answers.hostile()).encode())
    turn = visitor.ask(page, answers.EVIL)
    for summary in turn.locator("summary").all():
        summary.click()
    assert answers.EVIL in turn.locator("h3").inner_text()
    assert f"Satz {answers.EVIL}" in turn.inner_text()
    assert turn.locator("img").count() == 0
    assert page.evaluate("window.__xss") is None
    links = [link.get_attribute("href") or "" for link in turn.locator("a").all()]
    assert {link.partition(":")[0] for link in links} == {"http", "tel", "mailto"}
    assert all(link.startswith(faults.url + "/") for link in links if link.startswith("http"))


def test_several_questions_stand_above_their_statements(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    visitor.open_widget(page)
    faults.answers(200, answers.stream(answers.several()).encode())
    turn = visitor.ask(page, SCHECK)
    assert turn.locator("h4").all_inner_texts()[:2] == [
        "Wie hoch ist der Zuschuss?",
        "Bis wann muss ich den Zuschuss beantragen?",
    ]
    faults.answers(200, answers.stream(answers.partial()).encode())
    turn = visitor.ask(page, "Und der?")
    assert "Verstanden als: Wie hoch ist der Zuschuss im Programm A?" in turn.inner_text()
    assert "In welchem Ort liegt Ihr Betrieb?" in turn.inner_text()
    states = turn.locator("summary .small").all_inner_texts()
    assert states == [
        "gültig bis 31. Dezember 2026",
        "Gültigkeit unbekannt",
        "abgelaufen am 30. Juni 2025",
        "gilt ab 1. Februar 2027",
    ]


def test_long_questions_are_counted_and_one_is_asked_at_a_time(
    shown: Callable[[], str], faults: FaultyService, visit: Visit
) -> None:
    page = visit(shown())
    visitor.open_widget(page)
    field = page.locator("textarea")
    field.fill("x" * 1_900)
    assert page.get_by_text("Noch 100 Zeichen.").is_visible()
    assert field.get_attribute("maxlength") == "2000"
    field.fill("  ")
    field.press("Enter")
    field.fill("eins")
    field.press("Shift+Enter")
    assert field.input_value() == "eins\n"
    assert faults.asked == []
    faults.trickles = True
    field.fill(SCHECK)
    field.press("Enter")
    field.fill("zwei")
    field.press("Enter")
    visitor.finished(page)
    assert len(faults.asked) == 1
    assert field.input_value() == "zwei"
