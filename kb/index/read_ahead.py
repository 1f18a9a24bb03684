"""Lets the system read an index's files before questions need them.

Codes and texts lie in files that are read where a question needs them: the first time from the disk,
20 ms for fifty passages, afterwards from the system's cache. The cache is the system's own, which takes
it back when memory is wanted; so nothing is read where it would not find room twice over.
"""

import os
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
#: where a container's limit stands, and what it uses already (control groups, version 2)
_LIMIT, _USED = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")


def read_ahead(folder: Path) -> bool:
    """Ask the system to read all files of a folder; False where it has no room or no such call.

    Returns at once or after as long as the disk takes; holds no lock of Python's meanwhile.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_blocks * 512 for path in files)
    if not hasattr(os, "posix_fadvise") or 2 * size > available():
        return False
    for path in files:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
    return True


def available() -> int:
    """Bytes that programs and the system's cache may still take; 0 where the system does not say."""
    try:
        fields = dict(line.split(":", 1) for line in _MEMINFO.read_text("ascii").splitlines())
        free = int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0
    try:
        return min(free, int(_LIMIT.read_text("ascii")) - int(_USED.read_text("ascii")))
    except (OSError, ValueError):  # no container, or one without a limit
        return free
