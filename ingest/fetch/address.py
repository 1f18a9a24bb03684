"""A web address in its one canonical spelling, or a refusal that says what is wrong with it.

Lower-case scheme and host, IDN in ASCII, no default port, no dot segments, no fragment. What a
browser would take but two programs may read differently (credentials, `http://127.1`, zone ids,
odd ports) is refused here, before anything is resolved.
"""

import ipaddress
import re
from dataclasses import dataclass

import httpx

from kb.errors import SourceRefusedError

_DEFAULT_PORTS = {"http": 80, "https": 443}
USUAL_PORTS = frozenset(_DEFAULT_PORTS.values())
_HIGHEST_SYSTEM_PORT = 1023
_LONGEST = 4_000
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
#: what `inet_aton` and browsers read as (part of) an IPv4 address
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """`host` is ASCII without brackets, `target` path and query as they are requested."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        return self.origin + self.target

    @property
    def origin(self) -> str:
        """Scheme, host and port: what robots.txt speaks for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """Host and port as in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    def join(self, reference: str) -> "WebAddress":
        """The address that `reference`, met on this one, leads to. Raises SourceRefusedError.

        A page cannot send us to a port of its choice: only to the usual ones and its own.
        """
        try:
            target = parse_address(str(httpx.URL(str(self)).join(reference)))
        except (httpx.InvalidURL, ValueError) as error:
            raise _refused(f"{self} leitet weiter nach {reference[:200]!r}", "") from error
        if target.port not in {*USUAL_PORTS, self.port}:
            raise _refused(
                str(target), f"{self} leitet dorthin weiter, auf den Port eines anderen Dienstes."
            )
        return target


def parse_address(text: str) -> WebAddress:
    """Raises SourceRefusedError, in German, for anything but a plain http or https address."""
    shown = text.strip()
    if len(shown) > _LONGEST:
        raise _refused(shown[:80] + "…", f"Sie hat mehr als {_LONGEST} Zeichen.")
    try:
        url = httpx.URL(shown)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(shown, "") from error
    if url.scheme not in _DEFAULT_PORTS:
        raise _refused(shown, "Nur http:// und https:// sind möglich.")
    if url.userinfo:
        raise _refused(shown, "Zugangsdaten in der Adresse sind nicht erlaubt.")
    host = _host(url.raw_host.decode("ascii", "replace").lower(), shown)
    port = url.port if url.port is not None else _DEFAULT_PORTS[url.scheme]
    allowed = port in USUAL_PORTS or _HIGHEST_SYSTEM_PORT < port <= 0xFFFF
    if not allowed:
        raise _refused(shown, f"Der Port {port} ist für andere Dienste als Websites vorgesehen.")
    return WebAddress(url.scheme, host, port, url.raw_path.decode("ascii") or "/")


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a canonical host is, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def host_of(name: str) -> str:
    """A host's canonical spelling (`Müller.DE.` → `xn--mller-kva.de`). Raises SourceRefusedError."""
    bare = name.strip()
    bracketed = f"[{bare}]" if bare.count(":") > 1 and not bare.startswith("[") else bare
    address = parse_address(f"http://{bracketed}/")
    with_port = bare.count(":") == 1 or "]:" in bare
    if with_port or set("/?#") & set(bare):
        raise _refused(bare, "Hier ist nur der Rechnername gefragt.")
    return address.host


def _host(host: str, shown: str) -> str:
    if ":" in host:
        address = literal(host)
        if address is None or "%" in host:
            raise _refused(shown, "Die IPv6-Adresse ist ungültig; Zonenangaben („%“) gehen nicht.")
        return address.compressed
    name = host.removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        if literal(name) is None or name != host:
            raise _refused(shown, "IP-Adressen bitte als vier Zahlen schreiben, wie 192.0.2.1.")
        return name
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(shown, "Der Rechnername ist ungültig.")
    return name


def _refused(shown: str, reason: str) -> SourceRefusedError:
    why = f" {reason}" if reason else ""
    bare = re.sub(r"//[^/]*@", "//…@", shown)
    return SourceRefusedError(
        f"{bare}: Das ist keine Adresse, die Auskunft abrufen kann.{why} Bitte die Adresse so "
        "eintragen, wie sie im Browser steht, zum Beispiel „https://www.example.de/seite“."
    )
