"""Taking turns: documents are processed one after the other, and a switch fits between two of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Turn:
    """Whoever pauses waits for the document in work and then goes before the next one."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._busy = False
        self._pausing = 0

    @contextmanager
    def document(self) -> Iterator[None]:
        """Work on one document."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._pausing)
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Keep documents from being worked on."""
        with self._changed:
            self._pausing += 1
            self._changed.wait_for(lambda: not self._busy)
        try:
            yield
        finally:
            with self._changed:
                self._pausing -= 1
                self._changed.notify_all()
