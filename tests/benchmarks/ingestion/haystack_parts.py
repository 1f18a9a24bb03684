"""The same files through Haystack's own parts, put together as its documentation does.

Converter by suffix, `DocumentSplitter` (200 words), `SentenceTransformersDocumentEmbedder` with the
same weights, in-memory store. Needs the extra `bench`.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from haystack import Document
from haystack.components.converters import (
    DOCXToDocument,
    HTMLToDocument,
    MarkdownToDocument,
    PyPDFToDocument,
    TextFileToDocument,
)
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore

from ingest.sources import SourceFile
from tests.benchmarks.ingestion.measured import Clock, Measured, Stages

_EMBEDDER = "haystack_integrations.components.embedders.sentence_transformers"
_WORDS = 200
#: bytes of a text file that is read here at all: laws of hundreds of pages would take an hour
_LARGEST_TEXT = 64 * 1024


def is_installed() -> bool:
    """Whether the extra is there."""
    try:
        return all(find_spec(name) for name in (_EMBEDDER, "pypdf", "trafilatura", "mdit_plain"))
    except ModuleNotFoundError:
        return False


class HaystackParts:
    """Indexes into an InMemoryDocumentStore; `model` is the folder of the bundled weights."""

    def __init__(self, model: Path) -> None:
        self.stages = Stages()
        self._converters: dict[str, Any] = {
            ".pdf": PyPDFToDocument(),
            ".docx": DOCXToDocument(),
            ".html": HTMLToDocument(),
            ".md": MarkdownToDocument(progress_bar=False),
            ".txt": TextFileToDocument(),
        }
        splitter = DocumentSplitter(split_by="word", split_length=_WORDS)
        embedder = import_module(_EMBEDDER).SentenceTransformersDocumentEmbedder(
            model=str(model),
            prefix="passage: ",
            normalize_embeddings=True,
            progress_bar=False,
            local_files_only=True,
        )
        for part in (splitter, embedder):
            part.warm_up()
        writer = DocumentWriter(InMemoryDocumentStore())
        self._split = self.stages.of("splitting", splitter.run)
        self._embed = self.stages.of("embedding", embedder.run)
        self._write = self.stages.of("writing to memory", writer.run)
        embedder.run(documents=[Document(content="Guten Tag.")])  # the first one is slow

    def take(self, source: SourceFile) -> Measured | None:
        """One file; None for a format without a converter, and for a very long text."""
        converter = self._converters.get(source.suffix)
        if converter is None or (source.suffix == ".md" and source.size > _LARGEST_TEXT):
            return None
        convert = self.stages.of("reading", converter.run)
        clock = Clock()
        documents = convert(sources=[source.path])["documents"]
        text = "\f".join(document.content or "" for document in documents)
        if not text.strip():
            return Measured(source.name, *clock.read())
        pieces = self._split(documents=documents)["documents"]
        self._write(documents=self._embed(documents=pieces)["documents"])
        spent = clock.read()
        pages = text.count("\f") + 1
        return Measured(source.name, *spent, pages, len(pieces), len(text))
