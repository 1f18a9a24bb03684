"""The desk's pages on questions, answers, feedback and changes, by plain forms of a browser."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup

from kb.roles import Role
from tests.integrations import documents
from tests.integrations.signin.visitor import Visitor
from tests.integrations.web.admin.desk_house import ADMIN, EDITOR, DeskHouse, opened_house

QUESTION = "Muss ich den Gesellenbrief im Original vorlegen?"
OTHER_WORDING = "Reicht eine Kopie vom Gesellenbrief <b>ohne</b> Stempel?"
FIRST = "Eine beglaubigte Kopie des Gesellenbriefs genügt."
SECOND = "Ein Foto des Gesellenbriefs genügt."
HOSTILE = "Welchen Hut trägt <script>window.__xss=1</script> der Bürgermeister?"


@pytest.fixture(scope="module")
def house() -> Iterator[DeskHouse]:
    with opened_house() as made:
        yield made


@pytest.fixture(scope="module")
def editor(house: DeskHouse) -> Iterator[Visitor]:
    with house.visitor(Role.EDITOR) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def admin(house: DeskHouse) -> Iterator[Visitor]:
    with house.visitor(Role.ADMIN) as visitor:
        yield visitor


def seen(visitor: Visitor, path: str) -> BeautifulSoup:
    page = visitor.get(path)
    assert page.status_code == 200, (path, page.text)
    return BeautifulSoup(page.text, "lxml")


def item_of(visitor: Visitor, title: str, query: str = "zustand=alle") -> str:
    """The address of the item of the work list with that title."""
    links = seen(visitor, f"/admin/fragen?{query}").select(".rows-table th a")
    return next(str(link["href"]) for link in links if link.text == title)


def texts(answer: dict[str, Any]) -> str:
    return " ".join(source["quote"] for source in answer["sources"])


def until_quoted(house: DeskHouse, question: str, text: str) -> dict[str, Any]:
    """Ask until a text is quoted: a job takes it in."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer: dict[str, Any] = house.ask(question)
        if text in texts(answer):
            return answer
        time.sleep(0.1)
    raise AssertionError(answer)


def audit(admin: Visitor, subject: str) -> list[tuple[str, str]]:
    """Who did what, the latest first."""
    rows = seen(admin, f"/admin/protokoll?was={subject}").select(".rows-table tbody tr")
    return [
        (row.select("td")[1].text, row.select_one("th").text)  # type: ignore[union-attr]
        for row in rows
    ]


def test_from_an_unanswered_question_to_a_cited_answer_and_back(
    house: DeskHouse, editor: Visitor, admin: Visitor
) -> None:
    assert house.ask(QUESTION)["status"] == "not_found"
    item = item_of(editor, QUESTION)
    assert QUESTION in seen(editor, item).select("#beispiele + ul")[0].text
    fields = {
        "fragen": f"{QUESTION}\n{OTHER_WORDING}",
        "text": FIRST,
        "art": "reference",
        "zielgruppe": "public",
        "ansprechstelle": "Prüfungsabteilung",
    }
    written = editor.submit(
        f"/admin/antworten/neu?eintrag={item.rsplit('/', 1)[1]}", "/admin/antworten/neu", **fields
    )
    assert written.status_code == 303, written.text
    address = written.headers["location"].partition("?")[0]
    assert house.ask(QUESTION)["status"] == "not_found"  # a draft answers nothing
    assert "in Arbeit" in seen(editor, item).text
    assert admin.submit(address, f"{address}/freigeben").status_code == 303
    answer = until_quoted(house, QUESTION, FIRST)
    assert answer["status"] == "answered" and answer["sources"][0]["title"] == QUESTION
    assert FIRST in texts(house.ask("Reicht eine Kopie vom Gesellenbrief?"))
    assert "erledigt" in seen(editor, item).text
    page = seen(editor, address)
    assert page.select(f'a[href="/admin/dokumente/{answer["sources"][0]["document_id"]}"]')
    assert EDITOR in page.text and ADMIN in page.text

    form = BeautifulSoup(admin.get(f"{address}/bearbeiten").text, "lxml")
    shown = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    revised = editor.submit(
        f"{address}/bearbeiten", f"{address}/bearbeiten", **{**fields, "text": SECOND}
    )
    assert revised.status_code == 303
    late = admin.http.post(
        f"{address}/bearbeiten", data={**shown, **fields, "text": "Zu spät."}, headers=admin.headers
    )
    assert late.status_code == 422 and "Das wurde inzwischen geändert" in late.text
    assert "Zu spät." in late.text and SECOND in seen(editor, address).text
    assert FIRST in texts(house.ask(QUESTION))  # until the new wording is approved
    assert "gilt die frühere Fassung" in seen(editor, address).text
    stale = {"fassung": "1", "csrf": admin.csrf()}
    refused = admin.http.post(f"{address}/freigeben", data=stale, headers=admin.headers)
    assert refused.status_code == 422 and "inzwischen geändert" in refused.text
    assert admin.submit(address, f"{address}/freigeben").status_code == 303
    changed = until_quoted(house, QUESTION, SECOND)
    assert FIRST not in texts(changed)
    assert changed["sources"][0]["document_id"] == answer["sources"][0]["document_id"]

    assert editor.submit(address, f"{address}/zurueckziehen").status_code == 303
    assert house.ask(QUESTION)["status"] == "not_found"
    assert "offen" in seen(editor, item).text
    assert audit(admin, "answer") == [
        (EDITOR, "Antwort zurückgezogen"),
        (ADMIN, "Antwort freigegeben"),
        (EDITOR, "Antwort neu gefasst"),
        (ADMIN, "Antwort freigegeben"),
        (EDITOR, "Antwort geschrieben"),
    ]


