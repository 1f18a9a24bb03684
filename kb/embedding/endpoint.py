"""The Embedder on a server that speaks OpenAI's `/embeddings`: Ollama, vLLM, TEI, llama.cpp, a cloud.

Texts get the model's prompts, go out in batches and come back as vectors. The vectors' length is
asked for by one small request and remembered in a file, so that a service whose server is down
still starts; when it changes, another model runs there, which is an error.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from kb.embedding.endpoint_api import EmbeddingsApi, Endpoint, Patience, TextsRefusedError
from kb.embedding.port import Vector, Vectors
from kb.embedding.prompts import Prompts
from kb.errors import AuskunftError, EmbeddingError, TextRefusedError

_PASSAGES = Patience(tries=6, longest_wait=60.0)
_QUERY_TRIES, _QUERY_WAIT = 3, 2.0  # a person waits
_SHORT = 200
_SAMPLE = "Auskunft"
_NOTHING = "."  # servers refuse an empty text


class EndpointEmbedder:
    """Safe to use from several threads. Nothing is sent before the first vector is needed.

    `batch` is the largest number of texts in a request; `memory` a JSON file that keeps the
    vectors' length by model id and may be lost at any time.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        prompts: Prompts = Prompts(),
        batch: int = 32,
        memory: Path | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._prompts = prompts
        self._batch = batch
        self._api = EmbeddingsApi(endpoint)
        self._hurried = Patience(_QUERY_TRIES, _QUERY_WAIT, endpoint.timeout)
        self._server_id = f"openai/{endpoint.model}@{endpoint.host}/{prompts.digest}"
        self._memory = _Memory(memory)
        self._dimension = self._memory.get(self._server_id)
        self._lock = Lock()

    @property
    def model_id(self) -> str:
        """Model, host, prompts and vector length; asks for the latter if it is not known yet."""
        return f"{self._server_id}/{self.dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector. Raises EmbeddingError if it is not known and cannot be asked for."""
        with self._lock:
            if not self._dimension:
                self._dimension = self._ask_dimension()
                self._memory.put(self._server_id, self._dimension)
            return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension). Raises EmbeddingError, TextRefusedError for one of them."""
        sent = [_readable(self._prompts.passage + text) for text in texts]
        rows = [np.empty((0, self.dimension), np.float32)]
        while sent:
            part, sent = sent[: self._batch], sent[self._batch :]
            rows.append(self._embed(part, _PASSAGES))
        return np.concatenate(rows)

    def embed_query(self, text: str) -> Vector:
        """Shape (dimension,). Raises EmbeddingError."""
        row: Vector = self._embed([_readable(self._prompts.query + text)], self._hurried)[0]
        return row

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def _ask_dimension(self) -> int:
        try:
            return int(self._api.embed([_SAMPLE], self._hurried).shape[1])
        except TextsRefusedError as refusal:
            raise self._refused(_SAMPLE, refusal) from refusal

    def _embed(self, texts: list[str], patience: Patience) -> Vectors:
        """One request, or several smaller ones when the server refuses that many texts at once."""
        dimension = self.dimension
        try:
            rows = self._api.embed(texts, patience)
        except TextsRefusedError as refusal:
            middle = len(texts) // 2
            if not middle:
                raise self._refused(texts[0], refusal) from refusal
            halves = [self._embed(half, patience) for half in (texts[:middle], texts[middle:])]
            # no text was to blame, so it was their number
            self._batch = min(self._batch, middle)
            return np.concatenate(halves)
        if rows.shape[1] != dimension:
            self._memory.forget(self._server_id)
            raise EmbeddingError(
                f"{self._endpoint.place} liefert für das Modell {self._endpoint.model!r} jetzt "
                f"Vektoren der Länge {rows.shape[1]} statt {dimension}; dort läuft also ein anderes "
                "Modell als beim Aufbau des Suchindexes. Bitte das frühere wiederherstellen, oder "
                "den Dienst neu starten und den Index mit „auskunft rebuild“ neu aufbauen."
            )
        return rows

    def _refused(self, text: str, refusal: TextsRefusedError) -> AuskunftError:
        place = self._endpoint.place
        if len(text) <= _SHORT:
            return EmbeddingError(
                f"{place} lehnt die Anfrage ab ({refusal}). Bitte den Modellnamen "
                f"{self._endpoint.model!r} prüfen und ob das Modell Vektoren (Embeddings) liefert."
            )
        length = f"{len(text):,}".replace(",", ".")
        return TextRefusedError(
            f"{place} lehnt einen Text mit {length} Zeichen ab ({refusal}). Er beginnt mit "
            f"„{text[:60]}…“. Ist er dem Modell zu lang, bitte den Server Texte kürzen lassen oder "
            "ein Modell für längere Texte wählen (docs/models.md)."
        )


class _Memory:
    """Vector lengths by model id in a small JSON file; without one, nothing is remembered."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def get(self, model: str) -> int:
        """0 if it is not known."""
        length = self._read().get(model, 0)
        return length if isinstance(length, int) else 0

    def put(self, model: str, length: int) -> None:
        self._write({**self._read(), model: length})

    def forget(self, model: str) -> None:
        self._write({key: value for key, value in self._read().items() if key != model})

    def _read(self) -> dict[str, object]:
        try:
            found = json.loads(self._file.read_text("utf-8")) if self._file else {}
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, lengths: dict[str, object]) -> None:
        if self._file is None:
            return
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(lengths, indent=1), "utf-8")
            temporary.replace(self._file)
        except OSError:
            # only a shortcut: the length is asked for again at the next start
            temporary.unlink(missing_ok=True)


def _readable(text: str) -> str:
    """Without half surrogate pairs, as broken files contain them, and never empty."""
    clean = text.encode("utf-8", "replace").decode()
    return clean if clean.strip() else _NOTHING
