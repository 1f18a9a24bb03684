"""After `kill -9` at any moment of a rebuild the next start answers, whole documents only, and goes on.
Real processes, real signals, at named steps and at random moments, with changes at the same time."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.building_state import Plan
from integrations.desk import Desk
from kb.audience import PUBLIC, Viewer
from tests import folders
from tests.forks import context
from tests.integrations.crash_builder import (
    ABSENT,
    DOCUMENTS,
    PARAGRAPHS,
    STEPS,
    change_and_rebuild,
    die_at,
    read_log,
)
from tests.integrations.scripted_desk import (
    every_document,
    ingest,
    scripted_desk,
    states,
    texts_of,
    write,
)

KILLS = 6  # `make check-long` kills far more often
State = tuple[str, str]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        yield folder


def run(target: Callable[..., None], *arguments: Any) -> int:
    process = context.Process(target=target, args=arguments)
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return process.exitcode


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """Documents in a second generation, so that a rebuild has one to drop before it begins."""
    with folders.quick_folder() as folder:
        with scripted_desk(folder / "daten", "eins") as desk:
            for number in range(DOCUMENTS):
                write(folder / "unterlagen", number, "alt", PARAGRAPHS)
            ingest(desk, folder / "unterlagen")
            desk.building.run(Plan.FRESH)
        yield folder / "daten"


def check_whole(desk: Desk) -> None:
    """It answers, and all there is agrees with the registry."""
    desk.require_serving()
    documents = desk.parts.registry.all()
    assert desk.knowledge.index.total() == sum(document.passages for document in documents)
    assert desk.parts.registry.unsettled() == []
    assert desk.parts.generations.marked() == desk.board.lane.generation.name
    assert desk.embedder.model_id == desk.board.lane.generation.fingerprint["model"]
    known = states(desk)
    assert list(known.values()).count("current") == 1
    assert "dropped" not in known.values()
    assert set(desk.parts.generations.names()) <= set(known)
    assert len(known) <= 2


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_an_index_that_answers_and_a_rebuild_that_goes_on(
    prepared: Path, tmp_path: Path, step: str
) -> None:
    for moment, call in moments_of(step):
        data = tmp_path / f"{moment}{call}"
        shutil.copytree(prepared, data)
        assert run(die_at, data, step, moment, call) == -9, (step, moment, call)
        with scripted_desk(data, "zwei") as desk:
            check_whole(desk)
            committed = desk.embedder.model_id == "scripted/zwei"
            assert committed == (step == "mark" or (step, moment) in AFTER_COMMIT)
            assert every_document(desk) == dict.fromkeys(range(DOCUMENTS), ("alt", PARAGRAPHS))
            if desk.building.needed():
                desk.building.run(Plan.AUTOMATIC)
            check_whole(desk)
            assert desk.embedder.model_id == "scripted/zwei"
            assert every_document(desk) == dict.fromkeys(range(DOCUMENTS), ("alt", PARAGRAPHS))
        shutil.rmtree(data)


def moments_of(step: str) -> list[tuple[str, int]]:
    """When to die: after a step, which is before the next one; before it where much hangs on it."""
    before = {"drop.mark", "write", "exchange", "switch", "mark"}
    several = {"write", "hold", "take out"}
    return [("before", 1)] * (step in before) + [("after", 1)] + [("after", 2)] * (step in several)


#: from here on the new generation is in use
AFTER_COMMIT = {("switch", "after"), ("exchange", "after")}


def test_kills_at_random_moments_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    data, given = tmp_path / "daten", tmp_path / "unterlagen"
    chance = random.Random(20260917)
    possible: dict[int, set[State]] = {number: {ABSENT} for number in range(DOCUMENTS)}
    changes = 0
    generations: set[str] = set()
    for round_number in range(KILLS):
        model = chance.choice(["eins", "zwei"])
        log = tmp_path / f"log{round_number}"
        rebuild_and_kill(data, given, log, round_number + 1, model, chance)
        for word, change in read_log(log):
            before = possible[change.number]
            if word == "begin":
                [state] = before
                possible[change.number] = {state, change.after(state)}
            else:
                possible[change.number] = {max(before - {state}, default=state)}
                changes += 1
        with scripted_desk(data, chance.choice(["eins", "zwei"])) as desk:
            check_whole(desk)
            generations |= set(states(desk))
            found = check_states(desk, possible)
            if chance.random() < 0.5:
                desk.building.run(chance.choice([Plan.AUTOMATIC, Plan.FRESH]))
                check_whole(desk)
                assert check_states(desk, possible) == found
        possible = {number: {state} for number, state in found.items()}
    assert changes > KILLS, "the processes were killed before they did anything"
    assert len(generations) > 2, "hardly any rebuild came to its end"


def rebuild_and_kill(
    data: Path, given: Path, log: Path, seed: int, model: str, chance: random.Random
) -> None:
    process = context.Process(target=change_and_rebuild, args=(data, given, log, seed, model))
    process.start()
    lines = chance.randrange(2, 24)
    while process.is_alive() and len(read_log(log)) < lines:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.05))
    process.kill()
    process.join(60)
    assert process.exitcode == -9


def check_states(desk: Desk, possible: dict[int, set[State]]) -> dict[int, State]:
    """Each document is in a possible state, for every reader and in the index itself."""
    stored = {entry.head.file: entry for entry in desk.parts.registry.all()}
    found: dict[int, State] = {}
    for number, (label, count) in every_document(desk).items():
        document = stored.get(f"dokument{number:02}.md")
        state = (label, document.head.audience) if document else ABSENT
        assert state in possible[number], f"document {number}: {state}, not in {possible[number]}"
        assert count == (PARAGRAPHS if document else 0)
        public = texts_of(desk, number, Viewer.public())
        assert len(public) == (count if state[1] == PUBLIC else 0)
        found[number] = state
    return found
