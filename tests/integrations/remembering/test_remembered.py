"""What is remembered and for how long: a real database and language model, a clock turned by hand."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.question import Question, read_question
from integrations.remembering.remembered import Remembered
from integrations.remembering.statistics import span_of, statistics
from kb.audience import STAFF, Viewer
from kb.errors import InputError, NotFoundError
from kb.questions import Outcome, Way, WorkState
from kb.state.database import Database
from kb.state.questions import QuestionFilter
from tests import folders

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYTHING = QuestionFilter()


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


@pytest.fixture(autouse=True)
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opening(tmp_path: Path, clock: Clock) -> Callable[..., Any]:
    @contextmanager
    def opened(**changes: Any) -> Iterator[Remembered]:
        settings = folders.settings(**changes)
        with closing(Database.in_file(tmp_path / "auskunft.sqlite")) as database:
            made = Remembered(
                settings, database, lambda: folders.loaded_once(settings, tmp_path, print), clock
            )
            yield made
            made.close()

    return opened


def question(text: str, *groups: str) -> Question:
    return read_question(text, as_of=date(2026, 11, 22), viewer=Viewer.member_of(*groups))


def answer(status: str, asked_as: str, *documents: str) -> dict[str, Any]:
    return {
        "status": status,
        "sources": [{"document_id": one} for one in documents],
        "parts": [{"asked_as": asked_as, "status": status}],
    }


def ask(remembered: Remembered, text: str, status: str = "answered", way: Way = Way.WEB) -> str:
    with remembered.asked(question(text), way) as asked:
        asked.answered(answer(status, text, "d1", "d2", "d1"))
    return asked.answer_id


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_a_question_is_remembered_masked(opening: Any) -> None:
    text = "Ich bin erika@firma.de, 0171 1234567: Wie hoch ist der Zuschuss?"
    with opening() as remembered:
        with remembered.asked(question(text, STAFF), Way.API, "https://x.example") as asked:
            asked.said()
            out = asked.answered(answer("answered", text, "d1", "d2", "d1"))
        assert out["answer_id"] == asked.answer_id and len(asked.answer_id) == 24
        remembered.flush()
        (one,), _ = remembered.questions.page(EVERYTHING)
    assert one.question == "Ich bin [E-Mail], [Telefon]: Wie hoch ist der Zuschuss?"
    assert "erika" not in one.asked_as and one.cited == ("d1", "d2")
    assert (one.audience, one.way, one.site) == ("staff", Way.API, "https://x.example")
    assert one.outcome is Outcome.ANSWERED and one.first_ms is not None and one.total_ms is not None
    assert one.first_ms <= one.total_ms


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ValueError("kaputt"), Outcome.FAILED),
        (asyncio.CancelledError(), Outcome.BROKEN_OFF),
        (GeneratorExit(), Outcome.BROKEN_OFF),
    ],
)
def test_what_ends_without_an_answer(opening: Any, error: BaseException, outcome: Outcome) -> None:
    with opening() as remembered:
        with (
            pytest.raises(type(error)),
            remembered.asked(question("Was ist ein Zuschuss?"), Way.WEB),
        ):
            raise error
        remembered.flush()
        (one,), _ = remembered.questions.page(EVERYTHING)
    assert one.outcome is outcome and one.total_ms is None


def test_unanswered_questions_are_gathered_by_meaning(opening: Any) -> None:
    with opening() as remembered:
        for text in (
            "Was kostet ein Parkausweis?",
            "Parkausweis Kosten",
            "was kostet ein parkausweis?",
        ):
            ask(remembered, text, "not_found")
        ask(remembered, "Wie sind die Öffnungszeiten der Handwerkskammer?", "partial")
        ask(remembered, "Wie hoch ist der Zuschuss?", "answered")
        remembered.flush()
        items, total = remembered.worklist.page()
        assert total == 2
        assert [(item.title, item.times) for item in items] == [
            ("was kostet ein parkausweis?", 3),
            ("Wie sind die Öffnungszeiten der Handwerkskammer?", 1),
        ]
        remembered.worklist.change(items[0].item_id, state=WorkState.DISMISSED)
        ask(remembered, "Was kostet ein Parkausweis?", "not_found")
        remembered.flush()
        assert remembered.worklist.page()[1] == 3


def test_after_ninety_days_only_counts_are_left(opening: Any, clock: Clock, tmp_path: Path) -> None:
    with opening() as remembered:
        judged = ask(remembered, "Wie hoch ist der Kleinstbetriebszuschuss?", "not_found")
        remembered.judge(judged, False, "nichts über Sägewerke")
        remembered.note("Frau Kern", "token.create", "abc")
        item = remembered.call_back("Rückruf wegen Drechselbank", person())
        clock.pass_days(30)
        remembered.tick()
        assert remembered.worklist.find(item.item_id)
        clock.pass_days(1)
        remembered.tick()
        with pytest.raises(NotFoundError):
            remembered.worklist.find(item.item_id)
        clock.pass_days(59)
        remembered.tick()
        assert remembered.questions.page(EVERYTHING)[1] == remembered.worklist.page()[1] == 1
        clock.pass_days(1)
        ask(remembered, "Neue Frage zum Meisterbonus?")
        remembered.flush()
        remembered.tick()
        (left,), _ = remembered.questions.page(EVERYTHING)
        assert left.question == "Neue Frage zum Meisterbonus?"
        assert remembered.worklist.page() == ([], 0)
        assert remembered.audit.page()[1] == 1
        day = statistics(remembered.counts, START.date(), START.date())["total"]
        assert (day["questions"], day["outcomes"]["not_found"]) == (1, 1)
        assert day["helpful"] == {"yes": 0, "no": 1} and day["total_ms"]["p95"] is not None
        stored = everything_in(tmp_path)
        for gone in ("Kleinstbetrieb", "Sägewerke", "Drechselbank", "Beispielfrau"):
            assert gone.encode() not in stored, gone
        assert b"Meisterbonus" in stored
        clock.pass_days(365)
        remembered.tick()
        assert remembered.audit.page() == ([], 0)


def person() -> dict[str, str]:
    return {"name": "Beispielfrau", "phone": "0211 123456", "email": "", "when": ""}


def test_a_kept_title_outlives_the_questions(opening: Any, clock: Clock) -> None:
    with opening() as remembered:
        ask(remembered, "lastenrad geld wo?", "not_found")
        remembered.flush()
        ((item,), _) = remembered.worklist.page()
        remembered.worklist.change(item.item_id, title=remembered.wording("Lastenräder"))
        clock.pass_days(100)
        remembered.tick()
        ((left,), _) = remembered.worklist.page()
        assert left.title == "Lastenräder" and remembered.questions.page(EVERYTHING)[1] == 0


def test_with_zero_days_no_text_is_ever_written(opening: Any, clock: Clock, tmp_path: Path) -> None:
    with opening(questions_days=0) as remembered:
        judged = ask(remembered, "Wo steht die Drechselbank?", "not_found")
        remembered.judge(judged, True, "Danke wegen Drechselbank")
        assert remembered.questions.page(EVERYTHING) == ([], 0)
        assert remembered.worklist.page() == ([], 0)
        kept = remembered.questions.find(judged)
        assert (kept.question, kept.comment, kept.cited, kept.site) == ("", "", (), "")
        clock.pass_days(1.001)
        remembered.tick()
        with pytest.raises(NotFoundError):
            remembered.questions.find(judged)
        total = statistics(remembered.counts, START.date(), START.date())["total"]
        assert total["questions"] == total["helpful"]["yes"] == 1
    assert b"Drechselbank" not in everything_in(tmp_path)


def test_days_are_the_operators_and_end_at_their_midnight(opening: Any, clock: Clock) -> None:
    with opening() as remembered:
        clock.now = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)
        ask(remembered, "Frage vor Mitternacht?")
        clock.now += timedelta(seconds=2)
        ask(remembered, "Frage nach Mitternacht?")
        remembered.flush()
        found = statistics(remembered.counts, date(2026, 11, 22), date(2026, 11, 24))
        assert [(day["day"], day["questions"]) for day in found["days"]] == [
            ("2026-11-22", 1),
            ("2026-11-23", 1),
            ("2026-11-24", 0),
        ]
        assert remembered.today == date(2026, 11, 23)
        late = QuestionFilter(first=date(2026, 11, 23))
        assert [q.question for q in remembered.questions.page(late)[0]] == [
            "Frage nach Mitternacht?"
        ]


def test_feedback_may_come_before_the_question_is_written(opening: Any) -> None:
    with opening() as remembered:
        held = threading.Event()
        keep = remembered.questions.keep

        def slowly(asked: Any) -> None:
            held.wait(5)
            keep(asked)

        remembered.questions.keep = slowly
        answer_id = ask(remembered, "Wie hoch ist der Zuschuss?")
        threading.Timer(0.3, held.set).start()
        remembered.judge(answer_id, True, "")
        assert remembered.questions.find(answer_id).helpful is True


def test_a_database_that_cannot_be_written_delays_and_breaks_nothing(
    opening: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with opening() as remembered:
        ask(remembered, "Erste Frage?")
        remembered.flush()
        with closing(sqlite3.connect(tmp_path / "auskunft.sqlite")) as broken:
            broken.execute("ALTER TABLE daily_counts RENAME TO weg")
            begun = time.perf_counter()
            ask(remembered, "Geheime Frage von Zitronenfalter?")
            assert time.perf_counter() - begun < 0.1
            remembered.flush()
            broken.execute("ALTER TABLE weg RENAME TO daily_counts")
        ask(remembered, "Dritte Frage?")
        remembered.flush()
        asked = [one.question for one in remembered.questions.page(EVERYTHING)[0]]
        assert sorted(asked) == ["Dritte Frage?", "Erste Frage?"]
    assert "1 questions are not recorded" in caplog.text
    assert "Zitronenfalter" not in caplog.text


def test_a_database_that_is_locked_for_a_while_loses_nothing(opening: Any, tmp_path: Path) -> None:
    with opening() as remembered:
        ask(remembered, "Erste Frage?")
        remembered.flush()
        with closing(sqlite3.connect(tmp_path / "auskunft.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            begun = time.perf_counter()
            for number in range(20):
                ask(remembered, f"Frage {number} bei gesperrter Datenbank?")
            assert time.perf_counter() - begun < 0.2
            other.execute("ROLLBACK")
        remembered.flush()
        assert remembered.questions.page(EVERYTHING)[1] == 21


def test_closing_writes_what_waits(opening: Any) -> None:
    with opening() as remembered:
        for number in range(300):
            ask(remembered, f"Frage {number}?")
    with opening() as again:
        assert again.questions.page(EVERYTHING)[1] == 300


def test_two_hundred_at_once_are_counted_exactly(opening: Any) -> None:
    with opening() as remembered:
        outcomes = ("answered", "partial", "answered", "answered")
        threads = [
            threading.Thread(
                target=ask, args=(remembered, f"Frage {n}?", outcomes[n % 4], list(Way)[n % 5])
            )
            for n in range(200)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        remembered.flush()
        total = statistics(remembered.counts, START.date(), START.date())["total"]
        assert total["questions"] == 200 == remembered.questions.page(EVERYTHING)[1]
        assert total["outcomes"]["partial"] == 50 and set(total["ways"].values()) == {40}


def test_a_pause_survives_a_restart(opening: Any) -> None:
    with opening() as remembered:
        assert remembered.paused is None
        remembered.pause("Umbau")
    with opening() as again:
        assert again.paused is not None and again.paused.reason == "Umbau"
        assert again.resume() is True and again.paused is None and again.resume() is False


def test_spans_of_days() -> None:
    today = date(2026, 11, 22)
    assert span_of(None, None, today) == (date(2026, 10, 24), today)
    assert span_of(date(2026, 11, 1), None, today) == (date(2026, 11, 1), today)
    assert span_of(None, date(2026, 1, 30), today) == (date(2026, 1, 1), date(2026, 1, 30))
    with pytest.raises(InputError, match="vor seinem Beginn"):
        span_of(date(2026, 11, 2), date(2026, 11, 1), today)
    with pytest.raises(InputError, match="zu lang"):
        span_of(date(2020, 1, 1), today, today)
