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
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.forks import context

_DEFAULT_INSTALL = str(Path(__file__).resolve().parents[1] / "default_install")


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
    arguments: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None,
    log: Path,
    errors: Path | None = None,
) -> ForkedProcess:
    """The `auskunft` command with these arguments; what it says goes to `log`, and what it says to
    standard error as well unless there is a file for that."""
    outputs = str(log), str(errors or log)
    told = list(arguments), dict(environment), str(cwd or Path.cwd()), outputs
    process = context.Process(target=_become, args=told, name=f"auskunft {arguments[0]}")
    process.start()
    return ForkedProcess(process)


def _become(
    arguments: list[str], environment: dict[str, str], cwd: str, outputs: tuple[str, str]
) -> None:
    """In the fork: everything as the shell would have made it, then the command."""
    for stream, path in enumerate(outputs, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.path.insert(0, _DEFAULT_INSTALL)
    sys.argv = ["auskunft", *arguments]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from integrations.cli import main

    main()
