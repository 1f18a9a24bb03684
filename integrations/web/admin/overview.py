"""`/admin`: how the service is used, what needs attention, and the pause switch."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.attention import attention
from integrations.web.admin.frame import HOME, admin_page, done, needing
from integrations.web.admin.moments import local_moment
from integrations.web.admin.overview_view import documents_by_state, usage
from integrations.web.admin.periods import PERIODS, period_of
from integrations.web.visitor.asking import form_of
from kb.roles import Role
from kb.state.pauses import Pause

_LONGEST_REASON = 500


def overview_routes(desk: Desk) -> APIRouter:
    """The overview and the pause switch."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    @router.get(HOME)
    def overview(
        request: Request,
        zeitraum: Annotated[str, Query(max_length=10)] = "",
        caller: Caller = editor,
    ) -> HTMLResponse:
        desk.remembered.flush()
        period, today = period_of(zeitraum), desk.remembered.today
        spans = period.spans(today)
        documents = desk.knowledge.registry.all()
        return admin_page(
            desk,
            request,
            caller,
            "admin/overview.html",
            period=period,
            periods=PERIODS,
            usage=usage(
                period, spans, desk.remembered.counts.between(spans[0].first, spans[-1].last)
            ),
            documents=documents_by_state(documents, today),
            attention=attention(desk, today),
            export=urlencode({"from": spans[0].first.isoformat(), "to": today.isoformat()}),
            pause=_pause_view(desk.remembered.paused),
            may_pause=caller.operator,
        )

    _add_pause(router, desk)
    return router


def _add_pause(router: APIRouter, desk: Desk) -> None:
    admin = needing(desk, Role.ADMIN)

    @router.get("/admin/pause")
    def confirm(request: Request, caller: Caller = admin) -> HTMLResponse:
        return admin_page(
            desk, request, caller, "admin/pause.html", pause=_pause_view(desk.remembered.paused)
        )

    @router.post("/admin/pause")
    async def pause(request: Request, caller: Caller = admin) -> RedirectResponse:
        reason = (await form_of(request)).get("grund", "").replace("\0", "").strip()
        begun = desk.remembered.pause(reason[:_LONGEST_REASON])
        desk.remembered.note(caller.name, "pause.begin", "Antworten", after=begun.reason)
        return done(HOME, "pause-beginnt")

    @router.post("/admin/pause/ende")
    def resume(caller: Caller = admin) -> RedirectResponse:
        if desk.remembered.resume():
            desk.remembered.note(caller.name, "pause.end", "Antworten")
        return done(HOME, "pause-endet")


def _pause_view(pause: Pause | None) -> dict[str, str] | None:
    return {"since": local_moment(pause.since), "reason": pause.reason} if pause else None
