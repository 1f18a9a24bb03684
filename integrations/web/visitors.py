"""Who a request is from, for counting only: an address behind trusted proxies, as a salted hash.

The salt is drawn anew every day and never stored, so that nobody can tell tomorrow who asked today.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

from integrations.settings import Network

Address = IPv4Address | IPv6Address
_IPV6_OF_ONE = 64
_log = logging.getLogger(__name__)


class Visitors:
    """`proxies` are believed when they say whom a request is from; nobody else is."""

    def __init__(self, proxies: Sequence[Network], today: Callable[[], date]) -> None:
        self._proxies = tuple(proxies)
        self._today = today
        self._day = today()
        self._salt = secrets.token_bytes(32)
        self._warned = False

    def key_of(self, request: HTTPConnection) -> str:
        """The same for all requests of a visitor on one day; it says nothing about their address."""
        today = self._today()
        if today != self._day:
            self._day, self._salt = today, secrets.token_bytes(32)
        address = self.address_of(request)
        return hashlib.blake2b(_one(address).encode(), key=self._salt, digest_size=16).hexdigest()

    def address_of(self, request: HTTPConnection) -> Address | None:
        """The last address that no trusted proxy has; None where the peer has none.

        Proxies append whom they were called by, so the list is read from its end: what stands before
        the first address that is not trusted may be made up.
        """
        peer = _parsed(request.client.host) if request.client else None
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        if peer is None or not self._trusts(peer):
            if forwarded and not self._warned:
                self._warned = True
                _log.warning(
                    "X-Forwarded-For is not heeded, as its sender is not in "
                    "AUSKUNFT_TRUSTED_PROXIES; behind a proxy all visitors count as one"
                )
            return peer
        address = peer
        for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
            parsed = _parsed(hop)
            if parsed is None:
                break
            address = parsed
            if not self._trusts(address):
                break
        return address

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def _one(address: Address | None) -> str:
    """What counts as one visitor: an IPv4 address, or the IPv6 network of one connection."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_OF_ONE), strict=False))
    return str(address)


def _parsed(text: str) -> Address | None:
    """An address, with or without a port and brackets; IPv4 in the clothes of IPv6 is IPv4."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
