"""`/admin/antworten`: answers written by hand, from the draft to the document and back."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.documents import audiences_of
from integrations.web.admin.editing import mark_of, require_unchanged
from integrations.web.admin.entries import KINDS
from integrations.web.admin.forms import Form, day_of, posted
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.moments import local_moment
from integrations.web.admin.question_words import WRITTEN_BADGES, WRITTEN_STATES
from integrations.written_answers import (
    MOST_QUESTIONS,
    approve,
    content_of,
    described,
    revise,
    withdraw,
    write,
)
from kb.audience import STAFF
from kb.errors import InputError
from kb.passages import Kind
from kb.roles import Role
from kb.state.written_answers import WrittenAnswer, WrittenContent
from kb.validity import Validity

LIST = "/admin/antworten"
_FIELDS = ("fragen", "text", "art", "zielgruppe", "ansprechstelle", "gilt-ab", "gilt-bis")


def answer_routes(desk: Desk) -> APIRouter:
    """The list, writing, and one answer."""
    router = APIRouter(include_in_schema=False)
    _add_writing(router, desk)
    _add_answer(router, desk)
    return router


def _add_writing(router: APIRouter, desk: Desk) -> None:
    editor = needing(desk, Role.EDITOR)

    @router.get(LIST)
    def answers(request: Request, caller: Caller = editor) -> HTMLResponse:
        rows = [answer_view(desk, answer) for answer in desk.answers.all()]
        return admin_page(desk, request, caller, "admin/answers.html", rows=rows)

    @router.get(f"{LIST}/neu")
    def begin(request: Request, eintrag: str = "", caller: Caller = editor) -> HTMLResponse:
        values = {"art": Kind.REFERENCE.value, "zielgruppe": STAFF}
        if eintrag:
            values["fragen"] = desk.remembered.worklist.find(eintrag).title
        return _form(desk, request, caller, values, item_id=eintrag)

    @router.post(f"{LIST}/neu")
    def add(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        item_id = form.get("eintrag")
        try:
            answer = write(desk, caller.name, _content(form), item_id)
        except InputError as error:
            return _form(desk, request, caller, _values(form), item_id=item_id, error=str(error))
        return done(f"{LIST}/{answer.answer_id}", "antwort-entworfen")


def _add_answer(router: APIRouter, desk: Desk) -> None:
    editor = needing(desk, Role.EDITOR)

    @router.get(f"{LIST}/{{answer_id}}")
    def answer(answer_id: str, request: Request, caller: Caller = editor) -> HTMLResponse:
        view = answer_view(desk, desk.answers.find(answer_id))
        return admin_page(desk, request, caller, "admin/answer.html", answer=view)

    @router.get(f"{LIST}/{{answer_id}}/bearbeiten")
    def edit(answer_id: str, request: Request, caller: Caller = editor) -> HTMLResponse:
        values = _values_of(desk.answers.find(answer_id))
        return _form(desk, request, caller, values, answer_id=answer_id)

    @router.post(f"{LIST}/{{answer_id}}/bearbeiten")
    def change(
        answer_id: str, request: Request, form: Form = posted(), caller: Caller = editor
    ) -> Response:
        try:
            require_unchanged(form, _values_of(desk.answers.find(answer_id)), "Entwurf speichern")
            revise(desk, caller.name, answer_id, _content(form))
        except InputError as error:
            return _form(
                desk, request, caller, _values(form), answer_id=answer_id, error=str(error)
            )
        return done(f"{LIST}/{answer_id}", "antwort-entworfen")

    @router.post(f"{LIST}/{{answer_id}}/freigeben")
    def release(
        answer_id: str, request: Request, form: Form = posted(), caller: Caller = editor
    ) -> Response:
        version = form.get("fassung")
        try:
            approve(desk, caller.name, answer_id, int(version) if version.isdecimal() else 0)
        except InputError as error:
            view = answer_view(desk, desk.answers.find(answer_id))
            return admin_page(
                desk,
                request,
                caller,
                "admin/answer.html",
                status=422,
                errors=(str(error),),
                answer=view,
            )
        return done(f"{LIST}/{answer_id}", "antwort-freigegeben")

    @router.post(f"{LIST}/{{answer_id}}/zurueckziehen")
    def take_back(answer_id: str, caller: Caller = editor) -> Response:
        withdraw(desk, caller.name, answer_id)
        return done(f"{LIST}/{answer_id}", "antwort-zurueckgezogen")


def answer_view(desk: Desk, answer: WrittenAnswer) -> dict[str, Any]:
    """An answer in words."""
    return {
        **described(desk, answer),
        "state_name": WRITTEN_STATES[answer.state.value],
        "badge": WRITTEN_BADGES[answer.state.value],
        "kind_name": KINDS[Kind(answer.content.kind)],
        "audience_name": audiences_of(desk).get(answer.content.audience, answer.content.audience),
        "validity": answer.content.validity,
        "paragraphs": answer.content.text.split("\n\n"),
        "written_at": local_moment(answer.written_at),
        "approved_at": local_moment(answer.approved_at) if answer.approved_at else "",
    }


def _form(
    desk: Desk,
    request: Request,
    caller: Caller,
    values: dict[str, str],
    *,
    item_id: str = "",
    answer_id: str = "",
    error: str = "",
) -> HTMLResponse:
    return admin_page(
        desk,
        request,
        caller,
        "admin/answer_form.html",
        status=422 if error else 200,
        errors=(error,) if error else (),
        values={**dict.fromkeys(_FIELDS, ""), **values},
        item_id=item_id,
        answer_id=answer_id,
        mark=mark_of(_values_of(desk.answers.find(answer_id))) if answer_id else "",
        kinds=KINDS,
        audiences=audiences_of(desk),
        most=MOST_QUESTIONS,
    )


def _values(form: Form) -> dict[str, str]:
    return {name: form.get(name) for name in _FIELDS}


def _values_of(answer: WrittenAnswer) -> dict[str, str]:
    content = answer.content
    first, last = content.validity.valid_from, content.validity.valid_until
    return {
        "fragen": "\n".join(content.questions),
        "text": content.text,
        "art": content.kind,
        "zielgruppe": content.audience,
        "ansprechstelle": content.contact,
        "gilt-ab": first.isoformat() if first else "",
        "gilt-bis": last.isoformat() if last else "",
    }


def _content(form: Form) -> WrittenContent:
    """Raises InputError."""
    return content_of(
        form.get("fragen").splitlines(),
        form.get("text"),
        kind=form.get("art"),
        audience=form.get("zielgruppe"),
        contact=form.get("ansprechstelle"),
        validity=Validity(
            day_of(form.get("gilt-ab"), "Gilt ab"), day_of(form.get("gilt-bis"), "Gilt bis")
        ),
    )
