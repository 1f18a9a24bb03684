"""Operators' routes on what is remembered: questions, statistics, work list, audit log, pause."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request

from integrations.building_state import iso
from integrations.desk import Desk
from integrations.remembering.statistics import span_of, statistics
from integrations.web.access import Caller
from integrations.web.csv_export import csv_response, wants_csv
from integrations.web.described import (
    AUDIT_HEADS,
    DAY_HEADS,
    QUESTION_HEADS,
    WORK_HEADS,
    audit_dict,
    audit_row,
    day_row,
    question_dict,
    question_row,
    work_dict,
    work_row,
)
from integrations.web.schemas import PauseBody, WorkBody
from integrations.web.work_changes import change_item, remove_item
from kb.questions import Outcome, WorkKind, WorkState
from kb.state.pauses import Pause
from kb.state.questions import QuestionFilter

Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
First = Annotated[date | None, Query(alias="from", description="erster Tag")]
Last = Annotated[date | None, Query(alias="to", description="letzter Tag")]
_PER_READ = 500
_Entry = TypeVar("_Entry")


def add_remembered(router: APIRouter, desk: Desk, editor: Any, admin: Any) -> None:
    """`editor` and `admin` are the dependencies that let only those in."""
    _add_questions(router, desk, editor)
    _add_worklist(router, desk, editor)
    _add_audit(router, desk, admin)
    _add_pause(router, desk, admin)


def pause_dict(pause: Pause | None) -> dict[str, Any]:
    """Whether nothing is answered, since when (UTC) and why, as JSON."""
    return {
        "paused": pause is not None,
        "since": iso(pause.since) if pause else None,
        "reason": pause.reason if pause else "",
    }


def _add_questions(router: APIRouter, desk: Desk, editor: Any) -> None:
    questions = desk.remembered.questions

    @router.get("/questions.csv", include_in_schema=False)
    @router.get("/questions", tags=["Nutzung"], summary="Gestellte Fragen, die neuesten zuerst")
    def asked(
        request: Request,
        outcome: Annotated[list[Outcome] | None, Query()] = None,
        first: First = None,
        last: Last = None,
        text: Annotated[str, Query(max_length=200)] = "",
        helpful: bool | None = None,
        judged: bool = False,
        commented: bool = False,
        limit: Limit = 50,
        offset: Offset = 0,
        caller: Caller = editor,
    ) -> Any:
        desk.remembered.flush()
        sought = text.replace("\0", "").strip()
        outcomes = tuple(outcome or ())
        wanted = QuestionFilter(outcomes, first, last, sought, helpful, judged, commented)
        if wants_csv(request):
            rows = _each(lambda number, start: questions.page(wanted, number, start))
            return csv_response("fragen", QUESTION_HEADS, map(question_row, rows))
        found, total = questions.page(wanted, limit, offset)
        return {"total": total, "questions": [question_dict(one) for one in found]}

    @router.delete("/questions/{answer_id}", tags=["Nutzung"], summary="Eine Frage löschen")
    def remove(answer_id: str, caller: Caller = editor) -> dict[str, Any]:
        desk.remembered.flush()
        questions.remove(answer_id)
        desk.remembered.note(caller.name, "question.remove", answer_id)
        return {"removed": answer_id}

    @router.get("/statistics.csv", include_in_schema=False)
    @router.get("/statistics", tags=["Nutzung"], summary="Zahlen je Tag, ohne Texte")
    def numbers(
        request: Request, first: First = None, last: Last = None, caller: Caller = editor
    ) -> Any:
        desk.remembered.flush()
        begin, end = span_of(first, last, desk.remembered.today)
        found = statistics(desk.remembered.counts, begin, end)
        if wants_csv(request):
            return csv_response("zahlen", DAY_HEADS, map(day_row, found["days"]))
        return found


def _add_worklist(router: APIRouter, desk: Desk, editor: Any) -> None:
    worklist = desk.remembered.worklist

    @router.get("/worklist.csv", include_in_schema=False)
    @router.get("/worklist", tags=["Nutzung"], summary="Arbeitsliste, das Häufigste zuerst")
    def items(
        request: Request,
        kind: WorkKind | None = None,
        state: Annotated[list[WorkState] | None, Query()] = None,
        limit: Limit = 50,
        offset: Offset = 0,
        caller: Caller = editor,
    ) -> Any:
        desk.remembered.flush()
        states = tuple(state or ())
        if wants_csv(request):
            rows = _each(
                lambda number, start: worklist.page(
                    kind=kind, states=states, limit=number, offset=start
                )
            )
            return csv_response("arbeitsliste", WORK_HEADS, map(work_row, rows))
        found, total = worklist.page(kind=kind, states=states, limit=limit, offset=offset)
        return {"total": total, "items": [work_dict(one) for one in found]}

    @router.patch("/worklist/{item_id}", tags=["Nutzung"], summary="Einen Eintrag bearbeiten")
    def change(item_id: str, body: WorkBody, caller: Caller = editor) -> dict[str, Any]:
        after = change_item(
            desk,
            caller.name,
            item_id,
            state=body.state,
            assignee=body.assignee,
            note=body.note,
            title=body.title,
        )
        return work_dict(after)

    @router.delete("/worklist/{item_id}", tags=["Nutzung"], summary="Einen Eintrag löschen")
    def remove(item_id: str, caller: Caller = editor) -> dict[str, Any]:
        remove_item(desk, caller.name, item_id)
        return {"removed": item_id}


def _add_audit(router: APIRouter, desk: Desk, admin: Any) -> None:
    audit = desk.remembered.audit

    @router.get("/audit.csv", include_in_schema=False)
    @router.get("/audit", tags=["Nutzung"], summary="Änderungsprotokoll, das Neueste zuerst")
    def entries(
        request: Request,
        verb: Annotated[str, Query(pattern="^[a-z.]{0,40}$")] = "",
        who: Annotated[str, Query(max_length=200)] = "",
        first: First = None,
        last: Last = None,
        limit: Limit = 50,
        offset: Offset = 0,
        caller: Caller = admin,
    ) -> Any:
        name = who.replace("\0", "").strip()
        if wants_csv(request):
            rows = _each(
                lambda number, start: audit.page(
                    first=first, last=last, verb=verb, who=name, limit=number, offset=start
                )
            )
            return csv_response("protokoll", AUDIT_HEADS, map(audit_row, rows))
        found, total = audit.page(
            first=first, last=last, verb=verb, who=name, limit=limit, offset=offset
        )
        return {"total": total, "entries": [audit_dict(one) for one in found]}


def _add_pause(router: APIRouter, desk: Desk, admin: Any) -> None:
    @router.get("/pause", tags=["Betrieb"], summary="Wird gerade geantwortet?")
    def state(caller: Caller = admin) -> dict[str, Any]:
        return pause_dict(desk.remembered.paused)

    @router.post("/pause", tags=["Betrieb"], summary="Eine Weile nichts beantworten")
    def pause(body: PauseBody, caller: Caller = admin) -> dict[str, Any]:
        begun = desk.remembered.pause(body.reason.strip())
        desk.remembered.note(caller.name, "pause.begin", "Antworten", after=begun.reason)
        return pause_dict(begun)

    @router.delete("/pause", tags=["Betrieb"], summary="Wieder antworten")
    def resume(caller: Caller = admin) -> dict[str, Any]:
        if desk.remembered.resume():
            desk.remembered.note(caller.name, "pause.end", "Antworten")
        return pause_dict(None)


def _each(read: Callable[[int, int], tuple[Sequence[_Entry], int]]) -> Iterator[_Entry]:
    """All entries, read page by page."""
    start = 0
    while True:
        found, _ = read(_PER_READ, start)
        yield from found
        if len(found) < _PER_READ:
            return
        start += _PER_READ
