"""`kill -9` at random moments of real services and commands, and whether all is as it must be after.

A round changes files, has a service or a command work on them, and kills it. Then the folder is opened
here and compared with what had been acknowledged; then a service starts again, does what jobs are
left, and all must be exactly as ordered. Some starts are killed, too.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import folders
from tests.integrations.running import Service, start
from tests.long.expected import Expected
from tests.long.inspection import damage, inspect, left_over, mend
from tests.long.papers import Shelf
from tests.long.work import CommandWork, ServiceWork, Work, finish_jobs, listed

#: seconds in which a service is ready, jobs are over, leftovers are gone
_PATIENCE = 60.0
_LEFT_ALONE = 10.0


@dataclass
class Kills:
    """The figures of a run; `findings` are what must never be."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    interrupted: int = 0
    compared: int = 0
    restart_seconds: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.kills.values())


class Rounds:
    """One data folder that lives through all of them."""

    def __init__(self, place: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._data = folders.prepared(place / "daten")
        self._temporary = place / "tmp"
        self._temporary.mkdir()
        self._inbox = Shelf.filled(place / "eingang", notes=8, mails=2, archives=2)
        self._stock = Shelf.filled(place / "bestand", notes=6, mails=1, archives=0)
        self._expected = Expected()
        self.figures = Kills(seed)

    def run(self, kills: int, tell: Callable[[str], None] = lambda line: None) -> Kills:
        """So many kills, and some more where starts were killed."""
        service = self._started()
        work = ServiceWork(service, self._expected)
        for shelf in (self._inbox, self._stock):
            work.ingest(shelf, prune=False)
        self._settle(service, work)
        while self.figures.total < kills:
            begin = time.monotonic()
            self._change_files()
            if self._chance.random() < 0.55:
                work = self._kill_service(service)
            else:
                self._killed(service, "")
                work = self._kill_command()
            self._compare(work)
            service = self._started(work)
            self._settle(service, work)
            tell(f"{self.figures.total:3} {work.name:28} {time.monotonic() - begin:5.1f} s")
        self._killed(service, "")
        return self.figures

    def _change_files(self) -> None:
        """New versions, renamed and missing files, one more now and then."""
        shelf, chance = self._inbox, self._chance
        for name in chance.sample(sorted(shelf.papers), chance.randrange(3, 8)):
            shelf.put(name, shelf.papers[name].next())
        name = chance.choice(sorted(shelf.papers))
        if chance.random() < 0.4:
            shelf.rename(name, f"n{chance.randrange(10**6):06}{Path(name).suffix}")
        if chance.random() < 0.3 and len(shelf.papers) > 8:
            shelf.take_away(chance.choice(sorted(shelf.papers)))
        elif len(shelf.papers) < 14:
            suffix = chance.choice((".md", ".eml", ".zip"))
            number = chance.randrange(10**6)
            shelf.add(f"q{number:06}{suffix}", suffix)

    def _kill_service(self, service: Service) -> Work:
        """It works, over HTTP, until it is killed."""
        chance = self._chance
        work = ServiceWork(service, self._expected)
        moment = time.monotonic() + chance.uniform(0, 3.0)
        kind = chance.choice(
            ("ingest", "ingest", "ingest and changes", "changes", "cancel", "two jobs")
        )
        work.name = f"service: {kind}"
        with work.killed_at(moment):
            if kind != "changes":
                work.ingest(self._inbox, prune=chance.random() < 0.5)
            if kind == "two jobs":
                work.ingest(self._stock, prune=False)
            if kind == "cancel":
                work.cancel_after(chance.uniform(0, 1.5))
            if "changes" in kind:
                work.change(self._stock, chance)
            work.watch()
        self._killed(service, work.name)
        return work

    def _kill_command(self) -> Work:
        """A command that finds no service works in its own process, until it is killed."""
        chance = self._chance
        kind = chance.choice(
            ("ingest", "ingest", "remove", "set", "check --repair", "check --repair")
        )
        stocked = bool(CommandWork.changeable(self._expected, self._stock))
        if not stocked:  # the rounds before have removed all
            kind = "ingest"
        work = CommandWork(self._data, self._temporary, self._expected)
        work.name = f"command: {kind}"
        if kind == "ingest":
            shelf = chance.choice(
                (self._inbox, self._inbox, self._stock) if stocked else (self._stock,)
            )
            work.ingest(shelf, prune=shelf is self._inbox and chance.random() < 0.5)
        elif kind == "check --repair":
            damage(self._data, self._stock, chance)
            work.repair()
        else:
            work.change(self._stock, chance, remove=kind == "remove")
        time.sleep(chance.uniform(0.3, 4.5))
        if work.kill():
            self.figures.kills[work.name] += 1
        self._expect_nothing_left(work.name)
        if kind == "check --repair":
            self.figures.findings += mend(self._data)
        return work

    def _started(self, work: Work | None = None) -> Service:
        """A service that is ready; one in four starts before it is killed, too."""
        while work is not None and self._chance.random() < 0.25:
            service = self._start()
            time.sleep(self._chance.uniform(0, 3.0))
            self._killed(service, "service: start")
        begin = time.monotonic()
        service = self._start().wait()
        self.figures.restart_seconds.append(time.monotonic() - begin)
        return service

    def _start(self) -> Service:
        return start(self._data, "--data", self._data, TMPDIR=str(self._temporary))

    def _killed(self, service: Service, name: str) -> None:
        if service.process.poll() is not None and service.process.returncode != -signal.SIGKILL:
            self.figures.findings.append(
                f"{name}: ended by itself: {service.log.read_text()[-500:]}"
            )
        service.stop(signal.SIGKILL)
        if name:
            self.figures.kills[name] += 1
        self._expect_nothing_left(name)

    def _expect_nothing_left(self, name: str) -> None:
        deadline = time.monotonic() + _LEFT_ALONE
        while (left := left_over(self._temporary)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.figures.findings += [f"{name}: {entry}" for entry in left]

    def _compare(self, work: Work) -> None:
        """What is there now against what was acknowledged, before any job goes on."""
        figures = self.figures
        figures.acknowledged += work.acknowledged
        figures.interrupted += work.ambiguous
        found, problems = inspect(self._data)
        problems += self._expected.wrong(found)
        figures.compared += len(found)
        figures.findings += [f"after {work.name}: {problem}" for problem in problems]

    def _settle(self, service: Service, work: Work) -> None:
        """Jobs go on and end; then everything is as it was ordered."""
        problems = finish_jobs(service, work, _PATIENCE)
        work.expect_finished()
        problems += self._expected.wrong(listed(service))
        self.figures.findings += [f"resumed after {work.name}: {problem}" for problem in problems]
