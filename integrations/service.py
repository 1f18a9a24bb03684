"""Running the service: one app on a TCP port for browsers and on a Unix socket for the CLI."""

import asyncio
import contextlib
import errno
import signal
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from integrations.desk import Desk
from integrations.garbage import settle
from integrations.web.app import create_app
from integrations.web.guards import LocalCaller
from kb.errors import AuskunftError, ServiceError

_BACKLOG = 128


def serve(desk: Desk, examples: tuple[str, ...] = (), announce: str = "") -> None:
    """Serve until interrupted; an index that does not fit the settings is rebuilt meanwhile.

    Raises ServiceError when the port or socket cannot be had.
    """
    settings = desk.settings
    listening = _listen(settings.host, settings.port)
    local = _listen_locally(desk.folder.socket)
    app = create_app(desk, examples)
    try:
        if announce:
            print(announce, flush=True)
        desk.building.resume()
        desk.remembered.tick()
        desk.jobs.start(desk.tick)
        desk.sources.start()
        Thread(target=_warm, args=(desk, app), name="warm-up", daemon=True).start()
        asyncio.run(_serve(app, listening, local, desk))
    finally:
        desk.sources.close()
        desk.jobs.close()
        desk.building.stop()
        listening.close()
        local.close()
        desk.folder.socket.unlink(missing_ok=True)


def _warm(desk: Desk, app: FastAPI) -> None:
    """The first question waits no longer than the others; whatever is wrong, it will be told."""
    with contextlib.suppress(AuskunftError):
        desk.board.lane.warm()
        app.state.examples.current()
        settle()


def address_of(desk: Desk) -> str:
    """Where a browser on this machine finds the service."""
    return desk.settings.local_address


def require_free_port(host: str, port: int) -> None:
    """Raise ServiceError when the port is taken; asked before anything long begins."""
    _listen(host, port).close()


async def _serve(app: FastAPI, listening: socket.socket, local: socket.socket, desk: Desk) -> None:
    servers = [_Server(_config(app)), _Server(_config(LocalCaller(app)))]
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ending.set)
    serving = asyncio.gather(
        *(
            server.serve(sockets=[sock])
            for server, sock in zip(servers, (listening, local), strict=True)
        )
    )
    async with _slack_bot(desk, app):
        either: list[asyncio.Future[Any]] = [serving, loop.create_task(ending.wait())]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    for server in servers:
        server.should_exit = True
    await serving


@contextlib.asynccontextmanager
async def _slack_bot(desk: Desk, app: FastAPI) -> AsyncIterator[None]:
    """The bot beside the service, where tokens for it are set; its last answers come before the end."""
    options = desk.settings.slack
    if options is None:
        yield
        return
    from integrations.slack.bot import SlackBot  # noqa: PLC0415 - most services need no Slack
    from integrations.slack.owner import service_owner  # noqa: PLC0415
    from integrations.slack.service import Service, through_socket  # noqa: PLC0415

    service = Service(through_socket(desk.folder.socket))
    settings = desk.settings
    bot = SlackBot(
        service,
        desk.parts.database,
        options,
        settings.address,
        settings.contacts,
        service_owner(),
    )
    app.state.slack = bot  # where Slack calls over HTTP
    bot.begin()
    try:
        yield
    finally:
        await bot.stop()
        await service.close()


def _config(app: ASGIApp) -> uvicorn.Config:
    # whom a request is from is for `integrations.web.visitors` to say
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        proxy_headers=False,
    )


class _Server(uvicorn.Server):
    """Leaves signals alone: one handler stops both servers."""

    def capture_signals(self) -> contextlib.nullcontext[None]:  # type: ignore[override]
        return contextlib.nullcontext()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise ServiceError(
                f"Port {port} wird schon von einem anderen Programm benutzt. Bitte dieses beenden "
                f"oder einen anderen Port wählen: AUSKUNFT_PORT={port + 1} (oder --port)."
            ) from error
        raise ServiceError(
            f"An {host}:{port} lässt sich nicht hören ({error.strerror}). Bitte AUSKUNFT_HOST und "
            "AUSKUNFT_PORT prüfen."
        ) from error
    return listening


def _listen_locally(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        local.bind(str(path))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        local.listen(_BACKLOG)
    except OSError as error:
        local.close()
        raise ServiceError(
            f"Der lokale Zugang {path} lässt sich nicht anlegen ({error}). Der Pfad darf höchstens "
            "107 Zeichen lang sein; bitte einen kürzeren Datenordner wählen."
        ) from error
    return local
