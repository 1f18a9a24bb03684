"""Desks on a scripted language model, whose name the setting `embedder` gives; both engines."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from qdrant_client import QdrantClient

from integrations.catalogue import correct_documents, find_documents
from integrations.desk import Desk, open_desk
from integrations.settings import Settings
from kb.audience import PUBLIC, STAFF, Viewer
from kb.embedding.port import Embedder
from kb.errors import EmbeddingError
from kb.index.port import Scope
from kb.search import Query
from tests import folders
from tests.kb.scripted import ScriptedEmbedder

GONE = "gone"
EVERYBODY = Viewer.member_of(STAFF)
DAY = date(2026, 11, 22)


class MemoryServer:
    """`QdrantClient(":memory:")`, one call at a time, as it is not made for threads; never closed."""

    def __init__(self) -> None:
        self._client = QdrantClient(":memory:")
        self._turn = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def in_turn(*arguments: Any, **options: Any) -> Any:
            with self._turn:
                return method(*arguments, **options)

        return in_turn

    def close(self) -> None:
        pass


def load(chosen: Settings, cache: Path, tell: Callable[[str], None]) -> Embedder:
    """Stands in for `make_embedder`; the model `gone` cannot be loaded."""
    if chosen.embedder == GONE:
        raise EmbeddingError("Das Modell gibt es nicht mehr.")
    return ScriptedEmbedder(f"scripted/{chosen.embedder}")


@contextmanager
def scripted_desk(
    folder: Path, embedder: str = "eins", *, server: MemoryServer | None = None, **options: Any
) -> Iterator[Desk]:
    """An opened desk; with a `server` its index is there."""
    chosen: dict[str, Any] = {"embedder": embedder}
    with ExitStack() as stack:
        stack.enter_context(patch("integrations.desk.make_embedder", load))
        if server is not None:
            chosen["qdrant_url"] = "http://127.0.0.1:9"
            stack.enter_context(patch("kb.index.server.connect", lambda url, key="": server))
        yield stack.enter_context(open_desk(folders.settings(**chosen), folder, **options))


def write(folder: Path, number: int, label: str, paragraphs: int = 3) -> Path:
    """A Markdown file that says which of its versions it is, in every passage."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        f"## {part + 1} Abschnitt\n\n"
        f"Kennwort{number} Fassung {label} Teil {part + 1} von {paragraphs} regelt den Zuschuss.\n"
        for part in range(paragraphs)
    ]
    file = folder / f"dokument{number:02}.md"
    file.write_text(f"# Dokument {number}\n\n" + "\n".join(parts), "utf-8")
    return file


def ingest(desk: Desk, *paths: Path, audience: str = PUBLIC) -> None:
    options = replace(desk.ingest_options, public=audience == PUBLIC)
    report = desk.ingestion.run(list(paths), options)
    assert report.complete, report.as_dict()


def ids(desk: Desk) -> dict[str, str]:
    """Document ids by file name."""
    return {entry.head.file: entry.head.document_id for entry in desk.parts.registry.all()}


def texts_of(desk: Desk, number: int, viewer: Viewer = EVERYBODY, limit: int = 60) -> list[str]:
    """The passages of a document that a search for it gives, in reading order."""
    found = desk.search.find(Query(f"Kennwort{number} Zuschuss", Scope(viewer), DAY), limit)
    mine = [entry.passage for entry in found.passages if f"Kennwort{number} " in entry.passage.text]
    return [passage.text for passage in sorted(mine, key=lambda passage: passage.ordinal)]


def states(desk: Desk) -> dict[str, str]:
    return {one.name: one.state.value for one in desk.parts.ledger.all()}


def every_document(desk: Desk, documents: int = 4) -> dict[int, tuple[str, int]]:
    """The label of the version that answers and how many passages it has; fails on a mix."""
    found: dict[int, tuple[str, int]] = {}
    for number in range(documents):
        texts = texts_of(desk, number)
        labels = {text.partition("Fassung ")[2].partition(" ")[0] for text in texts}
        assert len(labels) <= 1, f"document {number} is a mix of {labels}"
        found[number] = (labels.pop() if labels else "absent", len(texts))
    return found


def hide(desk: Desk, file: str) -> None:
    """Let only staff see a document."""
    correct_documents(desk, find_documents(desk, [file]), {"audience": STAFF})
