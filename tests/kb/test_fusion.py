"""Fusing scores: what weights, trust and standardising do to an order."""

import warnings

import numpy as np
import pytest

from kb.fusion import array_of, blend, fuse, standardised, trust_in_words


@pytest.fixture(autouse=True)
def _no_warnings() -> object:
    """A mean of nothing and a division by zero are warnings of numpy's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_standardised_has_mean_0_and_deviation_1() -> None:
    scores = standardised(array_of([3.0, 9.0, 4.5, -2.0]))
    assert scores.mean() == pytest.approx(0) and scores.std() == pytest.approx(1)
    assert list(np.argsort(scores)) == [3, 0, 2, 1]


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, 1 / 3, -12.3, 1e6])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_scores_that_are_all_the_same_say_nothing(value: float, count: int) -> None:
    assert standardised(array_of([value] * count)).tolist() == [0.0] * count


def test_what_only_rounding_tells_apart_is_the_same() -> None:
    cosine = 0.87
    noisy = [cosine, float(np.float32(cosine)), cosine + 6e-8, cosine - 6e-8]
    assert standardised(array_of(noisy)).tolist() == [0.0] * 4


def test_nothing_stays_nothing() -> None:
    assert standardised(array_of([])).shape == (0,)
    assert fuse(array_of([]), array_of([]), 0.7, 0.5).shape == (0,)
    assert blend(array_of([]), array_of([]), 0.4).shape == (0,)


def test_standardising_does_not_depend_on_the_scale() -> None:
    scores = array_of([0.81, 0.83, 0.9, 0.85])
    assert standardised(scores * 250 - 77) == pytest.approx(standardised(scores))


def test_the_weight_decides() -> None:
    dense, sparse = array_of([0.9, 0.8, 0.7]), array_of([1.0, 2.0, 9.0])
    assert int(fuse(dense, sparse, 1.0, 1.0).argmax()) == 0
    assert int(fuse(dense, sparse, 0.0, 1.0).argmax()) == 2
    assert fuse(dense, sparse, 1.0, 1.0) == pytest.approx(standardised(dense))
    assert fuse(dense, sparse, 0.0, 1.0) == pytest.approx(standardised(sparse))


def test_words_that_are_not_trusted_change_nothing() -> None:
    dense = array_of([0.9, 0.8, 0.7])
    some, others = array_of([0.0, 9.0, 0.0]), array_of([5.0, 0.0, 1.0])
    assert fuse(dense, some, 0.6, 0.0).tolist() == fuse(dense, others, 0.6, 0.0).tolist()
    half, full = (fuse(dense, some, 0.6, trust) - 0.6 * standardised(dense) for trust in (0.5, 1.0))
    assert full == pytest.approx(2 * half)


def test_trust_grows_with_the_share_of_the_question_that_was_met() -> None:
    shares = [trust_in_words(best, 20.0, 0.5) for best in (0.0, 2.5, 5.0, 10.0, 15.0, 20.0, 40.0)]
    assert shares == [0.0, 0.25, 0.5, 1.0, 1.0, 1.0, 1.0]


def test_a_question_without_words_is_not_trusted() -> None:
    assert trust_in_words(0.0, 0.0, 0.5) == 0.0


def test_words_can_be_trusted_always_and_only_when_all_are_met() -> None:
    assert trust_in_words(0.1, 20.0, 0.0) == 1.0
    assert trust_in_words(10.0, 20.0, 1.0) == 0.5


def test_late_interaction_refines_by_its_weight() -> None:
    fused, late = array_of([2.0, 1.0, 0.5]), array_of([0.61, 0.62, 0.9])
    assert list(np.argsort(-blend(fused, late, 0.0))) == [0, 1, 2]
    assert list(np.argsort(-blend(fused, late, 1.0))) == [2, 1, 0]
    middle = blend(fused, late, 0.4)
    assert middle == pytest.approx(0.6 * standardised(fused) + 0.4 * standardised(late))


def test_a_usual_score_neither_lifts_nor_lowers() -> None:
    late = [0.7, 0.8, 0.75]  # the last one is the mean of the others
    assert blend(array_of([1.0, 1.0, 1.0]), array_of(late), 1.0)[2] == pytest.approx(0)
