"""One document through the pipeline, wherever it is written to; errors come out as ours."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from haystack import Pipeline

from ingest.convert.blocks import Attachment
from ingest.parsing.parser import Parser
from ingest.pipeline import build_pipeline
from ingest.progress import Watch
from ingest.rules import Statement
from ingest.sources import SourceFile
from ingest.steps import Destination
from kb.embedding.port import Embedder
from kb.errors import AuskunftError, EmbeddingError, StoppedError, StorageFullError
from kb.state.registry import StoredDocument

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Processed:
    """What came out of one source: a document, unless it only holds files, and those files."""

    document: StoredDocument | None
    attachments: tuple[Attachment, ...]


class Process:
    """The pipeline with one destination and one language model; `parser` reads the files."""

    def __init__(
        self, destination: Destination, embedder: Embedder, parser: Parser, watch: Watch
    ) -> None:
        self._pipeline = build_pipeline(destination, embedder, parser, watch)

    def run(
        self,
        source: SourceFile,
        *,
        statements: Sequence[Statement] = (),
        audience: str,
        corrections: Mapping[str, str],
        processing: str,
        document_id: str,
    ) -> Processed:
        """Raises an AuskunftError that says what is wrong with the source or the place it goes to."""
        result = _run_pipeline(
            self._pipeline,
            {
                "converter": {"source": source},
                "classifier": {
                    "source": source,
                    "statements": list(statements),
                    "default_audience": audience,
                    "corrections": dict(corrections),
                    "document_id": document_id,
                },
                "embedder": {"source": source},
                "writer": {
                    "source": source,
                    "processing": processing,
                    "corrections": dict(corrections),
                },
            },
        )
        document = result["writer"]["document"] if "writer" in result else None
        return Processed(document, result["converter"]["attachments"])


def reason_of(error: Exception, source: SourceFile) -> str:
    """What to say of a document that could not be processed.

    Raises the error again where every further document would fail the same way.
    """
    if isinstance(error, StorageFullError | EmbeddingError | StoppedError):
        raise error
    if isinstance(error, AuskunftError):
        return str(error)
    _log.error("ingesting %s failed", source.uri, exc_info=error)
    reason = "unerwarteter Fehler beim Verarbeiten, Einzelheiten stehen im Protokoll"
    return f"{source.name}: {reason}."


def _run_pipeline(pipeline: Pipeline, data: dict[str, Any]) -> dict[str, Any]:
    """Run the pipeline; an error of ours comes out as itself, not inside Haystack's.

    `run_async` and not `run`: on an error the latter serialises the inputs and makes a folder in
    the home directory.
    """
    try:
        return asyncio.run(pipeline.run_async(data, include_outputs_from={"converter"}))
    except AuskunftError:
        raise
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, AuskunftError):
                raise cause from None
            cause = cause.__cause__
        raise
