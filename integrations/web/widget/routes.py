"""The widget's own addresses: the script, and what it asks once before the first question."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from integrations.desk import Desk
from integrations.web.phrases import Language
from integrations.web.widget.script import NAME, WidgetScript, widget_script
from kb.errors import NotFoundError

_HOUR = "public, max-age=3600"
_FOR_EVER = "public, max-age=31536000, immutable"
_PRIVACY_PAGE = "/datenschutz"
_PRIVACY = {"de": "Datenschutz (öffnet neues Fenster)", "en": "Privacy (opens a new window)"}


def widget_router(desk: Desk) -> APIRouter:
    """Routes under /widget/v1; `desk` is the opened data folder."""
    router = APIRouter(prefix="/widget/v1", include_in_schema=False)

    @router.api_route("/about", methods=["GET", "HEAD"])
    def about(request: Request, lang: Language = "de") -> JSONResponse:
        paths = {getattr(route, "path", "") for route in request.app.routes}
        links = [{"text": _PRIVACY[lang], "link": _PRIVACY_PAGE}] if _PRIVACY_PAGE in paths else []
        told: dict[str, Any] = {
            "contacts": [contact.as_dict() for contact in desk.settings.contacts],
            "links": links,
        }
        return JSONResponse(told, headers={"cache-control": "no-cache"})

    @router.api_route("/{name}", methods=["GET", "HEAD"])
    def script(name: str, request: Request) -> Response:
        made = widget_script()
        if name not in (NAME, made.pinned_name):
            raise NotFoundError(
                f"Ein Skript „{name}“ gibt es hier nicht (mehr). Die gültige Adresse zeigt "
                "„auskunft widget“."
            )
        return _served(made, request, _HOUR if name == NAME else _FOR_EVER)

    return router


def _served(script: WidgetScript, request: Request, lifetime: str) -> Response:
    """The script for any website: it holds nothing that is not the same for everybody."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{script.digest.hex()[:16]}{"-gzip" if packed else ""}"'
    headers = {
        "etag": tag,
        "cache-control": lifetime,
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    known = request.headers.get("if-none-match", "")
    if tag in [each.strip().removeprefix("W/") for each in known.split(",")]:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(
        script.packed if packed else script.plain,
        headers=headers,
        media_type="text/javascript; charset=utf-8",
    )
