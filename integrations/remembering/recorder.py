"""The recorder: writes questions down in a thread of its own, so that no answer waits or fails.

What is put in is masked, written together with the counts of its day, and entered in the work list
where it stayed without an answer. A failed write is logged without a word of what was asked.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from queue import Empty, Full, Queue

from integrations.remembering.asked import Entry
from kb.masking import masked
from kb.state.questions import AskedQuestion, Questions

_log = logging.getLogger(__name__)
_MOST_WAITING, _AT_ONCE = 10_000, 200
_ATTEMPTS, _PAUSE = 3, 0.5
_GATHERING, _END_WITHIN = 0.2, 15.0


class Recorder:
    """`enter` takes an unanswered question, masked, and its moment (UTC) into the work list.

    `texts` says whether questions are kept or only counted. The thread begins with the first entry.
    """

    def __init__(
        self, questions: Questions, enter: Callable[[str, datetime], None], *, texts: bool
    ) -> None:
        self._questions = questions
        self._enter = enter
        self._texts = texts
        self._queue: Queue[Entry | threading.Event | None] = Queue(_MOST_WAITING)
        self._beginning = threading.Lock()
        self._ended = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, entry: Entry) -> None:
        """Have a question recorded; neither waits nor raises."""
        try:
            self._queue.put_nowait(entry)
        except Full:
            _log.error("a question is not recorded: too many are waiting to be written")
        self._begin()

    def flush(self, seconds: float = _END_WITHIN) -> bool:
        """Wait until all that was put in before is written; False when that takes too long."""
        if self._thread is None:
            return True
        reached = threading.Event()
        self._queue.put(reached)
        self._hurry.set()
        return reached.wait(seconds)

    def close(self) -> None:
        """Write what is waiting and end."""
        with self._beginning:
            self._ended.set()
            thread = self._thread
        if thread is not None:
            self._queue.put(None)
            self._hurry.set()
            thread.join(_END_WITHIN)

    def _begin(self) -> None:
        if self._thread is not None:
            return
        with self._beginning:
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        going_on = True
        while going_on:
            batch = self._next()
            going_on = None not in batch
            entries = [one for one in batch if isinstance(one, Entry)]
            self._write([self._prepared(one.asked) for one in entries])
            if self._texts:
                for entry in entries:
                    self._enter_all(entry)
            for one in batch:
                if isinstance(one, threading.Event):
                    one.set()

    def _next(self) -> list[Entry | threading.Event | None]:
        """What waits, at least one; what comes close together is written in one transaction."""
        batch = [self._queue.get()]
        self._hurry.wait(_GATHERING)
        self._hurry.clear()
        while len(batch) < _AT_ONCE:
            try:
                batch.append(self._queue.get_nowait())
            except Empty:
                break
        return batch

    def _prepared(self, asked: AskedQuestion) -> AskedQuestion:
        """As it may be stored: masked, or without any text and what could tell of it."""
        if not self._texts:
            return replace(asked, question="", asked_as="", site="", cited=())
        return replace(asked, question=masked(asked.question), asked_as=masked(asked.asked_as))

    def _write(self, asked: Sequence[AskedQuestion]) -> None:
        if not asked:
            return
        for attempt in range(_ATTEMPTS):
            try:
                self._questions.keep(asked)
                return
            except Exception as error:
                _log.warning("recording failed, attempt %d: %s", attempt + 1, type(error).__name__)
            self._ended.wait(_PAUSE)
        _log.error("%d questions are not recorded", len(asked))

    def _enter_all(self, entry: Entry) -> None:
        for text in entry.unanswered:
            try:
                self._enter(masked(text), entry.asked.asked_at)
            except Exception as error:
                _log.error("the work list lacks a question: %s", type(error).__name__)
