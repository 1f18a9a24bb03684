"""How alike a question is to a part of a passage, by hand and against numpy."""

import numpy as np
import pytest

from kb.embedding.token_codec import TokenCodes, similarities
from kb.token_likeness import TokenLikeness, token_likeness
from tests.kb.scripted_tokens import ScriptedLate, codes_of, max_sim

CONTEXT = "Richtlinie › 5 Höhe\n"
FIRST, SECOND = "Der Zuschuss beträgt 500 Euro.", "Die Frist endet im Mai."
TEXT = f"{FIRST} {SECOND}"


def likeness_of(question: str, text: str = TEXT, context: str = CONTEXT) -> TokenLikeness:
    _, [codes] = ScriptedLate().embed_passages_with_codes([context + text])
    return token_likeness(codes_of(question), codes.behind(len(context)))


def by_hand() -> TokenLikeness:
    cosines = np.array([[0.9, 0.1, 0.3, 0.5], [0.2, 0.4, 0.8, 0.6]], np.float32)
    return TokenLikeness(cosines, np.array([0, 4, 9, 15], np.uint16))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 15)], (0.5 + 0.8) / 2),
        ([(0, 4)], (0.1 + 0.4) / 2),
        ([(4, 9)], (0.3 + 0.8) / 2),
        ([(9, 15)], (0.5 + 0.6) / 2),
        ([(0, 4), (9, 15)], (0.5 + 0.6) / 2),
        ([(0, 4), (0, 4)], (0.1 + 0.4) / 2),
        ([(0, 10_000)], (0.5 + 0.8) / 2),
        ([(0, 3)], 0.0),
        ([(5, 8)], 0.0),
        ([(7, 7)], 0.0),
        ([(4, 4)], 0.0),
        ([(15, 20)], 0.0),
        ([], 0.0),
    ],
)
def test_the_best_token_of_the_spans_counts_for_each_of_the_question(
    spans: list[tuple[int, int]], expected: float
) -> None:
    assert by_hand().within(*spans) == pytest.approx(expected)


def test_tokens_of_the_context_lie_in_no_part_of_the_text() -> None:
    # the first token, the question's best, ends at 0
    assert by_hand().within((0, 15)) < 0.9
    asked = likeness_of("Richtlinie Höhe")
    assert asked.within((0, len(TEXT))) < 0.7 < asked.cosines.max()


def test_the_sentence_that_was_asked_for_is_the_most_alike() -> None:
    first, second = (0, len(FIRST)), (len(FIRST) + 1, len(TEXT))
    money, time = likeness_of("Wie viel Euro Zuschuss?"), likeness_of("Wann endet die Frist?")
    assert money.within(first) > money.within(second) + 0.1
    assert time.within(second) > time.within(first) + 0.1
    for asked in (money, time):
        assert asked.within(first, second) == asked.within((0, len(TEXT)))
        assert asked.within(first, second) >= max(asked.within(first), asked.within(second))


def test_a_whole_text_is_as_alike_as_late_interaction_says() -> None:
    question = codes_of("Wann endet die Frist?")
    alone = likeness_of("Wann endet die Frist?", context="")
    assert alone.within((0, len(TEXT))) == pytest.approx(
        max_sim(question, codes_of(TEXT)), abs=1e-5
    )
    assert np.array_equal(alone.cosines, similarities(question, codes_of(TEXT)))


def test_nothing_is_alike_to_nothing() -> None:
    empty = TokenCodes(np.empty((0, 128), np.uint8), np.empty(0, np.uint16))
    assert token_likeness(codes_of("Wann?"), empty).within((0, 10)) == 0.0
    assert likeness_of("?").within((0, len(TEXT))) == 0.0


def test_a_passage_at_the_end_of_what_16_bits_can_say() -> None:
    cosines = np.array([[0.5, 0.7]], np.float32)
    far = TokenLikeness(cosines, np.array([65_530, 65_535], np.uint16))
    assert far.within((65_530, 65_535)) == pytest.approx(0.7)
    assert far.within((0, 70_000)) == pytest.approx(0.7)
    assert far.within((65_535, 70_000)) == 0.0
