"""The service's port: what the server that takes it over makes of its connections."""

import asyncio
import socket

import pytest

from integrations.service import _listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_answer_does_not_wait_until_its_head_has_arrived(host: str) -> None:
    """Head and body go out one after the other; with Nagle's algorithm the body of each answer but
    the first of a connection waits 40 ms for the receiver's acknowledgement."""
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    assert asyncio.run(_sends_at_once(host))


async def _sends_at_once(host: str) -> bool:
    found: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken: socket.socket = writer.get_extra_info("socket")
        found.set_result(bool(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        writer.close()

    listening = _listen(host, 0)
    address, port = listening.getsockname()[:2]
    async with await asyncio.start_server(connected, sock=listening):
        _, writer = await asyncio.open_connection(address, port)
        sends_at_once = await found
        writer.close()
    return sends_at_once
