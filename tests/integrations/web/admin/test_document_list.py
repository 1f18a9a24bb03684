"""Choosing, sorting and paging rows; jobs in words; the first field of a form with files."""

from datetime import date, datetime, timedelta

import pytest

from integrations.web.admin.document_list import PAGE_SIZE, Wanted, chosen, paged
from integrations.web.admin.entries import Entry, State
from integrations.web.admin.job_view import by_page, job_view, spoken
from integrations.web.signin.multipart import first_field
from kb.passages import Kind
from kb.state.jobs import Job, JobState
from kb.validity import ValidityState

TODAY = date(2026, 11, 22)
ROWS = [
    Entry("b.pdf", "Beta", State.INDEXED, "id-b", Kind.GUIDELINE, "public", pages=3,
          valid_until=date(2026, 12, 1), validity=ValidityState.CURRENT, folded="beta\nb.pdf"),
    Entry("a.pdf", "alpha", State.SUPERSEDED, "id-a", Kind.PLAN, "staff", pages=12,
          valid_until=date(2025, 1, 1), validity=ValidityState.EXPIRED, folded="alpha\na.pdf",
          warnings=("S. 2: unscharf",), review=date(2026, 11, 22)),
    Entry("c.pdf", "c.pdf", State.FAILED, reason="kaputt", folded="c.pdf"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ({}, "abc"),
        ({"text": "PDF a.P"}, "a"),
        ({"art": "guideline"}, "b"),
        ({"art": "gibt-es-nicht", "seite": "x", "sortierung": "kaputt"}, "abc"),
        ({"zielgruppe": "staff"}, "a"),
        ({"status": "fehlgeschlagen"}, "c"),
        ({"auffaellig": "hinweise"}, "a"),
        ({"auffaellig": "abgelaufen"}, "a"),
        ({"auffaellig": "laeuft-ab"}, "b"),
        ({"auffaellig": "pruefung"}, "a"),
        ({"auffaellig": "ungeprueft"}, "b"),
        ({"sortierung": "-seiten"}, "abc"),
        ({"sortierung": "seiten"}, "cba"),
        ({"sortierung": "-titel"}, "cba"),
        ({"status": "ersetzt", "text": "beta"}, ""),
    ],
)
def test_filters_and_orders(query: dict[str, str], files: str) -> None:
    rows = chosen(ROWS, Wanted.of(query), TODAY)
    assert "".join(row.file[0] for row in rows) == files


def test_addresses_say_what_is_shown() -> None:
    query = {"text": "a&b ", "art": "plan", "sortierung": "-seiten", "seite": "3"}
    wanted = Wanted.of(query)
    assert wanted.query() == "text=a%26b&art=plan&sortierung=-seiten"
    assert wanted.query(page=3).endswith("&seite=3")
    assert Wanted.of({}).query() == "" and not Wanted.of({"seite": "2"}).narrowed


def test_pages_of_thousands() -> None:
    rows = list(range(PAGE_SIZE * 60 + 1))
    last = paged(rows, 99_999)
    assert (last.page, last.pages, last.first, list(last.rows)) == (61, 61, 3001, [3000])
    empty = paged([], 5)
    assert (empty.page, empty.pages, empty.first) == (1, 1, 0)


def test_warnings_by_page() -> None:
    said = ["S. 12: blass", "Ein Anhang fehlt.", "S. 2: schief", "S. 12: leer"]
    assert by_page(said) == [(0, ["Ein Anhang fehlt."]), (2, ["schief"]), (12, ["blass", "leer"])]


def test_a_running_job_in_words() -> None:
    begun = datetime(2026, 11, 22, 12, 0)
    job = Job("j", "upload", {"refused": ["zu groß"]}, "Hochgeladen: a.pdf", JobState.RUNNING, 1, 0,
              {}, None, "", "", begun, begun, None, None)  # fmt: skip
    step = {"done": 1, "total": 4, "share": 0.25, "passages": 90, "stage": "embedding", "part": 10}
    view = job_view(job, step, begun + timedelta(seconds=50))
    assert (view.rate, view.left) == ("2 Stellen je Sekunde", "etwa 2 Minuten")
    assert view.refused == ["zu groß"] and not view.over
    before = job_view(job, {}, begun)
    assert (before.rate, before.left, before.share) == ("", "", 0.0)
    assert [spoken(seconds) for seconds in (5, 70, 3_700, 9_000)] == [
        "weniger als eine Minute",
        "etwa eine Minute",
        "etwa eine Stunde",
        "etwa 2 Stunden",
    ]


_FORM = 'multipart/form-data; boundary="xx--y"'
_FIELD = b'--xx--y\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nabc\r\n--xx--y\r\n'


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        (_FIELD, _FORM, "abc"),
        (_FIELD, "multipart/form-data; boundary=xx--y", "abc"),
        (_FIELD, "multipart/form-data; boundary=anders", ""),
        (_FIELD, "multipart/form-data", ""),
        (_FIELD.replace(b'"csrf"', b'"anders"'), _FORM, ""),
        (_FIELD.replace(b'"csrf"', b'"csrf"; filename="a"'), _FORM, ""),
        (b"vorher\r\n" + _FIELD, _FORM, ""),
        (_FIELD[:60], _FORM, ""),
        (b"", _FORM, ""),
    ],
)
def test_the_first_field_of_a_form_with_files(body: bytes, kind: str, value: str) -> None:
    assert first_field(body, kind, "csrf") == value
