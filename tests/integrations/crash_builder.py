"""The process that gets killed while it rebuilds: says before and after what it changes meanwhile.

As in `tests/kb/crash_writer.py` a line in a log file is what was acknowledged.
"""

import json
import os
import random
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from integrations.building_state import Plan
from integrations.desk import Desk
from kb.audience import PUBLIC, STAFF
from kb.errors import InputError
from kb.index.edge import EdgeIndex
from kb.index.folders import FolderGenerations
from kb.state.generations import GenerationLedger
from kb.store import KnowledgeBase
from tests.integrations.scripted_desk import hide, ids, ingest, scripted_desk, write

DOCUMENTS = 4
PARAGRAPHS = 3
#: (label, audience) of a document, or that there is none
ABSENT = ("absent", "")


@dataclass(frozen=True)
class Change:
    """`kind` is replace, remove or hide."""

    kind: str
    number: int
    label: str

    def apply(self, desk: Desk, given: Path) -> None:
        file = f"dokument{self.number:02}.md"
        if self.kind == "replace":
            ingest(desk, write(given, self.number, self.label, PARAGRAPHS))
        elif self.kind == "remove":
            desk.knowledge.remove(ids(desk)[file])
        else:
            hide(desk, file)

    def after(self, before: tuple[str, str]) -> tuple[str, str]:
        if self.kind == "remove":
            return ABSENT
        if self.kind == "hide":
            return (before[0], STAFF)
        # an audience given by hand stays, whatever is ingested
        return (self.label, before[1] if before != ABSENT else PUBLIC)


def read_log(path: Path) -> list[tuple[str, Change]]:
    """What a process did, in order; a line cut off by the kill counts as not written."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [(word, Change(**values)) for word, values in map(json.loads, lines)]


def change_and_rebuild(data: Path, given: Path, log: Path, seed: int, model: str) -> None:
    """Both without end, until it is killed."""
    chance = random.Random(seed)
    with scripted_desk(data, model) as desk:
        threading.Thread(target=_rebuild, args=(desk, random.Random(seed)), daemon=True).start()
        file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for count in range(1_000_000):
            number = chance.randrange(DOCUMENTS)
            kind = chance.choice(["replace", "replace", "remove", "hide"])
            if f"dokument{number:02}.md" not in ids(desk):
                kind = "replace"
            change = Change(kind, number, f"{seed}x{count}")
            _say(file, "begin", change)
            change.apply(desk, given)
            _say(file, "done", change)


def _rebuild(desk: Desk, chance: random.Random) -> None:
    desk.building.run(Plan.AUTOMATIC if desk.building.needed() else Plan.FRESH)
    while True:
        try:
            desk.building.run(chance.choice([Plan.FRESH, Plan.BACK]))
        except InputError:
            continue


def _say(file: int, word: str, change: Change) -> None:
    os.write(file, (json.dumps([word, asdict(change)]) + "\n").encode())


#: what a rebuild calls, in order; before and after each of them the process can be made to die
STEPS: dict[str, tuple[type[Any], str]] = {
    "drop.mark": (GenerationLedger, "mark"),
    "drop.data": (FolderGenerations, "drop"),
    "drop.forget": (GenerationLedger, "forget"),
    "enter": (GenerationLedger, "enter"),
    "create": (FolderGenerations, "create"),
    "open document": (GenerationLedger, "open"),
    "write": (EdgeIndex, "write"),
    "take out": (EdgeIndex, "delete_document"),
    "hold": (GenerationLedger, "hold"),
    "flush": (EdgeIndex, "flush"),
    "close": (EdgeIndex, "close"),
    "open": (FolderGenerations, "open"),
    "exchange": (KnowledgeBase, "exchange"),
    "switch": (GenerationLedger, "switch"),
    "mark": (FolderGenerations, "mark"),
}


def die_at(data: Path, step: str, moment: str, call: int) -> None:
    """Rebuild for another model; die `before` or `after` that call of a step. Else exit with 0."""
    owner, method = STEPS[step]
    wanted: Callable[..., Any] = getattr(owner, method)
    calls = 0

    def dying(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        last = calls == call
        try:
            return wanted(*arguments, **options)
        finally:
            if last:
                os.kill(os.getpid(), signal.SIGKILL)

    with scripted_desk(data, "zwei") as desk:
        setattr(owner, method, dying)
        desk.building.run(Plan.AUTOMATIC)
