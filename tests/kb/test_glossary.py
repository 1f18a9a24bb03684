"""English questions in German words: phrases before words, forms by rule, names as they are."""

from importlib.resources import files

import pytest

from kb.glossary import in_german, is_english
from kb.lexical import terms_of


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("What is the maximum grant per person?", "höchstens Zuschuss je Person?"),
        ("Are travel expenses covered?", "Reisekosten übernommen?"),
        ("Who is the chair of the steering committee?", "Vorsitz Lenkungskreis?"),
        ("Does the chamber of crafts offer advice?", "Handwerkskammer anbieten Beratung?"),
        ("Can companies apply on paper?", "Unternehmen beantragen auf Papier?"),
        ("Which documents must be attached?", "Unterlagen beizufügen?"),
        ("How much does the Weiterbildungsscheck pay?", "Weiterbildungsscheck zahlen?"),
        (
            "Who heads the Regionalagentur Beispielrevier?",
            "Leitung Regionalagentur Beispielrevier?",
        ),
        ("Is there funding for electric cars?", "Förderung electric cars?"),
        ("§ 82 SGB III, 1.500 Euro", "§ 82 SGB III, 1.500 Euro"),
        ("", ""),
    ],
)
def test_in_german(english: str, german: str) -> None:
    assert in_german(english) == german


@pytest.mark.parametrize("word", ["deadline", "Deadlines", "applied", "planning", "grants"])
def test_known_english_words(word: str) -> None:
    assert is_english(word)


@pytest.mark.parametrize(
    "word", ["Frist", "Bonus", "Region", "Start", "Weiterbildung", "firma", ""]
)
def test_words_that_tell_no_english(word: str) -> None:
    assert not is_english(word)


def test_every_line_says_something_once() -> None:
    lines = (files("kb") / "english.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" = ") for line in lines if line and not line.startswith("#")]
    assert all(len(pair) == 2 for pair in pairs)
    english = [pair[0] for pair in pairs]
    assert len(set(english)) == len(english) > 500
    assert [pair for pair in pairs if pair[0] != pair[0].lower().strip()] == []
    assert [pair for pair in pairs if not terms_of(pair[1])] == []
