"""A cache in front of an embedder: a text once embedded by a model is never embedded again.

Keys are SHA-256 of model id and text; values are float32 rows in an SQLite file of their own, which
may be deleted at any time without loss.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from kb.embedding.port import Embedder, Vector, Vectors
from kb.errors import StorageFullError

_LOOKUP = 500


class CachedEmbedder:
    """An Embedder that remembers passages on disk; queries go through. `embedded` counts misses."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        self._embedder = embedder
        self._lock = Lock()
        self.embedded = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_query(self, text: str) -> Vector:
        return self._embedder.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(self.model_id, text) for text in texts]
        known = self._lookup(keys)
        missing = list(dict.fromkeys(key for key in keys if key not in known))
        if missing:
            text_of = dict(zip(keys, texts, strict=True))
            rows = self._embedder.embed_passages([text_of[key] for key in missing])
            self.embedded += len(missing)
            fresh = dict(zip(missing, rows, strict=True))
            self._store(fresh)
            known.update(fresh)
        if not keys:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _lookup(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        found: dict[bytes, Vector] = {}
        with self._lock:
            for begin in range(0, len(keys), _LOOKUP):
                part = keys[begin : begin + _LOOKUP]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
                for key, blob in self._connection.execute(query, part):
                    found[key] = np.frombuffer(blob, dtype=np.float32)
        return found

    def _store(self, vectors: dict[bytes, Vector]) -> None:
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        try:
            with self._lock, self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise StorageFullError(
                    "Kein Platz mehr für den Vektor-Zwischenspeicher. Was bereits gespeichert war, "
                    "ist unverändert. Bitte Platz schaffen und erneut starten."
                ) from error
            raise


def _key(model_id: str, text: str) -> bytes:
    return hashlib.sha256(f"{model_id}\0{text}".encode()).digest()
