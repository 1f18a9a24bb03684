"""Letting nothing that was removed or replaced stay in the generation that is kept.

Looks now and then while a service runs and nothing is being built; the deleting is done by a process
of its own, as opening an index would hold up answers.
"""

import logging
import threading
from collections.abc import Callable

from integrations.child import Child
from integrations.parts import Parts
from kb.state.generations import GenerationState

_log = logging.getLogger(__name__)
_EVERY = 20.0
KEPT = (GenerationState.FORMER, GenerationState.SET_ASIDE)


class Tidying:
    """`turn` is held by whoever begins or ends something; `busy` says that there is a build."""

    def __init__(self, parts: Parts, turn: threading.Lock, busy: Callable[[], bool]) -> None:
        self._parts = parts
        self._turn = turn
        self._busy = busy
        self._end = threading.Event()
        self._child: Child | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._keep_tidy, name="tidying")
        self._thread.start()

    def give_way(self) -> None:
        """Leave the generations to somebody else; what is left is done later."""
        child = self._child
        if child is not None:
            child.kill()

    def stop(self) -> None:
        self._end.set()
        self.give_way()
        if self._thread is not None:
            self._thread.join()

    def _keep_tidy(self) -> None:
        while not self._end.wait(_EVERY):
            try:
                self._tidy()
            except Exception as error:
                _log.warning("tidying up a former generation failed: %s", error)

    def _tidy(self) -> None:
        with self._turn:
            if self._busy() or self._end.is_set():
                return
            kept = [one for one in self._parts.ledger.all() if one.state in KEPT]
            due = [one for one in kept if self._parts.ledger.outdated(one.name)]
            if not due:
                return
            child = Child(self._parts.settings, self._parts.folder.path, due[0].name, "tidy")
            self._child = child
        try:
            child.follow(lambda advance: None)
        finally:
            self._child = None
            child.end()
