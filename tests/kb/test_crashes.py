"""After `kill -9` at any moment the next start repairs itself: nothing acknowledged is lost, nothing
half-written is served. Real processes, real signals, at named steps and at random moments."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.audience import PUBLIC, STAFF, Viewer
from kb.errors import NotFoundError
from kb.expansion import QueryExpander
from kb.index.port import Scope
from kb.results import Query
from kb.search import Search
from kb.synonyms import Synonyms
from kb.vocabulary import Vocabulary
from tests.forks import context
from tests.kb.crash_writer import (
    ABSENT,
    COMMITS,
    DOCUMENTS,
    STEPS,
    Change,
    die_at,
    head_of,
    read_log,
    version,
    write_until_killed,
)
from tests.kb.scripted import TODAY, Opened, ScriptedEmbedder, opened

EVERYBODY = Scope(Viewer.member_of(STAFF))
KILLS = 16
#: what a document may be after the crash: (revision, audience)
State = tuple[str, str]


def run(target: Callable[..., None], *arguments: Any) -> int:
    process = context.Process(target=target, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def write_and_kill(folder: Path, log: Path, seed: int, chance: random.Random) -> None:
    """Let a writer say some begins and dones, then kill it at a random moment after."""
    process = context.Process(target=write_until_killed, args=(folder, log, seed))
    process.start()
    lines = chance.randrange(1, 12)
    while process.is_alive() and len(read_log(log)) < lines:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.02))
    process.kill()
    process.join(60)
    assert process.exitcode == -9


def after(change: Change, before: State) -> State:
    if change.kind == "remove":
        return ABSENT
    if change.kind == "correct":
        return (before[0], change.audience)
    return (
        version(change.number, change.label, change.audience).document.revision,
        change.audience,
    )


def check(base: Opened, possible: dict[int, set[State]], texts: dict[str, list[str]]) -> None:
    """Registry, index, originals and search agree, and each document is in a possible state."""
    base.knowledge.repair()
    assert base.registry.unsettled() == []
    search = Search(
        base.index,
        base.registry,
        ScriptedEmbedder(),
        QueryExpander(Vocabulary(base.registry), Synonyms()),
    )
    stored = {document.head.document_id: document for document in base.registry.all()}
    assert base.index.total() == sum(document.passages for document in stored.values())
    kept: set[Path] = set()
    for number, states in possible.items():
        document = stored.get(head_of(number).document_id)
        state = (document.revision, document.head.audience) if document else ABSENT
        assert state in states, f"document {number} is {state}, expected one of {states}"
        passages = base.index.document_passages(head_of(number).document_id, EVERYBODY)
        found = search.find(Query(f"Kennwort{number}", EVERYBODY, TODAY), 200).passages
        mine = [entry for entry in found if f"Kennwort{number} " in entry.passage.text]
        if document is None:
            assert passages == []
            assert mine == []
            with pytest.raises(NotFoundError):
                base.registry.text(head_of(number).document_id)
            continue
        expected = texts[document.revision]
        assert [passage.text for passage in passages] == expected
        assert {passage.revision for passage in passages} == {document.revision}
        assert {passage.document.audience for passage in passages} == {document.head.audience}
        assert base.registry.text(document.head.document_id).text == "\n".join(expected)
        assert mine and {entry.passage.revision for entry in mine} == {document.revision}
        public = search.find(
            Query(f"Kennwort{number}", Scope(Viewer.public()), TODAY), 200
        ).passages
        assert document.head.audience == PUBLIC or not any(
            f"Kennwort{number} " in entry.passage.text for entry in public
        )
        assert base.knowledge.originals.read(document.content_hash) == "\n".join(expected).encode()
        kept.add(base.knowledge.originals.path(document.content_hash))
    originals = base.knowledge.originals.path("00").parents[1]
    assert {path for path in originals.rglob("*") if path.is_file()} == kept


def test_kills_at_random_moments_lose_nothing_and_leave_nothing_half(
    tmp_path: Path,
) -> None:
    folder, chance = tmp_path / "daten", random.Random(20260701)
    states: dict[int, State] = dict.fromkeys(range(DOCUMENTS), ABSENT)
    texts: dict[str, list[str]] = {}
    changes = interrupted = 0
    for round_number in range(KILLS):
        log = tmp_path / f"log{round_number}"
        write_and_kill(folder, log, round_number + 1, chance)
        possible = {number: {state} for number, state in states.items()}
        for word, change in read_log(log):
            made = version(change.number, change.label, change.audience)
            texts[made.document.revision] = [entry.passage.text for entry in made.passages]
            if word == "begin":
                [before] = possible[change.number]
                possible[change.number] = {before, after(change, before)}
                states[change.number] = after(change, before)
            else:
                possible[change.number] = {states[change.number]}
                changes += 1
        interrupted += sum(len(options) > 1 for options in possible.values())
        base = opened(folder)
        check(base, possible, texts)
        for number in possible:
            document = base.registry.find(head_of(number).document_id)
            states[number] = (document.revision, document.head.audience) if document else ABSENT
        base.close()
    assert changes > KILLS, "the writers were killed before they did anything"
    assert interrupted >= 5, "hardly any kill hit a change"


FORMER, NEWER = 4, 3
CHANGES = {
    "replace": Change("replace", 0, NEWER, STAFF),
    "remove": Change("remove", 0, NEWER),
    "correct": Change("correct", 0, NEWER, STAFF),
    "insert": Change("replace", 1, NEWER, STAFF),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_kill_at_any_step_leaves_the_state_before_or_after_the_change(
    tmp_path: Path, name: str
) -> None:
    change = CHANGES[name]
    former, newer = version(0, FORMER), version(change.number, NEWER, STAFF)
    texts = {
        made.document.revision: [entry.passage.text for entry in made.passages]
        for made in (former, newer)
    }
    assert min(map(len, texts.values())) > 100, "one write batch is not enough to be cut in half"
    present = (former.document.revision, PUBLIC)
    before = present if change.number == 0 else ABSENT
    steps = [step for step in STEPS[change.kind] if name != "insert" or step != "originals.forget"]
    moments = [(step, "before") for step in steps] + [(steps[-1], "after")]
    if "index.write" in steps:
        moments.append(("index.write", "amid"))
    for step, moment in moments:
        base = opened(tmp_path)
        if change.number:
            base.knowledge.remove(newer.document_id)
        former.write_to(base.knowledge)
        base.close()
        assert run(die_at, tmp_path, change, step, moment) == -9
        committed = any(commit in steps[: steps.index(step)] for commit in COMMITS)
        state = after(change, before) if committed else before
        base = opened(tmp_path)
        check(base, {0: {present}, change.number: {state}}, texts)
        base.close()
