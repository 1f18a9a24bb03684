"""The way to a person: office card, mail, and the call-back form without a script."""

from collections.abc import Callable
from typing import Any

import pytest

from kb.questions import WorkKind
from kb.state.worklist import WorkItem
from tests.integrations.web.visitor.conftest import EVIL, Site

FILLED = {
    "name": "Jana Muster",
    "phone": "0211 555 0199",
    "email": "",
    "question": "Wie hoch ist der Bonus?\nUnd wann?",
    "when": "vormittags",
    "consent": "1",
    "absenden": "1",
}


def called_back(site: Site) -> list[WorkItem]:
    """Who wants to be called back, by the work list."""
    return site.desk.remembered.worklist.page(kind=WorkKind.CALLBACK)[0]


def test_the_office_is_reached_by_phone_first_and_by_mail(site: Site) -> None:
    page = site.page("/ansprechpartner")
    office = page.select(".office")[0]
    assert office.get_text().split()[:2] == ["Kammer", "Nordtal,"]
    assert [link["href"] for link in office.select("a")] == [
        "tel:+492115550100",
        "mailto:beratung@kammer-nordtal.example",
    ]
    assert site.page("/").select(".sections a[href='/ansprechpartner']")


def test_without_an_office_there_is_the_call_back(opening: Callable[..., Site]) -> None:
    page = opening().page("/ansprechpartner")
    assert not page.select(".office") and page.select("form.callback")


def test_the_form_goes_to_the_work_list(site: Site) -> None:
    answer = site.ask("POST", "/rueckruf", data=FILLED)
    assert answer.status_code == 200 and "Bitte um Rückruf ist angekommen" in answer.text
    [item] = called_back(site)
    assert item.person["name"] == "Jana Muster" and item.person["phone"] == "0211 555 0199"
    assert item.person["when"] == "vormittags" and "Wie hoch ist der Bonus?" in item.title
    assert "Jana Muster" not in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Namen"),
        ({"phone": ""}, "Telefonnummer oder eine E-Mail-Adresse"),
        ({"consent": None}, "stimmen Sie zu"),
    ],
)
def test_what_is_missing_is_said_and_nothing_that_was_written_is_lost(
    site: Site, changes: dict[str, Any], said: str
) -> None:
    given = {name: value for name, value in {**FILLED, **changes}.items() if value is not None}
    answer = site.ask("POST", "/rueckruf", data=given)
    assert answer.status_code == 422 and said in answer.text
    assert (
        "Wie hoch ist der Bonus?\nUnd wann?" in answer.text and 'value="vormittags"' in answer.text
    )
    assert called_back(site) == []


def test_a_refusal_of_the_api_is_shown_and_the_form_stays_filled(
    opening: Callable[..., Site],
) -> None:
    site = opening(limit_attempts_hour=1)
    assert site.ask("POST", "/rueckruf", data=FILLED).status_code == 200
    answer = site.ask("POST", "/rueckruf", data=FILLED)
    assert answer.status_code == 429 and "in kurzer Zeit" in answer.text
    assert 'value="Jana Muster"' in answer.text
    assert len(called_back(site)) == 1


def test_a_question_comes_along_without_standing_in_an_address(site: Site) -> None:
    answer = site.ask("POST", "/", data={"question": "Welche Farbe hat die Mondrakete?"})
    from bs4 import BeautifulSoup

    form = BeautifulSoup(answer.text, "lxml").select("article.turn .contacts form")[0]
    assert (form["method"], form["action"]) == ("post", "/rueckruf#rueckruf")
    carried = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    shown = BeautifulSoup(site.ask("POST", "/rueckruf", data=carried).text, "lxml")
    assert shown.select("#question")[0].get_text().strip() == "Welche Farbe hat die Mondrakete?"
    assert not shown.select(".notice[data-kind=error]")


def test_markup_in_the_form_stays_text(site: Site) -> None:
    answer = site.ask(
        "POST", "/rueckruf", data={**FILLED, "name": EVIL, "question": EVIL, "phone": ""}
    )
    assert EVIL not in answer.text and "&lt;img src=x" in answer.text


def test_expired_sources_alone_lead_to_a_person(site: Site) -> None:
    from integrations.web.answer_view import answer_view, needs_a_person
    from tests.integrations.web import answers

    expired = {"state": "expired", "from": None, "until": "2025-06-30"}
    old = answers.answer(sources=[answers.source(n, validity=expired) for n in (1, 2, 4)])
    assert needs_a_person(old) and not needs_a_person(answers.answer())
    office = {"name": "Kammer", "phone": "1", "email": "a@b.example", "text": ""}
    assert answer_view(old, language="de", demo=False, office=office).contacts[0].name == "Kammer"
    assert needs_a_person(answers.answer(notices=[{"kind": "contradiction", "text": "…"}]))
