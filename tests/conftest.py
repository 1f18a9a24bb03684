"""For every test: no network but loopback and Unix sockets, and where the repository and shared/ are.

The guard is an audit hook, so it also sees connections of C-level asyncio and of libraries that kept
their own reference to `socket`. It raises, and the test that was running fails even if the code
under test swallowed the error. Subprocesses are not watched.
"""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kb  # noqa: F401 - before the libraries that tests import: it switches their telemetry off
from tests.run_folder import run_folder

_REPOSITORY = Path(__file__).resolve().parents[1]
# whatever a test starts runs as a default install does
_DEFAULT_INSTALL = _REPOSITORY / "tests" / "default_install"
os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (_DEFAULT_INSTALL, _REPOSITORY)))
# workers take whole files in this order: what takes half a minute and more must not begin last
_FIRST = (
    "integrations/web/test_script.py",
    "integrations/service/test_rebuilding.py",
    "integrations/web/visitor/test_in_browser.py",
    "integrations/service/test_jobs.py",
    "integrations/test_generations.py",
    "integrations/signin/test_odd_provider.py",
    "ingest/convert/test_ocr.py",
    "integrations/web/widget/test_failures.py",
    "integrations/test_rebuild_crashes.py",
    "integrations/web/admin/test_restart.py",
    "integrations/web/widget/test_conversation.py",
    "integrations/web/test_service.py",
    "long/test_sample.py",
)
_WATCHED = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
_LOCAL_NAMES = {"", "localhost", "ip6-localhost", socket.gethostname().lower()}
_attempts: list[str] = []


class NetworkBlockedError(RuntimeError):
    """Not an OSError: code that copes with a missing network must not cope with this."""


def _is_local(target: object) -> bool:
    """Whether an address (a path, a tuple, a host name, nothing) stays on this machine."""
    host = target[0] if isinstance(target, tuple) else target
    if host is None or (isinstance(target, tuple) and not isinstance(host, str)):
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    name = name.lower().partition("%")[0]
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    position = _WATCHED.get(event)
    if position is None:
        return
    first, target = arguments[0], arguments[position]
    if isinstance(first, socket.socket) and first.family not in (socket.AF_INET, socket.AF_INET6):
        return
    if not _is_local(target):
        _attempts.append(f"{event} {target!r}")
        raise NetworkBlockedError(f"{event} to {target!r}: tests must not use the network")


sys.addaudithook(_guard)


def pytest_configure() -> None:
    """Before any worker starts, so that all have the same folder for what they share."""
    run_folder()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, in their order; otherwise the order stays."""
    items.sort(key=lambda item: _place(item.path.as_posix()))


def _place(path: str) -> int:
    """Where the tests of a file stand among those of `_FIRST`; all others come after them."""
    return next((n for n, name in enumerate(_FIRST) if path.endswith(name)), len(_FIRST))


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    _attempts.clear()
    yield
    attempts, _attempts[:] = list(_attempts), []
    assert not attempts, f"network was used: {attempts}"


@pytest.fixture
def network_attempts() -> list[str]:
    """What the guard stopped during this test; clear it to say that it was expected."""
    return _attempts


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The repository's folder."""
    return _REPOSITORY


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The project's shared/ folder beside the repository; the test is skipped where it is absent."""
    folder = _REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared/ folder beside the repository")
    return folder
