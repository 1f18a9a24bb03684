"""What the workers of one run share: each dear thing is made once and not by every worker.

The first process that asks makes the folder, hands its name down in the environment, and removes it
when it ends.
"""

import atexit
import fcntl
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

_NAME = "AUSKUNFT_TEST_RUN"


def run_folder() -> Path:
    """The folder of this run; processes that are to share it ask after the one that starts them."""
    if _NAME not in os.environ:
        os.environ[_NAME] = mkdtemp(prefix="auskunft-test-run-")
        atexit.register(shutil.rmtree, os.environ[_NAME], ignore_errors=True)
    return Path(os.environ[_NAME])


@cache
def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills for all workers; whoever asks meanwhile waits. Not to be written to."""
    folder = run_folder() / name
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = run_folder() / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(folder)
    return folder
