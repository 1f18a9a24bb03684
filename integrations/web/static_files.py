"""Our style sheets, scripts and pictures: read and packed once, and named by their content.

Pages ask for `/static/NAME?v=DIGEST`; a browser keeps that for ever and asks nothing on its next
visit, and a new version of a file has a new address. Without the right `v` a browser asks each time
whether its copy is still good.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from integrations.web.packing import packed, takes_gzip

STATIC_DIR = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"
_BEST = 9


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file with its digest; `packed` is it as gzip."""

    content: bytes
    packed: bytes
    digest: str
    kind: str


@cache
def static_files() -> dict[str, StaticFile]:
    """All files by name; what has no type in `_TYPES` is not served."""
    return {
        path.relative_to(STATIC_DIR).as_posix(): _read(path)
        for path in sorted(STATIC_DIR.rglob("*"))
        if path.suffix in _TYPES
    }


def static_address(name: str) -> str:
    """Where pages find a file. Raises KeyError for one that does not exist."""
    return f"/static/{name}?v={static_files()[name].digest}"


async def serve_static(scope: Scope, receive: Receive, send: Send) -> None:
    """The app below `/static`. Raises HTTPException 404 and 405."""
    found = static_files().get(scope["path"].removeprefix(scope["root_path"]).lstrip("/"))
    if found is None:
        raise HTTPException(404)
    if scope["method"] not in ("GET", "HEAD"):
        raise HTTPException(405)
    await _served(found, scope)(scope, receive, send)


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(content, packed(content, _BEST), digest, _TYPES[path.suffix])


def _served(file: StaticFile, scope: Scope) -> Response:
    request = Headers(scope=scope)
    as_gzip = takes_gzip(request) and len(file.packed) < len(file.content)
    tag = f'"{file.digest}{"-gzip" if as_gzip else ""}"'
    named = QueryParams(scope["query_string"]).get("v") == file.digest
    headers = {
        "etag": tag,
        "cache-control": _FOR_EVER if named else _ASK,
        "vary": "Accept-Encoding",
    }
    known = [
        each.strip().removeprefix("W/") for each in request.get("if-none-match", "").split(",")
    ]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if as_gzip:
        headers["content-encoding"] = "gzip"
    return Response(file.packed if as_gzip else file.content, headers=headers, media_type=file.kind)
