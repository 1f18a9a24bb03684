"""The bot as a process of its own: Socket Mode, the service over the network, the shared database.

It opens neither the index nor the data folder, so that it runs beside a service or in its stead
while that one restarts. The database tells the processes apart, hence all need the same one.
"""

import asyncio
import signal
from contextlib import closing

from integrations.settings import Settings
from integrations.slack.bot import SlackBot
from integrations.slack.options import SlackOptions
from integrations.slack.service import Service, over_network
from kb.datafolder import DataFolder
from kb.errors import DataFolderError, InputError
from kb.state.database import Database


def run(settings: Settings, folder: DataFolder) -> None:
    """Answer until interrupted. Raises InputError for missing settings, DataFolderError for a
    database that is missing or not this version's."""
    options, address = _options(settings), settings.slack_service.rstrip("/")
    token = settings.slack_service_token.get_secret_value()
    if not address.startswith(("https://", "http://")) or not token:
        raise InputError(
            "Der Bot braucht die Adresse des Dienstes (AUSKUNFT_SLACK_SERVICE oder --service, zum "
            "Beispiel https://auskunft.example.de) und in AUSKUNFT_SLACK_SERVICE_TOKEN ein Token "
            "dafür: „auskunft token create slack --scope ask:staff“."
        )
    with closing(_database(settings, folder)) as database:
        shown = settings.public_address or address
        asyncio.run(_run(settings, database, options, Service(over_network(address, token)), shown))


async def _run(
    settings: Settings, database: Database, options: SlackOptions, service: Service, address: str
) -> None:
    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    bot = SlackBot(service, database, options, address, settings.contacts)
    bot.begin()
    try:
        await ending.wait()
    finally:
        await bot.stop()
        await service.close()


def _options(settings: Settings) -> SlackOptions:
    options = settings.slack
    if options is None or not options.app_token:
        raise InputError(
            "Als eigener Prozess verbindet sich der Bot über Socket Mode. Dafür braucht er "
            "AUSKUNFT_SLACK_BOT_TOKEN (xoxb-…) und AUSKUNFT_SLACK_APP_TOKEN (xapp-…)."
        )
    return options


def _database(settings: Settings, folder: DataFolder) -> Database:
    if settings.database_url:
        return Database.existing(settings.database_url)
    if not folder.database.is_file():
        raise DataFolderError(
            f"In {folder.path} ist keine Datenbank. Bitte mit --data den Datenordner des Dienstes "
            "oder mit AUSKUNFT_DATABASE_URL seine Datenbank nennen und den Dienst einmal starten."
        )
    return Database.existing(f"sqlite:///{folder.database}")
