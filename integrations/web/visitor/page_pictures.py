"""Pictures of the pages of PDFs: from the cache, or drawn by the process that reads files.

One is drawn at a time and few may wait, so that nobody can keep the machine busy with them. Only
pictures of public documents are kept on the disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from ingest.parsing.limits import Limits
from ingest.parsing.parser import Parser
from ingest.sources import StoredSource
from integrations.desk import Desk
from integrations.web.visitor.original import is_pdf
from kb.audience import PUBLIC, Viewer
from kb.errors import BusyError, NotFoundError
from kb.state.registry import StoredDocument

#: seconds without progress, and altogether; MiB of memory; MiB of the picture
_LIMITS = Limits(silence=20.0, total=30.0, memory_mb=1_024, reply_mb=16)
_MOST_WAITING = 6
_PAUSE = 5


class PagePictures:
    """Draws and keeps pictures of pages. Safe for concurrent use."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parser = Parser(_LIMITS)
        self._places = BoundedSemaphore(_MOST_WAITING)
        desk.before_closing(self._parser.stop)

    def of(self, document: StoredDocument, page: int, viewer: Viewer) -> bytes:
        """A page (from 1) as PNG.

        Raises NotFoundError for a page that there is not, also when the document goes meanwhile,
        SourceError for one that cannot be drawn, BusyError when too many are being drawn.
        """
        path = self._desk.knowledge.originals.path(document.content_hash)
        if not 1 <= page <= document.pages or not is_pdf(path):
            raise NotFoundError("Von dieser Seite gibt es kein Bild.")
        kept = self._desk.knowledge.pictures
        public = document.head.audience == PUBLIC
        if public and kept and (picture := kept.read(document.content_hash, page)):
            return picture
        with self._place():
            picture = self._parser.page_image(_source(document, path), page)
        if public and kept:
            kept.keep(document.content_hash, page, picture)
        self._require_still_there(document, viewer)
        return picture

    def _require_still_there(self, document: StoredDocument, viewer: Viewer) -> None:
        """What was deleted or hidden while it was drawn is neither shown nor kept."""
        registry, kept = self._desk.knowledge.registry, self._desk.knowledge.pictures
        if kept and document.content_hash not in registry.content_hashes(PUBLIC):
            kept.forget(document.content_hash)
        registry.get(document.head.document_id, viewer)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise BusyError(
                "Zurzeit werden sehr viele Seitenbilder angefordert. Bitte in einigen Sekunden noch "
                "einmal versuchen.",
                _PAUSE,
            )
        try:
            yield
        finally:
            self._places.release()


def _source(document: StoredDocument, path: Path) -> StoredSource:
    return StoredSource(
        path=path,
        root=path,
        max_bytes=path.stat().st_size,
        original_uri=document.head.uri,
        original_name=document.head.file,
    )
