"""`/admin/dokumente`: all documents as a list."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.frame import admin_page, needing
from kb.roles import Role


def document_routes(desk: Desk) -> APIRouter:
    """The list of documents."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    @router.get("/admin/dokumente")
    def documents(request: Request, caller: Caller = editor) -> HTMLResponse:
        return admin_page(desk, request, caller, "admin/documents.html")

    return router
