"""Asking the operator's test questions: by hand, and by itself after the documents have changed.

A run goes on in a thread of its own, one question after another with as long a rest after each as its
answer took, so visitors lose at most a part of one core. What counts is the last state: a change during
a run leads to one more run afterwards. Nothing of it is recorded as asked.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.evaluation import Change, GoldenQuestion, Judged, differences, judge, newly_wrong
from integrations.probes import asked, golden_of
from integrations.switchboard import Switchboard
from kb.errors import AuskunftError, InputError
from kb.state.clock import Clock, utc_now
from kb.state.probes import Cause, ProbeRun, Probes

_log = logging.getLogger(__name__)
#: seconds after which a run that failed is tried again by itself
_PAUSE_AFTER_FAILURE = 600.0
_LONGEST_REST = 2.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run under way is."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A run beside the one before it, the most urgent verdicts first."""

    run: ProbeRun
    verdicts: Sequence[tuple[Change, Judged]]

    def count(self, change: Change) -> int:
        return sum(one is change for one, _ in self.verdicts)

    @property
    def wrong(self) -> int:
        return sum(not judged.right for _, judged in self.verdicts)


class Probing:
    """The runs of one data folder, one at a time. `busy` says whether documents are being taken in."""

    def __init__(
        self,
        board: Switchboard,
        probes: Probes,
        busy: Callable[[], bool],
        clock: Clock = utc_now,
    ) -> None:
        self._board = board
        self._probes = probes
        self._busy = busy
        self._clock = clock
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._progress: Progress | None = None
        self._not_before = 0.0
        self._problem = ""

    @property
    def progress(self) -> Progress | None:
        """None when no run is under way."""
        return self._progress

    @property
    def problem(self) -> str:
        """Why the last run was given up; empty when it was not."""
        return self._problem

    def start(self, cause: Cause = Cause.HAND) -> None:
        """Begin a run in the background; one that is under way goes on.

        Raises InputError without any test question, RebuildingError or IndexMismatchError when
        nothing can be answered.
        """
        questions = [golden_of(probe) for probe in self._probes.all()]
        if not questions:
            raise InputError("Es gibt noch keine Testfragen. Bitte zuerst eine anlegen.")
        self._board.require_serving()
        with self._turn:
            if self._progress is not None or self._stopping.is_set():
                return
            self._progress = Progress(0, len(questions))
            self._problem = ""
            self._thread = threading.Thread(
                target=self._run, args=(questions, cause), name="test-questions", daemon=True
            )
            self._thread.start()

    def catch_up(self) -> None:
        """Begin a run when the documents have changed since the last one; without one, never."""
        if self._progress is not None or self._busy() or time.monotonic() < self._not_before:
            return
        last = self._probes.runs(1)
        if not last or last[0].state == self._state() or not self._probes.all():
            return
        try:
            self.start(Cause.CHANGE)
        except AuskunftError as error:
            _log.info("the test questions wait: %s", type(error).__name__)

    def latest(self) -> Compared | None:
        """The last run beside the one before; None when there was none."""
        runs = self._probes.runs(2)
        return compared(runs) if runs else None

    def compared(self, run_id: int) -> Compared:
        """A run beside the one before. Raises NotFoundError."""
        return compared(self._probes.run_and_before(run_id))

    def newly_wrong(self) -> int:
        """How many test questions went right in the run before the last one and go wrong now."""
        now, *before = [
            [Judged.of(one) for one in run.verdicts] for run in self._probes.runs(2)
        ] or [[]]
        return newly_wrong(now, before[0] if before else None)

    def close(self) -> None:
        """Give up the run under way; it leaves nothing behind."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _state(self) -> str:
        lane = self._board.lane
        return f"{lane.generation.name}:{self._board.knowledge.registry.changes()}"

    def _run(self, questions: Sequence[GoldenQuestion], cause: Cause) -> None:
        try:
            self._ask_all(questions, cause)
        except Exception as error:
            self._not_before = time.monotonic() + _PAUSE_AFTER_FAILURE
            known = isinstance(error, AuskunftError)
            self._problem = str(error) if known else "Unerwarteter Fehler, siehe Protokoll."
            if known:
                _log.warning("the test questions are given up: %s", type(error).__name__)
            else:
                _log.exception("the test questions are given up")
        finally:
            self._progress = None

    def _ask_all(self, questions: Sequence[GoldenQuestion], cause: Cause) -> None:
        began, state = self._clock(), self._state()
        verdicts: list[Judged] = []
        for number, question in enumerate(questions, 1):
            begin = time.perf_counter()
            answer = asyncio.run(self._board.lane.assistant.answer(asked(question)))
            verdicts.append(judge(question, answer.as_dict()))
            self._progress = Progress(number, len(questions))
            if self._stopping.wait(min(time.perf_counter() - begin, _LONGEST_REST)):
                return
        self._probes.keep(_kept(began, self._clock(), cause, state, verdicts))


def compared(runs: Sequence[ProbeRun]) -> Compared:
    """The first of these runs beside the second one, if there is one."""
    now, *before = [[Judged.of(one) for one in run.verdicts] for run in runs[:2]]
    return Compared(runs[0], differences(now, before[0] if before else None))


def _kept(
    began: datetime, finished: datetime, cause: Cause, state: str, verdicts: Sequence[Judged]
) -> ProbeRun:
    return ProbeRun(began, finished, cause, state, [verdict.as_dict() for verdict in verdicts])
