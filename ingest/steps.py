"""The steps of ingestion as Haystack components: one step, one component, in the order of the data.

SourceFile → Converter → Classifier → Chunker → Embedder → Writer. Components are cheap to make and
hold only what they are given; the work is in the modules they call.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from haystack import component

from ingest.chunk import CHUNKER_VERSION, Chunked, chunk
from ingest.classify import Classified, classify
from ingest.convert import FORMATS_VERSION
from ingest.convert.blocks import Attachment, Conversion
from ingest.parsing.parser import Parser
from ingest.progress import Stage, Watch
from ingest.recognition import confidence_of
from ingest.rules import Statement
from ingest.sources import SourceFile
from kb.bm25 import SparseVector, passage_vector
from kb.embedding.late import has_tokens
from kb.embedding.port import Embedder
from kb.embedding.token_codec import TokenCodes
from kb.index.port import IndexedPassage
from kb.passages import DocumentHead, Passage
from kb.sentences import split_sentences
from kb.state.registry import StoredDocument, StoredText
from kb.vocabulary import vocabulary_of

#: passages embedded between two signs of life; enough to sort them by length
_SLAB = 64


@component
class Converter:
    """Bytes become typed blocks; files inside a file come out as they are."""

    def __init__(self, parser: Parser, watch: Watch) -> None:
        self._parser = parser
        self._watch = watch

    @component.output_types(conversion=Conversion, attachments=tuple[Attachment, ...])
    def run(self, source: SourceFile) -> dict[str, Any]:
        """Nothing to go on with for a file without text of its own (an archive).

        Raises a SourceError that says what is wrong with the file.
        """
        conversion = self._parser.convert(
            source, lambda part, parts: self._watch.advance(Stage.READING, part, parts)
        )
        found: dict[str, Any] = {"attachments": conversion.attachments}
        if conversion.blocks:
            found["conversion"] = replace(conversion, attachments=())
        return found


@component
class Classifier:
    """Says what the document is, who may see it and when it holds."""

    @component.output_types(classified=Classified)
    def run(
        self,
        source: SourceFile,
        conversion: Conversion,
        statements: list[Statement],
        default_audience: str,
        corrections: dict[str, str],
        document_id: str,
    ) -> dict[str, Classified]:
        """Raises InputError when a rule, sidecar or front matter holds an unusable value."""
        return {
            "classified": classify(
                source, conversion, statements, default_audience, corrections, document_id
            )
        }


@component
class Chunker:
    """Cuts the blocks into passages that can be cited."""

    @component.output_types(chunked=Chunked)
    def run(self, conversion: Conversion) -> dict[str, Chunked]:
        return {"chunked": chunk(conversion.blocks)}


@component
class PassageEmbedder:
    """Gives each passage its dense vector and its BM25 vector."""

    def __init__(self, embedder: Embedder, watch: Watch) -> None:
        self._embedder = embedder
        self._watch = watch

    @component.output_types(passages=list[IndexedPassage])
    def run(
        self,
        source: SourceFile,
        conversion: Conversion,
        classified: Classified,
        chunked: Chunked,
    ) -> dict[str, list[IndexedPassage]]:
        """Raises EmbeddingError."""
        revision = revision_of(source, classified.head, conversion.ocr_pages)
        passages = [
            Passage(
                document=classified.head,
                revision=revision,
                ordinal=ordinal,
                text=chunked.text[piece.start : piece.end],
                start=piece.start,
                end=piece.end,
                heading_path=piece.heading_path,
                lead_in=piece.lead_in,
                places=piece.places,
                confidence=confidence_of(conversion.blocks, chunked.outline, piece.start, piece.end)
                if conversion.ocr_pages
                else None,
            )
            for ordinal, piece in enumerate(chunked.pieces)
        ]
        indexed: list[IndexedPassage] = []
        for begin in range(0, len(passages), _SLAB):
            self._watch.advance(Stage.EMBEDDING, begin, len(passages))
            indexed += self._embedded(passages[begin : begin + _SLAB])
        self._watch.check()
        return {"passages": indexed}

    def _embedded(self, passages: Sequence[Passage]) -> Iterator[IndexedPassage]:
        texts = [embedding_text(entry) for entry in passages]
        tokens: Sequence[TokenCodes | None] = [None] * len(texts)
        if has_tokens(self._embedder):
            vectors, found = self._embedder.embed_passages_with_codes(texts)
            tokens = [
                codes.behind(len(text) - len(passage.text))
                for codes, text, passage in zip(found, texts, passages, strict=True)
            ]
        else:
            vectors = self._embedder.embed_passages(texts)
        for passage, vector, codes in zip(passages, vectors, tokens, strict=True):
            yield IndexedPassage(passage, vector, _terms(passage), codes)


class Destination(Protocol):
    """Where a processed document goes: the knowledge base, or a generation that is being built."""

    def replace(
        self,
        document: StoredDocument,
        text: StoredText,
        passages: Sequence[IndexedPassage],
        original: bytes,
    ) -> None:
        """Take a document in, in place of the one of the same id."""


@component
class Writer:
    """Replaces the document where it belongs, as one change."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination

    @component.output_types(document=StoredDocument)
    def run(
        self,
        source: SourceFile,
        conversion: Conversion,
        classified: Classified,
        chunked: Chunked,
        passages: list[IndexedPassage],
        processing: str,
        corrections: dict[str, str],
    ) -> dict[str, StoredDocument]:
        """Raises StorageFullError; the former revision then stays live."""
        document = StoredDocument(
            head=classified.head,
            content_hash=source.content_hash,
            processing=processing,
            revision=revision_of(source, classified.head, conversion.ocr_pages),
            passages=len(passages),
            pages=conversion.pages,
            ocr_pages=conversion.ocr_pages,
            warnings=(*conversion.warnings, *classified.warnings),
            origins=classified.origins,
            corrections=corrections,
        )
        text = StoredText(chunked.text, chunked.outline, vocabulary_of(passages))
        self._destination.replace(document, text, passages, source.data)
        return {"document": document}


def _terms(passage: Passage) -> SparseVector:
    locators = [place.locator for place in passage.places]
    return passage_vector(passage.text, passage.context, locators)


def embedding_text(passage: Passage) -> str:
    """What the dense vector stands for: the passage after its title, nearest heading and lead-in.

    A passage that is nothing but a question stands for itself: it is compared as a question.
    """
    if passage.text.rstrip().endswith("?") and len(split_sentences(passage.text)) == 1:
        return passage.text
    context = passage.near_context
    return f"{context}\n{passage.text}" if context else passage.text


def revision_of(source: SourceFile, head: DocumentHead, ocr_pages: int) -> str:
    """24 hexadecimal characters, the same for the same bytes, head, converters and chunker.

    With text recognition the same bytes may give more pages than without it.
    """
    recognised = (f"ocr {ocr_pages}",) if ocr_pages else ()
    parts = (source.content_hash, repr(head), CHUNKER_VERSION, str(FORMATS_VERSION), *recognised)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def processing_of(statements: Sequence[Statement], default_audience: str) -> str:
    """A digest of everything besides the bytes that decides how a file is processed.

    An admin's corrections are not part of it: they are in force already.
    """
    described = [(entry.origin, sorted(entry.values.items())) for entry in statements]
    parts = repr((described, default_audience, FORMATS_VERSION, CHUNKER_VERSION))
    return hashlib.sha256(parts.encode()).hexdigest()
