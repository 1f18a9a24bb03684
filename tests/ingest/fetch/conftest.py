"""A site for each test, and the network it lies in as an allowed one."""

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network

import pytest

from tests.ingest.fetch.site import HOST, Site, served


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as running:
        yield running


@pytest.fixture
def here() -> IPv4Network:
    """The site's own network, to be allowed explicitly."""
    network = ip_network(f"{HOST}/32")
    assert isinstance(network, IPv4Network)
    return network
