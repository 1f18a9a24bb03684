"""The gate's German table and the last state on the page, worked out by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation import SetState
from integrations.cli.evaluation_report import (
    BEGIN,
    END,
    LastStatePage,
    SetReport,
    comparison_text,
    conclusion,
    figures_text,
    gate_open,
    report_of,
)
from kb.errors import InputError

VERSIONS = {"model": "m/1", "analyser": "de-4", "chunker": "c-1"}
IDS = [f"q{number:02}" for number in range(20)]


def state(points: int, **changes: object) -> SetState:
    """Twenty questions, of which the first so many have their point."""
    scores = {question: float(place < points) for place, question in enumerate(IDS)}
    made = SetState("2026-11-22", VERSIONS, "d1", {"content": scores, "silence": {"q00": 1.0}})
    return replace(made, **changes)  # type: ignore[arg-type]


def test_worse_closes_the_gate_and_names_the_questions() -> None:
    report = report_of("Fragen", state(4), state(10))
    assert not gate_open([report, report_of("Andere", state(4), state(4))])
    text = comparison_text([report])
    rows = text.splitlines()
    assert rows[0].startswith("| Satz | Messwert | Fragen | jetzt | zuvor |")
    assert rows[2].startswith("| Fragen | content | 20 | 0,200 | 0,500 | −0,300 (−0,")
    assert rows[2].endswith(" bis −0,100) | **schlechter** |")
    assert rows[3] == "| Fragen | silence | 1 | 1,000 | 1,000 | – | gleich |"
    assert rows[-1] == "- Fragen, content: gefallen bei q04, q05, q06, q07, q08, q09"
    assert conclusion([report]).startswith("Ein Messwert ist um mehr als das Rauschen gefallen.")
    assert conclusion([report, report]).startswith("2 Messwerte sind")


def test_better_and_same_leave_it_open() -> None:
    better, same = report_of("A", state(10), state(4)), report_of("B", state(9), state(10))
    assert gate_open([better, same])
    text = comparison_text([better, same])
    assert "| +0,300 (+0,100 bis +0,500) | besser |" in text
    assert "| B | content | 20 | 0,450 | 0,500 | −0,050 (" in text and "gefallen bei" not in text
    assert conclusion([better, same]) == "Kein Messwert ist um mehr als das Rauschen gefallen."


@pytest.mark.parametrize(
    ("before", "problem"),
    [
        (None, "Es gibt noch keinen festgehaltenen Stand."),
        (state(4, digest="d2"), "Wortlaut oder Erwartungen von Fragen haben sich geändert"),
        (
            state(4, scores={"content": dict.fromkeys([*IDS[1:], "alt"], 1.0)}),
            "neue Fragen: q00; weggefallene Fragen: alt; andere Messwerte: silence",
        ),
        (
            state(4, scores={"content": {"q00": 1.0}, "silence": {"q00": 1.0}}),
            "neue Fragen: q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12 und 7 weitere",
        ),
    ],
)
def test_what_cannot_be_compared_closes_the_gate(before: SetState | None, problem: str) -> None:
    report = report_of("Fragen", state(4), before)
    assert not gate_open([report])
    text = comparison_text([report])
    assert "| Fragen | content | 20 | 0,200 | – | – | **nicht vergleichbar** |" in text
    assert text.endswith(f"- Fragen ist nicht vergleichbar: {problem}")
    assert "make eval-write" in conclusion([report])


def test_other_versions_are_named_once() -> None:
    newer = state(4, versions={**VERSIONS, "chunker": "c-2"})
    text = comparison_text([report_of(name, newer, state(4)) for name in "AB"])
    assert text.count("chunker c-1 → c-2") == 1


def test_figures_alone() -> None:
    text = figures_text([SetReport("Fragen", state(5))])
    assert text.splitlines()[2] == "| Fragen | content | 20 | 0,250 |" and gate_open([])


def test_last_state_between_the_marks(tmp_path: Path) -> None:
    file = tmp_path / "seite.md"
    file.write_text(f"Kopf\n\n{BEGIN}\nalt\n{END}\nFuß\n", "utf-8")
    other = state(4, scores={"R@1": {"x": 1.0}, "R@5": {"x": 1.0}}, day="2026-11-20")
    LastStatePage.read(file).write({"A": state(5), "B": other, "C": state(6)})
    text = file.read_text("utf-8")
    assert (
        text
        == f"""Kopf

{BEGIN}

| set | questions | content | silence | measured |
|---|---:|---:|---:|---|
| A | 20 | 0.250 | 1.000 | 2026-11-22 |
| C | 20 | 0.300 | 1.000 | 2026-11-22 |

| set | questions | R@1 | R@5 | measured |
|---|---:|---:|---:|---|
| B | 1 | 1.000 | 1.000 | 2026-11-20 |

Made with model `m/1`, analyser `de-4`, chunker `c-1`.

{END}
Fuß
"""
    )
    page = LastStatePage.read(file)
    mixed = page.with_states({"A": state(5), "B": state(5, versions={"model": "m/2"})})
    assert "chunker `c-1`: A.\n\nMade with model `m/2`: B.\n" in mixed
    assert page.with_states({"A": state(5), "B": other, "C": state(6)}) == text


@pytest.mark.parametrize("content", [None, "", BEGIN, f"{END}\n{BEGIN}"])
def test_page_without_its_marks(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "seite.md"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"seite\.md"):
        LastStatePage.read(file)
