"""Test questions and their runs on both databases."""

from datetime import datetime, timedelta

import pytest

from kb.errors import InputError, NotFoundError
from kb.state.database import Database
from kb.state.probes import MOST_PROBES, Cause, Probe, ProbeRun, Probes
from tests.kb.state.ticking import TickingClock

NOW = datetime(2026, 11, 22, 12)


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def probes(database: Database, clock: TickingClock) -> Probes:
    return Probes(database, clock)


def probe(probe_id: str, text: str = "Wie hoch?") -> Probe:
    return Probe(probe_id, text, "public", {"status": "answered", "sources": []})


def run(number: int) -> ProbeRun:
    began = NOW + timedelta(hours=number)
    verdicts = [{"id": "a", "reasons": [], "number": number}]
    return ProbeRun(began, began, Cause.CHANGE, f"g:{number}", verdicts)


def test_written_anew_removed_and_in_order(probes: Probes, clock: TickingClock) -> None:
    probes.put([probe("b")])
    clock.move(minutes=1)
    probes.put([probe("a")])
    probes.put([probe("b", "Wie viel\0?")])
    assert [(one.probe_id, one.text) for one in probes.all()] == [
        ("b", "Wie viel\ufffd?"),
        ("a", "Wie hoch?"),
    ]
    assert probes.find("a") == probe("a")
    probes.remove("a")
    for gone in (probes.find, probes.remove):
        with pytest.raises(NotFoundError, match="'a' gibt es nicht"):
            gone("a")


def test_too_many_are_refused_whole(probes: Probes) -> None:
    probes.put([probe(f"p{number}") for number in range(MOST_PROBES)])
    with pytest.raises(InputError, match=f"höchstens {MOST_PROBES}"):
        probes.put([probe("p0", "anders"), probe("neu")])
    assert probes.find("p0").text == "Wie hoch?" and len(probes.all()) == MOST_PROBES


def test_runs_are_kept_the_latest_first_and_the_oldest_go(probes: Probes) -> None:
    assert probes.runs() == []
    for number in range(32):
        probes.keep(run(number))
    found = probes.runs()
    assert len(found) == 30
    assert (found[0].state, found[-1].state) == ("g:31", "g:2")
    assert found[0].verdicts == [{"id": "a", "reasons": [], "number": 31}]
    assert found[0].cause is Cause.CHANGE and found[0].began_at == NOW + timedelta(hours=31)
    assert [one.state for one in probes.run_and_before(found[3].run_id)] == ["g:28", "g:27"]
    assert len(probes.run_and_before(found[-1].run_id)) == 1  # nothing is left before it
    with pytest.raises(NotFoundError, match="Lauf 1 "):
        probes.run_and_before(1)
