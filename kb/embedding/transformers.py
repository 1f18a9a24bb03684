"""Any sentence-transformers model by name or path; needs the extra `transformers` (torch).

Uses the prompts the model itself declares for queries and documents, and a GPU when torch sees one.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from kb.embedding.port import Vector, Vectors
from kb.errors import EmbeddingError

_BATCH = 16
_DOCUMENT_PROMPTS = ("document", "passage")


class SentenceTransformersEmbedder:
    """`name` is a model on a hub, or a folder; the latter never touches the network."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._model = _load(name)
        self.model_id = f"sentence-transformers/{name}"
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        prompts = self._model.prompts or {}
        self._query_prompt = "query" if prompts.get("query") else None
        self._document_prompt = next((key for key in _DOCUMENT_PROMPTS if prompts.get(key)), None)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""
        return self._encode(list(texts), self._document_prompt)

    def embed_query(self, text: str) -> Vector:
        """Shape (dimension,)."""
        row: Vector = self._encode([text], self._query_prompt)[0]
        return row

    def _encode(self, texts: list[str], prompt: str | None) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(
                texts,
                prompt_name=prompt,
                batch_size=_BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)


def _load(name: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (imports torch)
    except ImportError as error:
        raise EmbeddingError(
            f"Für das Modell {name!r} fehlt das Paket sentence-transformers. Bitte mit "
            "„pip install 'auskunft[transformers]'“ nachinstallieren."
        ) from error
    try:
        return SentenceTransformer(name)
    except Exception as error:
        raise EmbeddingError(
            f"Das Modell {name!r} lässt sich nicht laden: {error}. Bitte Namen oder Ordner in "
            "AUSKUNFT_EMBEDDER prüfen."
        ) from error
