"""Rebuilding the index while it answers: which generation, filling it, going over to it.

A half-built generation is continued. In a service this runs in a thread that has another process do
the filling, and tries again until it succeeds; on the command line, in the process itself.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ingest.rebuild import Advance, report_of
from ingest.report import RunReport
from integrations.building_state import BuildState, Listener, Phase, Plan
from integrations.child import Child
from integrations.filling import fill, rebuild_of
from integrations.parts import answers_with, fingerprint_of, satisfies, stored_in
from integrations.switchboard import Switchboard
from integrations.tidying import KEPT, Tidying
from kb.embedding.cache import CachedEmbedder
from kb.errors import AuskunftError, InputError, RebuildingError, ServiceError
from kb.index.port import Index
from kb.state.clock import utc_now
from kb.state.generations import Generation, GenerationState

_log = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 600.0
_ENDED = "Der Dienst ist beendet worden; der Neuaufbau geht bei seinem nächsten Start weiter."
_UNEXPECTED = "Es ist ein unerwarteter Fehler aufgetreten, Einzelheiten stehen im Protokoll."

Filling = Callable[[Generation], None]


class Building:
    """The rebuilds of one data folder, one at a time."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._parts = board.parts
        self._state: BuildState | None = None
        self._listeners: list[Listener] = []
        self._turn = threading.Lock()
        self._active = False
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._again = threading.Event()
        self._tidying = Tidying(self._parts, self._turn, lambda: self._active)
        self._stopping = False
        board.refusal = self._refusal
        self._sweep()

    @property
    def state(self) -> BuildState | None:
        """The build under way, or one that somebody has to go on with; None when there is none."""
        if self._state is not None:
            return self._state
        left = self._half_built()
        if left is None:
            return None
        held = sum(bool(entry.of_revision) for entry in self._parts.ledger.held(left.name))
        total = len(self._parts.registry.all())
        return replace(
            _beginning(left, Phase.INTERRUPTED),
            began=left.created_at,
            done=held,
            total=total,
            share=held / max(total, 1),
        )

    def needed(self) -> bool:
        """Whether the settings ask for another index than the one in use, or a build is unfinished.

        What an operator went back from is not built again by itself.
        """
        lane, wanted = self._board.lane, self._board.wanted
        half = self._half_built()
        if lane.mismatch is not None or (half is not None and stored_in(half) == wanted):
            return True
        if satisfies(stored_in(lane.generation), wanted):
            return False
        return not any(
            one.state is GenerationState.SET_ASIDE and satisfies(stored_in(one), wanted)
            for one in self._parts.ledger.all()
        )

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told how it goes on, from another thread; call what is returned to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def run(self, plan: Plan) -> RunReport:
        """Do it all in this process, which serves nobody.

        Raises InputError when there is nothing to go back to, StorageFullError, EmbeddingError.
        """
        try:
            return self._work(plan, self._fill_here)
        finally:
            self._state = None

    def start(self, plan: Plan, listener: Listener | None = None) -> Callable[[], None]:
        """Do it in the background; one that is under way already goes on, a paused one at once.

        The listener hears of it until the end; call what is returned when it does not want to.
        Raises InputError when going back has to wait for a build or leads nowhere.
        """
        with self._turn:
            if plan is Plan.BACK:
                self._require_rest()
                self._target_back()
            end = self.listen(listener) if listener is not None else lambda: None
            if self._active:
                self._again.set()
                if self._state is not None:
                    self._tell(self._state)
                return end
            self._active = True
            self._thread = threading.Thread(target=self._persist, args=(plan,), name="building")
            self._thread.start()
            return end

    def resume(self) -> None:
        """What a service does at its start: rebuild if need be, forget what nobody wants any more."""
        self._tidying.start()
        if self.needed():
            self.start(Plan.AUTOMATIC)
            return
        half = self._half_built()
        if half is not None:
            self._drop(half)

    def stop(self) -> None:
        """End the build, to be continued at the next start; a switch that has begun is finished."""
        self._stopping = True
        self._again.set()
        if self._child is not None:
            self._child.kill()
        if self._thread is not None:
            self._thread.join()
        self._tidying.stop()

    def drop_kept(self) -> list[str]:
        """Delete the generations that could be gone back to; returns their names."""
        with self._turn:
            self._require_rest()
            self._tidying.give_way()
            dropped = [one for one in self._parts.ledger.all() if one.state in KEPT]
            for one in dropped:
                self._drop(one)
            return [one.name for one in dropped]

    def _require_rest(self) -> None:
        if self._active:
            raise InputError("Der Suchindex wird gerade neu aufgebaut. Bitte das Ende abwarten.")

    def _refusal(self) -> AuskunftError | None:
        """What to tell whoever asks while no generation answers; None when nobody builds."""
        state = self._state
        if state is None:
            return None
        if state.phase is Phase.PAUSED:
            said = "muss neu aufgebaut werden, das ist noch nicht gelungen"
        else:
            said = f"wird gerade neu aufgebaut (etwa {state.percent} % sind geschafft)"
        return RebuildingError(
            f"Der Suchindex {said}. Bitte in einigen Minuten noch einmal fragen.",
            state.seconds_left,
        )

    def _persist(self, plan: Plan) -> None:
        """In a thread: until it has succeeded, or there is nobody left to do it for."""
        pause = _FIRST_PAUSE
        end: RunReport | AuskunftError | None = None
        while end is None:
            end = self._try(plan, pause)
            if end is None:
                self._again.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        with self._turn:
            self._active, self._state = False, None
            self._tell(end)

    def _try(self, plan: Plan, pause: float) -> RunReport | AuskunftError | None:
        """How it ended, None when it is to be tried again."""
        if self._stopping:
            return ServiceError(_ENDED)
        try:
            if plan is Plan.AUTOMATIC and not self.needed():
                return RunReport()
            return self._work(plan, self._fill_elsewhere)
        except InputError as error:
            return error
        except Exception as error:
            failure = _ours(error)
            if plan is Plan.BACK:
                return failure
            if not self._stopping:
                self._pause(failure, pause)
            return None

    def _pause(self, failure: AuskunftError, seconds: float) -> None:
        self._again.clear()
        if self._stopping:
            self._again.set()
        again = utc_now() + timedelta(seconds=seconds)
        if self._state is not None:
            self._state = replace(
                self._state, phase=Phase.PAUSED, error=str(failure), retry_at=again
            )
        _log.error("rebuilding the index failed, trying again in %.0f s: %s", seconds, failure)
        self._tell(
            ServiceError(
                f"Der Neuaufbau des Suchindex ist unterbrochen: {failure} Der Dienst versucht es in "
                f"{seconds:.0f} Sekunden wieder und macht dort weiter."
            )
        )

    def _work(self, plan: Plan, filling: Filling) -> RunReport:
        begin = time.perf_counter()
        self._tidying.give_way()
        target = self._target(plan)
        for _ in range(2):
            self._enter(_beginning(target, Phase.FILLING))
            filling(target)
            self._enter(_beginning(target, Phase.SWITCHING), share=1.0)
            report = self._go_over(target, plan, begin)
            if report is not None:
                return report
            self._parts.ledger.clear(target.name)
            self._parts.generations.drop(target.name)
        raise ServiceError(
            "Der neue Suchindex enthält nicht, was hineingeschrieben wurde. Bitte den Datenträger "
            "prüfen; der bisherige bleibt in Gebrauch."
        )

    def _target(self, plan: Plan) -> Generation:
        """The generation to go over to: one that is there, or a new one."""
        self._sweep()
        if plan is Plan.BACK:
            return self._target_back()
        wanted, ledger = self._board.wanted, self._parts.ledger
        fitting = [GenerationState.BUILDING, *(KEPT if plan is Plan.AUTOMATIC else ())]
        others = [one for one in ledger.all() if one.state is not GenerationState.CURRENT]
        there = [one for one in others if one.state in fitting and stored_in(one) == wanted]
        for one in others:
            if one not in there[:1]:
                self._drop(one)
        if there:
            return there[0]
        name = self._parts.generations.next_name([one.name for one in ledger.all()])
        return ledger.enter(name, wanted.as_dict(), self._parts.settings.model_choice)

    def _target_back(self) -> Generation:
        kept = [one for one in self._parts.ledger.all() if one.state in KEPT]
        if not kept:
            raise InputError(
                "Es gibt keine frühere Generation des Suchindex, zu der zurückgeschaltet werden "
                "könnte. „auskunft generations list“ zeigt alle."
            )
        return kept[-1]

    def _go_over(self, target: Generation, plan: Plan, begin: float) -> RunReport | None:
        """The last changes and the switch; None when the generation turns out to be damaged."""
        parts, former = self._parts, self._board.lane
        embedder = self._embedder_for(target)
        index = parts.generations.open(target.name, stored_in(target))
        rebuild = rebuild_of(parts, target, index, embedder)
        leave = GenerationState.SET_ASIDE if plan is Plan.BACK else GenerationState.FORMER

        def commit() -> None:
            rebuild.catch_up()
            index.flush()
            parts.ledger.switch(target.name, leave)

        try:
            rebuild.catch_up()
            if not rebuild.whole():
                self._close(index, embedder)
                return None
            seconds = time.perf_counter() - begin
            report = report_of(target.name, parts.registry, parts.ledger, seconds)
            self._board.switch(target, index, embedder, commit)
        except BaseException:
            if self._board.knowledge.index is not index:
                self._close(index, embedder)
            raise
        if former.lost:
            self._parts.ledger.mark(former.generation.name, GenerationState.DROPPED)
        return report

    def _embedder_for(self, target: Generation) -> CachedEmbedder:
        in_use, stored = self._board.lane.embedder, stored_in(target)
        if answers_with(in_use, stored) and fingerprint_of(in_use).tokens == stored.tokens:
            return in_use
        return self._parts.embedder(target.embedder)

    def _close(self, index: Index, embedder: CachedEmbedder) -> None:
        index.close()
        self._release(embedder)

    def _release(self, embedder: CachedEmbedder) -> None:
        if embedder is not self._board.lane.embedder:
            embedder.close()

    def _fill_here(self, target: Generation) -> None:
        embedder = self._embedder_for(target)
        try:
            fill(self._parts, target, embedder, self._advanced)
        finally:
            self._release(embedder)

    def _fill_elsewhere(self, target: Generation) -> None:
        """In another process, unless there is hardly anything to do."""
        if target.state in KEPT and not self._parts.ledger.gap(target.name).content:
            return
        child = Child(self._parts.settings, self._parts.folder.path, target.name)
        self._child = child
        try:
            if not self._stopping:
                child.follow(self._advanced)
        finally:
            self._child = None
            child.end()
        if self._stopping:
            raise ServiceError(_ENDED)

    def _advanced(self, advance: Advance) -> None:
        state = self._state
        if state is not None:
            before = advance.share if not state.total else state.share_before
            self._enter(
                replace(state, done=advance.done, total=advance.total, name=advance.name),
                share=advance.share,
                share_before=before,
            )

    def _enter(self, state: BuildState, **changes: float) -> None:
        self._state = replace(state, **changes)  # type: ignore[arg-type]
        self._tell(self._state)

    def _tell(self, news: BuildState | RunReport | AuskunftError) -> None:
        for listener in list(self._listeners):
            try:
                listener(news)
            except Exception as error:  # whoever asked is gone; the work goes on
                _log.warning("nobody heard of the rebuild: %s", error)

    def _half_built(self) -> Generation | None:
        building = GenerationState.BUILDING
        return next((one for one in self._parts.ledger.all() if one.state is building), None)

    def _drop(self, generation: Generation) -> None:
        """In this order, so that a crash leaves something to be finished and nothing forgotten."""
        self._parts.ledger.mark(generation.name, GenerationState.DROPPED)
        self._parts.generations.drop(generation.name)
        self._parts.ledger.forget(generation.name)

    def _sweep(self) -> None:
        """Finish deletions that a crash interrupted."""
        for one in self._parts.ledger.all():
            if one.state is GenerationState.DROPPED:
                self._drop(one)


def _beginning(target: Generation, phase: Phase) -> BuildState:
    return BuildState(target.name, str(target.fingerprint.get("model", "")), phase, utc_now())


def _ours(error: Exception) -> AuskunftError:
    if isinstance(error, AuskunftError):
        return error
    _log.error("rebuilding failed", exc_info=error)
    return ServiceError(_UNEXPECTED)
