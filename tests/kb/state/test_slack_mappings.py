"""Mappings of Slack: what is allowed to whom, and what cannot be allowed."""

import pytest

from kb.errors import InputError, NotFoundError
from kb.state.database import Database
from kb.state.slack_mapping import SlackMapping
from kb.state.slack_mappings import SlackMappings


def test_a_mapping_is_put_in_place_of_the_one_before(database: Database) -> None:
    mappings = SlackMappings(database)
    mappings.put("C1", ["Staff", "vorstand", "public"])
    mappings.put("S1", ["staff"], admin=True)
    mappings.put("U1", [], admin=True)
    assert mappings.audiences() == {"C1": {"staff", "vorstand"}, "S1": {"staff"}}
    assert mappings.admins() == {"S1", "U1"}
    mappings.put("C1", [])
    mappings.put("S1", ["staff"])
    assert mappings.all() == [
        SlackMapping("S1", frozenset({"staff"})),
        SlackMapping("U1", admin=True),
    ]
    mappings.remove("U1")
    assert mappings.admins() == frozenset()
    with pytest.raises(NotFoundError, match="nicht zugeordnet"):
        mappings.remove("U1")


@pytest.mark.parametrize(
    ("slack_id", "audiences", "admin", "says"),
    [
        ("", ["staff"], False, "weder ein Kanal"),
        ("C 1", ["staff"], False, "weder ein Kanal"),
        ("general", ["staff"], False, "weder ein Kanal"),
        ("X1", ["staff"], False, "weder ein Kanal"),
        ("U1", ["staff"], False, "einzelne Person"),
        ("C1", [], True, "ist ein Kanal"),
        ("C1", ["kein Name"], False, "Zielgruppe"),
    ],
)
def test_what_cannot_be_allowed_is_told(
    database: Database, slack_id: str, audiences: list[str], admin: bool, says: str
) -> None:
    mappings = SlackMappings(database)
    with pytest.raises(InputError, match=says):
        mappings.put(slack_id, audiences, admin=admin)
    assert mappings.all() == []


def test_the_settings_go_before_what_is_stored_and_only_they_change_it(database: Database) -> None:
    SlackMappings(database).put("C1", ["vorstand"])
    fixed = (
        SlackMapping("C1", frozenset({"staff"}), fixed=True),
        SlackMapping("U1", admin=True, fixed=True),
    )
    mappings = SlackMappings(database, fixed)
    mappings.put("C2", ["vorstand"])
    assert mappings.audiences() == {"C1": {"staff"}, "C2": {"vorstand"}}
    assert mappings.admins() == {"U1"}
    for change in (lambda: mappings.put("C1", ["vorstand"]), lambda: mappings.remove("U1")):
        with pytest.raises(InputError, match="in den Einstellungen zugeordnet"):
            change()
    assert SlackMappings(database).audiences()["C1"] == {"vorstand"}
