"""The way to a person: office card, mail, and the call-back form without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Request
from fastapi.responses import JSONResponse

from integrations.web.app import create_app
from integrations.web.visitor.context import CALLBACKS
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


class Receiver:
    """An API that takes call-backs where this service has none of its own yet."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.clients: list[str] = []
        self.refusal: JSONResponse | None = None

    async def take(self, request: Request) -> JSONResponse:
        self.taken.append(await request.json())
        self.clients.append(request.client.host if request.client else "")
        return self.refusal or JSONResponse({"received": True}, 201)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def calling(site: Site, receiver: Receiver) -> Site:
    """The site with that API."""
    app = create_app(site.desk)
    app.router.routes = [r for r in app.router.routes if getattr(r, "path", "") != CALLBACKS]
    app.add_api_route(CALLBACKS, receiver.take, methods=["POST"])
    return Site(site.desk, app)


def test_the_office_is_reached_by_phone_first_and_by_mail(site: Site) -> None:
    page = site.page("/ansprechpartner")
    office = page.select(".office")[0]
    assert office.get_text().split()[:2] == ["Kammer", "Nordtal,"]
    assert [link["href"] for link in office.select("a")] == [
        "tel:+492115550100",
        "mailto:beratung@kammer-nordtal.example",
    ]
    assert site.page("/").select(".sections a[href='/ansprechpartner']")


def test_without_an_office_nothing_is_promised(opening: Callable[..., Site]) -> None:
    site = opening()
    if CALLBACKS not in site.app.openapi()["paths"]:
        assert not site.page("/").select("a[href='/ansprechpartner']")
    assert not site.page("/ansprechpartner").select(".office")


def test_without_the_api_there_is_no_form(site: Site) -> None:
    if CALLBACKS in site.app.openapi()["paths"]:
        pytest.skip("this service takes call-backs")
    assert not site.page("/ansprechpartner").select("form.callback")
    assert site.get("/rueckruf").status_code == 404
    assert site.ask("POST", "/rueckruf", data=FILLED).status_code == 404


def test_the_form_goes_to_the_api_with_the_visitor_as_its_sender(
    calling: Site, receiver: Receiver
) -> None:
    answer = calling.ask("POST", "/rueckruf", data=FILLED)
    assert answer.status_code == 200 and "Bitte um Rückruf ist angekommen" in answer.text
    assert receiver.taken == [
        {
            "name": "Jana Muster",
            "phone": "0211 555 0199",
            "email": "",
            "question": FILLED["question"],
            "when": "vormittags",
            "consent": True,
        }
    ]
    assert receiver.clients == ["127.0.0.1"]
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
    calling: Site, receiver: Receiver, changes: dict[str, Any], said: str
) -> None:
    given = {name: value for name, value in {**FILLED, **changes}.items() if value is not None}
    answer = calling.ask("POST", "/rueckruf", data=given)
    assert answer.status_code == 422 and said in answer.text
    assert (
        "Wie hoch ist der Bonus?\nUnd wann?" in answer.text and 'value="vormittags"' in answer.text
    )
    assert receiver.taken == []


def test_a_refusal_of_the_api_is_shown_and_the_form_stays_filled(
    calling: Site, receiver: Receiver
) -> None:
    receiver.refusal = JSONResponse({"detail": "Bitte warten Sie 20 Sekunden."}, 429)
    answer = calling.ask("POST", "/rueckruf", data=FILLED)
    assert answer.status_code == 429 and "Bitte warten Sie 20 Sekunden." in answer.text
    assert 'value="Jana Muster"' in answer.text


def test_a_question_comes_along_without_standing_in_an_address(calling: Site) -> None:
    answer = calling.ask("POST", "/", data={"question": "Welche Farbe hat die Mondrakete?"})
    from bs4 import BeautifulSoup

    form = BeautifulSoup(answer.text, "lxml").select("article.turn .contacts form")[0]
    assert (form["method"], form["action"]) == ("post", "/rueckruf#rueckruf")
    carried = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    shown = BeautifulSoup(calling.ask("POST", "/rueckruf", data=carried).text, "lxml")
    assert shown.select("#question")[0].get_text().strip() == "Welche Farbe hat die Mondrakete?"
    assert not shown.select(".notice[data-kind=error]")


def test_markup_in_the_form_stays_text(calling: Site) -> None:
    answer = calling.ask(
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
