"""`/admin/dokumente/hochladen`: files, folders and archives, with what is said of all of them."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import FormData, UploadFile

from ingest.classify import head_of
from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.documents import JOBS, audiences_of
from integrations.web.admin.entries import KINDS
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.receiving import received
from kb.audience import STAFF
from kb.errors import AuskunftError, InputError
from kb.roles import Role
from kb.state.registry import StoredDocument

UPLOAD_FORM = "/admin/dokumente/hochladen"
_MOST_FILES = 2_000
_MOST_FIELDS = 50
_LARGEST_GB = 4
_SAID = ("kind", "audience", "publisher", "valid_from", "valid_until")
_NO_FILE = "Es ist keine Datei ausgewählt."
_ONE_VERSION = "Eine neue Fassung ist genau eine Datei; ausgewählt sind {n}."


def upload_routes(desk: Desk) -> APIRouter:
    """The form, and what it sends."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    def page(
        request: Request, caller: Caller, values: dict[str, str], errors: tuple[str, ...] = ()
    ) -> HTMLResponse:
        replaced = desk.knowledge.registry.find(values.get("fassung", ""))
        return admin_page(
            desk,
            request,
            caller,
            "admin/upload.html",
            status=422 if errors else 200,
            errors=errors,
            values={**_usual(replaced), **values},
            replaced=replaced,
            kinds=KINDS,
            audiences=audiences_of(desk),
            most_mb=desk.ingest_options.max_bytes // 1024**2,
        )

    @router.get(UPLOAD_FORM)
    def form(request: Request, fassung: str = "", caller: Caller = editor) -> HTMLResponse:
        return page(request, caller, {"fassung": fassung})

    @router.post(UPLOAD_FORM)
    async def upload(request: Request, caller: Caller = editor) -> Response:
        script = "application/json" in request.headers.get("accept", "")
        values: dict[str, str] = {}
        try:
            _require_size(request)
            await asyncio.to_thread(desk.require_serving)
            async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as fields:
                values = _texts(fields)
                place = await _handed_in(desk, caller, fields, values)
        except AuskunftError as error:
            if script:
                return JSONResponse({"detail": str(error)}, 422)
            return await asyncio.to_thread(page, request, caller, values, (str(error),))
        if script:
            return JSONResponse({"place": place}, 202)
        return done(place, "auftrag-angelegt")

    return router


async def _handed_in(desk: Desk, caller: Caller, fields: FormData, values: dict[str, str]) -> str:
    """The address of the job that takes the files in. Raises InputError, StorageFullError."""
    files = [
        one
        for name in ("dateien", "ordner")
        for one in fields.getlist(name)
        if isinstance(one, UploadFile) and one.filename
    ]
    stated = await asyncio.to_thread(_stated, desk, values, len(files))
    kept = await received(desk, files)
    if not kept.names:
        raise InputError(" ".join(kept.refused) or _NO_FILE)

    def hand_in() -> str:
        job = desk.jobs.upload(
            kept.inbox, kept.names, public=False, stated=stated, refused=kept.refused
        )
        desk.remembered.note(caller.name, "upload.start", job.label)
        return f"{JOBS}/{job.job_id}"

    return await asyncio.to_thread(hand_in)


def _require_size(request: Request) -> None:
    """Raises InputError for more than a form may carry; browsers always say how much comes."""
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > _LARGEST_GB * 1024**3:
        raise InputError(
            f"Auf einmal lassen sich höchstens {_LARGEST_GB} GB hochladen. Bitte auf mehrere Male "
            "verteilen, oder auf dem Rechner der Auskunft einen Ordner als Quelle anlegen."
        )
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InputError(_NO_FILE)


def _texts(fields: FormData) -> dict[str, str]:
    return {name: value.strip() for name, value in fields.items() if isinstance(value, str)}


def _stated(desk: Desk, values: dict[str, str], files: int) -> dict[str, str]:
    """What is said of all files. Raises InputError for values that cannot be used."""
    if not files:
        raise InputError(_NO_FILE)
    stated = {name: values[name] for name in _SAID if values.get(name)}
    if replaced := values.get("fassung"):
        if files != 1:
            raise InputError(_ONE_VERSION.format(n=files))
        if desk.knowledge.registry.find(replaced) is None:
            raise InputError("Das Dokument, das ersetzt werden soll, gibt es nicht mehr.")
        stated["supersedes"] = replaced
    head_of("", "", {"title": "-", **stated})
    return stated


def _usual(replaced: StoredDocument | None) -> dict[str, Any]:
    """What the form holds at first: for a new version, what held for the one before."""
    usual = {**dict.fromkeys(_SAID, ""), "audience": STAFF, "fassung": ""}
    if replaced is None:
        return usual
    head = replaced.head
    return usual | {"kind": head.kind, "audience": head.audience, "publisher": head.publisher}
