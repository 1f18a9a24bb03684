"""What a call of Slack's Web API may end in: a refusal, or no answer at all."""

import aiohttp
from slack_sdk.errors import SlackClientError

SLACK_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
