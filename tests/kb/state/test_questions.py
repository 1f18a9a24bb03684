"""Questions, feedback and daily counts on both databases."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from kb.errors import InputError, NotFoundError
from kb.questions import Outcome, Way
from kb.state.daily_counts import DailyCounts, duration_class, percentile
from kb.state.database import Database
from kb.state.questions import AskedQuestion, QuestionFilter, Questions

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12)
EVERYTHING = QuestionFilter()


def asked(name: str, **changes: object) -> AskedQuestion:
    plain = AskedQuestion(
        answer_id=name,
        asked_at=NOON,
        day=DAY,
        way=Way.WEB,
        outcome=Outcome.ANSWERED,
        question=f"Frage {name}?",
        asked_as=f"Frage {name}?",
        cited=("d1", "d2"),
        first_ms=40,
        total_ms=90,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def questions(database: Database) -> Questions:
    return Questions(database)


@pytest.fixture
def counts(database: Database) -> DailyCounts:
    return DailyCounts(database)


def test_a_question_is_kept_as_it_came_and_counted(
    questions: Questions, counts: DailyCounts
) -> None:
    one = asked("a", site="https://kammer.example", audience="staff", language="en")
    questions.keep([one])
    assert questions.find("a") == one
    assert questions.page(EVERYTHING) == ([one], 1)
    assert counts.between(DAY, DAY) == {
        DAY: {
            ("outcome", "answered"): 1,
            ("way", "web"): 1,
            ("first_ms", duration_class(40)): 1,
            ("total_ms", duration_class(90)): 1,
        }
    }


def test_what_is_only_counted_leaves_no_row(questions: Questions, counts: DailyCounts) -> None:
    refused = asked("", outcome=Outcome.REFUSED, keep=False, first_ms=None, total_ms=None)
    questions.keep([refused, refused])
    assert questions.page(EVERYTHING) == ([], 0)
    assert counts.between(DAY, DAY) == {DAY: {("outcome", "refused"): 2, ("way", "web"): 2}}


def test_a_batch_is_written_whole_or_not_at_all(questions: Questions, counts: DailyCounts) -> None:
    questions.keep([asked("a")])
    before = counts.between(DAY, DAY)
    with pytest.raises(Exception, match=r"(?i)unique"):
        questions.keep([asked("b"), asked("a")])
    assert questions.page(EVERYTHING)[1] == 1 and counts.between(DAY, DAY) == before


def test_filters_and_pages(questions: Questions) -> None:
    questions.keep(
        [
            asked("a", question="Öffnungszeiten der KAMMER?", day=DAY - timedelta(days=1)),
            asked("b", question="100 % Zuschuss_für alles?", outcome=Outcome.NOT_FOUND),
            asked("c", comment="zur Übergabe", asked_at=NOON + timedelta(hours=1)),
        ]
    )
    questions.judge("c", True, "zur Übergabe", NOON + timedelta(hours=2))

    def found(**wanted: object) -> list[str]:
        page, total = questions.page(QuestionFilter(**wanted))  # type: ignore[arg-type]
        assert total == len(page)
        return [one.answer_id for one in page]

    assert found() == ["c", "a", "b"]
    assert found(text="öffnungszeiten der kammer") == ["a"]
    assert found(text="ÜBERGABE") == ["c"]
    assert found(text="100 %") == ["b"] and found(text="_") == ["b"] and found(text="10%0") == []
    assert found(outcomes=(Outcome.NOT_FOUND,)) == ["b"]
    assert found(first=DAY) == ["c", "b"] and found(last=DAY - timedelta(days=1)) == ["a"]
    assert found(helpful=True) == ["c"] and found(helpful=False) == []
    page, total = questions.page(EVERYTHING, limit=1, offset=1)
    assert [one.answer_id for one in page] == ["a"] and total == 3


def test_a_judgement_may_be_changed_for_a_day_and_counts_once(
    questions: Questions, counts: DailyCounts
) -> None:
    questions.keep([asked("a")])

    def helpful() -> dict[str, int]:
        day = counts.between(DAY, DAY)[DAY]
        return {value: day.get(("helpful", value), 0) for value in ("yes", "no")}

    questions.judge("a", True, "", NOON + timedelta(minutes=1))
    questions.judge("a", True, "gut", NOON + timedelta(minutes=2))
    assert helpful() == {"yes": 1, "no": 0}
    questions.judge("a", False, "doch nicht", NOON + timedelta(hours=24))
    assert helpful() == {"yes": 0, "no": 1}
    assert questions.find("a").comment == "doch nicht"
    with pytest.raises(InputError, match="24 Stunden"):
        questions.judge("a", True, "", NOON + timedelta(hours=24, seconds=1))
    with pytest.raises(NotFoundError):
        questions.judge("b", True, "", NOON)
    assert helpful() == {"yes": 0, "no": 1} and questions.find("a").helpful is False


def test_many_at_once_are_counted_exactly(questions: Questions, counts: DailyCounts) -> None:
    def ask(number: int) -> None:
        outcome = list(Outcome)[number % 3]
        questions.keep([asked(f"q{number}", outcome=outcome, total_ms=number)])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(200)))
    day = counts.between(DAY, DAY)[DAY]
    assert questions.page(EVERYTHING)[1] == 200
    assert {value: n for (name, value), n in day.items() if name == "outcome"} == {
        "answered": 67,
        "partial": 67,
        "not_found": 66,
    }
    assert sum(n for (name, _), n in day.items() if name == "total_ms") == 200


def test_judgements_at_once_count_once(questions: Questions, counts: DailyCounts) -> None:
    questions.keep([asked("a")])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: questions.judge("a", n % 2 == 0, "", NOON), range(40)))
    day = counts.between(DAY, DAY)[DAY]
    told = questions.find("a").helpful
    assert (day.get(("helpful", "yes"), 0), day.get(("helpful", "no"), 0)) == (
        (1, 0) if told else (0, 1)
    )


def test_only_counts_are_left_after_a_while(questions: Questions, counts: DailyCounts) -> None:
    questions.keep([asked("alt", asked_at=NOON - timedelta(days=90, seconds=1)), asked("neu")])
    before = counts.between(DAY, DAY)
    assert questions.forget(NOON - timedelta(days=90)) == 1
    assert [one.answer_id for one in questions.page(EVERYTHING)[0]] == ["neu"]
    assert counts.between(DAY, DAY) == before
    questions.remove("neu")
    assert counts.between(DAY, DAY) == before and questions.page(EVERYTHING) == ([], 0)
    with pytest.raises(NotFoundError):
        questions.remove("neu")


def test_text_of_any_kind_is_kept(questions: Questions) -> None:
    text = "Was ist 💶 <b>'; DROP TABLE questions; --\0?"
    questions.keep([asked("a", question=text)])
    assert questions.find("a").question == text.replace("\0", "\ufffd")


def test_percentiles_from_classes_are_near_the_true_ones() -> None:
    drawn = random.Random(7)
    for _ in range(20):
        times = [drawn.lognormvariate(4.5, 0.9) for _ in range(400)]
        classes = Counter(duration_class(value) for value in times)
        for share in (0.5, 0.95):
            true = float(np.percentile(times, share * 100, method="inverted_cdf"))
            estimate = percentile(classes, share)
            assert estimate is not None and abs(estimate - true) <= 0.1 * true + 1
    assert percentile({}, 0.5) is None
    assert duration_class(0) == "0" and int(duration_class(10**9)) == 80
