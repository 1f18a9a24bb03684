"""The bundled model with its tokens as codes: the same vectors, and codes that cover the text."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb.embedding.cache import CachedEmbedder
from kb.embedding.late import LateEmbedder, LateInteraction, has_tokens, query_of
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import TokenVectors, Vectors
from kb.embedding.token_codec import (
    CODEC_VERSION,
    MAX_QUERY_TOKENS,
    WIDTH,
    TokenCodec,
    similarities,
)
from tests.kb.scripted import ScriptedEmbedder
from tests.kb.scripted_tokens import WordReader

PASSAGE = "Der Zuschuss beträgt bis zu 10\u202f000 Euro; § 12 Abs. 3 gilt für Schu\u0308ler  nicht."
QUESTION = "Wer entscheidet über den Antrag auf Förderung?"


@pytest.fixture(scope="module")
def late(int8: OnnxE5) -> LateInteraction:
    return LateInteraction(int8, TokenCodec())


def test_vectors_are_those_of_the_model(
    late: LateInteraction, int8: OnnxE5, sentences: list[str]
) -> None:
    texts = [*sentences[:12], QUESTION]
    rows, codes = late.embed_passages_with_codes(texts)
    assert np.array_equal(rows, int8.embed_passages(texts))
    assert np.array_equal(rows, late.embed_passages(texts))
    assert len(codes) == len(texts)
    vector, _ = late.embed_query_with_codes(QUESTION)
    assert np.array_equal(vector, int8.embed_query(QUESTION))
    assert np.array_equal(vector, late.embed_query(QUESTION))
    assert (late.model_id, late.dimension) == (int8.model_id, int8.dimension)


def test_codes_cover_the_text_by_character(late: LateInteraction) -> None:
    _, [codes] = late.embed_passages_with_codes([PASSAGE])
    assert codes.codes.shape == (len(codes.ends), WIDTH)
    assert (np.diff(codes.ends.astype(int)) >= 0).all()
    assert codes.ends[-1] == len(PASSAGE)
    # where a word ends, a token does
    words = {word.end() for word in re.finditer(r"[^\s\u202f]+", PASSAGE)}
    assert len(words) == 16 and words <= set(codes.ends.tolist())
    # and some words are several tokens
    assert len(set(codes.ends.tolist())) > len(words)


def test_a_token_of_the_context_ends_at_zero_and_those_of_the_text_do_not(
    late: LateInteraction,
) -> None:
    context = "Förderrichtlinie › 5 Höhe\n"
    _, [whole] = late.embed_passages_with_codes([context + PASSAGE])
    codes = whole.behind(len(context))
    in_context = int((codes.ends == 0).sum())
    assert 0 < in_context < len(codes.ends)
    assert (codes.ends[:in_context] == 0).all() and (codes.ends[in_context:] > 0).all()
    assert codes.ends[-1] == len(PASSAGE)
    _, [alone] = late.embed_passages_with_codes([PASSAGE])
    assert codes.ends[in_context:].tolist() == alone.ends.tolist()


def test_a_long_question_is_capped_and_keeps_its_beginning(late: LateInteraction) -> None:
    long = " ".join(f"Was gilt im Fall {number} für den Betrieb?" for number in range(80))
    _, codes = late.embed_query_with_codes(long)
    assert codes.shape == (MAX_QUERY_TOKENS, WIDTH)
    _, [read] = late.embed_passages_with_codes([long])
    assert len(read.codes) > MAX_QUERY_TOKENS
    _, short = late.embed_query_with_codes(QUESTION)
    assert 5 < len(short) < 20


def test_a_text_longer_than_the_model_reads_has_codes_of_its_beginning(
    late: LateInteraction,
) -> None:
    text = "Förderung der Weiterbildung. " * 200
    _, [codes] = late.embed_passages_with_codes([text])
    assert len(codes.codes) == len(codes.ends) == 512 - 4
    assert codes.ends[-1] < len(text)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\udc80", "<s></s><mask>", "a" * 70_000])
def test_odd_texts_have_as_many_ends_as_codes(late: LateInteraction, text: str) -> None:
    rows, [codes] = late.embed_passages_with_codes([text])
    assert np.isclose(np.linalg.norm(rows[0]), 1, atol=1e-6)
    assert codes.codes.shape == (len(codes.ends), WIDTH)
    assert (codes.ends <= len(text)).all()
    vector, query = late.embed_query_with_codes(text)
    assert np.isfinite(vector).all() and query.shape[1] == WIDTH


def test_the_token_vectors_of_a_long_document_are_never_there_at_once() -> None:
    most = 0

    class Counting(WordReader):
        def embed_passages_with_tokens(
            self, texts: Sequence[str]
        ) -> tuple[Vectors, list[TokenVectors]]:
            nonlocal most
            most = max(most, len(texts))
            return super().embed_passages_with_tokens(texts)

    texts = [f"Absatz {number}" for number in range(300)]
    rows, codes = LateInteraction(Counting(), TokenCodec()).embed_passages_with_codes(texts)
    assert most < 100
    expected, wanted = WordReader().embed_passages_with_tokens(texts)
    assert np.array_equal(rows, expected)
    codec = TokenCodec()
    for entry, tokens in zip(codes, wanted, strict=True):
        assert np.array_equal(entry.codes, codec.encode(tokens.vectors))


def test_no_text_no_codes(late: LateInteraction) -> None:
    rows, codes = late.embed_passages_with_codes([])
    assert (rows.shape, codes) == ((0, 384), [])


def test_a_question_is_nearest_to_the_sentence_that_answers_it(late: LateInteraction) -> None:
    texts = [
        "Der Ausschuss tagt zweimal im Jahr in Düren.",
        "Anträge sind spätestens sechs Wochen vor Beginn der Maßnahme einzureichen.",
        "Der Zuschuss beträgt höchstens 1.500 Euro je Lehrgang.",
    ]
    _, passages = late.embed_passages_with_codes(texts)
    for question, best in (("Bis wann muss der Antrag da sein?", 1), ("Wie viel Geld gibt es?", 2)):
        _, query = late.embed_query_with_codes(question)
        scores = [similarities(query, entry.codes).max(axis=1).mean() for entry in passages]
        assert int(np.argmax(scores)) == best


def test_a_passage_that_is_only_a_question_is_read_as_a_question(late: LateInteraction) -> None:
    for text in (QUESTION, f"  {QUESTION}\n", "Wer? Wann? Wo?"):
        [row], [codes] = late.embed_passages_with_codes([text])
        vector, query = late.embed_query_with_codes(text)
        assert np.array_equal(row, vector), text
        assert np.array_equal(codes.codes, query), text


@pytest.mark.parametrize(
    "text",
    [
        f"{QUESTION} Das Ministerium.",
        f"{QUESTION}\nDas Ministerium.",
        f"FAQ › Verfahren\n{QUESTION}",
        "Wer fragt, bekommt Antwort.",
        "Lorem ipsum " * 40 + "?",
    ],
)
def test_any_other_passage_is_read_as_a_passage(late: LateInteraction, text: str) -> None:
    [row] = late.embed_passages([text])
    assert not np.allclose(row, late.embed_query(text), atol=1e-3)


def test_who_has_tokens(late: LateInteraction, int8: OnnxE5, tmp_path: Path) -> None:
    assert has_tokens(late) and isinstance(late, LateEmbedder)
    assert late.tokens_id == CODEC_VERSION
    assert not has_tokens(int8)
    assert not has_tokens(ScriptedEmbedder())
    with_codes, without = (
        CachedEmbedder(model, tmp_path / "vectors.sqlite") for model in (late, int8)
    )
    assert has_tokens(with_codes)
    assert not has_tokens(without)
    with_codes.close()
    without.close()


def test_query_of_gives_codes_where_there_are_some(late: LateInteraction, int8: OnnxE5) -> None:
    vector, codes = query_of(late, QUESTION)
    plain, nothing = query_of(int8, QUESTION)
    assert np.array_equal(vector, plain)
    assert nothing is None
    assert codes is not None and np.array_equal(codes, late.embed_query_with_codes(QUESTION)[1])
