"""A real HTTP server for tests, and public-looking hosts that lead to it.

`Site` serves scripted answers on 127.0.0.2, so that a client on 127.0.0.1 calls „another machine“.
`Detour` opens sockets to it in place of public addresses: names, checks and pinning are the real
ones, only the last step of the way is shorter.
"""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import httpx

from ingest.fetch.guard import Guard
from ingest.fetch.web import Limits, Web, user_agent

HOST = "127.0.0.2"
PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "93.184.215.15"
Write = Callable[[bytes], None]
_TRUST = httpx.create_ssl_context()


def zipped(body: bytes) -> bytes:
    """Packed with gzip, the same at any time: test names are made of it."""
    return gzip.compress(body, mtime=0)


@dataclass(frozen=True)
class Answer:
    """`raw` writes to the connection itself, instead of everything else."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[Write], None] | None = None


@dataclass(frozen=True)
class Asked:
    host: str
    path: str
    headers: Mapping[str, str]


class Site:
    """Answers by path; a list of answers is given one after the other, the last again and again."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        if trust is not None:
            self._server.socket = trust.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [entry.path for entry in self.asked]

    def page(self, path: str, body: bytes = b"Inhalt", **more: Any) -> None:
        self.answers[path] = Answer(body, **more)

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        self.page(path, b"", status=status, headers={"Location": target})

    def _next(self, path: str) -> Answer:
        found = self.answers.get(path, Answer(b"fehlt", 404))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(Asked(self.headers["Host"], self.path, dict(self.headers)))
                answer = site._next(self.path)
                try:
                    if answer.raw is not None:
                        answer.raw(self.wfile.write)
                        return
                    self.send_response(answer.status)
                    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
                    for name, value in headers.items():
                        self.send_header(name, value.encode().decode("latin-1"))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    pass  # the client has had enough

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        return Handler


@contextmanager
def served(trust: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site(trust)
    try:
        yield site
    finally:
        site.close()


class Detour(httpcore.SyncBackend):
    """Leads from (address, port) to a site's port; any other address is really called."""

    def __init__(self, ways: Mapping[tuple[str, int], Site]) -> None:
        self._ways = ways
        self.called: list[tuple[str, int]] = []

    def connect_tcp(self, host: str, port: int, *args: Any, **named: Any) -> httpcore.NetworkStream:
        self.called.append((host, port))
        if (site := self._ways.get((host, port))) is not None:
            return super().connect_tcp(HOST, site.port, *args, **named)
        return super().connect_tcp(host, port, *args, **named)


class Names:
    """A name server whose answers change: the last of a name's answers is given again and again."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name: list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        known = self._answers.get(host.replace(".", "_").replace("-", "_"))
        if known is None:
            raise OSError("Name or service not known")
        return known.pop(0) if len(known) > 1 else known[0]


def web(
    *allowed: Any,
    limits: Limits = Limits(total=20),
    resolve: Any = None,
    network: httpcore.NetworkBackend | None = None,
    trust: ssl.SSLContext | None = None,
) -> Web:
    """The real thing; by default it knows no name."""
    guard = Guard(tuple(allowed), resolve or Names())
    agent = user_agent("0.1.0", "https://www.kammer.example")
    return Web(guard, agent, limits, trust or _TRUST, network)


def public_web(site: Site, **more: Any) -> Web:
    """A web in which `amt.example` and `www.amt.example` are public and served by `site`."""
    names = Names(amt_example=[[PUBLIC]], www_amt_example=[[PUBLIC]], fern_example=[[OTHER_PUBLIC]])
    ways = {(ip, 80): site for ip in (PUBLIC, OTHER_PUBLIC)}
    return web(resolve=names, network=Detour(ways), **more)
