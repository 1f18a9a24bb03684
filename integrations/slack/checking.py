"""The check of the set-up with what the settings say; for the command line."""

import asyncio

from integrations.settings import Settings
from integrations.slack.check import Finding, Ways, check
from integrations.slack.options import SlackOptions
from integrations.slack.service import over_network, through_socket
from kb.datafolder import DataFolder
from kb.errors import InputError


def findings(settings: Settings, folder: DataFolder) -> list[Finding]:
    """What is in order and what is not; raises InputError when no tokens are set at all."""
    options = settings.slack
    if options is None:
        raise InputError(
            "Für Slack ist nichts eingestellt. Bitte AUSKUNFT_SLACK_BOT_TOKEN und "
            "AUSKUNFT_SLACK_APP_TOKEN setzen; „auskunft slack manifest“ gibt das Manifest der App aus."
        )
    return asyncio.run(_all(options, settings, folder))


async def _all(options: SlackOptions, settings: Settings, folder: DataFolder) -> list[Finding]:
    token = settings.slack_service_token.get_secret_value()
    elsewhere = settings.slack_service
    service = over_network(elsewhere, token) if elsewhere else through_socket(folder.socket)
    async with service:
        ways = Ways(service, settings.public_address)
        return [finding async for finding in check(options, ways)]
