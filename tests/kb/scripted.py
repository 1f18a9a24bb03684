"""A scripted embedder (models are the only thing that tests script) and small documents for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from kb.bm25 import passage_vector, term_id
from kb.embedding.port import Embedder, Vector, Vectors
from kb.index.edge import EdgeIndex
from kb.index.port import Index, IndexedPassage
from kb.lexical import terms_of
from kb.originals import Originals
from kb.page_images import PageImages
from kb.passages import DocumentHead, Kind, Passage, Place, document_id_of
from kb.state.database import Database
from kb.state.registry import OutlineEntry, Registry, StoredDocument, StoredText
from kb.store import KnowledgeBase
from kb.vocabulary import vocabulary_of

DIMENSION = 32
TODAY = date(2026, 7, 1)


class ScriptedEmbedder:
    """A hashed bag of terms as a vector of length 1: shared words make texts near."""

    dimension = DIMENSION

    def __init__(self, model_id: str = "scripted/1") -> None:
        self.model_id = model_id
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSION), dtype=np.float32)

    def embed_query(self, text: str) -> Vector:
        row = np.full(DIMENSION, 0.01, dtype=np.float32)
        for term in terms_of(text):
            number = term_id(term)
            row[number % DIMENSION] += 1.0 if number & 1024 else -1.0
        return row / np.float32(np.linalg.norm(row))


def head(name: str, **changes: Any) -> DocumentHead:
    """The head of a public reference document kept in a file of this name."""
    uri = f"file:///unterlagen/{name}"
    plain = DocumentHead(
        document_id=document_id_of(uri),
        uri=uri,
        file=name,
        title=name.rpartition(".")[0],
        kind=Kind.REFERENCE,
        audience="public",
        language="de",
    )
    return replace(plain, **changes)


def entries(
    of: DocumentHead, revision: str, texts: Sequence[str], embedder: Embedder | None = None
) -> list[IndexedPassage]:
    """One passage per text, with vectors, in reading order."""
    vectors = (embedder or ScriptedEmbedder()).embed_passages(texts)
    found: list[IndexedPassage] = []
    start = 0
    for ordinal, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        passage = Passage(
            document=of,
            revision=revision,
            ordinal=ordinal,
            text=text,
            start=start,
            end=start + len(text),
            places=(Place(0, f"Nr. {ordinal + 1}", ordinal + 1),),
        )
        found.append(IndexedPassage(passage, vector, passage_vector(text)))
        start += len(text) + 1
    return found


@dataclass(frozen=True)
class Revision:
    """Everything `KnowledgeBase.replace` is given for one revision of a document."""

    document: StoredDocument
    text: StoredText
    passages: list[IndexedPassage]
    original: bytes

    @property
    def document_id(self) -> str:
        return self.document.head.document_id

    def write_to(self, knowledge: KnowledgeBase) -> None:
        knowledge.replace(self.document, self.text, self.passages, self.original)


def revision(
    of: DocumentHead,
    texts: Sequence[str],
    name: str = "",
    *,
    original: bytes | None = None,
    embedder: Embedder | None = None,
) -> Revision:
    """A revision of a document; by default named by its content and head."""
    original = "\n".join(texts).encode() if original is None else original
    label = name or sha256(repr(of).encode() + original).hexdigest()[:24]
    passages = entries(of, label, texts, embedder)
    document = StoredDocument(
        head=of,
        content_hash=sha256(original).hexdigest(),
        processing="p" * 64,
        revision=label,
        passages=len(passages),
        pages=len(passages),
        warnings=("Seite 2 ist nicht lesbar.",),
        origins={"title": "Dateiname"},
    )
    text = StoredText(
        "\n".join(texts),
        (OutlineEntry(0, len(texts[0]) if texts else 0, "paragraph", 0, 1),),
        vocabulary_of(passages),
    )
    return Revision(document, text, passages, original)


@dataclass
class Opened:
    """A knowledge base in a folder, with what it is made of."""

    knowledge: KnowledgeBase
    database: Database
    index: Index

    @property
    def registry(self) -> Registry:
        return self.knowledge.registry

    def close(self) -> None:
        self.index.close()
        self.database.close()


def opened(folder: Path) -> Opened:
    """The real parts, embedded: SQLite, Qdrant Edge and files. Nothing is repaired yet."""
    database = Database.in_file(folder / "auskunft.sqlite")
    index = EdgeIndex(folder / "index", DIMENSION)
    originals, pictures = Originals(folder / "originals"), PageImages(folder / "cache" / "pages")
    knowledge = KnowledgeBase(Registry(database), index, originals, pictures=pictures)
    return Opened(knowledge, database, index)
