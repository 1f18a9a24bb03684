"""The committed state, the list of sets and the page that shows both belong together."""

from pathlib import Path

from assistant.evaluation import read_baseline, write_baseline
from integrations.cli.evaluation_report import LastStatePage
from integrations.cli.evaluation_sets import read_sets
from tests.folders import REPOSITORY

FOLDER = REPOSITORY / "tests" / "evaluation"
BASELINE = FOLDER / "baseline.json"
PAGE = REPOSITORY / "docs" / "evaluation.md"
SETS = read_sets(FOLDER / "sets.toml")


def test_every_set_has_a_committed_state() -> None:
    assert list(read_baseline(BASELINE)) == [entry.name for entry in SETS.all]


def test_page_shows_the_committed_state() -> None:
    states = read_baseline(BASELINE)
    assert LastStatePage.read(PAGE).with_states(states) == PAGE.read_text("utf-8"), (
        "docs/evaluation.md and tests/evaluation/baseline.json are renewed together: make eval-write"
    )


def test_state_is_as_the_command_writes_it_and_small(tmp_path: Path) -> None:
    write_baseline(tmp_path / "again.json", read_baseline(BASELINE))
    assert (tmp_path / "again.json").read_bytes() == BASELINE.read_bytes()
    assert BASELINE.stat().st_size < 200_000


def test_samples_are_measured_quickly_and_everywhere() -> None:
    samples = SETS.all[0]
    assert samples.name == "samples" and samples.quick
    assert all(path.exists() for path in samples.paths)
    assert all(path.resolve().is_relative_to(REPOSITORY) for path in samples.paths)


def test_no_set_reads_the_large_tables(shared_folder: Path) -> None:
    tables = {path.resolve() for path in shared_folder.rglob("*.xlsx")}
    assert tables
    for entry in SETS.golden:
        assert not any(table.is_relative_to(path) for table in tables for path in entry.corpus)
