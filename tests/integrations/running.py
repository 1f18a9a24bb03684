"""The command and the service as real processes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests import folders
from tests.integrations.forked import ForkedProcess, forked

# whoever starts the tests in the background has them ignore interrupts, and children inherit that
_PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from integrations.cli import main; main()"
)
COMMAND = (sys.executable, "-c", _PROGRAM)
_PATIENCE = 120


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(**changes: str) -> dict[str, str]:
    """An environment without settings but the tests' own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUSKUNFT_")}
    return {
        **kept,
        "AUSKUNFT_THREADS": "1",
        "AUSKUNFT_RESERVE_MB": "1",
        "AUSKUNFT_LIMIT_VISITOR_MINUTE": "0",  # all tests come from one address
        "AUSKUNFT_LIMIT_VISITOR_DAY": "0",
        "AUSKUNFT_LIMIT_ATTEMPTS_HOUR": "0",
        **changes,
    }


def auskunft(*arguments: object, cwd: Path | None = None, **changes: str) -> Outcome:
    """Run the command in a process of its own, a fork of one that has imported everything."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = forked([*map(str, arguments)], environment(**changes), cwd, out, err)
        code = process.wait(_PATIENCE)
        return Outcome(code, out.read_text("utf-8"), err.read_text("utf-8"))


def executed(*arguments: object, cwd: Path | None = None, **changes: str) -> Outcome:
    """Run the command in a process of its own, as a shell does: it takes three seconds longer."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**changes),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def begun(*arguments: object, log: Path, **changes: str) -> "subprocess.Popen[bytes]":
    """The command in a process of its own that nobody waits for; what it says goes to `log`."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )


def begun_quickly(*arguments: object, log: Path, **changes: str) -> ForkedProcess:
    """As `begun`, a fork of one that has imported everything."""
    return forked([*map(str, arguments)], environment(**changes), None, log)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Service:
    """A running service; `http` speaks to its port, `local` to its Unix socket."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes] | ForkedProcess"
    log: Path
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket(self) -> Path:
        return self.data / "auskunft.sock"

    def local(self) -> httpx.Client:
        transport = httpx.HTTPTransport(uds=str(self.socket))
        return httpx.Client(transport=transport, base_url="http://auskunft", timeout=60)

    def wait(self) -> "Service":
        """Until it answers; fails with its output when it ends instead."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            try:
                if self.http.get("/readyz").status_code == 200 and self.socket.exists():
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8"))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        self.http.close()
        self.process.send_signal(number)
        return self.process.wait(_PATIENCE)


def start(data: Path, *arguments: object, cwd: Path | None = None, **changes: str) -> Service:
    """Start a service on a free port; `wait` before asking it something."""
    port = free_port()
    log = data.with_name(data.name + ".log")
    command = [*COMMAND, "serve", "--port", str(port), *map(str, arguments)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment(**changes), stdout=output, stderr=output
        )
    return Service(data, port, process, log)


@contextmanager
def running(data: Path, *arguments: object, **changes: str) -> Iterator[Service]:
    """A service on a data folder, ended afterwards if it still runs. It is there more quickly than
    one that is started from a shell (`start`), and otherwise the same."""
    service = begun_service(data, *arguments, **changes)
    try:
        yield service.wait()
    finally:
        end(service)


def begun_service(data: Path, *arguments: object, **changes: str) -> Service:
    """As `running`, but `wait` and `end` are to do."""
    return _forked(data, free_port(), *map(str, arguments), **changes)


def started_again(service: Service) -> Service:
    """A service on the data folder and the port of one that has ended; `wait` and `end` are to do."""
    return _forked(service.data, service.port)


def _forked(data: Path, port: int, *arguments: str, **changes: str) -> Service:
    log = data.with_name(data.name + ".log")
    log.unlink(missing_ok=True)
    command = ["serve", "--port", str(port), "--data", str(data), *arguments]
    return Service(data, port, forked(command, environment(**changes), None, log), log)


@contextmanager
def demo_service(cwd: Path) -> Iterator[Service]:
    """The first start in an empty folder, with the samples; only model and vectors are at hand."""
    data = folders.prepared(cwd / "demo-data")
    shutil.copy(folders.samples_folder() / "cache" / "vectors.sqlite", data / "cache")
    service = start(data, "--samples", folders.SAMPLES, cwd=cwd)
    try:
        yield service.wait()
    finally:
        end(service)


def end(service: Service) -> None:
    """End a process that still runs."""
    if service.process.poll() is None:
        service.stop()


def events(text: str) -> list[tuple[str, Any]]:
    """Name and data of each server-sent event."""
    found: list[tuple[str, Any]] = []
    name = ""
    for line in text.splitlines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((name, json.loads(line.removeprefix("data: "))))
    return found
