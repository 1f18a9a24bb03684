"""Who somebody is in Slack, as far as Slack says so: what it does not say counts against them.

In: a user as `users.info` gives it, and the id of the workspace.
"""

from collections.abc import Mapping
from typing import Any

User = Mapping[str, Any]
_GUEST = ("is_restricted", "is_ultra_restricted")
_OUTSIDE = ("is_stranger", "deleted")
_PROGRAM = ("is_bot", "is_workflow_bot")


def is_full_member(user: User, team: str) -> bool:
    """Whether this is a person of the workspace and no guest; raises KeyError without a team."""
    no_guest = all(user.get(mark) is False for mark in _GUEST)
    return no_guest and _of_team(user, team) and not any(user.get(mark) for mark in _PROGRAM)


def is_own_program(user: User, team: str) -> bool:
    """Whether this is a bot of the workspace, which may sit in a channel without making it public."""
    return any(user.get(mark) for mark in _PROGRAM) and _of_team(user, team)


def _of_team(user: User, team: str) -> bool:
    return bool(user["team_id"] == team) and not any(user.get(mark) for mark in _OUTSIDE)
