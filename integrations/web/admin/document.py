"""`/admin/dokumente/{id}`: one document with all that is known of it, and what can be done to it."""

from datetime import date
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from ingest.classify import CORRECTION, values_of
from integrations.desk import Desk
from integrations.web import document_changes
from integrations.web.access import Caller
from integrations.web.admin.document_list import page_in, paged
from integrations.web.admin.documents import JOBS, LIST, audiences_of
from integrations.web.admin.editing import ChangedMeanwhileError, mark_of, require_unchanged
from integrations.web.admin.entries import KINDS
from integrations.web.admin.forms import Form, day_of, posted
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.job_view import by_page
from integrations.web.answer_view import badge_of
from integrations.web.visitor.original import download_headers
from integrations.web.visitor.versions import versions_of
from kb.audience import Viewer
from kb.errors import InputError, NotFoundError
from kb.index.port import Scope
from kb.passages import Passage
from kb.roles import Role
from kb.state.registry import StoredDocument

_FIELDS = {
    "title": "Titel",
    "kind": "Art",
    "audience": "Zielgruppe",
    "publisher": "Herausgeber",
    "date": "Stand",
    "valid_from": "Gültig ab",
    "valid_until": "Gültig bis",
    "language": "Sprache",
    "supersedes": "Ersetzt",
}
_DAYS = ("date", "valid_from", "valid_until")
_NEEDED = ("title", "kind", "audience", "language")
_PASSAGES = 20


def one_document_routes(desk: Desk) -> APIRouter:
    """The page of a document, its passages, its original, and its changes."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)
    one_at_a_time = Lock()

    def page(
        request: Request,
        caller: Caller,
        document: StoredDocument,
        given: dict[str, str] | None = None,
        errors: tuple[str, ...] = (),
    ) -> HTMLResponse:
        head, today = document.head, date.today()
        failed = {one.uri: one for one in desk.failed_files.all()}
        review = desk.reviews.find(head.document_id)
        values = _values(desk, document)
        validity = head.validity
        return admin_page(
            desk,
            request,
            caller,
            "admin/document.html",
            status=422 if errors else 200,
            errors=errors,
            document=document,
            head=head,
            fields=_FIELDS,
            days=_DAYS,
            values=values | (given or {}),
            mark=mark_of(values),
            origins={**document.origins, **dict.fromkeys(document.corrections, CORRECTION)},
            corrected=CORRECTION,
            kinds=KINDS,
            audiences=audiences_of(desk),
            badge=badge_of(
                validity.state(today).value, validity.valid_from, validity.valid_until, "de"
            ),
            review=review,
            today=today,
            failure=failed.get(head.uri),
            warnings=by_page(document.warnings),
            versions=_versions(desk, document, today),
        )

    @router.get(f"{LIST}/{{document_id}}")
    def document(request: Request, document_id: str, caller: Caller = editor) -> HTMLResponse:
        return page(request, caller, _found(desk, document_id))

    @router.post(f"{LIST}/{{document_id}}")
    def change(
        request: Request, document_id: str, form: Form = posted(), caller: Caller = editor
    ) -> Response:
        given = {name: form.get(name) for name in (*_FIELDS, "review") if form.has(name)}
        with one_at_a_time:
            found = _found(desk, document_id)
            now = _values(desk, found)
            try:
                require_unchanged(form, now, "Speichern")
                _change(desk, caller.name, found, given)
            except ChangedMeanwhileError as error:
                return page(request, caller, found, given, (str(error), *_others(given, now)))
            except InputError as error:
                return page(request, caller, found, given, (str(error),))
        return done(f"{LIST}/{document_id}", "gespeichert")

    @router.post(f"{LIST}/{{document_id}}/neu-einlesen")
    def reindex(document_id: str, caller: Caller = editor) -> Response:
        _found(desk, document_id)
        job = document_changes.reindex(desk, caller.name, [document_id])
        return done(f"{JOBS}/{job.job_id}", "auftrag-angelegt")

    @router.get(f"{LIST}/{{document_id}}/stellen")
    def passages(request: Request, document_id: str, caller: Caller = editor) -> HTMLResponse:
        found = _found(desk, document_id)
        shown = paged(_passages(desk, found), page_in(request.query_params), _PASSAGES)
        return admin_page(
            desk, request, caller, "admin/passages.html", document=found, listed=shown
        )

    @router.get(f"{LIST}/{{document_id}}/original")
    def original(document_id: str, caller: Caller = editor) -> FileResponse:
        found = _found(desk, document_id)
        path = desk.knowledge.originals.path(found.content_hash)
        if not path.is_file():
            raise NotFoundError(
                "Das Original fehlt im Datenordner. Bitte die Datei neu einlesen oder hochladen."
            )
        return FileResponse(path, headers=download_headers(found.head.file, found.content_hash))

    return router


def _found(desk: Desk, document_id: str) -> StoredDocument:
    """Raises NotFoundError."""
    found = desk.knowledge.registry.find(document_id)
    if found is None:
        raise NotFoundError(f"Das Dokument {document_id!r} gibt es nicht (mehr).")
    return found


def _values(desk: Desk, document: StoredDocument) -> dict[str, str]:
    """What the form of a document shows."""
    review = desk.reviews.find(document.head.document_id)
    own = {**dict.fromkeys(_FIELDS, ""), **values_of(document.head)}
    return own | {"review": review.isoformat() if review else ""}


def _others(given: dict[str, str], now: dict[str, str]) -> list[str]:
    """What holds now where a form says something else, a sentence each."""
    names = {**_FIELDS, "review": "Prüfen am"}
    return [
        f"{names[name]}: jetzt {f'„{now[name]}“' if now[name] else 'ohne Angabe'}."
        for name, value in given.items()
        if value != now[name]
    ]


def _change(desk: Desk, who: str, document: StoredDocument, given: dict[str, str]) -> None:
    """What differs becomes a correction. Raises InputError before anything is changed."""
    now = values_of(document.head)
    values = {
        name: given[name] for name in _FIELDS if name in given and given[name] != now.get(name, "")
    }
    for name in _NEEDED:
        if values.get(name) == "":
            raise InputError(f"„{_FIELDS[name]}“ darf nicht leer sein.")
    for name in _DAYS:
        day_of(values.get(name, ""), _FIELDS[name])
    begin, end = (given.get(name) or now.get(name, "") for name in ("valid_from", "valid_until"))
    if begin and end and begin > end:
        raise InputError("„Gültig bis“ liegt vor „Gültig ab“.")
    due = day_of(given.get("review", ""), "Prüfen am")
    if values:
        document_changes.correct(desk, who, [document], values)
    if "review" in given:
        document_changes.plan_review(desk, who, [document], due)


def _passages(desk: Desk, document: StoredDocument) -> list[Passage]:
    """The passages that answers use, in reading order."""
    scope = Scope(Viewer(frozenset({document.head.audience})))
    live = desk.knowledge.registry.live().get(document.head.document_id)
    revision = live.revision if live else document.revision
    found = desk.knowledge.index.document_passages(document.head.document_id, scope)
    return [passage for passage in found if passage.revision == revision]


def _versions(desk: Desk, document: StoredDocument, today: date) -> list[dict[str, str]]:
    """The other versions of the document with their pages here."""
    live = desk.knowledge.registry.live()
    everybody = Viewer(frozenset(entry.head.audience for entry in live.values()))
    return [
        {
            "title": version.title,
            "badge": version.badge.text,
            "state": version.badge.state,
            "href": version.href.replace("/dokumente/", f"{LIST}/", 1).partition("?")[0],
        }
        for version in versions_of(document.head, live, everybody, today, "de")
    ]
