"""The answer of an embeddings endpoint: its body in, L2-normalised vectors in the texts' order out."""

import base64
import binascii
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embedding.port import Vectors


class ReplyError(ValueError):
    """A German sentence on what is wrong with the body."""


def read_vectors(body: bytes, count: int) -> Vectors:
    """Shape (count, d), float32, rows of length 1; from floats or base64 (little-endian float32).

    Entries are put into the order of their `index`; where no entry has one, their order counts.
    Raises ReplyError.
    """
    entries = _entries(body)
    if len(entries) != count:
        raise ReplyError(f"{_vectors(len(entries))} statt {count}.")
    rows = [_row(entry.get("embedding")) for entry in entries]
    if len({row.size for row in rows}) != 1:
        raise ReplyError("Die Vektoren sind verschieden lang.")
    found = np.stack(rows)[_order(entries)]
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    # a sum over NaN, infinity or nothing but zeros
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise ReplyError("Ein Vektor besteht aus Nullen oder enthält keine Zahl (NaN).")
    normalised: Vectors = (found / lengths).astype(np.float32)
    return normalised


def _entries(body: bytes) -> list[dict[str, Any]]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ReplyError("Sie ist kein JSON oder bricht ab.") from error
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise ReplyError("Die Liste „data“ fehlt.")
    return data


def _vectors(count: int) -> str:
    return "Sie enthält einen Vektor" if count == 1 else f"Sie enthält {count} Vektoren"


def _row(value: object) -> NDArray[np.float64]:
    """One vector as sent, in double precision so that its squares do not overflow."""
    try:
        if isinstance(value, str):
            raw = np.frombuffer(base64.b64decode(value, validate=True), "<f4").astype(np.float64)
        else:
            raw = np.asarray(value, np.float64)
    except (ValueError, TypeError, binascii.Error) as error:
        raise ReplyError("Ein Vektor ist keine Liste von Zahlen.") from error
    if raw.ndim != 1 or raw.size == 0:
        raise ReplyError("Ein Vektor ist keine Liste von Zahlen.")
    return raw


def _order(entries: list[dict[str, Any]]) -> list[int]:
    """Where in `entries` the vector of each text is."""
    named = [entry.get("index") for entry in entries]
    if all(index is None for index in named):
        return list(range(len(entries)))
    places = {index: place for place, index in enumerate(named) if type(index) is int}
    if sorted(places) != list(range(len(entries))):
        raise ReplyError("Die Nummern („index“) der Vektoren passen nicht zu den Texten.")
    return [places[index] for index in range(len(entries))]
