"""A document's page, its original as a download, and pictures of its pages.

Whoever may not see a document learns nothing of it, neither its original nor its pictures: each of
the three addresses asks the registry first, whatever lies in a cache.
"""

from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from integrations.desk import Desk
from integrations.web.access import viewer_of
from integrations.web.document_view import view_document
from integrations.web.pages import render_document
from integrations.web.visitor.context import page_context
from integrations.web.visitor.original import (
    download_headers,
    is_pdf,
    originals_for,
    require_original,
)
from integrations.web.visitor.page_pictures import PagePictures
from integrations.web.visitor.versions import versions_of
from kb.index.port import Scope
from kb.versions import Successors

_LONGEST_NUMBER = 12


def add_documents(app: FastAPI, desk: Desk) -> None:
    """`/dokumente/{id}`, `/dokumente/{id}/original` and `/dokumente/{id}/seite/{n}.png`."""
    pictures = PagePictures(desk)

    @app.get("/dokumente/{document_id}", include_in_schema=False)
    def document(request: Request, document_id: str) -> HTMLResponse:
        viewer, registry = viewer_of(request), desk.knowledge.registry
        stored = registry.get(document_id, viewer)
        text = registry.text(document_id)
        context = page_context(desk, request)
        today = date.today()
        live = registry.live()
        successor = Successors(live, Scope(viewer), today).of(stored.head)
        span = _span(request)
        view = view_document(stored, text, span, today, context.language, successor)
        open_to_viewer = originals_for(desk, viewer)
        path = desk.knowledge.originals.path(stored.content_hash)
        html = render_document(
            context,
            view,
            versions=versions_of(stored.head, live, viewer, today, context.language),
            original=f"/dokumente/{document_id}/original" if open_to_viewer else "",
            pages=stored.pages if open_to_viewer and is_pdf(path) else 0,
            shown_page=_number(request.query_params.get("bild", "")),
        )
        return HTMLResponse(html)

    @app.get("/dokumente/{document_id}/original", include_in_schema=False)
    def original(request: Request, document_id: str) -> Response:
        stored = require_original(desk, document_id, viewer_of(request))
        path = desk.knowledge.originals.path(stored.content_hash)
        return FileResponse(path, headers=download_headers(stored.head.file, stored.content_hash))

    @app.get("/dokumente/{document_id}/seite/{page}.png", include_in_schema=False)
    def page_picture(request: Request, document_id: str, page: str) -> Response:
        viewer = viewer_of(request)
        stored = require_original(desk, document_id, viewer)
        number = _number(page)
        tag = f'"{stored.content_hash[:32]}-{number}"'
        headers = {"cache-control": "private, no-cache", "etag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(pictures.of(stored, number, viewer), 200, headers, media_type="image/png")


def _number(given: str) -> int:
    """A number in an address; 0 for nonsense."""
    sensible = given.isascii() and given.isdecimal() and len(given) < _LONGEST_NUMBER
    return int(given) if sensible else 0


def _span(request: Request) -> tuple[int, int] | None:
    """What `von` and `bis` in an address mark; an address with nonsense in it marks nothing."""
    ends = [request.query_params.get(name, "") for name in ("von", "bis")]
    if not all(end.isascii() and end.isdecimal() and len(end) < _LONGEST_NUMBER for end in ends):
        return None
    return int(ends[0]), int(ends[1])
