"""Any sentence-transformers model by name or folder; needs the extra `transformers` (torch).

The prompts are the model's own (`prompts.choose`), longer texts are cut at its maximum, and it runs
on a GPU when torch sees one.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from kb.embedding.port import Vector, Vectors
from kb.embedding.prompts import AUTO, Prompts, choose
from kb.errors import EmbeddingError
from kb.torch_models import load_torch_model

_BATCH = 16
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
_EDGE = 1 << 16


class SentenceTransformersEmbedder:
    """`name` is a model on a hub, or a folder; the latter never touches the network.

    A model from a hub is downloaded once and then taken as it was. `threads` are torch's, 0 leaves
    them as they are; `query_prefix` and `passage_prefix` replace the model's own prompts.
    """

    def __init__(
        self,
        name: str,
        threads: int = 0,
        query_prefix: str = AUTO,
        passage_prefix: str = AUTO,
    ) -> None:
        """Raises EmbeddingError when the model, or the extra, is missing."""
        self._name = name
        self._lock = Lock()
        self._model = _load(name, threads)
        declared = _declared(self._model.prompts or {})
        self._prompts = choose(name, query_prefix, passage_prefix, declared)
        # also the first, slow pass
        self.dimension = int(self._encode(["Auskunft"], query=True).shape[1])
        self.model_id = f"sentence-transformers/{_identity(name)}/{self._prompts.digest}"

    @property
    def device(self) -> str:
        """Where it runs: `cpu`, `cuda:0` and so on."""
        return str(self._model.device)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._encode(texts, query=False)

    def embed_query(self, text: str) -> Vector:
        """Shape (dimension,)."""
        row: Vector = self._encode([text], query=True)[0]
        return row

    def _encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        # half a surrogate pair, as broken files contain it, is no text for a tokenizer
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        # these two also choose the side of a model that has two
        encode = self._model.encode_query if query else self._model.encode_document
        try:
            with self._lock:
                vectors = encode(
                    clean,
                    prompt=self._prompts.query if query else self._prompts.passage,
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        except Exception as error:  # whatever torch, the tokenizer or the model's code raises
            raise EmbeddingError(
                f"Das Modell {self._name!r} ist beim Rechnen gescheitert "
                f"({type(error).__name__}: {error}). Bitte freien Speicher (auch den der "
                "Grafikkarte) prüfen oder ein kleineres Modell wählen."
            ) from error
        return np.asarray(vectors, dtype=np.float32)


def _declared(prompts: dict[str, str]) -> Prompts:
    passage = next((prompts[key] for key in _DOCUMENT_PROMPTS if prompts.get(key)), "")
    return Prompts(prompts.get("query") or "", passage)


def _identity(name: str) -> str:
    """The name; for a folder its own name and a digest of its files, wherever it is moved to.

    Of large files only beginning, end and size are read: weights are gigabytes.
    """
    folder = Path(name)
    if not folder.is_dir():
        return name
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        place = path.relative_to(folder)
        if any(part.startswith(".") for part in place.parts):
            continue
        size = path.stat().st_size
        digest.update(f"{place.as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_EDGE))
            file.seek(max(_EDGE, size - _EDGE))
            digest.update(file.read(_EDGE))
    return f"{folder.resolve().name}@{digest.hexdigest()[:12]}"


def _load(name: str, threads: int) -> Any:
    try:
        return load_torch_model("SentenceTransformer", name, threads)
    except ImportError as error:
        raise EmbeddingError(
            f"Für das Modell {name!r} fehlt das Paket sentence-transformers. Bitte mit "
            "„pip install 'auskunft[transformers]'“ nachinstallieren."
        ) from error
    except Exception as error:
        raise EmbeddingError(
            f"Das Modell {name!r} lässt sich nicht laden: {error}. Bitte Namen oder Ordner in "
            "AUSKUNFT_EMBEDDER prüfen."
        ) from error
