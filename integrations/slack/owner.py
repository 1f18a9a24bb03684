"""Names of the processes that answer posts, made so that another one can tell a dead one.

A service is told by its data folder's lock: there is one at a time, so every other service is dead. A
process of its own is told by its number and start, as far as one looks from the same machine and the
same container. Whoever is neither is dead once it has not said for a while that it lives.
"""

import os
import secrets
import socket
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

_SERVICE = "service"
_PROC = Path("/proc")


def service_owner() -> str:
    """The name of the bot inside the service."""
    return f"{_SERVICE}:{secrets.token_hex(8)}"


def process_owner() -> str:
    """The name of a bot in this process."""
    pid = os.getpid()
    return f"{_place()}:{pid}:{_started(pid)}:{secrets.token_hex(2)}"


def known_dead(owner: str, own: str) -> bool:
    """Whether the owner has certainly ended, as seen by `own`, who lives."""
    if owner == own:
        return False
    if owner.startswith(f"{_SERVICE}:"):
        return own.startswith(f"{_SERVICE}:")
    place, pid, started, *_ = [*owner.split(":"), "", ""]
    if place != _place() or not pid.isdecimal() or not started:
        return False
    return _started(int(pid)) != started


def _place() -> str:
    """A mark of the machine since its start and of the space that its process numbers count in."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append((_PROC / "sys/kernel/random/boot_id").read_text("ascii"))
        parts.append(str((_PROC / "self/ns/pid").readlink()))
    return blake2b("\n".join(parts).encode(), digest_size=6).hexdigest()


def _started(pid: int) -> str:
    """When a process was started, in the kernel's own counting; empty when there is none."""
    try:
        status = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    state, *fields = status.rpartition(")")[2].split()
    # proc(5): the state is field 3, the start field 22; a zombie has ended
    return "" if state == "Z" else fields[18]
