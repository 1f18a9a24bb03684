"""Two origins for the widget's tests: websites of other people, and services that break off.

`Website` serves pages under another origin than the service, each with the policy a careful host
would send. `FaultyService` passes everything on to the real service, but ends one answer halfway or
answers with an error, over a real connection.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

HOSTILE_STYLE = """
* { font-family: cursive !important; letter-spacing: 3px !important; }
html { font-size: 62.5%; }
section > *, article, div { border: 5px dashed lime !important; }
button { background: red !important; text-transform: uppercase; position: static !important; }
p, h2, h3, details, textarea { color: yellow !important; display: inline !important; }
auskunft-widget { display: none !important; opacity: 0 !important; transform: scale(3) !important; }
[hidden] { display: block !important; }
"""
PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kreishandwerkerschaft Nordtal</title>
<link rel="stylesheet" href="/site.css"></head>
<body><header><h1>Kreishandwerkerschaft Nordtal</h1></header>
<main><p>Wir beraten Betriebe im ganzen Tal, persönlich und am Telefon.</p>
<p><a href="/termine">Termine der Innungen</a></p>{body}</main>
{script}</body></html>
"""
_OF_ONE_CONNECTION = ("content-length", "content-encoding", "transfer-encoding", "connection")
STYLE = (
    "body { margin: 1rem; background: Canvas; color: CanvasText; color-scheme: light dark; "
    "overflow-wrap: anywhere; }"
)


def policy(service: str) -> str:
    """What a careful website allows, and nothing more than the widget needs."""
    return (
        f"default-src 'none'; style-src 'self'; script-src {service}; connect-src {service}; "
        "base-uri 'none'; require-trusted-types-for 'script'"
    )


def tag(service: str, attributes: str = "") -> str:
    """The line that a website includes."""
    return f'<script src="{service}/widget/v1/auskunft.js" {attributes} defer></script>'


@dataclass
class Website:
    """Somebody else's website, at `url`; `pages` by path, `style` for all of them."""

    url: str
    pages: dict[str, str] = field(default_factory=dict)
    style: str = STYLE
    policy: str = ""

    def show(self, script: str, body: str = "", path: str = "/") -> str:
        """Puts a page under `path`; its address."""
        self.pages[path] = PAGE.format(script=script, body=body)
        return self.url + path


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def website() -> Iterator[Website]:
    """A website under another host name and port than the service's."""
    site = Website("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = "text/html; charset=utf-8", site.pages.get(self.path)
            if self.path == "/site.css":
                kind, body = "text/css", site.style
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", kind)
            if site.policy and self.path != "/site.css":
                self.send_header("Content-Security-Policy", site.policy)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: Any) -> None:
            """Nothing to the test's output."""

    with _serving(Handler) as port:
        site.url = f"http://localhost:{port}"
        yield site


@dataclass
class FaultyService:
    """At `url`; `faults` is what comes for the next questions: so many events, or a whole response.

    `trickles`: everything is sent in pieces of a few bytes, so that characters are torn apart.
    """

    url: str
    faults: list[tuple[int, dict[str, str], bytes] | int] = field(default_factory=list)
    trickles: bool = False
    asked: list[bytes] = field(default_factory=list)

    def breaks_after(self, events: int) -> None:
        """The next answer's connection ends after so many events."""
        self.faults.append(events)

    def answers(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        """The next question gets this response."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.append((status, named, body))


@contextmanager
def faulty(real: str) -> Iterator[FaultyService]:
    """A service in front of the real one."""
    faults = FaultyService("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._pass_on(b"")

        def do_OPTIONS(self) -> None:
            self._pass_on(b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            faults.asked.append(body)
            fault = faults.faults.pop(0) if faults.faults else None
            if isinstance(fault, tuple):
                status, headers, told = fault
                self._send(status, {**self._granted(), **headers}, told)
            else:
                self._pass_on(body, fault)

        def _granted(self) -> dict[str, str]:
            return {
                "Access-Control-Allow-Origin": self.headers.get("Origin", ""),
                "Access-Control-Expose-Headers": "Retry-After",
            }

        def _pass_on(self, body: bytes, events: int | None = None) -> None:
            headers = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("host", "connection", "accept-encoding")
            }
            got = httpx.request(
                self.command, real + self.path, headers=headers, content=body, trust_env=False
            )
            kept = {
                name: value for name, value in got.headers.items() if name not in _OF_ONE_CONNECTION
            }
            if events is None:
                self._send(got.status_code, kept, got.content)
                return
            blocks = got.content.split(b"\n\n")[:events]
            self._send(got.status_code, kept, b"\n\n".join(blocks) + b"\n\nevent: sta", 99_999)
            self.close_connection = True

        def _send(
            self, status: int, headers: dict[str, str], body: bytes, promised: int | None = None
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(promised or len(body)))
            self.end_headers()
            for at in range(0, len(body), 61) if faults.trickles else ():
                self.wfile.write(body[at : at + 61])
                time.sleep(0.001)
            if not faults.trickles:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing to the test's output."""

    with _serving(Handler) as port:
        faults.url = f"http://127.0.0.1:{port}"
        yield faults
