"""One GET request with its redirects: every hop guarded, everything bounded, nothing remembered.

No cookies, no credentials, no proxy from the environment, one connection for each request. Statuses
are the caller's business; what fails below HTTP becomes a SourceError here.
"""

import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpcore
import httpx

from ingest.fetch.address import WebAddress
from ingest.fetch.body import DamagedError, OverflowedError, read_body
from ingest.fetch.connection import Deadline, GuardedNetwork
from ingest.fetch.failures import explained
from ingest.fetch.guard import Guard
from ingest.fetch.manners import Manners
from ingest.sources import DEFAULT_MAX_BYTES
from kb.errors import (
    InputError,
    SourceRefusedError,
    SourceTooLargeError,
    SourceUnreadableError,
)

PRODUCT = "Auskunft"
_WITH_CONTENT = (200, 203)
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = "text/html,application/pdf,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.8"
_LONGEST_VALIDATOR = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes after unpacking, and seconds: to connect, between two pieces, and for a whole request."""

    max_bytes: int = DEFAULT_MAX_BYTES
    connect: float = 10.0
    read: float = 20.0
    total: float = 120.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said about the version we have; told to the address it came from and no other."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""

    def headers_for(self, address: WebAddress) -> dict[str, str]:
        if self.url != str(address):
            return {}
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value and _sendable(value)}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the last hop answered; `data` only with content. `asked`: validators were sent there."""

    address: WebAddress
    status: int
    headers: httpx.Headers
    data: bytes = b""
    asked: bool = False

    def text(self, name: str) -> str:
        """A header as text: UTF-8 where it is, else Latin-1; empty when it is missing."""
        raw = str(self.headers.get(name, "")).encode("latin-1")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")

    def validator(self, name: str) -> str:
        """ETag or Last-Modified; empty where it could not be sent back."""
        value = self.text(name)
        return value if _sendable(value) else ""


def _sendable(value: str) -> bool:
    return value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR


def user_agent(version: str, contact: str = "") -> str:
    """`Auskunft/0.1.0 (+https://www.example.de)`. `contact`: a web or e-mail address of the operator.

    Raises InputError for a contact that cannot stand in a header.
    """
    if not (contact.isascii() and contact.isprintable()) or set("()") & set(contact):
        raise InputError(
            f"Kontakt für Abrufe: {contact!r} geht nicht. Bitte eine Web- oder E-Mail-Adresse ohne "
            "Umlaute und Klammern angeben."
        )
    return (
        f"{PRODUCT}/{version} (+{contact.strip()})" if contact.strip() else f"{PRODUCT}/{version}"
    )


class Web:
    """Sends requests as `agent`. Safe to share; nothing is kept between two requests.

    `trust`: whose certificates are believed, by default certifi's or SSL_CERT_FILE. `network` opens
    the sockets to the addresses that were checked.
    """

    def __init__(
        self,
        guard: Guard,
        agent: str,
        limits: Limits = Limits(),
        trust: ssl.SSLContext | None = None,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._guard = guard
        self._agent = agent
        self._limits = limits
        self._trust = trust or httpx.create_ssl_context()
        self._network = network

    def get(
        self,
        address: WebAddress,
        manners: Manners,
        *,
        validators: Validators = Validators(),
        max_bytes: int = 0,
        cut: bool = False,
    ) -> Reply:
        """Follows redirects. `cut`: a body over the limit is cut there and not refused.

        Raises SourceRefusedError, SourceUnreachableError, SourceTooLargeError and
        SourceUnreadableError; whatever `manners` raises passes through.
        """
        hop = _Hop(address, validators, max_bytes or self._limits.max_bytes, cut)
        from_public = False
        for _ in range(self._limits.redirects + 1):
            manners.permit(hop.address)
            with explained(hop.address):
                reply, from_public = self._ask(hop, manners, from_public)
            if reply.status not in _REDIRECTS or not reply.text("location"):
                return reply
            hop = _Hop(_target(reply), validators, hop.limit, cut)
        raise SourceUnreadableError(
            f"{address}: Die Seite leitet mehr als {self._limits.redirects}-mal weiter. Bitte die "
            "Adresse eintragen, bei der der Browser am Ende ankommt."
        )

    def _ask(self, hop: "_Hop", manners: Manners, from_public: bool) -> tuple[Reply, bool]:
        """The answer, and whether it came from a public server."""
        address = hop.address
        conditions = hop.validators.headers_for(address)
        network = GuardedNetwork(
            self._guard,
            address,
            Deadline(self._limits.total),
            from_public=from_public,
            network=self._network,
        )
        url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        )
        headers = {
            "Host": address.authority,
            "User-Agent": self._agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip",
            "Accept-Language": "de, en;q=0.5",
            "Connection": "close",
            **conditions,
        }
        seconds = {"connect": self._limits.connect, "read": self._limits.read}
        timeout = {**seconds, "write": self._limits.read, "pool": self._limits.connect}
        with (
            httpcore.ConnectionPool(self._trust, network_backend=network) as pool,
            pool.stream(
                "GET", url, headers=list(headers.items()), extensions={"timeout": timeout}
            ) as response,
        ):
            found = httpx.Headers(response.headers, encoding="latin-1")
            body = b""
            if response.status in _WITH_CONTENT:
                body = _body(hop, found, response.iter_stream(), manners)
        public = network.route is not None and not network.route.internal
        return Reply(address, response.status, found, body, bool(conditions)), public


@dataclass(frozen=True, slots=True)
class _Hop:
    address: WebAddress
    validators: Validators
    limit: int
    cut: bool


def _body(hop: _Hop, headers: httpx.Headers, stream: Iterable[bytes], manners: Manners) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:19]) > hop.limit and not hop.cut:
        raise _too_large(hop)
    try:
        return read_body(_watched(stream, manners), headers.get("content-encoding", ""), hop.limit)
    except OverflowedError as error:
        if hop.cut:
            return error.data
        raise _too_large(hop) from error
    except DamagedError as error:
        raise SourceUnreadableError(
            f"{hop.address}: Die gepackte Antwort des Servers ist beschädigt ({error}). Bitte "
            "später noch einmal versuchen oder die Datei von Hand herunterladen und ablegen."
        ) from error


def _watched(stream: Iterable[bytes], manners: Manners) -> Iterator[bytes]:
    for piece in stream:
        manners.proceed()
        yield piece


def _too_large(hop: _Hop) -> SourceTooLargeError:
    return SourceTooLargeError(
        f"{hop.address}: Die Datei ist größer als {hop.limit / 1024 / 1024:.0f} MB, mehr wird nicht "
        "abgerufen. Bitte einen Teil davon herunterladen und als Datei ablegen."
    )


def _target(reply: Reply) -> WebAddress:
    """Where a redirect leads. Raises SourceRefusedError, also from https to http."""
    target = reply.address.join(reply.text("location"))
    if reply.address.secure and not target.secure:
        raise SourceRefusedError(
            f"{reply.address}: Die Seite leitet von https zum ungesicherten {target} weiter. Das "
            "wird nicht befolgt. Bitte prüfen, ob es die Seite auch unter https gibt, und diese "
            "Adresse eintragen."
        )
    return target