def test_a_form_that_cannot_be_used_comes_back_with_what_was_written(editor: Visitor) -> None:
    refused = editor.submit(
        "/admin/antworten/neu", "/admin/antworten/neu", fragen="", text="<i>Ohne</i> Frage"
    )
    assert refused.status_code == 422
    page = BeautifulSoup(refused.text, "lxml")
    assert "mindestens eine Frage" in page.select("[role=alert]")[0].text
    assert page.select("#text")[0].text == "<i>Ohne</i> Frage"
    wrong = editor.submit(
        "/admin/antworten/neu",
        "/admin/antworten/neu",
        **{"fragen": "Wann?", "text": "Bald.", "gilt-ab": "2027-02-01", "gilt-bis": "2027-01-01"},
    )
    assert wrong.status_code == 422 and "vor ihrem Beginn" in wrong.text


def test_many_items_are_changed_at_once(house: DeskHouse, editor: Visitor) -> None:
    questions = ("Wie lang ist der Fluss Amazonas?", "Wer erfand den Dosenöffner der Feuerwehr?")
    for question in questions:
        assert house.ask(question)["status"] == "not_found"
    items = [item_of(editor, question) for question in questions]
    nothing = editor.submit("/admin/fragen", "/admin/fragen/aendern", zustand="dismissed")
    assert nothing.status_code == 422 and "nichts ausgewählt" in nothing.text
    fields = {
        "csrf": editor.csrf(),
        "eintrag": [item.rsplit("/", 1)[1] for item in items],
        "zustand": "dismissed",
        "zustaendig": "Team <b>1</b>",
    }
    done = editor.http.post("/admin/fragen/aendern", data=fields, headers=editor.headers)
    assert done.headers["location"].endswith("hinweis=eintraege-geaendert&zahl=2")
    page = seen(editor, "/admin/fragen?zustand=dismissed")
    assert page.text.count("Team <b>1</b>") == 2
    assert editor.submit(items[0], f"{items[0]}/loeschen").status_code == 303
    assert editor.get(items[0]).status_code == 404
    titled = editor.submit(items[1], items[1], titel="Erfinder", zustand="open", notiz="<u>x</u>")
    assert titled.status_code == 303
    assert "<u>x</u>" in seen(editor, items[1]).select("#notiz")[0].text
    assert item_of(editor, "Erfinder", "art=question") == items[1]


def test_what_people_ask_and_comment_stays_text(house: DeskHouse, editor: Visitor) -> None:
    answer = house.ask(HOSTILE)
    comment = "Nein. <img src=x onerror='window.__xss=1'>"
    told = {"answer_id": answer["answer_id"], "helpful": False, "comment": comment}
    assert house.service.http.post("/api/v1/feedback", json=told).status_code == 200
    for path in ("/admin/fragen", "/admin/fragenprotokoll", "/admin/rueckmeldungen"):
        page = seen(editor, path)
        assert HOSTILE in page.text and not page.select("main script, main img"), path
    page = seen(editor, "/admin/rueckmeldungen?hilfreich=nein&anmerkung=ja")
    assert comment in page.text


