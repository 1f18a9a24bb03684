"""Corrections: typing errors are put right, valid words that no document has are left alone."""

import pytest

from kb.compounds import Compounds
from kb.corrections import corrections
from kb.lexicon import Words
from tests.kb.dictionary import words_from

LISTING = """
    weiterbildung zuschuss förderung förderungen antrag handwerkskammer grundsicherung bücherei
    überstunden eingerichtet kosten ausbildung unternehmen gründung zuwendungsempfänger sachen
    beratung betrieb kranke weiterbildungskosten inkubationszeit fördermittel straße
"""


@pytest.fixture
def words() -> Words:
    return words_from(LISTING, "geheimvertrag")


def meant(words: Words, typed: str) -> tuple[str, bool]:
    """The likeliest correction and whether it is sure."""
    found = corrections(typed, words, Compounds(words))
    return (found[0].word, found[0].sure) if found else ("", False)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("weiterbidlung", "weiterbildung"),
        ("weiterbilldung", "weiterbildung"),
        ("weitebildung", "weiterbildung"),
        ("eiterbildung", "weiterbildung"),
        ("wekterbildung", "weiterbildung"),
        ("zuschusss", "zuschuss"),
        ("zuschus", "zuschuss"),
        ("handwerskammer", "handwerkskammer"),
        ("grundsicherugn", "grundsicherung"),
        ("förderugn", "förderung"),
        ("foerdermitel", "fördermittel"),
        ("inkubatoinszeiten", "inkubationszeit"),
        ("zuwendungsempfäger", "zuwendungsempfänger"),
        ("untenehmensgründung", "unternehmensgründung"),
        ("zwischne", "zwischen"),
        ("koennenn", "können"),
        ("weiterbildungsksoten", "weiterbildungskosten"),
        ("ausbildugnsförderung", "ausbildungsförderung"),
        ("ausbildungsfördreung", "ausbildungsförderung"),
    ],
)
def test_a_typing_error_is_put_right(words: Words, typed: str, word: str) -> None:
    assert meant(words, typed) == (word, True)


@pytest.mark.parametrize(
    "valid",
    [
        "bäckerei",
        "überstanden",
        "eingereicht",
        "beratend",
        "aachen",
        "krank",
        "betrug",
        "gründlich",
    ],
)
def test_a_valid_word_is_never_surely_another(words: Words, valid: str) -> None:
    assert not meant(words, valid)[1]


@pytest.mark.parametrize(
    "far", ["geheimvertrga", "geheimvertrag", "quantenphysik", "xyz", "", "abc"]
)
def test_nothing_is_made_of_what_is_far_away_or_hidden(words: Words, far: str) -> None:
    assert meant(words, far) == ("", False)


def test_two_errors_in_a_long_word_widen_the_search_but_are_not_sure(words: Words) -> None:
    assert meant(words, "zuwednungsempfägner") == ("zuwendungsempfänger", False)


def test_the_likeliest_comes_first_and_counts_most() -> None:
    words = words_from("gebühr gebühren geführt gebot")
    found = corrections("gebühten", words, Compounds(words))
    assert found[0].word == "gebühren"
    assert [entry.weight for entry in found] == sorted((e.weight for e in found), reverse=True)
