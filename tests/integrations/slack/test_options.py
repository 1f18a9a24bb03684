"""Mappings in the settings: what they say, and what is wrong with them."""

import pytest

from integrations.settings import Settings
from integrations.slack.options import fixed_mappings
from kb.errors import InputError
from kb.state.slack_mapping import SlackMapping


def test_pairs_and_admins_become_one_mapping_for_each_id() -> None:
    found = fixed_mappings(" C1=staff, S1 = Staff,S1=allianz,C2=public ", "U1, S1,")
    assert found == (
        SlackMapping("C1", frozenset({"staff"}), fixed=True),
        SlackMapping("C2", fixed=True),
        SlackMapping("S1", frozenset({"staff", "allianz"}), admin=True, fixed=True),
        SlackMapping("U1", admin=True, fixed=True),
    )
    assert fixed_mappings("", " ") == ()


@pytest.mark.parametrize(
    ("mappings", "admins", "says"),
    [
        ("C1", "", "AUSKUNFT_SLACK_MAPPINGS: 'C1' ist kein Paar"),
        ("=staff", "", "AUSKUNFT_SLACK_MAPPINGS: '=staff' ist kein Paar"),
        ("general=staff", "", "AUSKUNFT_SLACK_MAPPINGS: 'general' ist weder ein Kanal"),
        ("U1=staff", "", "AUSKUNFT_SLACK_MAPPINGS: U1 ist eine einzelne Person"),
        ("C1=kein Name", "", "AUSKUNFT_SLACK_MAPPINGS: .*Zielgruppe"),
        ("", "C1", "AUSKUNFT_SLACK_ADMINS: C1 ist ein Kanal"),
    ],
)
def test_what_is_wrong_is_told_with_the_setting(mappings: str, admins: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        Settings(slack_mappings=mappings, slack_admins=admins).require_usable()
