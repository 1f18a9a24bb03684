"""A document's vocabulary survives the database, and what an older version stored is still read."""

import numpy as np
import pytest

from kb.state.vocabularies import NO_WORDS, DocumentVocabulary

TERMS = np.array([[1, 7, 2**32 - 1], [3, 1, 2]], dtype=np.uint32)


@pytest.mark.parametrize("words", [(), ("antrag",), ("antrag", "größe", "日本語", "ﬁ")])
def test_a_vocabulary_comes_back_as_it_was(words: tuple[str, ...]) -> None:
    stored = DocumentVocabulary(TERMS, words)
    read = DocumentVocabulary.unpacked(stored.packed())
    assert read == stored
    assert read.terms.tolist() == TERMS.tolist()
    assert read.words == words
    assert read != DocumentVocabulary(TERMS, (*words, "mehr"))


def test_an_empty_vocabulary_comes_back() -> None:
    assert DocumentVocabulary.unpacked(NO_WORDS.packed()) == NO_WORDS
    assert DocumentVocabulary.unpacked(b"") == NO_WORDS


def test_what_an_older_version_stored_has_terms_and_no_words() -> None:
    read = DocumentVocabulary.unpacked(TERMS.tobytes())
    assert read.terms.tolist() == TERMS.tolist()
    assert read.words == ()
