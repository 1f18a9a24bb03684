"""Verdicts on scores of which we know what is a drop and what is noise; the committed state's file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.evaluation import (
    Comparison,
    GoldenQuestion,
    RetrievalSet,
    SetState,
    Verdict,
    compare,
    digest_of,
    mismatch_of,
    read_baseline,
    write_baseline,
)
from assistant.evaluation.comparison import RESAMPLES, interval
from kb.errors import InputError


def compared(before: list[float], now: list[float]) -> Comparison:
    ids = [f"q{number}" for number in range(len(before))]
    (result,) = compare(
        {"content": dict(zip(ids, now, strict=True))},
        {"content": dict(zip(ids, before, strict=True))},
    )
    return result


def flipped(count: int, *, fallen: int, risen: int = 0) -> Comparison:
    """`count` questions, of which some lost their point and others won one."""
    kept = count - fallen - risen
    return compared(
        [1.0] * fallen + [0.0] * risen + [1.0] * kept, [0.0] * fallen + [1.0] * (risen + kept)
    )


@pytest.mark.parametrize(
    ("count", "fallen", "risen", "verdict"),
    [
        (24, 8, 0, Verdict.WORSE),
        (24, 4, 0, Verdict.WORSE),
        (24, 7, 1, Verdict.WORSE),
        (632, 12, 1, Verdict.WORSE),
        (5, 4, 0, Verdict.WORSE),
        (24, 0, 6, Verdict.BETTER),
        (24, 0, 0, Verdict.SAME),
        (24, 3, 0, Verdict.SAME),
        (24, 5, 3, Verdict.SAME),
        (632, 30, 25, Verdict.SAME),
    ],
)
def test_a_drop_is_found_and_noise_is_not(
    count: int, fallen: int, risen: int, verdict: Verdict
) -> None:
    result = flipped(count, fallen=fallen, risen=risen)
    assert result.verdict is verdict
    assert (len(result.fallen), len(result.risen)) == (fallen, risen)
    assert result.difference == pytest.approx((risen - fallen) / count, abs=1e-4)
    assert result.low <= result.difference <= result.high


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_or_two_questions_are_no_evidence_however_small_the_set(count: int) -> None:
    """All resamples of a set that fell as a whole are equal: the interval alone would be certain."""
    result = flipped(count, fallen=min(count, 2))
    assert result.verdict is Verdict.SAME
    if count < 3:
        assert result.low == result.high == -1


def test_many_small_falls_against_a_few_large_rises() -> None:
    worse = compared([1.0] * 60, [0.5] * 40 + [1.0] * 20)
    assert worse.verdict is Verdict.WORSE and worse.now == 0.6667
    assert compared([1.0] * 40 + [0.0] * 20, [0.5] * 40 + [1.0] * 20).verdict is Verdict.SAME


def test_neutral_changes_seldom_look_like_a_drop() -> None:
    """Ten of a hundred questions change, each way equally likely: at most 5 % of such changes fail."""
    random = np.random.default_rng(7)
    rises = [int(random.binomial(10, 0.5)) for _ in range(300)]
    seen = {risen: flipped(100, fallen=10 - risen, risen=risen).verdict for risen in set(rises)}
    false = sum(seen[risen] is Verdict.WORSE for risen in rises)
    assert sum(v is not Verdict.SAME for v in seen.values()) > 0 and false <= 15


def test_interval_is_that_of_resampling_question_by_question() -> None:
    differences = np.repeat([-1.0, -0.5, 0.0, 0.3333], [3, 8, 20, 9])
    random = np.random.default_rng(3)
    drawn = random.choice(differences, size=(RESAMPLES, len(differences))).mean(axis=1)
    assert interval(differences, seed=1) == pytest.approx(
        np.percentile(drawn, [2.5, 97.5]), abs=0.01
    )


def test_same_numbers_same_verdict_to_the_last_digit() -> None:
    assert flipped(29, fallen=5, risen=2) == flipped(29, fallen=5, risen=2)


QUESTION = GoldenQuestion(
    id="a",
    text="Wie hoch?",
    status="answered",
    topic="amount",
    as_of="2026-11-22",
    audience="public",
    earlier=(),
    sources=(),
    contains=("12 Euro",),
    excludes=(),
    notices=(),
)
STATE = SetState(
    day="2026-11-22",
    versions={"model": "m", "analyser": "a", "chunker": "c"},
    digest="0123456789ab",
    scores={"content": {"a": 1.0, "b": 0.3333}, "silence": {"c": 0.0}},
)


def test_committed_state_comes_back_as_it_was_and_reads_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    assert read_baseline(file) == {}
    write_baseline(file, {"Fragen": STATE, "Zweite": STATE})
    first = file.read_bytes()
    assert read_baseline(file) == {"Fragen": STATE, "Zweite": STATE}
    write_baseline(file, read_baseline(file))
    assert file.read_bytes() == first
    assert b'\n    "content": [1,0.3333,null],\n    "silence": [null,null,0]\n' in first
    write_baseline(file, {})
    assert read_baseline(file) == {}


@pytest.mark.parametrize(
    "content", ["", "[]", '{"a": 1}', '{"a": {"date": "x"}}', "\xff", '{"a": {"scores": []}}']
)
def test_broken_state_is_an_error_that_names_the_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(content, "latin-1")
    with pytest.raises(InputError, match=r"baseline\.json"):
        read_baseline(file)


def test_state_with_a_score_too_few_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write_baseline(file, {"Fragen": STATE})
    file.write_text(file.read_text("utf-8").replace("[1,0.3333,null]", "[1,0.3333]"), "utf-8")
    with pytest.raises(InputError, match=r"baseline\.json"):
        read_baseline(file)


def test_states_of_other_questions_cannot_be_compared() -> None:
    content, silence = STATE.scores["content"], STATE.scores["silence"]
    assert mismatch_of(STATE, replace(STATE, day="2027-01-01", versions={})) is None
    other_scores = replace(STATE, scores={"content": {"a": 0.0, "b": 0.0}, "silence": silence})
    assert mismatch_of(STATE, other_scores) is None

    more = replace(STATE, scores={"content": {**content, "d": 1.0}, "silence": silence})
    appeared = mismatch_of(more, STATE)
    vanished = mismatch_of(STATE, more)
    assert appeared is not None and (appeared.appeared, appeared.vanished) == (("d",), ())
    assert vanished is not None and (vanished.appeared, vanished.vanished) == ((), ("d",))

    figures = mismatch_of(STATE, replace(STATE, scores={"content": content}))
    assert figures is not None and figures.figures == ("silence",) and figures.appeared == ("c",)
    # a question that is expected to be answered now, and was not
    moved = replace(STATE, scores={"content": {**content, "c": 1.0}, "silence": silence})
    assert mismatch_of(STATE, moved) is not None
    reworded = mismatch_of(STATE, replace(STATE, digest="ba9876543210"))
    assert reworded is not None
    assert not (reworded.appeared or reworded.vanished or reworded.figures)


def test_digest_stands_for_wording_and_expectations_not_for_the_corpus() -> None:
    changed = [
        [replace(QUESTION, text="Wie viel?")],
        [replace(QUESTION, contains=("13 Euro",))],
        [replace(QUESTION, as_of="2026-11-23")],
        [QUESTION, replace(QUESTION, id="b")],
    ]
    digests = {digest_of(questions) for questions in ([QUESTION], *changed)}
    assert len(digests) == len(changed) + 1
    beir = RetrievalSet({"d": "Text"}, {"q": "Frage"}, {"q": {"d": 1}})
    assert digest_of(beir) == digest_of(replace(beir, corpus={"d": "anderer Text"}))
    assert digest_of(beir) != digest_of(replace(beir, corpus={"d": "Text", "e": "Text"}))
    assert digest_of(beir) != digest_of(replace(beir, queries={"q": "Andere Frage"}))
    assert digest_of(beir) != digest_of(replace(beir, relevant={"q": {"d": 2}}))
