"""Searched words in a text: whole words by their stems, and the excerpt that shows most of them."""

from itertools import pairwise

import pytest

from kb.bm25 import term_id
from kb.highlighting import excerpt_of, marks_in
from kb.lexical import terms_of

FILLING = "Dazu gibt es an dieser Stelle sonst nichts weiter zu sagen. "


def marked(text: str, query: str) -> list[str]:
    terms = {term_id(term) for term in terms_of(query)}
    return [text[mark.start : mark.end] for mark in marks_in(text, terms)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("Zuschuss", "Zuschüsse und ein Zuschuß, kein Zuschussbetrag", ["Zuschüsse", "Zuschuß"]),
        ("fördern", "Die Förderung wird gefördert.", ["Förderung", "gefördert"]),
        ("ein der und", "Ein Satz, der nichts und niemanden meint", []),
        ("Rat", "Beratung, Rat und Raten", ["Rat"]),
        ("2.000 Euro", "Das sind 2000 Euro oder 12.000 €.", ["2000"]),
        ("§ 82", "nach § 82 Abs. 1 SGB III", ["§ 82 Abs. 1"]),
        ("", "irgendetwas", []),
    ],
)
def test_words_are_marked_by_their_stems(query: str, text: str, expected: list[str]) -> None:
    found = marked(text, query)
    assert all(word in found for word in expected)
    assert [
        word for word in found if word in ("Zuschussbetrag", "Beratung", "Satz", "12.000")
    ] == []


def test_marks_do_not_overlap() -> None:
    text = "kleine und mittlere Unternehmen (KMU) nach § 82 Abs. 2 SGB III am 31.12.2026"
    marks = marks_in(text, {term_id(term) for term in terms_of(text)})
    assert marks
    assert all(one.end <= other.start for one, other in pairwise(marks))


def test_the_excerpt_shows_most_different_words_and_cuts_between_words() -> None:
    text = FILLING * 8 + "Der Zuschuss für die Meisterprüfung beträgt 500 Euro. " + FILLING * 8
    terms = {term_id(term) for term in terms_of("Zuschuss Meisterprüfung")}
    begin, end = excerpt_of(text, marks_in(text, terms), 200)
    assert end - begin <= 200
    assert "Zuschuss für die Meisterprüfung" in text[begin:end]
    assert text[begin - 1] == " " and text[end] == " "


def test_a_short_text_and_one_without_a_word_are_shown_from_the_beginning() -> None:
    assert excerpt_of("kurz", (), 100) == (0, 4)
    assert excerpt_of(FILLING * 10, (), 100)[0] == 0
    long_word = "x" * 500
    begin, end = excerpt_of(long_word, (), 100)
    assert begin == 0 and 0 < end <= 100
