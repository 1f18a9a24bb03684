"""The maker of typing errors: the same seed the same errors, one in half of the long words."""

import re

import pytest

from assistant.evaluation.typing_errors import with_typing_errors
from kb.spelling import Edit, edit_between

QUESTION = "Welche Voraussetzungen gelten für Zuschüsse zur beruflichen Weiterbildung im Handwerk?"


def test_the_same_seed_makes_the_same_errors() -> None:
    assert with_typing_errors(QUESTION, 3) == with_typing_errors(QUESTION, 3)
    assert len({with_typing_errors(QUESTION, seed) for seed in range(20)}) > 15


@pytest.mark.parametrize("seed", range(12))
def test_half_of_the_long_words_get_one_edit(seed: int) -> None:
    before, after = (
        re.findall(r"\w+", text) for text in (QUESTION, with_typing_errors(QUESTION, seed))
    )
    assert len(before) == len(after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert all(len(old) > 6 for old, _ in changed)
    assert len(changed) in (2, 3), "of five long words"
    edits = [edit_between(new.lower(), old.lower()) for old, new in changed]
    assert None not in edits
    assert Edit.REPLACE not in edits, "only keys beside"


def test_short_words_numbers_and_empty_texts_stay() -> None:
    for text in ("", "Wer hat das?", "2027 5.400,50 §§ 82", "Größe"):
        assert with_typing_errors(text, 1) == text
