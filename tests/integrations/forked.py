"""A command in a process of its own that need not import everything first.

Importing takes more than half of a service's start. Here a server process (`multiprocessing`'s fork
server) has imported it, and every command is a fork of that. Otherwise it is as if started from a
shell: its own environment, folder, output, signals and exit code.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_DEFAULT_INSTALL = str(Path(__file__).resolve().parents[1] / "default_install")
_PRELOADED = [
    "integrations.cli.main",
    "integrations.cli.serving",
    "integrations.slack.process",
    "integrations.web.app",
    "tests.integrations.crash_builder",
]
context = get_context("forkserver")
context.set_forkserver_preload(_PRELOADED)


class ForkedProcess:
    """What the tests use of `subprocess.Popen`."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid: int = process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        """The exit code, -N after signal N; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; raises TimeoutExpired after so many seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def forked(
    arguments: Sequence[str], environment: Mapping[str, str], cwd: Path | None, log: Path
) -> ForkedProcess:
    """The `auskunft` command with these arguments; what it says goes to `log`."""
    told = list(arguments), dict(environment), str(cwd or Path.cwd()), str(log)
    process = context.Process(target=_become, args=told, name=f"auskunft {arguments[0]}")
    process.start()
    return ForkedProcess(process)


def _become(arguments: list[str], environment: dict[str, str], cwd: str, log: str) -> None:
    """In the fork: everything as the shell would have made it, then the command."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.path.insert(0, _DEFAULT_INSTALL)
    sys.argv = ["auskunft", *arguments]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from integrations.cli import main

    main()
