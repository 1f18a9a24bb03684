"""`/admin/suchindex`: reading everything once more, rebuilding the index, going back, generations."""

from queue import Empty, SimpleQueue
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ingest.report import RunReport
from integrations.building_state import BuildState, Plan
from integrations.catalogue import generations_of
from integrations.desk import Desk
from integrations.web import document_changes
from integrations.web.access import Caller
from integrations.web.admin.documents import JOBS
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.job_view import spoken
from kb.errors import AuskunftError, InputError
from kb.roles import Role

INDEX = "/admin/suchindex"
_PATIENCE_S = 10.0
_STATES = {
    "current": ("in Gebrauch", "good"),
    "building": ("im Bau", "soon"),
    "former": ("frühere", ""),
    "set_aside": ("zurückgestellt", ""),
    "dropped": ("wird gelöscht", ""),
}
_PHASES = {
    "filling": "wird gefüllt",
    "switching": "wird in Gebrauch genommen",
    "paused": "pausiert nach einem Fehler und wird wieder versucht",
    "interrupted": "ist unterbrochen",
}


def index_routes(desk: Desk) -> APIRouter:
    """The page of the search index, for admins."""
    router, admin = APIRouter(include_in_schema=False), needing(desk, Role.ADMIN)

    def page(request: Request, caller: Caller, errors: tuple[str, ...] = ()) -> HTMLResponse:
        generations = generations_of(desk)
        return admin_page(
            desk,
            request,
            caller,
            "admin/search_index.html",
            status=422 if errors else 200,
            errors=errors,
            building=_building(desk),
            needed=desk.building.needed(),
            documents=len(desk.knowledge.registry.live()),
            passages=desk.knowledge.index.total(),
            generations=[_described(one) for one in reversed(generations)],
            back=any(one["state"] in ("former", "set_aside") for one in generations),
        )

    @router.get(INDEX)
    def index(request: Request, caller: Caller = admin) -> HTMLResponse:
        return page(request, caller)

    @router.get(f"{INDEX}/stand")
    def state(caller: Caller = admin) -> dict[str, Any]:
        """How far a rebuild is, for the page's script."""
        return {"building": _building(desk)}

    @router.post(f"{INDEX}/neu-einlesen")
    def reread(caller: Caller = admin) -> Response:
        job = document_changes.reindex(desk, caller.name, [])
        return done(f"{JOBS}/{job.job_id}", "auftrag-angelegt")

    def start(request: Request, caller: Caller, plan: Plan, verb: str) -> Response:
        try:
            begun = _started(desk, plan)
        except InputError as error:
            return page(request, caller, (str(error),))
        desk.remembered.note(caller.name, verb, "Suchindex")
        if isinstance(begun, AuskunftError):
            return page(request, caller, (str(begun),))
        return done(INDEX, "umbau-begonnen")

    @router.post(f"{INDEX}/neu-aufbauen")
    def rebuild(request: Request, caller: Caller = admin) -> Response:
        return start(request, caller, Plan.FRESH, "index.rebuild")

    @router.post(f"{INDEX}/zurueck")
    def rollback(request: Request, caller: Caller = admin) -> Response:
        return start(request, caller, Plan.BACK, "index.rollback")

    @router.post(f"{INDEX}/frueheren-loeschen")
    def drop(request: Request, caller: Caller = admin) -> Response:
        try:
            dropped = desk.building.drop_kept()
        except InputError as error:
            return page(request, caller, (str(error),))
        desk.remembered.note(caller.name, "index.drop", ", ".join(dropped))
        return done(INDEX, "fruehere-geloescht")

    return router


def _started(desk: Desk, plan: Plan) -> BuildState | RunReport | AuskunftError | None:
    """Begin, and wait for the first that is heard of it, so that the next page can show it.

    Raises InputError.
    """
    news: SimpleQueue[BuildState | RunReport | AuskunftError] = SimpleQueue()
    end = desk.building.start(plan, news.put)
    try:
        return news.get(timeout=_PATIENCE_S)
    except Empty:
        return None
    finally:
        end()


def _building(desk: Desk) -> dict[str, Any] | None:
    state = desk.building.state
    if state is None:
        return None
    return {
        "phase": _PHASES[state.phase.value],
        "share": state.share,
        "percent": state.percent,
        "done": state.done,
        "total": state.total,
        "name": state.name,
        "error": state.error,
        "left": spoken(state.seconds_left) if state.share > state.share_before else "",
    }


def _described(generation: dict[str, Any]) -> dict[str, Any]:
    name, tone = _STATES.get(generation["state"], (generation["state"], ""))
    size = generation["bytes"]
    return {
        "name": generation["name"],
        "state": name,
        "tone": tone,
        "model": str(generation["fingerprint"].get("model", "")),
        "created": generation["created_at"][:10],
        "size": "" if size is None else f"{size / 1024**2:.0f} MB",
    }
