"""Which machines may be called: a name is resolved here, and every address it leads to must be public.

Nothing else resolves names: the connection is made to the addresses that `Guard.addresses` returns
(see `connection`), so that a second answer of the name server cannot lead elsewhere. An operator may
allow networks and host names of his own; cloud metadata and the like need the network, not a name.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ingest.fetch.address import WebAddress, host_of, literal
from kb.errors import InputError, SourceRefusedError, SourceUnreachableError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
#: what an operator may allow: a network or a host name
Allowed = IPNetwork | str
#: gives the IP addresses of a host name; raises OSError when there are none
Resolve = Callable[[str, int], Sequence[str]]


def _networks(*texts: str) -> tuple[IPNetwork, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


#: an organisation's own; opened by a network or a host name
_INTERNAL = (
    ("auf diesem Rechner selbst", _networks("127.0.0.0/8", "::1/128")),
    (
        "im internen Netz",
        _networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    ),
    ("im Netz eines Anbieters (CGNAT)", _networks("100.64.0.0/10")),
)
#: opened by a network alone; the first that holds an address gives the reason
_SPECIAL = (
    (
        "der Verwaltungsdienst einer Cloud",
        _networks(
            "169.254.169.254/32",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "fd00:ec2::254/128",
            "fd20:ce::254/128",
        ),
    ),
    ("nur an der eigenen Leitung gültig", _networks("169.254.0.0/16", "fe80::/10")),
    ("für viele Empfänger (Multicast)", _networks("224.0.0.0/4", "ff00::/8")),
    ("keine Adresse eines Rechners", _networks("0.0.0.0/8", "255.255.255.255/32", "::/128")),
    (
        # IANA special-purpose registries; 6to4 and Teredo are gone and may carry any IPv4 address
        "reserviert",
        _networks(
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        ),
    ),
)
#: the only IPv6 addresses that the registries have given to anybody
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The operating system's answer, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def why_not_public(address: IPAddress) -> str:
    """What an address is instead of public, to stand in brackets; empty for a public one.

    The IPv4 address inside a NAT64 one decides; other embedded addresses are reserved as a whole.
    """
    if isinstance(address, ipaddress.IPv6Address) and address in _NAT64:
        return why_not_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    for reason, networks in (*_SPECIAL, *_INTERNAL):
        if any(address in network for network in networks):
            return reason
    outside = isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_IPV6
    return "reserviert" if outside else ""


def parse_allowed(texts: Iterable[str]) -> tuple[Allowed, ...]:
    """Networks (`10.1.0.0/16`, `10.1.2.3`) and host names as an operator writes them.

    Raises InputError for what is neither.
    """
    return tuple(_network(text) or _name(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Route:
    """The checked addresses of a host; `internal` when one is there by the operator's leave only."""

    addresses: tuple[IPAddress, ...]
    internal: bool


class Guard:
    """`allowed` are networks and host names that may be called although they are not public.

    Raises InputError for a host name that cannot be one.
    """

    def __init__(
        self, allowed: tuple[Allowed, ...] = (), resolve: Resolve = system_resolver
    ) -> None:
        self._networks = tuple(entry for entry in allowed if not isinstance(entry, str))
        self._names = frozenset(_name(entry) for entry in allowed if isinstance(entry, str))
        self._resolve = resolve

    def route(self, address: WebAddress, from_public: bool = False) -> Route:
        """Where to connect for `address`. Raises SourceRefusedError and SourceUnreachableError.

        `from_public`: a public page led here. What the operator allowed he allowed to be named by
        his own people, so such a page may not lead into it.
        """
        addresses = self._addresses(address)
        internal = False
        for found in addresses:
            reason = why_not_public(found)
            if reason and not self._is_allowed(address.host, found):
                raise _refused(address, found, reason)
            internal = internal or bool(reason)
        if internal and from_public:
            raise SourceRefusedError(
                f"{address}: Eine öffentliche Website leitet in das interne Netz weiter. Das wird "
                "nicht befolgt. Bitte die interne Adresse selbst eintragen, wenn sie gewollt ist."
            )
        return Route(addresses, internal)

    def require_other_machine(self, address: WebAddress, own: str, peer: str) -> None:
        """Raises SourceRefusedError when a connection from `own` to `peer` stays on this machine.

        A machine's public address is open from within, whatever a firewall says outside.
        """
        target = ipaddress.ip_address(peer)
        if ipaddress.ip_address(own) == target and not self._is_allowed(address.host, target):
            raise _refused(address, target, "auf diesem Rechner selbst")

    def _addresses(self, address: WebAddress) -> tuple[IPAddress, ...]:
        if (found := literal(address.host)) is not None:
            return (found,)
        try:
            answers = self._resolve(address.host, address.port)
        except (OSError, UnicodeError) as error:
            raise SourceUnreachableError(
                f"{address}: Den Rechner „{address.host}“ kennt der Namensdienst nicht. Bitte die "
                "Schreibweise prüfen; stimmt sie, später noch einmal versuchen."
            ) from error
        try:
            return tuple(ipaddress.ip_address(answer) for answer in answers)
        except ValueError as error:  # answers with a zone are link-local
            raise SourceRefusedError(
                f"{address}: Der Namensdienst antwortet mit {answers!r}, darunter ist keine "
                "öffentliche Adresse. Bitte eine öffentlich erreichbare Adresse eintragen."
            ) from error

    def _is_allowed(self, host: str, address: IPAddress) -> bool:
        if any(address in network for network in self._networks):
            return True
        special = any(address in network for _, networks in _SPECIAL for network in networks)
        return host in self._names and not special


def _network(text: str) -> IPNetwork | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _name(entry: str) -> str:
    try:
        return host_of(entry)
    except SourceRefusedError as error:
        raise InputError(
            f"Erlaubte Rechner und Netze: {entry!r} ist weder ein Rechnername noch ein Netz. Bitte "
            "nur den Namen ohne „http://“ und ohne Pfad eintragen, oder ein Netz wie „10.1.0.0/16“."
        ) from error


def _refused(address: WebAddress, found: IPAddress, reason: str) -> SourceRefusedError:
    place = "" if str(found) == address.host else f" Der Name führt zu {found}."
    return SourceRefusedError(
        f"{address}: Diese Adresse ist nicht öffentlich ({reason}) und wird nicht abgerufen.{place} "
        "Ist das Abrufen gewollt, muss der Betrieb das Netz oder den Rechner ausdrücklich erlauben."
    )
