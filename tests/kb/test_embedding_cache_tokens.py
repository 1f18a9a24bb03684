"""The cache with token codes and with questions: nothing is computed twice, nothing is mixed up."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from kb.embedding import cache
from kb.embedding.cache import CachedEmbedder
from kb.embedding.late import has_tokens
from kb.embedding.port import Vector
from kb.embedding.token_codec import TokenCodes
from kb.errors import EmbeddingError, StorageFullError
from tests.kb.scripted import DIMENSION, ScriptedEmbedder
from tests.kb.scripted_tokens import ScriptedLate, codes_of

TEXTS = ["Zuschuss für Betriebe", "Frist der Meldung", "Größe 🏭", "!"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.sqlite"


def same(some: list[TokenCodes], others: list[TokenCodes]) -> bool:
    return all(
        np.array_equal(one.codes, other.codes) and np.array_equal(one.ends, other.ends)
        for one, other in zip(some, others, strict=True)
    )


def test_codes_are_computed_once_and_come_back_the_same(file: Path) -> None:
    model = ScriptedLate()
    cached = CachedEmbedder(model, file)
    rows, codes = cached.embed_passages_with_codes(TEXTS)
    again, recalled = cached.embed_passages_with_codes(TEXTS[::-1])
    assert model.asked == TEXTS and cached.embedded == len(TEXTS)
    expected, wanted = ScriptedLate().embed_passages_with_codes(TEXTS)
    assert np.array_equal(rows, expected) and np.array_equal(again, expected[::-1])
    assert same(codes, wanted) and same(recalled, wanted[::-1])
    assert recalled[0].codes.shape == (0, 128), "a text without words has no tokens"
    assert {codes.codes.dtype for codes in recalled} == {np.dtype(np.uint8)}
    assert {codes.ends.dtype for codes in recalled} == {np.dtype(np.uint16)}
    cached.close()


def test_another_instance_and_a_new_process_know_them_too(file: Path) -> None:
    first = CachedEmbedder(ScriptedLate(), file)
    beside = CachedEmbedder(ScriptedLate(), file)
    rows, codes = first.embed_passages_with_codes(TEXTS)
    for model, second in ((None, beside), (ScriptedLate(), None)):
        other = second or CachedEmbedder(model, file)
        again, recalled = other.embed_passages_with_codes(TEXTS)
        assert np.array_equal(again, rows) and same(recalled, codes)
        assert other.embedded == 0
        other.close()
    first.close()


def test_only_what_is_missing_is_computed_and_each_text_once(file: Path) -> None:
    model = ScriptedLate()
    cached = CachedEmbedder(model, file)
    cached.embed_passages_with_codes(["bekannt"])
    texts = ["neu", "bekannt", "neu", "Schluss", "bekannt", "neu"]
    rows, codes = cached.embed_passages_with_codes(texts)
    assert model.asked == ["bekannt", "neu", "Schluss"]
    expected, wanted = ScriptedLate().embed_passages_with_codes(texts)
    assert np.array_equal(rows, expected) and same(codes, wanted)
    cached.close()


def test_many_texts_and_none_at_all_work(file: Path) -> None:
    cached = CachedEmbedder(ScriptedLate(), file)
    rows, codes = cached.embed_passages_with_codes([])
    assert (rows.shape, codes) == ((0, DIMENSION), [])
    texts = [f"Text {number}" for number in range(1_201)]
    _, codes = cached.embed_passages_with_codes(texts)
    _, again = cached.embed_passages_with_codes(texts)
    assert same(codes, again) and cached.embedded == 1_201
    cached.close()


def test_with_and_without_codes_do_not_disturb_each_other(file: Path) -> None:
    plain = CachedEmbedder(ScriptedEmbedder(), file)
    rows = plain.embed_passages(TEXTS)
    late = CachedEmbedder(ScriptedLate(), file)
    with_codes, codes = late.embed_passages_with_codes(TEXTS)
    assert np.array_equal(with_codes, rows) and len(codes) == len(TEXTS)
    assert late.embedded == len(TEXTS), "codes need another pass"
    more = ["nur mit", "nur ohne"]
    late.embed_passages_with_codes(more[:1])
    assert np.array_equal(late.embed_passages(more), plain.embed_passages(more))
    assert np.array_equal(late.embed_passages_with_codes(TEXTS)[0], plain.embed_passages(TEXTS))
    assert same(
        late.embed_passages_with_codes(more)[1], ScriptedLate().embed_passages_with_codes(more)[1]
    )
    plain.close()
    late.close()


def test_codes_of_another_codec_or_model_are_not_taken(file: Path) -> None:
    for name, tokens in (("eins", "pca-1"), ("eins", "pca-2"), ("zwei", "pca-1")):
        model = ScriptedLate(name, tokens)
        cached = CachedEmbedder(model, file)
        cached.embed_passages_with_codes(TEXTS)
        assert model.asked == TEXTS, (name, tokens)
        assert cached.tokens_id == tokens
        cached.close()


def test_a_file_from_before_there_were_codes_is_used_on(file: Path) -> None:
    old = CachedEmbedder(ScriptedEmbedder(), file)
    rows = old.embed_passages(TEXTS)
    old.close()
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE codes")
    model = ScriptedEmbedder()
    cached = CachedEmbedder(model, file)
    assert np.array_equal(cached.embed_passages(TEXTS), rows)
    assert model.asked == []
    cached.close()
    late = CachedEmbedder(ScriptedLate(), file)
    assert len(late.embed_passages_with_codes(TEXTS)[1]) == len(TEXTS)
    assert CachedEmbedder(ScriptedLate(), file).embed_passages_with_codes(TEXTS)[0].shape[0] == 4
    late.close()


def test_a_full_cache_keeps_vectors_and_codes_together(file: Path) -> None:
    cached = CachedEmbedder(ScriptedLate(), file)
    cached.embed_passages_with_codes(TEXTS)
    pages = cached._connection.execute("PRAGMA page_count").fetchone()[0]
    cached._connection.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StorageFullError, match="Platz schaffen"):
        cached.embed_passages_with_codes([f"Text {number} " * 9 for number in range(60)])
    assert len(cached.embed_passages_with_codes(TEXTS)[1]) == len(TEXTS)
    cached.close()
    with sqlite3.connect(file) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
            for t in ("vectors", "codes")
        ]
    assert counts == [len(TEXTS)] * 2


def test_texts_are_not_stored_in_the_clear(file: Path) -> None:
    cached = CachedEmbedder(ScriptedLate(), file)
    cached.embed_passages_with_codes(["Geheimsache"])
    cached.embed_query("Fragesache")
    cached.close()
    assert b"Geheimsache" not in file.read_bytes() and b"Fragesache" not in file.read_bytes()


def test_a_model_without_tokens_says_so(file: Path) -> None:
    cached = CachedEmbedder(ScriptedEmbedder("ohne/1"), file)
    assert cached.tokens_id == "" and not has_tokens(cached)
    with pytest.raises(EmbeddingError, match="'ohne/1' liefert keine Tokenvektoren"):
        cached.embed_passages_with_codes(TEXTS)
    with pytest.raises(EmbeddingError, match="'ohne/1' liefert keine Tokenvektoren"):
        cached.embed_query_with_codes("Wer?")
    assert cached.embed_query("Wer?").shape == (DIMENSION,)
    cached.close()


class Asked(ScriptedLate):
    """Remembers its questions; one that is `falsch` fails."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []

    def embed_query_with_codes(self, text: str) -> tuple[Vector, "np.ndarray"]:
        self.questions.append(text)
        if text == "falsch":
            raise EmbeddingError("nicht erreichbar")
        return super().embed_query_with_codes(text)


