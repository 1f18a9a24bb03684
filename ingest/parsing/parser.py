"""Files to blocks, each read by another process within limits; its crash is that file's error."""

import json
import threading
import time

from ingest.convert.advance import Listener, silently
from ingest.convert.blocks import Conversion
from ingest.parsing.limits import Limits
from ingest.parsing.processes import (
    ParserGoneError,
    ParserProcess,
    ParserSilentError,
    borrow,
    give_back,
)
from ingest.parsing.wire import Message, conversion_of, line_of
from ingest.sources import SourceFile
from kb.errors import (
    EmptySourceError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
    SourceUnreadableError,
    StoppedError,
    UnsupportedFormatError,
)

_BY_CODE: dict[str, type[SourceError]] = {
    kind.code: kind
    for kind in (
        EmptySourceError,
        SourceNotFoundError,
        SourceTooLargeError,
        SourceUnreadableError,
        UnsupportedFormatError,
    )
}
_ADVICE = "Bitte im ursprünglichen Programm öffnen, neu speichern und noch einmal ablegen."


class Parser:
    """Reads one file at a time; further callers wait. `stop` may come from any thread."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._turn = threading.Lock()
        self._process: ParserProcess | None = None
        self._stopped = threading.Event()

    def convert(self, source: SourceFile, advanced: Listener = silently) -> Conversion:
        """As `ingest.convert.convert`; `advanced` hears how far it is, and may raise to end it.

        Raises SourceError, and StoppedError after `stop`.
        """
        read = self._read(source, {}, advanced)
        assert isinstance(read, Conversion)
        return read

    def page_image(self, source: SourceFile, page: int) -> bytes:
        """One page of a PDF, counted from 1, as PNG.

        Raises SourceError, and StoppedError after `stop`.
        """
        picture = self._read(source, {"page": page}, silently)
        assert isinstance(picture, bytes)
        return picture

    def _read(self, source: SourceFile, wanted: Message, advanced: Listener) -> Conversion | bytes:
        source.data  # noqa: B018 (whatever is wrong with the file itself is told first)
        with self._turn:
            if self._stopped.is_set():
                raise StoppedError
            process = self._process = borrow(self._limits)
            try:
                read = self._handed_back(process, source, wanted, advanced)
            except BaseException:
                process.end()
                raise
            finally:
                self._process = None
            give_back(process)
            if isinstance(read, SourceError):
                raise read
            return read

    def stop(self) -> None:
        """Break off what is being read and read nothing more."""
        self._stopped.set()
        process = self._process
        if process is not None:
            process.kill()

    def resume(self) -> None:
        """Read again after a stop."""
        self._stopped.clear()

    def _handed_back(
        self, process: ParserProcess, source: SourceFile, wanted: Message, advanced: Listener
    ) -> Conversion | bytes | SourceError:
        data = source.data
        try:
            order = line_of({"name": source.name, "size": len(data), **wanted})
            process.send(order + data, time.monotonic() + self._limits.silence)
            return self._reply(process, advanced)
        except ParserGoneError as gone:
            if self._stopped.is_set():
                raise StoppedError from gone
            raise SourceUnreadableError(
                f"{source.name}: Beim Lesen der Datei ist das Leseprogramm abgestürzt "
                f"({gone.how}); die Datei ist vermutlich beschädigt. {_ADVICE}"
            ) from gone
        except ParserSilentError as silent:
            raise SourceUnreadableError(
                f"{source.name}: Das Lesen der Datei wurde abgebrochen, weil es nach "
                f"{self._limits.silence:.0f} Sekunden nicht voranging oder insgesamt zu lange "
                f"dauerte. {_ADVICE} (Grenze: AUSKUNFT_PARSE_SECONDS)"
            ) from silent
        except (ValueError, TypeError, KeyError) as error:
            raise SourceTooLargeError(
                f"{source.name}: Der Inhalt der Datei ist zu groß, um übernommen zu werden. Bitte "
                "die Datei aufteilen und erneut ablegen."
            ) from error

    def _reply(
        self, process: ParserProcess, advanced: Listener
    ) -> Conversion | bytes | SourceError:
        end = time.monotonic() + self._limits.total
        while True:
            deadline = min(time.monotonic() + self._limits.silence, end)
            message: Message = json.loads(process.line(deadline))
            if message["event"] == "error":
                return _BY_CODE.get(message["code"], SourceUnreadableError)(message["detail"])
            if message["event"] == "progress":
                advanced(message["done"], message["total"])
                continue
            if message["event"] == "picture":
                if message["size"] > self._limits.reply_mb * 1024 * 1024:
                    raise ValueError("picture too large")
                return process.exactly(message["size"], deadline)
            if message["event"] == "done":
                sizes = [size for _, size in message["attachments"]]
                if sum(sizes) > self._limits.reply_mb * 1024 * 1024:
                    raise ValueError("attachments too large")
                attached = [process.exactly(size, deadline) for size in sizes]
                return conversion_of(message, attached)