def test_feedback_names_the_documents_and_filters(house: DeskHouse, editor: Visitor) -> None:
    answer: dict[str, Any] = house.ask(documents.PUBLIC_QUESTION)
    told = {"answer_id": answer["answer_id"], "helpful": True}
    assert house.service.http.post("/api/v1/feedback", json=told).status_code == 200
    page = seen(editor, "/admin/rueckmeldungen?hilfreich=ja")
    cited = answer["sources"][0]["document_id"]
    assert page.select(f'td a[href="/admin/dokumente/{cited}"]')
    assert (
        documents.PUBLIC_QUESTION not in seen(editor, "/admin/rueckmeldungen?hilfreich=nein").text
    )
    export = str(page.find("a", string="Diese Rückmeldungen als CSV")["href"])  # type: ignore[index]
    table = editor.http.get(export)
    assert table.headers["content-type"].startswith("text/csv")
    assert documents.PUBLIC_QUESTION in table.text
    log = seen(editor, "/admin/fragenprotokoll?ergebnis=answered&text=meisterbonus&von=2020-01-01")
    assert documents.PUBLIC_QUESTION in log.text
    template = str(log.select_one("a[href^='/admin/testfragen/neu?frage=']")["href"])
    assert "Testfrage" in seen(editor, template).h1.text
    assert "Dazu passt keine Frage" in seen(editor, "/admin/fragenprotokoll?bis=2020-01-01").text


def test_the_audit_log_is_filtered_and_for_admins(editor: Visitor, admin: Visitor) -> None:
    assert editor.get("/admin/protokoll").status_code == 403
    admin.submit("/admin/pause", "/admin/pause", grund="Probe <i>1</i>")
    admin.submit("/admin", "/admin/pause/ende")
    page = seen(admin, "/admin/protokoll?was=pause&wer=anna")
    assert [row.select("th")[0].text for row in page.select("tbody tr")][:2] == [
        *("Pause beendet", "Pause begonnen"),
    ]
    assert "Probe <i>1</i>" in page.text
    assert "Dazu passt kein Eintrag" in seen(admin, "/admin/protokoll?wer=Niemand").text
    export = str(page.find("a", string="Diese Einträge als CSV")["href"])  # type: ignore[index]
    assert "pause.begin" in admin.http.get(export).text


def test_the_pause_switch(house: DeskHouse, editor: Visitor, admin: Visitor) -> None:
    assert "Antworten anhalten" not in seen(editor, "/admin").text
    begun = admin.submit("/admin/pause", "/admin/pause", grund="Falsche Zahlen <b>x</b>")
    assert begun.headers["location"] == "/admin?hinweis=pause-beginnt"
    asked = house.service.http.post("/api/v1/answers", json={"question": QUESTION})
    assert asked.status_code == 503
    overview = seen(editor, "/admin")
    assert "Falsche Zahlen <b>x</b>" in overview.text
    assert admin.submit("/admin", "/admin/pause/ende").status_code == 303
    assert house.ask(documents.PUBLIC_QUESTION)["status"] == "answered"


@pytest.mark.parametrize(
    "path",
    ["/admin/pause", "/admin/pause/ende", "/admin/fragen/aendern", "/admin/antworten/neu"],
)
def test_no_form_without_the_token_of_the_session(admin: Visitor, path: str) -> None:
    assert admin.http.post(path, data={"x": "1"}, headers=admin.headers).status_code == 403


def test_the_overview_counts_and_links(house: DeskHouse, editor: Visitor) -> None:
    house.ask(documents.PUBLIC_QUESTION)
    house.ask("Wie schwer ist der Mond über Beispielstadt?")
    page = seen(editor, "/admin?zeitraum=7")
    summary = page.select("#plot-fragen-satz")[0].text
    assert summary.startswith("In den letzten 7 Tagen ") and "nichts gefunden" in summary
    assert page.select(".attention a[href='/admin/fragen?art=question']")
    assert len(page.select(".chart-area")) == 2 and len(page.select("details table")) == 2
    table = editor.http.get(str(page.select("a[href*='statistics.csv']")[0]["href"]))
    assert table.status_code == 200 and table.text.count("\r\n") == 8
    for link in page.select("main a[href^='/admin']"):
        assert editor.get(str(link["href"])).status_code == 200, link
