"""The process that gets killed: changes a knowledge base and says before and after what it does.

Each change is one line in a log file: `begin` before it, `done` after it returned. What a killed
process wrote to a file is kept by the kernel, so the log is what was acknowledged.
"""

import json
import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.audience import PUBLIC, STAFF
from kb.passages import DocumentHead
from tests.kb.scripted import Opened, Revision, head, opened, revision

DOCUMENTS = 5
ABSENT = ("absent", "")


def head_of(number: int, audience: str = PUBLIC) -> DocumentHead:
    return head(f"dokument{number}.md", audience=audience)


def version(number: int, label: int, audience: str = PUBLIC) -> Revision:
    """The same texts for the same numbers, in the writer and in the test; several write batches."""
    texts = [
        f"Kennwort{number} Fassung{label} Absatz {part}" for part in range(1 + (label * 37) % 160)
    ]
    return revision(head_of(number, audience), texts, f"{label:08d}{audience}")


@dataclass(frozen=True)
class Change:
    """`kind` is replace, remove or correct; `label` tells revisions apart."""

    kind: str
    number: int
    label: int
    audience: str = PUBLIC

    def apply(self, base: Opened) -> None:
        made = version(self.number, self.label, self.audience)
        if self.kind == "replace":
            made.write_to(base.knowledge)
        elif self.kind == "remove":
            base.knowledge.remove(made.document_id)
        else:
            wanted = head_of(self.number, self.audience)
            base.knowledge.correct(made.document_id, wanted, {"audience": self.audience})


def read_log(path: Path) -> list[tuple[str, Change]]:
    """What a writer did, in order; a line cut off by the kill counts as not written."""
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [(word, Change(**values)) for word, values in map(json.loads, lines)]


def write_until_killed(folder: Path, log: Path, seed: int) -> None:
    """Changes without end, chosen by the seed."""
    base = opened(folder)
    base.knowledge.repair()
    chance = random.Random(seed)
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    present = {stored.head.file for stored in base.registry.all()}
    for count in range(1_000_000):
        number = chance.randrange(DOCUMENTS)
        kind = chance.choice(["replace", "replace", "replace", "remove", "correct"])
        name = head_of(number).file
        if name not in present:
            kind = "replace"
        present = present - {name} if kind == "remove" else present | {name}
        change = Change(kind, number, seed * 10_000 + count, chance.choice([PUBLIC, STAFF]))
        _say(file, "begin", change)
        change.apply(base)
        _say(file, "done", change)


def _say(file: int, word: str, change: Change) -> None:
    values: dict[str, Any] = {
        "kind": change.kind,
        "number": change.number,
        "label": change.label,
        "audience": change.audience,
    }
    os.write(file, (json.dumps([word, values]) + "\n").encode())


#: the calls of each kind of change, in order: before each of them the process can be made to die
STEPS = {
    "replace": (
        "registry.begin",
        "originals.keep",
        "index.write",
        "registry.commit",
        "index.delete_document",
        "originals.forget",
        "registry.settle",
    ),
    "remove": (
        "registry.remove",
        "index.delete_document",
        "originals.forget",
        "registry.settle",
    ),
    "correct": ("registry.correct", "index.update_head", "registry.settle"),
}
COMMITS = ("registry.commit", "registry.remove", "registry.correct")


def die_at(folder: Path, change: Change, step: str, moment: str) -> None:
    """Make one change; kill this process `before`, `amid` or `after` the step. Else exit with 0."""
    base = opened(folder)
    owner_name, method = step.split(".")
    owner = getattr(base.knowledge, owner_name)
    wanted: Callable[..., Any] = getattr(owner, method)

    def dying(*arguments: Any, **options: Any) -> Any:
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if moment == "amid":
            _die_at_second_batch(base)
        wanted(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, method, dying)
    change.apply(base)
    base.close()


def _die_at_second_batch(base: Opened) -> None:
    index: Any = base.index
    update, calls = index._update, []

    def counted(operation: Any) -> None:
        calls.append(operation)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        update(operation)

    index._update = counted
