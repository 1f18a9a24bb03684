"""`/admin/fragenprotokoll` and `/admin/rueckmeldungen`: what was asked, and whether it helped."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.frame import admin_page, needing
from integrations.web.admin.listing import PER_PAGE, Wanted, listed
from integrations.web.admin.moments import local_moment
from integrations.web.admin.plots.numbers import duration
from integrations.web.admin.question_words import OUTCOME_BADGES, OUTCOMES, WAYS
from kb.questions import Outcome
from kb.roles import Role
from kb.state.questions import AskedQuestion, QuestionFilter

LOG, FEEDBACK = "/admin/fragenprotokoll", "/admin/rueckmeldungen"
_FILTER = ("text", "ergebnis", "hilfreich", "von", "bis")
HELPFUL = {"ja": "hilfreich", "nein": "nicht hilfreich"}


def asked_routes(desk: Desk) -> APIRouter:
    """The log of questions."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    @router.get(LOG)
    def log(request: Request, caller: Caller = editor) -> HTMLResponse:
        wanted = Wanted.of(request.query_params, _FILTER)
        return _page(desk, request, caller, wanted, _wanted(wanted), "admin/asked.html")

    return router


def feedback_routes(desk: Desk) -> APIRouter:
    """What visitors said of answers."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    @router.get(FEEDBACK)
    def feedback(request: Request, caller: Caller = editor) -> HTMLResponse:
        wanted = Wanted.of(request.query_params, (*_FILTER, "anmerkung"))
        asked = _wanted(wanted, judged=True, commented=wanted.get("anmerkung") == "ja")
        return _page(desk, request, caller, wanted, asked, "admin/feedback.html")

    return router


def _page(
    desk: Desk,
    request: Request,
    caller: Caller,
    wanted: Wanted,
    asked: QuestionFilter,
    template: str,
) -> HTMLResponse:
    desk.remembered.flush()
    found, total = desk.remembered.questions.page(asked, PER_PAGE, wanted.offset)
    titles = {
        document_id: live.head.title for document_id, live in desk.knowledge.registry.live().items()
    }
    return admin_page(
        desk,
        request,
        caller,
        template,
        wanted=wanted,
        listed=listed([_view(one, titles) for one in found], total, wanted),
        outcomes=OUTCOMES,
        helpful=HELPFUL,
        export=_export(asked),
        days=desk.settings.questions_days,
    )


def _wanted(wanted: Wanted, *, judged: bool = False, commented: bool = False) -> QuestionFilter:
    outcome, helpful = wanted.one_of("ergebnis", OUTCOMES), wanted.one_of("hilfreich", HELPFUL)
    return QuestionFilter(
        outcomes=(Outcome(outcome),) if outcome else (),
        first=wanted.day("von"),
        last=wanted.day("bis"),
        text=wanted.get("text"),
        helpful=helpful == "ja" if helpful else None,
        judged=judged,
        commented=commented,
    )


def _export(asked: QuestionFilter) -> str:
    """The address of the same questions as a table for Excel."""
    values = {
        "outcome": asked.outcomes[0].value if asked.outcomes else "",
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
        "text": asked.text,
        "helpful": "" if asked.helpful is None else str(asked.helpful).lower(),
        "judged": "true" if asked.judged else "",
        "commented": "true" if asked.commented else "",
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/api/v1/questions.csv?{query}" if query else "/api/v1/questions.csv"


def _view(asked: AskedQuestion, titles: dict[str, str]) -> dict[str, Any]:
    """A question in words; documents that are gone have no title any more."""
    return {
        "at": local_moment(asked.asked_at),
        "way": WAYS[asked.way.value] + (f", {asked.site}" if asked.site else ""),
        "staff": asked.audience != "public",
        "question": asked.question,
        "answer_id": asked.answer_id,
        "asked_as": asked.asked_as if asked.asked_as != asked.question else "",
        "outcome": OUTCOMES[asked.outcome.value],
        "badge": OUTCOME_BADGES.get(asked.outcome.value, ""),
        "duration": duration(asked.total_ms) if asked.total_ms is not None else "",
        "helpful": asked.helpful,
        "comment": asked.comment,
        "documents": [(one, titles.get(one, "")) for one in asked.cited],
    }
