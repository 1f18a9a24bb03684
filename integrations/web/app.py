"""The web application: pages, API, health checks, errors as problem+json; made from an opened desk."""

import logging
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from integrations.desk import Desk
from integrations.web.access import caller_of
from integrations.web.admin.pages import add_admin
from integrations.web.admin.upload import UPLOAD_FORM
from integrations.web.api import api_router
from integrations.web.api_document import documented
from integrations.web.asking import UNEXPECTED, UNEXPECTED_DETAIL
from integrations.web.complaints import sentence_of
from integrations.web.guards import SECURITY_HEADERS, BodyLimit, HostGuard, SecurityHeaders
from integrations.web.limits import Limits
from integrations.web.packing import Packing
from integrations.web.pages import render_error
from integrations.web.signin.cookie import session_cookie
from integrations.web.signin.guard import SessionGuard
from integrations.web.signin.routes import sign_in_routes
from integrations.web.slack_events import add_slack_events
from integrations.web.sources_api import UPLOADS
from integrations.web.static_files import serve_static
from integrations.web.visitor import add_pages
from integrations.web.visitor.context import page_context
from integrations.web.widget.guard import GRANTED, OriginGuard
from integrations.web.widget.routes import widget_router
from kb.errors import (
    AccessDeniedError,
    AuskunftError,
    BusyError,
    DataFolderError,
    EmbeddingError,
    IndexMismatchError,
    InputError,
    LimitReachedError,
    NotFoundError,
    PausedError,
    ProviderError,
    RebuildingError,
    ServiceError,
    SignInError,
    SourceError,
    StorageFullError,
)

_log = logging.getLogger(__name__)
_MAX_BODY = 1024 * 1024
_STATUS: tuple[tuple[type[AuskunftError], int, str], ...] = (
    (InputError, 422, "Die Angaben sind so nicht brauchbar."),
    (SourceError, 422, "Die Quelle ist nicht lesbar."),
    (NotFoundError, 404, "Nicht gefunden"),
    (AccessDeniedError, 403, "Kein Zugang"),
    (LimitReachedError, 429, "Zu viele Anfragen"),
    (PausedError, 503, "Die Auskunft macht eine Pause."),
    (StorageFullError, 507, "Kein Speicherplatz"),
    (BusyError, 503, "Gerade ist viel los."),
    (RebuildingError, 503, "Einen Moment bitte: Der Suchindex wird neu aufgebaut."),
    (IndexMismatchError, 503, "Der Suchindex passt nicht."),
    (DataFolderError, 503, "Der Datenordner ist nicht benutzbar."),
)
_NO_TYPE = "about:blank"
_LATER = "Bitte versuchen Sie es in einigen Minuten noch einmal."


def create_app(desk: Desk, examples: tuple[str, ...] = ()) -> FastAPI:
    """The application on an opened desk; whoever opened the desk closes it.

    `examples` are the questions the start page suggests; without them they come from the documents.
    """
    app = FastAPI(
        title=f"{desk.settings.display_name} – API",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    limits = Limits(desk.settings, lambda: desk.remembered.today)
    app.include_router(api_router(desk, limits))
    app.include_router(widget_router(desk))
    app.mount("/static", serve_static, name="static")
    add_pages(app, desk, limits, examples)
    add_admin(app, desk)
    attempt = partial(limits.attempt, purpose="sign-in")
    app.include_router(sign_in_routes(desk, partial(page_context, desk), attempt))
    add_slack_events(app, desk)
    _add_health(app, desk)
    documented(app)
    _add_errors(app, desk)
    app.add_middleware(Packing)
    app.add_middleware(
        SessionGuard,
        sessions=desk.sessions,
        cookie=session_cookie(desk.settings.address),
        address=desk.settings.address,
        refusal=partial(_answered, desk),
        file_form=UPLOAD_FORM,
    )
    app.add_middleware(BodyLimit, longest=_MAX_BODY, elsewhere=(UPLOADS, UPLOAD_FORM))
    app.add_middleware(HostGuard, allowed=desk.settings.allowed_hosts)
    app.add_middleware(OriginGuard, listed=desk.settings.widget_sites)
    app.add_middleware(SecurityHeaders)
    return app


def _add_health(app: FastAPI, desk: Desk) -> None:
    @app.get("/healthz", tags=["Betrieb"], summary="Läuft der Prozess?")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["Betrieb"], summary="Kann geantwortet werden?")
    def readyz(request: Request) -> JSONResponse:
        try:
            desk.knowledge.registry.changes()
            desk.knowledge.index.total()
            desk.require_serving()
            desk.embedder.probe()
        except Exception as error:
            if not isinstance(error, RebuildingError):
                _log.exception("not ready")
            detail = _told(error, request, desk)
            return JSONResponse({"status": "unready", "detail": detail, **_progress(desk)}, 503)
        return JSONResponse({"status": "ready", **_progress(desk)})


