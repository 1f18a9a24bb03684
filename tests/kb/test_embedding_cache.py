"""The cache in front of an embedder: nothing is embedded twice, whatever happens in between."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from kb.embedding.cache import CachedEmbedder
from kb.errors import StorageFullError
from tests.kb.scripted import DIMENSION, ScriptedEmbedder

TEXTS = ["Zuschuss für Betriebe", "Frist der Meldung", "Größe 🏭"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.sqlite"


def test_a_text_is_embedded_once_and_comes_back_the_same(file: Path) -> None:
    model = ScriptedEmbedder()
    cached = CachedEmbedder(model, file)
    first = cached.embed_passages(TEXTS)
    again = cached.embed_passages(TEXTS[::-1])
    assert model.asked == TEXTS
    assert cached.embedded == 3
    assert np.array_equal(first, ScriptedEmbedder().embed_passages(TEXTS))
    assert np.array_equal(again, first[::-1])
    assert first.dtype == again.dtype == np.float32
    cached.close()


def test_a_text_that_comes_twice_at_once_is_embedded_once(file: Path) -> None:
    model = ScriptedEmbedder()
    cached = CachedEmbedder(model, file)
    rows = cached.embed_passages(["eins", "zwei", "eins", "eins"])
    assert model.asked == ["eins", "zwei"]
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(rows[0], rows[3])
    assert not np.array_equal(rows[0], rows[1])
    cached.close()


def test_only_what_is_missing_is_embedded(file: Path) -> None:
    model = ScriptedEmbedder()
    cached = CachedEmbedder(model, file)
    cached.embed_passages(["b"])
    rows = cached.embed_passages(["Anfang", "b", "Schluss"])
    assert model.asked == ["b", "Anfang", "Schluss"]
    assert np.array_equal(rows, ScriptedEmbedder().embed_passages(["Anfang", "b", "Schluss"]))
    cached.close()


def test_a_new_process_knows_what_the_last_one_embedded(file: Path) -> None:
    first = CachedEmbedder(ScriptedEmbedder(), file)
    rows = first.embed_passages(TEXTS)
    first.close()
    model = ScriptedEmbedder()
    second = CachedEmbedder(model, file)
    assert np.array_equal(second.embed_passages(TEXTS), rows)
    assert model.asked == []
    assert second.embedded == 0
    second.close()


def test_another_model_shares_nothing(file: Path) -> None:
    first = CachedEmbedder(ScriptedEmbedder("eins"), file)
    first.embed_passages(TEXTS)
    first.close()
    model = ScriptedEmbedder("zwei")
    second = CachedEmbedder(model, file)
    second.embed_passages(TEXTS)
    assert model.asked == TEXTS
    assert second.model_id == "zwei"
    assert second.dimension == DIMENSION
    second.close()


def test_many_texts_and_none_at_all_work(file: Path) -> None:
    cached = CachedEmbedder(ScriptedEmbedder(), file)
    assert cached.embed_passages([]).shape == (0, DIMENSION)
    texts = [f"Text {number}" for number in range(1_201)]
    assert np.array_equal(cached.embed_passages(texts), cached.embed_passages(texts))
    assert cached.embedded == 1_201
    cached.close()


def test_questions_are_not_stored(file: Path) -> None:
    cached = CachedEmbedder(ScriptedEmbedder(), file)
    cached.embed_query("Wer fragt das?")
    cached.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (0,)


def test_texts_are_not_stored_in_the_clear(file: Path) -> None:
    cached = CachedEmbedder(ScriptedEmbedder(), file)
    cached.embed_passages(["Geheimsache"])
    cached.close()
    assert b"Geheimsache" not in file.read_bytes()


def test_a_full_cache_is_an_error_in_our_own_words(file: Path) -> None:
    cached = CachedEmbedder(ScriptedEmbedder(), file)
    cached._connection.execute("PRAGMA max_page_count=4")
    with pytest.raises(StorageFullError, match="Platz schaffen"):
        cached.embed_passages([f"Text {number}" for number in range(500)])
    cached.close()