def test_a_question_asked_again_is_not_computed_again(file: Path) -> None:
    model = Asked()
    cached = CachedEmbedder(model, file)
    vector, codes = cached.embed_query_with_codes("Wer zahlt?")
    again, recalled = cached.embed_query_with_codes("Wer zahlt?")
    assert np.array_equal(cached.embed_query("Wer zahlt?"), vector)
    assert model.questions == ["Wer zahlt?"]
    assert np.array_equal(vector, again) and np.array_equal(
        vector, ScriptedLate().embed_query("Wer zahlt?")
    )
    assert np.array_equal(codes, recalled) and np.array_equal(codes, codes_of("Wer zahlt?"))
    assert np.array_equal(cached.embed_query("Wer zahlt"), ScriptedLate().embed_query("Wer zahlt"))
    assert model.questions == ["Wer zahlt?", "Wer zahlt"]
    cached.close()


def test_a_question_that_failed_is_tried_again(file: Path) -> None:
    model = Asked()
    cached = CachedEmbedder(model, file)
    for _ in range(2):
        with pytest.raises(EmbeddingError, match="nicht erreichbar"):
            cached.embed_query("falsch")
    assert model.questions == ["falsch"] * 2
    cached.close()


def test_the_questions_asked_last_are_kept_and_no_more(file: Path) -> None:
    model = Asked()
    cached = CachedEmbedder(model, file)
    for number in range(cache._QUESTIONS):
        cached.embed_query(f"Frage {number}")
    cached.embed_query("Frage 0")
    cached.embed_query("eine mehr")
    assert len(cached._questions) == cache._QUESTIONS
    asked = len(model.questions)
    cached.embed_query("Frage 0")
    cached.embed_query("Frage 2")
    assert len(model.questions) == asked
    cached.embed_query("Frage 1")
    assert len(model.questions) == asked + 1, "what was not asked for longest is what goes"
    cached.close()


def test_what_a_caller_does_with_a_vector_does_not_reach_the_next(file: Path) -> None:
    cached = CachedEmbedder(ScriptedLate(), file)
    vector, codes = cached.embed_query_with_codes("Wer zahlt?")
    expected, wanted = vector.copy(), codes.copy()
    for array in (vector, codes):
        with suppress(ValueError):  # read-only, which is as good
            array[:] = 0
    again, recalled = cached.embed_query_with_codes("Wer zahlt?")
    assert np.array_equal(again, expected) and np.array_equal(recalled, wanted)
    cached.close()


def test_threads_share_it(file: Path) -> None:
    cached = CachedEmbedder(ScriptedLate(), file)
    together = Barrier(8)

    def work(seed: int) -> bool:
        together.wait()
        numbers = np.random.default_rng(seed).integers(0, 700, 150)
        for number in numbers.tolist():
            text = f"Frage {number}"
            vector, codes = cached.embed_query_with_codes(text)
            if not np.array_equal(codes, known[number][1]) or not np.array_equal(
                vector, known[number][0]
            ):
                return False
            _, [passage] = cached.embed_passages_with_codes([text])
            if not np.array_equal(passage.codes, codes):
                return False
        return True

    known = [ScriptedLate().embed_query_with_codes(f"Frage {number}") for number in range(700)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert len(cached._questions) <= cache._QUESTIONS
    cached.close()
