"""Routes on sources: add, list, read now, remove; and files that are handed in over the network."""

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ingest.charset import self_describing
from ingest.classify import head_of
from integrations.desk import Desk
from integrations.sources import spec_of
from integrations.web.access import Caller
from integrations.web.jobs_api import streamed
from integrations.web.schemas import SourceBody, UploadedBody
from kb.errors import InputError, SourceTooLargeError
from kb.roles import Role
from kb.state.sources import SourceKind

#: below this path requests carry whole files
UPLOADS = "/api/v1/uploads/"
_LONGEST_NAME = 200


def add_sources(router: APIRouter, desk: Desk, editor: Any) -> None:
    """`editor` is the dependency that lets only editors in."""
    sources, remembered = desk.sources, desk.remembered

    @router.post("/sources", tags=["Quellen"], summary="Eine Quelle anlegen", status_code=201)
    def add(body: SourceBody, caller: Caller = editor) -> dict[str, Any]:
        values = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in body.model_dump(exclude={"places"}).items()
        }
        spec = spec_of(body.places, **values)
        if spec.kind is SourceKind.FOLDER:  # the service reads whatever its user may read
            caller.require(Role.ADMIN)
        added = sources.add(spec)
        remembered.note(
            caller.name,
            "source.add",
            ", ".join((*added.spec.places, *added.spec.sitemaps)),
            after=added.source_id,
        )
        return sources.described(added)

    @router.get("/sources", tags=["Quellen"], summary="Quellen auflisten")
    def listed(caller: Caller = editor) -> dict[str, Any]:
        return {"sources": [sources.described(source) for source in sources.all()]}

    @router.delete("/sources/{source_id}", tags=["Quellen"], summary="Eine Quelle vergessen")
    def remove(source_id: str, caller: Caller = editor) -> dict[str, Any]:
        sources.remove(source_id)
        remembered.note(caller.name, "source.remove", source_id)
        return {"removed": source_id}

    @router.post("/sources/{source_id}/read", tags=["Quellen"], summary="Eine Quelle jetzt lesen")
    async def read(source_id: str, caller: Caller = editor) -> Response:
        desk.require_serving()
        job = await asyncio.to_thread(sources.read, source_id)
        await asyncio.to_thread(remembered.note, caller.name, "source.read", job.label)
        return streamed(desk, job)

    @router.put(
        "/uploads/{name:path}", tags=["Quellen"], summary="Eine Datei hochladen", status_code=202
    )
    async def upload(
        name: str,
        request: Request,
        stated: Annotated[UploadedBody, Query()],
        caller: Caller = editor,
    ) -> dict[str, Any]:
        desk.require_serving()
        said = stated.model_dump(exclude={"public"}, exclude_defaults=True)
        head_of("", "", {"title": "-", **said})
        inbox = secrets.token_hex(8)
        await _received(desk, inbox, _plain(name), request)
        job = await asyncio.to_thread(
            desk.jobs.upload, inbox, [_plain(name)], public=stated.public, stated=said
        )
        await asyncio.to_thread(remembered.note, caller.name, "upload.start", _plain(name))
        return desk.jobs.described(job)


def _plain(name: str) -> str:
    """The name of the file itself. Raises InputError for none that could be one."""
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    if not plain or plain in (".", "..") or not plain.isprintable() or len(plain) > _LONGEST_NAME:
        raise InputError(f"{name!r} ist kein Dateiname. Bitte die Datei umbenennen.")
    return plain


async def _received(desk: Desk, inbox: str, name: str, request: Request) -> None:
    """Keep the body as a file; raises SourceTooLargeError and StorageFullError, then nothing is kept."""
    options = desk.ingest_options
    desk.folder.require_room(options.reserve_mb)
    folder = desk.folder.inbox / inbox
    folder.mkdir(parents=True)
    size = 0
    try:
        with (folder / name).open("wb") as file:
            async for part in request.stream():
                size += len(part)
                if size > options.max_bytes:
                    raise SourceTooLargeError(
                        f"{name}: Die Datei ist größer als {options.max_bytes // 1024**2} MB. Bitte "
                        "aufteilen oder verkleinern (Grenze: AUSKUNFT_MAX_FILE_MB)."
                    )
                file.write(part)
        await asyncio.to_thread(_described, folder / name, request.headers.get("content-type", ""))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _described(file: Path, content_type: str) -> None:
    """What the request says of a text's encoding is kept in the file."""
    if "charset" in content_type.lower():
        data = file.read_bytes()
        if (content := self_describing(data, content_type)) is not data:
            file.write_bytes(content)
