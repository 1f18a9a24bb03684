"""Files are read ahead only where the system has room for them twice over."""

from pathlib import Path

import pytest

from kb.index import read_ahead as module
from kb.index.read_ahead import available, read_ahead

MIB = 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "shard" / "segments"
    inner.mkdir(parents=True)
    (inner / "codes").write_bytes(b"x" * 4 * MIB)
    return tmp_path / "shard"


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system whose memory is what the files here say; none is in a container at first."""
    place = tmp_path / "system"
    place.mkdir()
    for name, file in (("_MEMINFO", "meminfo"), ("_LIMIT", "max"), ("_USED", "current")):
        monkeypatch.setattr(module, name, place / file)
    return place


def free(system: Path, mib: int) -> None:
    (system / "meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {mib * 1024} kB\n")


def test_there_must_be_room_twice_over(folder: Path, system: Path) -> None:
    free(system, 9)
    assert available() == 9 * MIB
    assert read_ahead(folder)
    free(system, 7)
    assert not read_ahead(folder)


def test_a_container_has_what_its_limit_leaves(folder: Path, system: Path) -> None:
    free(system, 900)
    (system / "max").write_text("max\n")
    (system / "current").write_text("1000\n")
    assert available() == 900 * MIB
    (system / "max").write_text(f"{10 * MIB}\n")
    (system / "current").write_text(f"{3 * MIB}\n")
    assert available() == 7 * MIB
    assert not read_ahead(folder)


@pytest.mark.parametrize("said", ["", "MemTotal: 1 kB\n", "MemAvailable: viel\n"])
def test_a_system_that_says_nothing_reads_nothing_ahead(
    folder: Path, system: Path, said: str
) -> None:
    (system / "meminfo").write_text(said)
    assert available() == 0
    assert not read_ahead(folder)
