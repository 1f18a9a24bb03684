"""The guard that keeps tests off the network, itself."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from tests.conftest import NetworkBlockedError


def test_connecting_to_another_machine_is_blocked(network_attempts: list[str]) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        pytest.raises(NetworkBlockedError),
    ):
        client.connect(("192.0.2.1", 80))
    assert len(network_attempts) == 1
    network_attempts.clear()


def test_asking_for_a_host_name_is_blocked(network_attempts: list[str]) -> None:
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo("example.org", 443)
    network_attempts.clear()


def test_a_datagram_to_another_machine_is_blocked(network_attempts: list[str]) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
        pytest.raises(NetworkBlockedError),
    ):
        client.sendto(b"x", ("192.0.2.1", 53))
    network_attempts.clear()


def test_a_blocked_attempt_is_remembered_when_the_code_swallows_it(
    network_attempts: list[str],
) -> None:
    async def connect() -> None:
        try:
            await asyncio.open_connection("192.0.2.1", 80)
        except Exception:
            return

    asyncio.run(connect())
    assert network_attempts
    network_attempts.clear()


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            with socket.create_connection((host, port), timeout=5):
                pass


def test_unix_sockets_are_allowed(tmp_path: Path) -> None:
    if len(os.fsencode(tmp_path)) > 90:
        pytest.skip("the path is too long for a Unix socket")
    path = str(tmp_path / "s")
    with (
        socket.socket(socket.AF_UNIX) as server,
        socket.socket(socket.AF_UNIX) as client,
    ):
        server.bind(path)
        server.listen()
        client.connect(path)
