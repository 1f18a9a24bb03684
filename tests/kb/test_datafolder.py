"""The data folder: one owner at a time, told by name; originals; room on the disk."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.datafolder import DataFolder
from kb.errors import DataFolderError, DataFolderInUseError, NotFoundError, StorageFullError
from kb.originals import Originals

HOLDER = """
import sys
from pathlib import Path
from kb.datafolder import DataFolder
with DataFolder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held_by_another_process(folder: Path, repo_root: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(folder), "--probe"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=repo_root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_and_told_who_owns_the_folder(
    tmp_path: Path, repo_root: Path
) -> None:
    folder = DataFolder(tmp_path / "daten")
    with held_by_another_process(folder.path, repo_root) as process:
        with pytest.raises(DataFolderInUseError) as caught:
            folder.acquire()
        message = str(caught.value)
        assert f"Prozess {process.pid}" in message
        assert "--probe" in message
        assert str(folder.path) in message
        assert "--data" in message
        owner = folder.owner()
        assert owner is not None
        assert owner.pid == process.pid
        process.communicate("\n", timeout=20)
        assert process.returncode == 0
    with folder:
        owner = folder.owner()
        assert owner is not None
        assert owner.pid == os.getpid()


def test_the_lock_ends_with_its_process_however_it_ends(tmp_path: Path, repo_root: Path) -> None:
    folder = DataFolder(tmp_path / "daten")
    with held_by_another_process(folder.path, repo_root) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        folder.acquire().release()


def test_within_one_process_too_the_folder_has_one_owner(tmp_path: Path) -> None:
    with DataFolder(tmp_path):
        with pytest.raises(DataFolderInUseError, match=f"Prozess {os.getpid()}"):
            DataFolder(tmp_path).acquire()
        with pytest.raises(DataFolderInUseError):
            DataFolder(tmp_path).acquire()
    with DataFolder(tmp_path):
        pass


def test_releasing_twice_does_no_harm(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path).acquire()
    folder.release()
    folder.release()


def test_making_the_object_touches_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "tief" / "daten")
    assert not folder.demo
    assert folder.owner() is None
    assert not (tmp_path / "tief").exists()
    with folder:
        assert folder.path.is_dir()


def test_a_demo_folder_stays_one(tmp_path: Path) -> None:
    DataFolder(tmp_path).mark_as_demo()
    assert DataFolder(tmp_path).demo
    assert "erfunden" in (tmp_path / "DEMO").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}', "\0\xff"])
def test_a_damaged_lock_file_is_no_obstacle(tmp_path: Path, content: str) -> None:
    (tmp_path / "auskunft.lock").write_text(content, encoding="latin-1")
    assert DataFolder(tmp_path).owner() is None
    with DataFolder(tmp_path) as folder:
        assert folder.owner() is not None


def test_a_path_below_a_file_is_refused_in_german(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x")
    for place in (tmp_path / "datei", tmp_path / "datei" / "daten"):
        with pytest.raises(DataFolderError, match="lässt sich nicht benutzen"):
            DataFolder(place).acquire()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused_in_german(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderError, match="Rechte prüfen"):
        DataFolder(tmp_path / "daten").acquire()
    with pytest.raises(DataFolderError, match="Rechte prüfen"):
        DataFolder(tmp_path).acquire()
    tmp_path.chmod(0o700)


def test_too_little_room_is_an_error_with_both_figures(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.require_room(1)
    with pytest.raises(StorageFullError) as caught:
        folder.require_room(10**9)
    assert re.search(r"nur noch \d+ MB frei, nötig sind 1000000000 MB", str(caught.value))


HASH = "ab" + "0" * 62


def test_an_original_is_kept_once_read_and_forgotten(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originale")
    originals.keep(HASH, b"eins")
    before = originals.path(HASH).stat().st_mtime_ns
    originals.keep(HASH, b"eins")
    assert originals.path(HASH).stat().st_mtime_ns == before
    assert originals.read(HASH) == b"eins"
    originals.forget(HASH)
    originals.forget(HASH)
    with pytest.raises(NotFoundError, match="ab0000000000"):
        originals.read(HASH)


def test_forgetting_all_but_some_takes_half_written_files_too(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    originals.forget_all_but(set())
    other = "cd" + "1" * 62
    originals.keep(HASH, b"eins")
    originals.keep(other, b"zwei")
    originals.path(HASH).with_name(f".{HASH}.4711").write_bytes(b"ei")
    originals.forget_all_but({HASH})
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [HASH]


def test_an_original_that_cannot_be_written_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "ab").write_text("eine Datei, wo ein Ordner sein müsste")
    with pytest.raises(OSError, match=r"exists|directory"):
        Originals(tmp_path).keep(HASH, b"eins")
    assert [path.name for path in tmp_path.iterdir()] == ["ab"]
