"""Kinds of edits between words, and words within a few edits: compared with the plain definition."""

import random

import pytest

from kb.spelling import (
    Edit,
    NearWords,
    _signature,
    _signatures,
    edit_between,
    looks_german,
    plausible,
    two_edits,
)


@pytest.mark.parametrize(
    ("typed", "meant", "edit"),
    [
        ("weiterbidlung", "weiterbildung", Edit.SWAP),
        ("wieterbildung", "weiterbildung", Edit.SWAP),
        ("weiterbilldung", "weiterbildung", Edit.DOUBLE),
        ("weiterbildubg", "weiterbildung", Edit.BESIDE),
        ("zuschus", "zuschuss", Edit.SINGLE),
        ("forderung", "förderung", Edit.ALIKE),
        ("standart", "standard", Edit.ALIKE),
        ("weiterbidung", "weiterbildung", Edit.DROP),
        ("eiterbildung", "weiterbildung", Edit.DROP),
        ("weiterbildungx", "weiterbildung", Edit.INSERT),
        ("befördert", "gefördert", Edit.REPLACE),
        ("antrag", "antrag", None),
        ("antrag", "vortrag", None),
        ("antrag", "anträge", None),
        ("ab", "ba", Edit.SWAP),
        ("", "a", Edit.DROP),
        ("a", "", Edit.INSERT),
    ],
)
def test_the_edit_between_two_words_has_a_kind(typed: str, meant: str, edit: Edit | None) -> None:
    assert edit_between(typed, meant) is edit


def _distance(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def test_edits_agree_with_the_distance_and_near_words_miss_none() -> None:
    chance = random.Random(7)
    words = sorted({"".join(chance.choices("abcü", k=chance.randint(1, 9))) for _ in range(700)})
    near = NearWords()
    near.add(words[:300], range(300))
    near.add(words[300:], range(300, len(words)))
    for word in chance.sample(words, 60):
        distances = {other: _distance(word, other) for other in words}
        for edits in (1, 2):
            found = {words[at] for at in near.candidates(word, edits).tolist()}
            assert {other for other in words if distances[other] <= edits} <= found
        for other, distance in distances.items():
            assert (edit_between(word, other) is not None) == (distance == 1)
            assert two_edits(word, other) == (distance == 2)


def test_near_words_of_strange_letters_and_lengths() -> None:
    near = NearWords()
    near.add(["größe", "naïveté", "x" * 41, "日本語", ""], range(5))
    assert near.candidates("grösse", 1).tolist() == []
    assert near.candidates("naivete", 2).tolist() == [1]
    assert near.candidates("x" * 41, 1).tolist() == []
    assert near.candidates("日本", 1).tolist() == [3]
    assert near.candidates("", 1).tolist() == near.candidates("x" * 50, 1).tolist() == []


def test_one_word_has_the_signature_it_gets_among_many() -> None:
    words = ["aabbcc", "größte", "naivxé", "zzzzzz"]
    assert [_signature(word) for word in words] == _signatures(words, 6).tolist()


def test_a_word_is_plausible_where_german_words_look_so() -> None:
    assert plausible("überstanden", "überstunden")
    assert plausible("eingereicht", "eingerichtet")
    assert not plausible("weiterbidlung", "weiterbildung")
    assert not plausible("fördxrung", "förderung")
    assert looks_german("zuwendungsempfänger")
    assert not looks_german("zuwendnugsempfänger")
    assert plausible("partn", "party", "partner"), "the whole word decides, not its stem"
