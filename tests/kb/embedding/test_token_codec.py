"""Token codes: what an engine's products of bytes say about the vectors they were made of."""

from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient, models

from kb.embedding import token_codec
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import TokenVectors
from kb.embedding.token_codec import (
    CODEC_VERSION,
    WIDTH,
    TokenCodec,
    TokenCodes,
    mean_similarity,
    similarities,
)

FILE = Path(token_codec.__file__).with_name("e5_token_projection.npz")
ROW_SUM = 128 * WIDTH


@pytest.fixture(scope="module")
def codec() -> TokenCodec:
    return TokenCodec()


@pytest.fixture(scope="module")
def tokens(int8: OnnxE5, sentences: list[str]) -> np.ndarray:
    """Real token vectors, about 600, rows of length 1."""
    _, read = int8.embed_passages_with_tokens(sentences[:40])
    return np.concatenate([entry.vectors for entry in read])


def cosines(vectors: np.ndarray) -> np.ndarray:
    """Of the centred and projected vectors, computed apart from the codec, in double precision."""
    with np.load(FILE) as stored:
        mean, basis = stored["mean"].astype(np.float64), stored["basis"].astype(np.float64)
    reduced = (vectors - mean) @ basis
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True)
    return reduced @ reduced.T


def hostile(name: str) -> np.ndarray:
    rng = np.random.default_rng(4711)
    with np.load(FILE) as stored:
        mean, basis = stored["mean"].astype(np.float32), stored["basis"].astype(np.float32)
    rows = {
        "random": rng.normal(size=(300, 384)),
        "huge": rng.normal(size=(300, 384)) * 1e6,
        "tiny": rng.normal(size=(300, 384)) * 1e-9,
        "nothing": np.zeros((3, 384)),
        "the mean itself": np.repeat(mean[None], 3, axis=0),
        "one direction each": np.concatenate([np.eye(384), -np.eye(384)]),
        # what the codec makes of these has almost everything in a single component
        "one component": mean + 100 * _spikes() @ basis.T,
    }[name]
    return np.asarray(rows, np.float32)


