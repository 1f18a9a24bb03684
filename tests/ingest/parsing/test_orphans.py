"""When whoever had files read is killed, nothing of the reading stays: no process, no folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import folders
from tests.ingest.convert.scans import encoded
from tests.ingest.convert.test_ocr import program
from tests.long.originals import picture
from tests.long.own_processes import mentioning

_READ = """
import sys
from pathlib import Path
from ingest.parsing.parser import Parser
from ingest.sources import SourceFile
path = Path(sys.argv[1])
Parser().convert(SourceFile(path, path.parent))
"""
_SLOW_TESSERACT = """
case "$1" in
  --list-langs) echo List; echo deu ;;
  *) exec sleep 300 ;;
esac
"""
#: a converter inside a library that never lets go of the interpreter
_STUCK = """
import re, sys
from ingest.parsing import child
child._GRACE = 1
child.convert = lambda source: re.match("(a+)+$", "a" * 60 + "b")
child.main()
"""


def until(holds: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def named(place: Path, word: bytes) -> list[int]:
    found = []
    for pid in mentioning(place):
        try:
            if word in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
        except OSError:
            continue
    return found


def environment(temporary: Path, programs: Path) -> dict[str, str]:
    path = f"{programs}:{os.environ['PATH']}"
    return {
        **os.environ,
        "PYTHONPATH": str(folders.REPOSITORY),
        "TMPDIR": str(temporary),
        "PATH": path,
    }


def test_text_recognition_ends_with_the_service_that_was_killed(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    programs = Path(program(tmp_path, _SLOW_TESSERACT))
    scan = tmp_path / "scan.png"
    scan.write_bytes(encoded(picture(), "PNG"))
    reading = subprocess.Popen(
        [sys.executable, "-c", _READ, str(scan)], env=environment(temporary, programs)
    )
    assert until(lambda: named(temporary, b"sleep")), "Tesseract was not asked"
    assert list(temporary.glob("auskunft-parser-*"))
    reading.kill()
    assert reading.wait() == -signal.SIGKILL
    assert until(lambda: not mentioning(temporary)), mentioning(temporary)
    assert list(temporary.iterdir()) == []


def test_one_that_cannot_even_notice_ends_all_the_same(tmp_path: Path) -> None:
    order = {"name": "a.txt", "size": 1}
    stuck = subprocess.Popen(
        [sys.executable, "-c", _STUCK, "512", "1", str(tmp_path / "scratch")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=environment(tmp_path, tmp_path),
        start_new_session=True,
    )
    assert stuck.stdin is not None
    stuck.stdin.write(json.dumps(order).encode() + b"\na")
    stuck.stdin.flush()
    assert stuck.wait(30) == -signal.SIGALRM
    stuck.stdin.close()


def test_an_answer_that_nobody_takes_leaves_nothing_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    reader = subprocess.Popen(
        [sys.executable, "-m", "ingest.parsing.child", "512", "60", str(scratch)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(tmp_path, tmp_path),
        start_new_session=True,
    )
    assert reader.stdin is not None and reader.stdout is not None
    reader.stdout.close()
    reader.stdin.write(json.dumps({"name": "a.txt", "size": 4}).encode() + b"\nText")
    reader.stdin.flush()
    assert reader.wait(30) == -signal.SIGKILL
    assert not scratch.exists()
    reader.stdin.close()
