"""`/admin/fragen`: the work list of unanswered questions and call-backs, one item, many at once."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.forms import Form, posted
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.listing import PER_PAGE, Wanted, listed
from integrations.web.admin.moments import local_moment
from integrations.web.admin.question_words import WORK_BADGES, WORK_KINDS, WORK_STATES
from integrations.web.work_changes import change_item, remove_item
from kb.errors import InputError, NotFoundError
from kb.questions import WorkKind, WorkState
from kb.roles import Role
from kb.state.worklist import WorkItem

LIST = "/admin/fragen"
_OPEN = (WorkState.OPEN, WorkState.IN_WORK)
_FILTER = ("art", "zustand")
_LONGEST_NAME, _LONGEST_NOTE, _LONGEST_TITLE = 200, 5_000, 500
#: which items the list shows when nobody chose a state
UNFINISHED, ALL = "", "alle"


def work_routes(desk: Desk) -> APIRouter:
    """The list and its items."""
    router = APIRouter(include_in_schema=False)
    _add_list(router, desk)
    _add_item(router, desk)
    return router


def _add_list(router: APIRouter, desk: Desk) -> None:
    editor = needing(desk, Role.EDITOR)

    def shown(
        request: Request, caller: Caller, wanted: Wanted, errors: tuple[str, ...] = ()
    ) -> HTMLResponse:
        desk.remembered.flush()
        kind, state = wanted.one_of("art", WORK_KINDS), wanted.get("zustand")
        found, total = desk.remembered.worklist.page(
            kind=WorkKind(kind) if kind else None,
            states=_states(state),
            limit=PER_PAGE,
            offset=wanted.offset,
        )
        return admin_page(
            desk,
            request,
            caller,
            "admin/work.html",
            status=422 if errors else 200,
            errors=errors,
            wanted=wanted,
            listed=listed([item_view(item) for item in found], total, wanted),
            kinds=WORK_KINDS,
            states={ALL: "alle", **WORK_STATES},
            choices=WORK_STATES,
            texts_kept=desk.settings.questions_days > 0,
        )

    @router.get(LIST)
    def items(request: Request, caller: Caller = editor) -> HTMLResponse:
        return shown(request, caller, Wanted.of(request.query_params, _FILTER))

    @router.post(f"{LIST}/aendern")
    def change(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        wanted = Wanted.of({"art": form.get("f-art"), "zustand": form.get("f-zustand")}, _FILTER)
        try:
            number = _change_many(desk, caller.name, form)
        except InputError as error:
            return shown(request, caller, wanted, (str(error),))
        return done(f"{LIST}?{wanted.query()}", "eintraege-geaendert", number)


def _add_item(router: APIRouter, desk: Desk) -> None:
    editor, worklist = needing(desk, Role.EDITOR), desk.remembered.worklist

    @router.get(f"{LIST}/{{item_id}}")
    def item(item_id: str, request: Request, caller: Caller = editor) -> HTMLResponse:
        desk.remembered.flush()
        found = worklist.find(item_id)
        question = found.kind is WorkKind.QUESTION
        examples = desk.remembered.examples(item_id) if question else []
        return admin_page(
            desk,
            request,
            caller,
            "admin/work_item.html",
            item=item_view(found),
            examples=[{"text": one.question, "at": local_moment(one.asked_at)} for one in examples],
            written=[answer for answer in desk.answers.all() if answer.item_id == found.item_id],
            choices=WORK_STATES,
        )

    @router.post(f"{LIST}/{{item_id}}")
    def change(item_id: str, form: Form = posted(), caller: Caller = editor) -> Response:
        title, before = form.get("titel")[:_LONGEST_TITLE], worklist.find(item_id)
        state = form.get("zustand")
        change_item(
            desk,
            caller.name,
            item_id,
            state=WorkState(state) if state in WORK_STATES else None,
            assignee=form.get("zustaendig")[:_LONGEST_NAME],
            note=form.get("notiz")[:_LONGEST_NOTE],
            title=title if title and title != before.title else None,
        )
        return done(f"{LIST}/{item_id}", "gespeichert")

    @router.post(f"{LIST}/{{item_id}}/loeschen")
    def remove(item_id: str, caller: Caller = editor) -> Response:
        remove_item(desk, caller.name, item_id)
        return done(LIST, "eintrag-geloescht")


def item_view(item: WorkItem) -> dict[str, Any]:
    """An item in words; the person of a call-back as it was given."""
    return {
        "item_id": item.item_id,
        "kind": item.kind.value,
        "kind_name": WORK_KINDS[item.kind.value],
        "title": item.title or "(ohne Text)",
        "own_title": item.title,
        "state": item.state.value,
        "state_name": WORK_STATES[item.state.value],
        "badge": WORK_BADGES[item.state.value],
        "assignee": item.assignee,
        "note": item.note,
        "times": item.times,
        "last_at": local_moment(item.last_at),
        "created_at": local_moment(item.created_at),
        "person": {name: item.person.get(name, "") for name in ("name", "phone", "email", "when")},
    }


def _states(chosen: str) -> tuple[WorkState, ...]:
    if chosen in WORK_STATES:
        return (WorkState(chosen),)
    return () if chosen == ALL else _OPEN


def _change_many(desk: Desk, who: str, form: Form) -> int:
    """How many were changed; those that are gone meanwhile are left out. Raises InputError."""
    state, assignee = form.get("zustand"), form.get("zustaendig")[:_LONGEST_NAME]
    chosen = form.all("eintrag")
    if not chosen:
        raise InputError("Es ist nichts ausgewählt. Bitte ankreuzen, welche Einträge gemeint sind.")
    if state not in WORK_STATES and not assignee:
        raise InputError("Bitte einen Zustand oder eine zuständige Person angeben.")
    number = 0
    for item_id in chosen:
        try:
            change_item(
                desk,
                who,
                item_id,
                state=WorkState(state) if state in WORK_STATES else None,
                assignee=assignee or None,
            )
        except NotFoundError:
            continue
        number += 1
    return number