def _spikes() -> np.ndarray:
    """Vectors of the projected space that are one component of the codes, up to their zero sum."""
    spikes = np.eye(WIDTH) - 1 / WIDTH
    # the rest in half of the others, which rounding moves by a third of a step each
    halves = np.eye(WIDTH) - np.roll(np.tri(WIDTH, WIDTH)[WIDTH // 2 - 1], 1) / (WIDTH / 2)
    wanted = np.concatenate([spikes, halves, -spikes, -halves])
    return wanted @ token_codec._zero_sum_rows(WIDTH).T


def test_the_projection_is_orthonormal_and_fits_the_model(int8: OnnxE5) -> None:
    with np.load(FILE) as stored:
        mean, basis = stored["mean"].astype(np.float64), stored["basis"].astype(np.float64)
    assert mean.shape == (int8.dimension,)
    assert basis.shape == (int8.dimension, WIDTH - 1)
    assert np.allclose(basis.T @ basis, np.eye(WIDTH - 1), atol=1e-3)
    rows = token_codec._zero_sum_rows(WIDTH)
    assert np.allclose(rows @ rows.T, np.eye(WIDTH - 1), atol=1e-5)
    assert np.allclose(rows.sum(axis=1), 0, atol=1e-5)


def test_every_row_sums_to_the_same(codec: TokenCodec, tokens: np.ndarray) -> None:
    codes = codec.encode(tokens)
    assert codes.shape == (len(tokens), WIDTH) and codes.dtype == np.uint8
    assert set(codes.sum(axis=1, dtype=np.int64)) == {ROW_SUM}


@pytest.mark.parametrize(
    "name",
    ["random", "huge", "tiny", "nothing", "the mean itself", "one direction each", "one component"],
)
def test_rows_of_strange_vectors_sum_to_the_same(codec: TokenCodec, name: str) -> None:
    codes = codec.encode(hostile(name))
    assert set(codes.sum(axis=1, dtype=np.int64)) == {ROW_SUM}
    # -128 has no counterpart on the other side and would be 0: a sign of an overflow
    assert codes.min() >= 1


def test_products_rank_like_the_cosines_of_the_vectors(
    codec: TokenCodec, tokens: np.ndarray
) -> None:
    codes = codec.encode(tokens).astype(np.int64)
    products, exact = codes @ codes.T, cosines(tokens)
    other = ~np.eye(len(tokens), dtype=bool)
    assert np.corrcoef(products[other], exact[other])[0, 1] > 0.999
    rng = np.random.default_rng(7)
    one, two = rng.integers(0, exact.size, (2, 200_000))
    apart = np.abs(exact.flat[one] - exact.flat[two]) > 0.05
    agree = (products.flat[one] > products.flat[two]) == (exact.flat[one] > exact.flat[two])
    assert agree[apart].mean() > 0.999
    assert apart.mean() > 0.3


def test_similarities_are_the_cosines(codec: TokenCodec, tokens: np.ndarray) -> None:
    codes = codec.encode(tokens)
    found, exact = similarities(codes[:50], codes), cosines(tokens)[:50]
    assert found.shape == (50, len(tokens)) and found.dtype == np.float32
    assert float(np.sqrt(np.mean((found - exact) ** 2))) < 0.01
    assert np.quantile(np.abs(found - exact), 0.999) < 0.03


def test_signed_and_unsigned_products_say_the_same(codec: TokenCodec) -> None:
    rng = np.random.default_rng(1)
    query, passage = (codec.encode(rng.normal(size=(n, 384)).astype("f4")) for n in (9, 70))
    products = query.astype(np.int64) @ passage.astype(np.int64).T
    score = float(products.max(axis=1).sum())
    assert mean_similarity(score, 9) == pytest.approx(
        float(similarities(query, passage).max(axis=1).mean()), abs=1e-6
    )


def test_mean_similarity_of_an_engines_maxsim_is_numpys(
    codec: TokenCodec, int8: OnnxE5, sentences: list[str]
) -> None:
    _, read = int8.embed_passages_with_tokens(sentences[:12])
    passages = [codec.encode(entry.vectors) for entry in read]
    _, question = int8.embed_query_with_tokens("Wie hoch ist der Zuschuss für die Meisterprüfung?")
    query = codec.encode(question.vectors)
    client = QdrantClient(":memory:")
    client.create_collection(
        "tokens",
        models.VectorParams(
            size=WIDTH,
            distance=models.Distance.DOT,
            datatype=models.Datatype.UINT8,
            multivector_config=models.MultiVectorConfig(
                comparator=models.MultiVectorComparator.MAX_SIM
            ),
        ),
    )
    client.upsert(
        "tokens",
        [models.PointStruct(id=n, vector=codes.tolist()) for n, codes in enumerate(passages)],
    )
    points = client.query_points("tokens", query=query.tolist(), limit=12).points
    expected = [float(similarities(query, codes).max(axis=1).mean()) for codes in passages]
    assert [point.id for point in points] == list(np.argsort(-np.array(expected)))
    for point in points:
        assert mean_similarity(point.score, len(query)) == pytest.approx(
            expected[int(point.id)], abs=1e-4
        )


def test_no_tokens_no_codes(codec: TokenCodec) -> None:
    nothing = np.empty((0, 384), np.float32)
    assert codec.encode(nothing).shape == (0, WIDTH)
    assert codec.encode(nothing).dtype == np.uint8
    empty = codec.encode_text(TokenVectors(nothing, np.empty((0, 2), np.int32)))
    assert empty.codes.shape == (0, WIDTH) and empty.ends.shape == (0,)
    assert empty.behind(10).ends.shape == (0,)
    some = codec.encode(hostile("random")[:4])
    assert similarities(some, empty.codes).shape == (4, 0)
    assert similarities(empty.codes, some).shape == (0, 4)


def test_the_same_vectors_give_the_same_codes(codec: TokenCodec, tokens: np.ndarray) -> None:
    together = codec.encode(tokens)
    assert np.array_equal(together, TokenCodec().encode(tokens.copy()))
    alone = np.concatenate([codec.encode(row[None]) for row in tokens])
    # a product of another shape may round the last bit of a float, and that one step of a byte
    assert np.abs(alone.astype(int) - together).max() <= 1
    assert (alone == together).all(axis=1).mean() > 0.95


def test_encoding_leaves_the_vectors_alone(codec: TokenCodec, tokens: np.ndarray) -> None:
    before = tokens.copy()
    codec.encode(tokens)
    assert np.array_equal(tokens, before)


def test_ends_are_the_characters_before_which_tokens_end(codec: TokenCodec) -> None:
    offsets = np.array([[0, 4], [5, 9], [9, 30], [31, 70_000]], np.int32)
    codes = codec.encode_text(TokenVectors(hostile("random")[:4], offsets))
    assert codes.ends.dtype == np.uint16
    assert codes.ends.tolist() == [4, 9, 30, 65_535]


def test_behind_a_context_ends_move_and_those_of_the_context_are_zero() -> None:
    codes = np.full((5, WIDTH), 128, np.uint8)
    whole = TokenCodes(codes, np.array([3, 10, 11, 12, 65_535], np.uint16))
    moved = whole.behind(10)
    assert moved.ends.tolist() == [0, 0, 1, 2, 65_525]
    assert moved.ends.dtype == np.uint16
    assert np.array_equal(moved.codes, whole.codes)
    assert whole.behind(0).ends.tolist() == whole.ends.tolist()
    assert whole.behind(100_000).ends.tolist() == [0] * 5
    assert whole.ends.tolist() == [3, 10, 11, 12, 65_535]


def test_the_version_names_the_codec() -> None:
    assert TokenCodec.version == CODEC_VERSION
    assert CODEC_VERSION
