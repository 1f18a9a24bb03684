"""`/admin/dokumente`: all documents as a list, and what is done to many of them at once."""

from datetime import date
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from integrations.desk import Desk
from integrations.web import document_changes
from integrations.web.access import Caller
from integrations.web.admin.document_list import COLUMNS, NOTABLE, Wanted, chosen, paged
from integrations.web.admin.entries import KINDS, Entries, State, audience_name
from integrations.web.admin.forms import Form, day_of, posted
from integrations.web.admin.frame import admin_page, done, needing
from kb.audience import PUBLIC, STAFF
from kb.errors import InputError
from kb.roles import Role
from kb.state.registry import StoredDocument

LIST = "/admin/dokumente"
JOBS = "/admin/auftraege"
_NOTHING_CHOSEN = "Es ist kein Dokument ausgewählt. Bitte links ankreuzen, welche gemeint sind."
_NOTHING_SAID = "Es ist nichts angegeben, was geändert werden soll."


def document_routes(desk: Desk) -> APIRouter:
    """The list of documents, changing, deleting and re-reading many."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)
    entries = Entries(desk)

    def listed(
        request: Request, caller: Caller, wanted: Wanted, errors: tuple[str, ...] = ()
    ) -> HTMLResponse:
        today = date.today()
        rows = entries.all(today)
        return admin_page(
            desk,
            request,
            caller,
            "admin/documents.html",
            status=422 if errors else 200,
            errors=errors,
            wanted=wanted,
            listed=paged(chosen(rows, wanted, today), wanted.page),
            all_rows=len(rows),
            today=today,
            columns={name: label for name, (label, _) in COLUMNS.items()},
            kinds=KINDS,
            states=list(State),
            notable=NOTABLE,
            audiences=audiences_of(desk),
            unfinished=len(desk.jobs.unfinished()),
        )

    @router.get(LIST)
    def documents(request: Request, caller: Caller = editor) -> HTMLResponse:
        return listed(request, caller, Wanted.of(request.query_params))

    @router.post(f"{LIST}/aendern")
    def change(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        try:
            documents = _selected(desk, entries, form)
            changed = _changed(desk, caller.name, documents, form)
        except InputError as error:
            return listed(request, caller, _wanted_in(form), (str(error),))
        return done(_back(form), "dokumente-geaendert", changed)

    @router.post(f"{LIST}/neu-einlesen")
    def reindex(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        try:
            documents = _selected(desk, entries, form)
        except InputError as error:
            return listed(request, caller, _wanted_in(form), (str(error),))
        ids = [document.head.document_id for document in documents]
        job = document_changes.reindex(desk, caller.name, ids)
        return done(f"{JOBS}/{job.job_id}", "auftrag-angelegt")

    @router.post(f"{LIST}/loeschen")
    def remove(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        """First time: asks whether that is meant; with the page's own button: does it."""
        try:
            documents = _selected(desk, entries, form)
        except InputError as error:
            return listed(request, caller, _wanted_in(form), (str(error),))
        if not form.has("bestaetigt"):
            return admin_page(
                desk,
                request,
                caller,
                "admin/remove.html",
                documents=documents,
                back=_back(form),
                query=form.get("filter"),
            )
        document_changes.remove(desk, caller.name, documents)
        return done(_back(form), "dokumente-geloescht", len(documents))

    return router


def audiences_of(desk: Desk) -> dict[str, str]:
    """The audiences that there are, in words; the public and staff always."""
    named = {document.head.audience for document in desk.knowledge.registry.live().values()}
    return {name: audience_name(name) for name in (PUBLIC, STAFF, *sorted(named - {PUBLIC, STAFF}))}


def _wanted_in(form: Form) -> Wanted:
    return Wanted.of(dict(parse_qsl(form.get("filter"))))


def _back(form: Form) -> str:
    query = _wanted_in(form).query(page=_wanted_in(form).page)
    return f"{LIST}?{query}" if query else LIST


def _selected(desk: Desk, entries: Entries, form: Form) -> list[StoredDocument]:
    """The documents that a form means. Raises InputError for none; those gone meanwhile are left out."""
    ids = form.all("dokument")
    if form.has("alle"):
        today = date.today()
        rows = chosen(entries.all(today), _wanted_in(form), today)
        ids = [row.document_id for row in rows if row.document_id]
    found = [desk.knowledge.registry.find(document_id) for document_id in ids]
    documents = [document for document in found if document is not None]
    if not documents:
        raise InputError(_NOTHING_CHOSEN)
    return documents


def _changed(desk: Desk, who: str, documents: list[StoredDocument], form: Form) -> int:
    """Raises InputError before anything is changed."""
    given = {"audience": form.get("gruppe") or form.get("zielgruppe"), "kind": form.get("art")}
    values = {name: value for name, value in given.items() if value}
    due, cleared = day_of(form.get("pruefung"), "Prüfdatum"), form.has("ohne-pruefung")
    if not values and due is None and not cleared:
        raise InputError(_NOTHING_SAID)
    if values:
        document_changes.correct(desk, who, documents, values)
    if due is not None or cleared:
        document_changes.plan_review(desk, who, documents, due)
    return len(documents)
