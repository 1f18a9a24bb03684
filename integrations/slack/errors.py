"""What a call of Slack's Web API may end in: a refusal, or no answer at all."""

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError


class SlackBusyError(SlackClientError):
    """Slack does not take something now that it may take later."""


SLACK_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


def reason(error: SlackApiError) -> str:
    """Slack's own word for a refusal."""
    return str(error.response.get("error"))
