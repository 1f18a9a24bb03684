"""A cache in front of an embedder: a text once embedded by a model is never embedded again.

Passages are remembered on disk (keys are SHA-256 of model id and text; values are float32 rows, and
token codes where the model gives them) in an SQLite file of their own, which may be deleted at any
time without loss. The latest questions are remembered in memory.
"""

import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from kb.embedding.late import has_tokens, query_of
from kb.embedding.port import Embedder, Vector, Vectors
from kb.embedding.token_codec import WIDTH, Codes, TokenCodes
from kb.errors import EmbeddingError, StorageFullError

_LOOKUP = 500
_QUESTIONS = 512


class CachedEmbedder:
    """An Embedder that remembers; `embedded` counts the passages that were not known yet."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        self._embedder = embedder
        self._lock = Lock()
        self._questions: OrderedDict[str, tuple[Vector, Codes | None]] = OrderedDict()
        self.embedded = 0
        self.tokens_id = embedder.tokens_id if has_tokens(embedder) else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA secure_delete=ON")
        for table in ("vectors", "codes"):
            columns = "vector BLOB" if table == "vectors" else "codes BLOB, ends BLOB"
            self._connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (key BLOB PRIMARY KEY, {columns}) "
                "WITHOUT ROWID"
            )

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_query(self, text: str) -> Vector:
        return self._question(text)[0]

    def embed_query_with_codes(self, text: str) -> tuple[Vector, Codes]:
        vector, codes = self._question(text)
        if codes is None:
            raise EmbeddingError(f"Das Sprachmodell {self.model_id!r} liefert keine Tokenvektoren.")
        return vector, codes

    def probe(self) -> None:
        """Ask the model itself, past the cache; raises EmbeddingError when it does not answer."""
        self._embedder.embed_query("Bereit?")

    def forget(self, texts: Sequence[str]) -> None:
        """Erase what is remembered of these passages."""
        plain, with_codes = self.model_id, f"{self.model_id}+{self.tokens_id}"
        keys = [(_key(model, text),) for text in texts for model in (plain, with_codes)]
        with self._lock, self._connection:
            for table in ("vectors", "codes"):
                self._connection.executemany(f"DELETE FROM {table} WHERE key = ?", keys)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(self.model_id, text) for text in texts]
        known = self._vectors(keys)
        fresh = _missing(keys, texts, known)
        if fresh:
            rows = self._embedder.embed_passages(list(fresh.values()))
            self.embedded += len(fresh)
            self._store(dict(zip(fresh, rows, strict=True)), {})
            known.update(zip(fresh, rows, strict=True))
        return self._stacked(keys, known)

    def embed_passages_with_codes(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        if not has_tokens(self._embedder):
            raise EmbeddingError(f"Das Sprachmodell {self.model_id!r} liefert keine Tokenvektoren.")
        keys = [_key(f"{self.model_id}+{self.tokens_id}", text) for text in texts]
        known, codes = self._vectors(keys), self._codes(keys)
        fresh = _missing(keys, texts, codes.keys() & known.keys())
        if fresh:
            rows, tokens = self._embedder.embed_passages_with_codes(list(fresh.values()))
            self.embedded += len(fresh)
            self._store(dict(zip(fresh, rows, strict=True)), dict(zip(fresh, tokens, strict=True)))
            known.update(zip(fresh, rows, strict=True))
            codes.update(zip(fresh, tokens, strict=True))
        return self._stacked(keys, known), [codes[key] for key in keys]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _question(self, text: str) -> tuple[Vector, Codes | None]:
        with self._lock:
            known = self._questions.get(text)
            if known is not None:
                self._questions.move_to_end(text)
                return known
        found = query_of(self._embedder, text)
        for array in found:
            if array is not None:
                array.flags.writeable = False  # several callers share it from now on
        with self._lock:
            self._questions[text] = found
            if len(self._questions) > _QUESTIONS:
                self._questions.popitem(last=False)
        return found

    def _stacked(self, keys: Sequence[bytes], known: Mapping[bytes, Vector]) -> Vectors:
        if not keys:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def _vectors(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        rows = self._lookup("SELECT key, vector FROM vectors", keys)
        return {key: np.frombuffer(blob, dtype=np.float32) for key, blob in rows}

    def _codes(self, keys: Sequence[bytes]) -> dict[bytes, TokenCodes]:
        rows = self._lookup("SELECT key, codes, ends FROM codes", keys)
        return {
            key: TokenCodes(
                np.frombuffer(codes, np.uint8).reshape(-1, WIDTH), np.frombuffer(ends, np.uint16)
            )
            for key, codes, ends in rows
        }

    def _lookup(self, select: str, keys: Sequence[bytes]) -> list[tuple[bytes, ...]]:
        found: list[tuple[bytes, ...]] = []
        with self._lock:
            for begin in range(0, len(keys), _LOOKUP):
                part = keys[begin : begin + _LOOKUP]
                marks = ",".join("?" * len(part))
                found += self._connection.execute(f"{select} WHERE key IN ({marks})", part)
        return found

    def _store(self, vectors: Mapping[bytes, Vector], codes: Mapping[bytes, TokenCodes]) -> None:
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        coded = [(key, c.codes.tobytes(), c.ends.tobytes()) for key, c in codes.items()]
        try:
            with self._lock, self._connection:
                write = self._connection.executemany
                write("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
                write("INSERT OR REPLACE INTO codes VALUES (?, ?, ?)", coded)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise StorageFullError(
                    "Kein Platz mehr für den Vektor-Zwischenspeicher. Was bereits gespeichert war, "
                    "ist unverändert. Bitte Platz schaffen und erneut starten."
                ) from error
            raise


def _missing(
    keys: Sequence[bytes], texts: Sequence[str], known: "Mapping[bytes, object] | set[bytes]"
) -> dict[bytes, str]:
    """Texts that are not known yet, by key, each once."""
    return {key: text for key, text in zip(keys, texts, strict=True) if key not in known}


def _key(model_id: str, text: str) -> bytes:
    return hashlib.sha256(f"{model_id}\0{text}".encode()).digest()
