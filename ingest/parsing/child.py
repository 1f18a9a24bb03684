"""The process that reads files: `python -m ingest.parsing.child MEMORY_MB SILENCE SCRATCH`.

Orders come on standard input, one file after the other; its end means that the parent is gone, and
this process ends at once, with all that it has started and its folder SCRATCH. Where it cannot even
notice that, because a library holds the interpreter, it ends after SILENCE seconds without progress.
It may take so much memory and no more, calls nobody over the network, and has none of the service's
secrets in its environment.
"""

import json
import logging
import math
import os
import queue
import resource
import shutil
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from ingest.convert import convert
from ingest.convert.advance import listen
from ingest.convert.page_image import page_image
from ingest.parsing.remarks import overheard
from ingest.parsing.wire import Message, line_of, message_of
from ingest.sources import SourceFile
from kb.errors import AuskunftError, SourceTooLargeError, SourceUnreadableError

_NICENESS = 5
_LOST = 3
#: seconds that the parent has to end this process before it does so itself
_GRACE = 10
_MIB = 1024 * 1024
_FILE_MB = 2_048
#: taken for good by the first thread that notices the parent's end
_leaving = threading.Lock()
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


class _Received(SourceFile):
    """A file whose bytes came over the wire; nothing is read from the disk."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(Path("/") / name, Path("/"))
        self.__dict__["data"] = data


def main() -> None:
    """Work until nobody is there any more."""
    memory_mb, silence, scratch = sys.argv[1:]
    out, orders = _own_output(), _orders(scratch)
    logging.disable()
    _confine(int(memory_mb))
    while True:
        order, data = orders.get()
        try:
            source = _Received(order["name"], data)
            _answer(out, source, order.get("page"), _GRACE + math.ceil(float(silence)))
        except BrokenPipeError:
            _leave(scratch)


def _answer(out: IO[bytes], source: SourceFile, page: int | None, patience: int) -> None:
    """The file's blocks, or the picture of one `page` of it.

    Silent for `patience` seconds, the alarm ends this process, whatever it is doing.
    """

    def advanced(done: int, total: int) -> None:
        signal.alarm(patience)
        _say(out, {"event": "progress", "done": done, "total": total})

    listen(advanced)
    signal.alarm(patience)
    try:
        if page is None:
            with overheard() as remarks:
                conversion = convert(source)
            told = (*conversion.warnings, *remarks)
            message, attached = message_of(replace(conversion, warnings=told))
            _say(out, message, *attached)
        else:
            picture = page_image(source, page)
            _say(out, {"event": "picture", "size": len(picture)}, picture)
    except (AuskunftError, MemoryError) as error:
        _say(out, _failure(source, error))
    finally:
        signal.alarm(0)


def _failure(source: SourceFile, error: BaseException) -> Message:
    """What a converter takes for damage may have been want of memory or depth: say which it was."""
    told = error
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError):
            told = SourceTooLargeError(_no_memory(source))
        elif isinstance(cause, RecursionError):
            told = SourceUnreadableError(_too_deep(source))
        cause = cause.__cause__
    return {"event": "error", "code": getattr(told, "code", ""), "detail": str(told)}


def _no_memory(source: SourceFile) -> str:
    return (
        f"{source.name}: Zum Lesen der Datei reicht der erlaubte Arbeitsspeicher nicht. Bitte die "
        "Datei aufteilen und erneut ablegen (Grenze: AUSKUNFT_PARSE_MEMORY_MB)."
    )


def _too_deep(source: SourceFile) -> str:
    return (
        f"{source.name}: Die Datei ist zu tief verschachtelt, um gelesen zu werden. Bitte im "
        "ursprünglichen Programm öffnen, vereinfachen und neu speichern."
    )


def _confine(memory_mb: int) -> None:
    """Bounds that hold for programs called from here, too."""
    os.nice(_NICENESS)
    for kind, value in (
        (resource.RLIMIT_DATA, memory_mb * _MIB),
        (resource.RLIMIT_FSIZE, _FILE_MB * _MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY or value <= hard:
            resource.setrlimit(kind, (value, value))
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError(f"{event}: files are read without a network")


def _orders(scratch: str) -> "queue.Queue[tuple[Message, bytes]]":
    """Orders as they come in; the thread that waits for them also notices the parent's end."""
    orders: queue.Queue[tuple[Message, bytes]] = queue.Queue()

    def receive() -> None:
        while line := sys.stdin.buffer.readline():
            order = json.loads(line)
            data = sys.stdin.buffer.read(order["size"])
            if len(data) < order["size"]:
                break
            orders.put((order, data))
        _leave(scratch)

    threading.Thread(target=receive, daemon=True).start()
    return orders


def _leave(scratch: str) -> None:
    """Nobody is there any more: nothing that was started or written here stays behind."""
    _leaving.acquire()
    shutil.rmtree(scratch, ignore_errors=True)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(_LOST)


def _own_output() -> IO[bytes]:
    """Standard output for messages alone; what libraries print goes nowhere.

    Only what Python says of an error that nobody has foreseen goes to the service's log.
    """
    out = os.fdopen(os.dup(1), "wb")
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return out


def _say(out: IO[bytes], message: Message, *attached: bytes) -> None:
    out.write(line_of(message))
    for data in attached:
        out.write(data)
    out.flush()


if __name__ == "__main__":
    main()
