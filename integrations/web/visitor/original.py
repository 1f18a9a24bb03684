"""The original of a document: who may have it, and how it is handed out without ever being run."""

from pathlib import Path, PurePosixPath
from urllib.parse import quote

from integrations.desk import Desk
from kb.audience import Viewer
from kb.errors import AccessDeniedError, NotFoundError
from kb.state.registry import StoredDocument

#: what browsers and programs may know of a file; all others, HTML and SVG above all, are bytes
_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_BYTES = "application/octet-stream"
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_LONGEST_NAME = 150
_BEGINNING = 1024


def originals_for(desk: Desk, viewer: Viewer) -> bool:
    """Whether this viewer gets originals and pictures of the documents they may see at all."""
    return desk.settings.originals or bool(viewer.groups)


def require_original(desk: Desk, document_id: str, viewer: Viewer) -> StoredDocument:
    """The document whose original the viewer may have.

    Raises NotFoundError for one they may not see, AccessDeniedError where originals are not public.
    """
    stored = desk.knowledge.registry.get(document_id, viewer)
    if not originals_for(desk, viewer):
        raise AccessDeniedError(
            "Die Originale werden hier nur angemeldeten Personen gezeigt. Den gelesenen Text finden "
            "Sie auf der Seite des Dokuments."
        )
    if not desk.knowledge.originals.path(stored.content_hash).is_file():
        raise NotFoundError(
            "Das Original dieses Dokuments fehlt zurzeit. Den gelesenen Text finden Sie auf der "
            "Seite des Dokuments."
        )
    return stored


def download_headers(name: str, content_hash: str) -> dict[str, str]:
    """Headers of a download that no browser shows or runs, under its own name (RFC 6266)."""
    suffix = PurePosixPath(name).suffix.lower()
    return {
        "content-type": _TYPES.get(suffix, _BYTES),
        "content-disposition": disposition_of(name),
        "content-security-policy": _POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-cache",
        "etag": f'"{content_hash[:32]}"',
    }


def disposition_of(name: str) -> str:
    """`attachment` with a plain name for old programs and the exact one in UTF-8."""
    printable = "".join(each for each in name if each.isprintable() and each not in '/\\"')
    shown = printable.strip(" .") or "Unterlage"
    if len(shown) > _LONGEST_NAME:
        suffix = PurePosixPath(shown).suffix[:20]
        shown = shown[: _LONGEST_NAME - len(suffix)] + suffix
    plain = "".join(each if " " <= each <= "~" and each not in "%;" else "_" for each in shown)
    exact = quote(shown.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"


def is_pdf(path: Path) -> bool:
    """Whether a file is a PDF by its own beginning, whatever its name says."""
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(_BEGINNING)
    except OSError:
        return False
