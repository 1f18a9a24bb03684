"""Golden cases of understanding: what is asked, word for word as it stands alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.question import Question, Turn, read_question
from kb.audience import Viewer
from tests import folders

FILE = folders.REPOSITORY / "tests" / "data" / "questions_understanding.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(Path(FILE).read_text(encoding="utf-8"))


def turn_of(entry: str | dict[str, str]) -> Turn:
    if isinstance(entry, str):
        return Turn("user", entry)
    return Turn("assistant", entry["answer"])


def understood(case: dict[str, Any]) -> Question:
    return read_question(
        case["said"],
        as_of=date.fromisoformat(folders.SAMPLE_DAY),
        viewer=Viewer.public(),
        history=[turn_of(entry) for entry in case.get("after", [])],
    )


def title(case: dict[str, Any]) -> str:
    return f"{case['said'][:40]}|{len(case.get('after', []))}"


@pytest.mark.parametrize("case", CASES, ids=title)
def test_understood_as_expected(case: dict[str, Any]) -> None:
    asked = understood(case)
    assert [part.asked_as for part in asked.each] == case.get("asked_as", [case["said"]])
    assert list(asked.left_out) == case.get("left_out", [])
    assert asked.language == case.get("language", "de")
    assert {kind.value for kind in asked.asks} >= set(case.get("asks", []))
    context = " ".join(part.searched_as for part in asked.each)
    assert all(word in context for word in case.get("context", []))
    assert not [word for word in case.get("without", []) if word in context]


def test_there_are_enough_cases_of_every_kind() -> None:
    assert len(CASES) >= 100
    assert sum(len(case.get("asked_as", [])) > 1 for case in CASES) >= 20
    assert sum("after" in case for case in CASES) >= 40
    assert sum(case.get("language") == "en" for case in CASES) >= 12
    keys = {"said", "after", "asked_as", "left_out", "context", "without", "asks", "language"}
    assert {key for case in CASES for key in case} <= keys


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_stand_alone_question_stays_as_it_is(case: dict[str, Any]) -> None:
    """What was made stand-alone needs no conversation: asked again, it is understood the same."""
    for part in understood(case).each:
        again = understood({"said": part.asked_as})
        assert [each.asked_as for each in again.each][-1] == part.asked_as
