"""The one place that opens connections: only to addresses the guard has checked, and only in time.

`httpcore` asks this backend for a connection to a host by name. The guard resolves and checks the
name, and the socket goes to exactly these IP addresses. TLS and the Host header keep the name. Every
read and write ends at one deadline, so that neither a slow head nor a slow body holds a run up.
"""

import ssl
import time
from collections.abc import Iterable

import httpcore

from ingest.fetch.address import WebAddress
from ingest.fetch.guard import Guard, Route

_MOST_ADDRESSES = 4


class Deadline:
    """`seconds` from now on."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float | None) -> float:
        """Seconds left, at most `most`. Raises httpcore.ReadTimeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if most is None else min(left, most)


class GuardedNetwork(httpcore.NetworkBackend):
    """Connections for one request. `route` is what the guard said when the connection was made."""

    def __init__(
        self,
        guard: Guard,
        address: WebAddress,
        deadline: Deadline,
        *,
        from_public: bool = False,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        """`network` opens the sockets; it is given IP addresses only."""
        self._guard = guard
        self._address = address
        self._deadline = deadline
        self._from_public = from_public
        self._network = network or httpcore.SyncBackend()
        self.route: Route | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises SourceRefusedError before anything is sent to an address that must not be called."""
        assert (host, port) == (self._address.host, self._address.port)
        self.route = self._guard.route(self._address, self._from_public)
        failure: Exception = httpcore.ConnectError("no address")
        for candidate in self.route.addresses[:_MOST_ADDRESSES]:
            try:
                stream = self._network.connect_tcp(
                    str(candidate),
                    port,
                    self._deadline.left(timeout),
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return self._checked(stream)
        raise failure

    def _checked(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        own, peer = stream.get_extra_info("client_addr"), stream.get_extra_info("server_addr")
        try:
            self._guard.require_other_machine(self._address, own[0], peer[0])
        except BaseException:
            stream.close()
            raise
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
