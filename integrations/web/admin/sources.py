"""`/admin/quellen`: folders and websites that are read again and again."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from integrations.desk import Desk
from integrations.sources import spec_of
from integrations.web.access import Caller
from integrations.web.admin.documents import JOBS
from integrations.web.admin.forms import Form, posted
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.job_view import JobView, job_view
from kb.errors import InputError, NotFoundError, SourceError
from kb.roles import Role
from kb.state.sources import Source, SourceKind, SourceSpec

SOURCES = "/admin/quellen"
EVERY = {"0": "nur auf Anforderung", "60": "stündlich", "1440": "täglich", "10080": "wöchentlich"}
_LINES = ("places", "sitemaps", "include", "exclude")
_TICKS = ("public", "prune", "watch")


def source_routes(desk: Desk) -> APIRouter:
    """The list of sources with a form for a new one, reading one now, forgetting one."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    def page(
        request: Request,
        caller: Caller,
        form: Form | None = None,
        errors: tuple[str, ...] = (),
    ) -> HTMLResponse:
        return admin_page(
            desk,
            request,
            caller,
            "admin/sources.html",
            status=422 if errors else 200,
            errors=errors,
            rows=[_row(desk, source) for source in desk.sources.all()],
            values={name: form.get(name) if form else "" for name in (*_LINES, "every")},
            ticked={name: form is not None and form.has(name) for name in _TICKS},
            every=EVERY,
            folders=caller.operator,
        )

    @router.get(SOURCES)
    def sources(request: Request, caller: Caller = editor) -> HTMLResponse:
        return page(request, caller)

    @router.post(SOURCES)
    def add(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        try:
            spec = _spec(form)
            if spec.kind is SourceKind.FOLDER and spec.places:
                # the service reads whatever its user may read
                caller.require(Role.ADMIN)
            added = desk.sources.add(spec)
        except (InputError, SourceError) as error:
            return page(request, caller, form, (str(error),))
        named = ", ".join((*added.spec.places, *added.spec.sitemaps))
        desk.remembered.note(caller.name, "source.add", named, after=added.source_id)
        return done(SOURCES, "quelle-angelegt")

    @router.post(f"{SOURCES}/{{source_id}}/lesen")
    def read(request: Request, source_id: str, caller: Caller = editor) -> Response:
        desk.require_serving()
        try:
            job = desk.sources.read(source_id)
        except InputError as error:
            return page(request, caller, errors=(str(error),))
        desk.remembered.note(caller.name, "source.read", job.label)
        return done(f"{JOBS}/{job.job_id}", "auftrag-angelegt")

    @router.post(f"{SOURCES}/{{source_id}}/vergessen")
    def remove(source_id: str, caller: Caller = editor) -> Response:
        desk.sources.remove(source_id)
        desk.remembered.note(caller.name, "source.remove", source_id)
        return done(SOURCES, "quelle-vergessen")

    return router


def _spec(form: Form) -> SourceSpec:
    """Raises InputError."""
    lines = {
        name: tuple(line.strip() for line in form.get(name).splitlines() if line.strip())
        for name in _LINES
    }
    ticks: dict[str, Any] = {name: form.has(name) for name in _TICKS}
    every = form.get("every") or "0"
    if every not in EVERY:
        raise InputError("Wie oft gelesen werden soll, bitte aus der Liste wählen.")
    places = lines.pop("places")
    return spec_of(places, **lines, **ticks, every_minutes=int(every))


def _row(desk: Desk, source: Source) -> dict[str, Any]:
    last = _last(desk, source)
    return {
        "source": source,
        "name": ", ".join((*source.spec.places, *source.spec.sitemaps)),
        "kind": "Website" if source.spec.kind is SourceKind.WEB else "Ordner",
        "rhythm": _rhythm(source.spec),
        "next": _spoken(source.next_at),
        "last": last,
        "ended": _spoken(last.job.finished_at) if last else "",
        "failed": [row for row in last.rows if row["tone"] == "bad"] if last else [],
    }


def _last(desk: Desk, source: Source) -> JobView | None:
    if not source.last_job:
        return None
    try:
        job = desk.jobs.find(source.last_job)
    except NotFoundError:  # forgotten by now
        return None
    return job_view(job, desk.jobs.described(job)["progress"])


def _rhythm(spec: SourceSpec) -> str:
    every = EVERY.get(str(spec.every_minutes), f"alle {spec.every_minutes} Minuten")
    return (
        f"sobald sich etwas ändert, {every}"
        if spec.watch and spec.every_minutes
        else ("sobald sich etwas ändert" if spec.watch else every)
    )


def _spoken(utc: datetime | None) -> str:
    """Day and minute in this machine's time zone."""
    return utc.replace(tzinfo=UTC).astimezone().strftime("%d.%m.%Y %H:%M") if utc else ""
