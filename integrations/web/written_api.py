"""Editors' routes on answers written by hand: draft, new wording, approval, withdrawal."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.schemas import NewWrittenBody, WrittenBody
from integrations.written_answers import (
    approve,
    content_of,
    described,
    revise,
    withdraw,
    write,
)
from kb.questions import WrittenState
from kb.state.written_answers import WrittenContent
from kb.validity import Validity

_TAGS: list[Any] = ["Antworten von Hand"]


def add_written_answers(router: APIRouter, desk: Desk, editor: Any) -> None:
    """`editor` is the dependency that lets only editors in."""

    @router.get("/written-answers", tags=_TAGS, summary="Geschriebene Antworten auflisten")
    def listed(
        state: Annotated[list[WrittenState] | None, Query()] = None, caller: Caller = editor
    ) -> dict[str, Any]:
        wanted = tuple(state or WrittenState)
        found = [answer for answer in desk.answers.all() if answer.state in wanted]
        return {"answers": [described(desk, answer) for answer in found]}

    @router.get("/written-answers/{answer_id}", tags=_TAGS, summary="Eine geschriebene Antwort")
    def one(answer_id: str, caller: Caller = editor) -> dict[str, Any]:
        return described(desk, desk.answers.find(answer_id))

    @router.post(
        "/written-answers",
        tags=_TAGS,
        summary="Eine Antwort als Entwurf schreiben",
        status_code=201,
    )
    def add(body: NewWrittenBody, caller: Caller = editor) -> dict[str, Any]:
        return described(desk, write(desk, caller.name, _content(body), body.item_id))

    @router.put("/written-answers/{answer_id}", tags=_TAGS, summary="Neu fassen, als Entwurf")
    def change(answer_id: str, body: WrittenBody, caller: Caller = editor) -> dict[str, Any]:
        return described(desk, revise(desk, caller.name, answer_id, _content(body)))

    @router.post(
        "/written-answers/{answer_id}/approve", tags=_TAGS, summary="Freigeben: wird ein Dokument"
    )
    def release(
        answer_id: str,
        version: Annotated[int, Query(ge=1, description="die gelesene Fassung")],
        caller: Caller = editor,
    ) -> dict[str, Any]:
        return described(desk, approve(desk, caller.name, answer_id, version))

    @router.delete("/written-answers/{answer_id}", tags=_TAGS, summary="Zurückziehen")
    def take_back(answer_id: str, caller: Caller = editor) -> dict[str, Any]:
        return described(desk, withdraw(desk, caller.name, answer_id))


def _content(body: WrittenBody) -> WrittenContent:
    return content_of(
        body.questions,
        body.text,
        kind=body.kind,
        audience=body.audience,
        contact=body.contact,
        validity=Validity(body.valid_from, body.valid_until),
    )
