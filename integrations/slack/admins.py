"""Who may look after documents in Slack: mapped people and user groups, and in doubt nobody."""

import logging
from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.people import User, is_full_member

_log = logging.getLogger(__name__)


class Admins:
    """`listed` gives the ids of people and user groups, read anew each time."""

    def __init__(
        self, client: AsyncWebClient, team: str, listed: Callable[[], frozenset[str]]
    ) -> None:
        self._client = client
        self._team = team
        self._listed = listed

    async def include(self, user: str) -> bool:
        """Whether somebody is an admin; guests and people of other workspaces never are."""
        listed = self._listed()
        if not user or not listed:
            return False
        try:
            about: User = (await self._client.users_info(user=user))["user"]
            return is_full_member(about, self._team) and (
                user in listed or await self._in_a_group(user, listed)
            )
        except (*SLACK_ERRORS, KeyError, TypeError, AttributeError) as error:
            _log.warning("Slack does not say who this is: %s", type(error).__name__)
            return False

    async def _in_a_group(self, user: str, listed: frozenset[str]) -> bool:
        for group in sorted(one for one in listed if one.startswith("S")):
            if user in (await self._client.usergroups_users_list(usergroup=group))["users"]:
                return True
        return False