def _progress(desk: Desk) -> dict[str, Any]:
    """How far a rebuild is, in percent: the public learns neither names nor numbers of documents."""
    state = desk.building.state
    return {"rebuilding": {"phase": state.phase.value, "percent": state.percent}} if state else {}


def _told(error: Exception, request: Request, desk: Desk) -> str:
    """What the caller may know of an error: texts that name servers and settings are for operators."""
    if not isinstance(error, AuskunftError):
        return UNEXPECTED_DETAIL
    if isinstance(error, EmbeddingError | ServiceError) and not _from_operator(request, desk):
        return _LATER
    return str(error)


def _add_errors(app: FastAPI, desk: Desk) -> None:
    @app.exception_handler(AuskunftError)
    def ours(request: Request, error: Exception) -> Response:
        return _answered(desk, request, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        detail = sentence_of(error.errors())
        return _problem(desk, request, 422, "Die Anfrage ist nicht gültig.", detail)

    @app.exception_handler(HTTPException)
    def of_framework(request: Request, error: Exception) -> Response:
        return _answered(desk, request, error)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        _log.exception("unexpected error", exc_info=error)
        # answered outside of all middleware, so the headers have to be added here
        response = _problem(desk, request, 500, UNEXPECTED, UNEXPECTED_DETAIL)
        response.headers.update(SECURITY_HEADERS | request.scope.get(GRANTED, {}))
        return response


def _answered(desk: Desk, request: Request, error: Exception) -> Response:
    """The response to an error of ours or of the framework."""
    if isinstance(error, HTTPException):
        titles = {404: "Diese Seite gibt es nicht.", 405: "Diese Methode gibt es hier nicht.",
                  413: "Die Anfrage ist zu groß; erlaubt ist höchstens 1 MB."}  # fmt: skip
        title = titles.get(error.status_code, "Die Anfrage ist nicht lesbar.")
        return _problem(desk, request, error.status_code, title, title)
    if isinstance(error, SignInError):
        status = 502 if isinstance(error, ProviderError) else 403
        return _problem(desk, request, status, error.title, str(error))
    if isinstance(error, EmbeddingError | ServiceError):
        _log.error("%s: %s", type(error).__name__, error)
        title = "Die Suche ist zurzeit nicht möglich."
        return _problem(desk, request, 503, title, _told(error, request, desk))
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            response = _problem(desk, request, status, title, str(error), _type_of(error))
            if isinstance(error, RebuildingError | LimitReachedError | BusyError):
                response.headers["retry-after"] = str(error.retry_after)
            return response
    _log.error("%s: %s", type(error).__name__, error)
    return _problem(desk, request, 500, "Es ist ein Fehler aufgetreten.", str(error))


def _from_operator(request: Request, desk: Desk) -> bool:
    try:
        return caller_of(request, desk.tokens).operator
    except AuskunftError:
        return False


def _type_of(error: AuskunftError) -> str:
    """The problem's type, where programs have to tell it from others of the same status."""
    told_apart = isinstance(error, PausedError | LimitReachedError)
    return f"urn:auskunft:{error.code}" if told_apart else _NO_TYPE


def _problem(
    desk: Desk, request: Request, status: int, title: str, detail: str, kind: str = _NO_TYPE
) -> Response:
    """An error as a page for browsers, as problem+json (RFC 9457) for everybody else."""
    page = "text/html" in request.headers.get("accept", "")
    if page and not request.url.path.startswith("/api/"):
        html = render_error(page_context(desk, request), status=status, title=title, detail=detail)
        return HTMLResponse(html, status)
    body: dict[str, Any] = {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
    }
    return JSONResponse(body, status, media_type="application/problem+json")
