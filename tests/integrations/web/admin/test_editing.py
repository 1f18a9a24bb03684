"""The mark in a form: whoever saves later is told; another try is a decision."""

import pytest

from integrations.web.admin.editing import (
    MARK,
    ChangedMeanwhileError,
    mark_of,
    require_unchanged,
)
from integrations.web.admin.forms import Form

SHOWN = {"title": "Richtlinie", "sources": [("a.md", "Satz")]}


def test_values_that_still_hold_are_let_through() -> None:
    require_unchanged(Form({MARK: [mark_of(dict(reversed(SHOWN.items())))]}), SHOWN, "Speichern")


@pytest.mark.parametrize("change", [{"title": "richtlinie"}, {"sources": []}, {"neu": ""}])
def test_others_are_refused_with_what_to_do(change: dict[str, object]) -> None:
    with pytest.raises(ChangedMeanwhileError, match=r"inzwischen geändert.*„Entwurf speichern“"):
        require_unchanged(Form({MARK: [mark_of(SHOWN)]}), SHOWN | change, "Entwurf speichern")


def test_a_form_without_a_mark_is_a_program_s() -> None:
    require_unchanged(Form({}), SHOWN, "Speichern")
