"""Starting, watching and ending the processes that read files.

One that has nothing to do waits a while for the next run, because starting it takes most of a second.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import ingest
from ingest.parsing.limits import Limits

_PACKAGES = str(Path(ingest.__file__).resolve().parents[1])
#: what of the environment a parser gets: no setting, no key
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
_PIECE = 1024 * 1024
_PIPE = 65_536
_IDLE_SECONDS = 30.0
#: resident MiB from which a process is not used again: what a library keeps would grow for ever
_WORN_MB = 600


class ParserGoneError(Exception):
    """The process has ended; `how` is a signal's name or an exit code."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class ParserSilentError(Exception):
    """Nothing was heard of the process in time."""


class ParserProcess:
    """One process; not for concurrent use, except `kill`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.environment = _environment()
        self._scratch = Path(tempfile.mkdtemp(prefix="auskunft-parser-"))
        orders = (str(limits.memory_mb), str(limits.silence), str(self._scratch))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.parsing.child", *orders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment | {"TMPDIR": str(self._scratch)},
            start_new_session=True,
        )
        assert self._process.stdin and self._process.stdout
        self._input, self._output = self._process.stdin, self._process.stdout
        os.set_blocking(self._input.fileno(), False)
        self._received = bytearray()

    def send(self, data: bytes, deadline: float) -> None:
        """All of it. Raises ParserSilentError when it is not taken in time, ParserGoneError."""
        left = memoryview(data)
        while left:
            _wait(self._input.fileno(), select.POLLOUT, deadline)
            try:
                left = left[os.write(self._input.fileno(), left[:_PIPE]) :]
            except OSError as error:
                raise self._gone() from error

    def line(self, deadline: float) -> bytes:
        """The next line; `deadline` is a moment of `time.monotonic`.

        Raises ParserSilentError, ParserGoneError, and ValueError for one that is too long.
        """
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > self.limits.reply_mb * _PIECE:
                raise ValueError("reply too long")
            self._receive(deadline)
        return self._taken(end + 1)

    def exactly(self, size: int, deadline: float) -> bytes:
        """The next `size` bytes; raises as `line`."""
        while len(self._received) < size:
            self._receive(deadline)
        return self._taken(size)

    @property
    def worn(self) -> bool:
        """Whether it should not be used again."""
        if self._process.poll() is not None or self._received:
            return True
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return False
        return pages * os.sysconf("SC_PAGE_SIZE") > _WORN_MB * _PIECE

    def kill(self) -> None:
        """At once, with all that it has started; from any thread."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it and let go of what it held."""
        self.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            with suppress(OSError):
                pipe.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _receive(self, deadline: float) -> None:
        _wait(self._output.fileno(), select.POLLIN, deadline)
        data = os.read(self._output.fileno(), _PIECE)
        if not data:
            raise self._gone()
        self._received += data

    def _taken(self, size: int) -> bytes:
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def _gone(self) -> ParserGoneError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        code = self._process.poll()
        if code is not None and code < 0:
            return ParserGoneError(signal.Signals(-code).name)
        return ParserGoneError(f"Code {code}")


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": _PACKAGES, "OMP_THREAD_LIMIT": "1"}


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Until a pipe can be used; raises ParserSilentError at the deadline."""
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(deadline - time.monotonic(), 0) * 1_000):
        raise ParserSilentError


class _Waiting:
    """At most one process that waits for work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: ParserProcess | None = None
        self._timer: threading.Timer | None = None

    def take(self, wanted: Callable[[ParserProcess], bool]) -> ParserProcess | None:
        """The waiting one, if it is wanted."""
        with self._lock:
            found = self._process
            if found is None or not wanted(found):
                return None
            self._process = None
            if self._timer is not None:
                self._timer.cancel()
            return found

    def put(self, process: ParserProcess) -> None:
        """Let it wait, in place of another one."""
        timer = threading.Timer(_IDLE_SECONDS, self._end, [process])
        timer.daemon = True
        with self._lock:
            former, self._process = self._process, process
            if self._timer is not None:
                self._timer.cancel()
            self._timer = timer
        timer.start()
        if former is not None:
            former.end()

    def _end(self, process: ParserProcess) -> None:
        found = self.take(lambda waiting: waiting is process)
        if found is not None:
            found.end()


_waiting = _Waiting()


def borrow(limits: Limits) -> ParserProcess:
    """A process with these limits, an idle one where there is one."""
    wanted = (limits, _environment())
    found = _waiting.take(lambda process: (process.limits, process.environment) == wanted)
    return found or ParserProcess(limits)


def give_back(process: ParserProcess) -> None:
    """It is free for the next one, or ends when it has become too big."""
    if process.worn:
        process.end()
    else:
        _waiting.put(process)
