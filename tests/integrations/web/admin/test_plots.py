"""Plots: numbers in, geometry and words out."""

import re
from datetime import date
from itertools import pairwise

import pytest

from integrations.web.admin.overview_view import documents_by_state, usage
from integrations.web.admin.periods import PERIODS, period_of
from integrations.web.admin.plots.chart import HEIGHT, WIDTH, Series, Times, lines, stacked
from integrations.web.admin.plots.numbers import brief, duration, end_of_axis, share, whole
from integrations.web.admin.plots.shares import Part, shares

TODAY = date(2026, 11, 22)


def times(count: int) -> Times:
    names = tuple(f"{number + 1}." for number in range(count))
    return Times("Tag", names, names)


def test_columns_are_stacked_from_the_bottom_and_fill_the_area() -> None:
    series = [
        Series("beantwortet", "answered", (8, 0)),
        Series("nichts gefunden", "not_found", (2, 5)),
    ]
    chart = stacked("fragen", "Fragen", "", times(2), series)
    assert chart.ticks == ("10", "5", "0")
    lower, upper = chart.columns[0].blocks
    assert (lower.y, upper.y) == (HEIGHT * 0.2, 0)
    assert lower.height == pytest.approx(HEIGHT * 0.8, abs=1.5)
    (only,) = chart.columns[1].blocks
    assert only.mark == "not_found" and only.y == HEIGHT / 2
    assert only.x > WIDTH / 2 and only.x + only.width < WIDTH
    assert chart.columns[0].words == "1.: 8 beantwortet, 2 nichts gefunden"
    assert chart.rows == (("1.", "8", "2"), ("2.", "0", "5"))
    assert chart.heads == ("Tag", "beantwortet", "nichts gefunden")


def test_without_a_number_there_is_nothing_to_draw() -> None:
    chart = stacked("x", "X", "", times(30), [Series("a", "answered", (0,) * 30)])
    assert chart.empty and chart.ticks == ("2", "1", "0")
    line = lines("x", "X", "", times(3), [Series("a", "median", (None,) * 3)], duration)
    assert line.empty and line.rows[0] == ("1.", "–")
    assert shares("x", "X", "", [Part("a", "answered", 0)]).empty


@pytest.mark.parametrize("count", [1, 7, 30, 90])
def test_all_stays_inside_the_area(count: int) -> None:
    values = tuple((number * 7919) % 1000 for number in range(count))
    chart = stacked("x", "X", "", times(count), [Series("a", "answered", values)])
    for column in chart.columns:
        for block in column.blocks:
            assert block.x >= 0 and block.x + block.width <= WIDTH
            assert block.y >= 0 and block.y + block.height <= HEIGHT
    assert len(chart.labels) == (count if count <= 7 else 3)
    drawn = lines("x", "X", "", times(count), [Series("a", "median", values)], duration)
    numbers = [float(one) for one in re.findall(r"[ML]([\d.]+) ", drawn.lines[0].path)]
    assert len(numbers) == count and max(numbers) <= WIDTH


def test_huge_numbers_keep_their_axis_short() -> None:
    chart = stacked("x", "X", "", times(1), [Series("a", "answered", (123_456_789,))])
    assert chart.ticks == ("200\u202fMio.", "100\u202fMio.", "0")
    assert chart.rows == (("1.", "123.456.789"),)
    (block,) = chart.columns[0].blocks
    assert 0 < block.height < HEIGHT


def test_a_line_has_gaps_and_marks_lonely_points() -> None:
    series = Series("a", "p95", (100, None, 300, 400, None) * 10)
    (line,) = lines("x", "X", "", times(50), [series], duration).lines
    assert line.path.count("M") == 20 and line.path.count("L") == 10
    assert line.points.count("M") == 10  # of so many only those that no line reaches


def test_shares_lie_side_by_side() -> None:
    bar = shares("x", "X", "", [Part("ja", "answered", 3), Part("nein", "not_found", 1)])
    yes, no = bar.slices
    assert (yes.x, yes.width, no.x, no.width) == (0, 75, 75, 25)
    assert (yes.count, yes.share) == ("3", "75\u202f%")


def test_numbers_as_germans_read_them() -> None:
    assert [whole(1234), share(1, 1000), share(999, 1000), share(0, 0)] == [
        *("1.234", "1\u202f%", "99\u202f%", "–"),
    ]
    assert [duration(279.6), duration(1234), duration(12_345), duration(None)] == [
        *("280\u202fms", "1,2\u202fs", "12\u202fs", "–"),
    ]
    assert [brief(9_999), brief(25_000), brief(1_500_000)] == [
        "9.999",
        "25\u202fTsd.",
        "1,5\u202fMio.",
    ]
    assert [end_of_axis(value) for value in (0, 3, 21, 41, 999, 1000)] == [
        *(2, 4, 30, 50, 1000, 1000),
    ]


@pytest.mark.parametrize("key", [period.key for period in PERIODS])
def test_a_period_ends_today_without_gaps(key: str) -> None:
    chosen = period_of(key)
    for today in (TODAY, date(2026, 1, 1), date(2024, 2, 29)):
        spans = chosen.spans(today)
        assert spans[-1].last == today
        for before, after in pairwise(spans):
            assert (after.first - before.last).days == 1
        assert len(spans) == (chosen.days or 12) == len(chosen.times(spans).full)


def test_what_the_overview_says() -> None:
    period = period_of("30")
    spans = period.spans(TODAY)
    day = {
        ("outcome", "answered"): 81,
        ("outcome", "not_found"): 19,
        ("outcome", "refused"): 4,
        ("helpful", "yes"): 3,
        ("helpful", "no"): 1,
        ("total_ms", "32"): 10,
    }
    found = usage(period, spans, {TODAY: day})
    assert found.questions.summary == (
        "In den letzten 30 Tagen 100 Fragen, 81\u202f% beantwortet, 0\u202f% teilweise, "
        "bei 19\u202f% nichts gefunden."
    )
    assert found.beside == "Nicht mitgezählt: 4 abgewiesen (Pause oder Grenze)."
    assert found.helpful.summary == "In den letzten 30 Tagen 4 Rückmeldungen, 75\u202f% hilfreich."
    assert "binnen etwa 235\u202fms" in found.durations.summary
    nothing = usage(period, spans, {})
    assert nothing.questions.summary == "In den letzten 30 Tagen keine Fragen."
    assert nothing.questions.empty and nothing.helpful.empty and nothing.durations.empty
    assert documents_by_state([], TODAY).summary == "Noch keine Dokumente."
