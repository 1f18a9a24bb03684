"""What a process and its files take: resident memory by origin, allocated room on disk."""

import os
from pathlib import Path

_MIB = 1024 * 1024


def resident() -> dict[str, float]:
    """MiB of this process: all, anonymous (cannot be given back), of mapped files (can), highest."""
    fields = {"VmRSS": "all", "RssAnon": "anonymous", "RssFile": "files", "VmHWM": "peak"}
    found: dict[str, float] = {}
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name in fields:
            found[fields[name]] = round(int(value.split()[0]) / 1024, 1)
    return found


def allocated(folder: Path) -> float:
    """MiB on disk; room reserved inside files but never written does not count."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return round(sum(path.stat().st_blocks * 512 for path in files) / _MIB, 1)


def by_part(shard: Path) -> dict[str, float]:
    """MiB of a shard by kind of data, over all segments."""
    found: dict[str, float] = {}
    for part in [
        *shard.glob("segments/*/*"),
        *(p for p in shard.iterdir() if p.name != "segments"),
    ]:
        size = allocated(part) if part.is_dir() else part.stat().st_blocks * 512 / _MIB
        name = part.name.split(".")[0] if part.is_file() else part.name
        found[name] = round(found.get(name, 0.0) + size, 1)
    return {name: size for name, size in found.items() if size >= 0.5}


def evict(folder: Path) -> None:
    """Let the system forget what it has cached of a folder's files, so that reading them is cold."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
