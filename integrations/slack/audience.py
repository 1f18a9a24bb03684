"""Who may see an answer in Slack: what is mapped, and in doubt the public only.

A channel's mapping counts in the channel, whoever asks there; the asker's user groups count where
only the asker reads. A guest or somebody of another workspace makes any place public, and so does
everything that Slack does not say for certain.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.people import User, is_full_member, is_own_program
from kb.audience import Viewer

Mapped = Mapping[str, frozenset[str]]
_PUBLIC = Viewer.public()
#: a larger channel is not looked through, it is public
_MOST_MEMBERS = 200
_SHARED = (
    "is_shared", "is_ext_shared", "is_pending_ext_shared", "is_org_shared", "pending_shared",
    "connected_team_ids", "pending_connected_team_ids",
)  # fmt: skip
_log = logging.getLogger(__name__)


class Audiences:
    """`mappings` gives the audiences by channel and user group, read anew for each question."""

    def __init__(self, client: AsyncWebClient, team: str, mappings: Callable[[], Mapped]) -> None:
        self._client = client
        self._team = team
        self._mappings = mappings

    async def of_place(self, channel: str, kind: str, user: str) -> Viewer:
        """The viewer that an answer in `channel` is for; `kind` is `im`, `channel`, `group`, `mpim`."""
        if kind == "im":
            return await self.of_person(user)
        mapped = self._mappings().get(channel)
        if not mapped or kind == "mpim":
            return _PUBLIC
        try:
            return Viewer(mapped) if await self._only_own(channel) else _PUBLIC
        except (*SLACK_ERRORS, KeyError, TypeError, AttributeError) as error:
            return _unsure(error)

    async def of_person(self, user: str) -> Viewer:
        """The viewer that an answer is for which only this person reads."""
        groups = {key: names for key, names in self._mappings().items() if key.startswith("S")}
        if not groups:
            return _PUBLIC
        try:
            if not is_full_member(await self._about(user), self._team):
                return _PUBLIC
            seen: frozenset[str] = frozenset()
            for group, names in groups.items():
                listed = await self._client.usergroups_users_list(usergroup=group)
                seen |= names if user in listed["users"] else frozenset()
            return Viewer(seen)
        except (*SLACK_ERRORS, KeyError, TypeError, AttributeError) as error:
            return _unsure(error)

    async def _only_own(self, channel: str) -> bool:
        answer = await self._client.conversations_info(channel=channel, include_num_members=True)
        about: Mapping[str, Any] = answer["channel"]
        shared = any(about.get(mark) for mark in _SHARED) or about.get("is_mpim")
        if shared or about["num_members"] > _MOST_MEMBERS:
            return False
        listed = await self._client.conversations_members(channel=channel, limit=_MOST_MEMBERS + 1)
        if (listed.get("response_metadata") or {}).get("next_cursor"):
            return False
        for member in listed["members"]:
            about = await self._about(member)
            if not is_full_member(about, self._team) and not is_own_program(about, self._team):
                return False
        return True

    async def _about(self, user: str) -> User:
        about: User = (await self._client.users_info(user=user))["user"]
        return about


def _unsure(error: Exception) -> Viewer:
    _log.warning("Slack does not say who reads here, so it is public: %s", type(error).__name__)
    return _PUBLIC
