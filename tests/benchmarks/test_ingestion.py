"""`make bench`: ingestion by stage, beside Haystack's own parts, a run without changes, a large sheet.

On the samples and, where it is there, `../shared/corpus` (or BENCH_CORPUS); with
BENCH_SHEETS=1 also its workbooks. The two sides take turns file by file, so that a machine
whose speed moves is the same for both. Prints figures; only the skipping of unchanged files is held
to a bound.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.run import Ingestion
from ingest.sources import discover
from integrations.desk import open_desk
from integrations.settings import Settings
from kb.embedding.model_folder import ensure_model_folder
from tests import folders
from tests.benchmarks.ingestion.corpus import corpus, sheets, write_small_documents
from tests.benchmarks.ingestion.haystack_parts import HaystackParts, is_installed
from tests.benchmarks.ingestion.measured import Measured, Stages, total_of
from tests.benchmarks.ingestion.ours import Ours
from tests.benchmarks.ingestion.processes import PeakMemory
from tests.kb.scripted import ScriptedEmbedder, opened

pytestmark = pytest.mark.benchmark

_SMALL = 2_000
_COMMAND = "from integrations.cli import main; main()"

#: each file as both sides took it; theirs is None where they have no converter, or are not installed
Pairs = list[tuple[Measured, Measured | None]]


@pytest.fixture(scope="module")
def measured(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Pairs, Stages, Stages | None]]:
    """The corpus through both, file by file."""
    folder = tmp_path_factory.mktemp("ingestion")
    theirs = (
        HaystackParts(ensure_model_folder(folder / "fp32", fp32=True)) if is_installed() else None
    )
    with open_desk(Settings(), folder / "data") as desk, pytest.MonkeyPatch.context() as patch:
        ours = Ours(desk, patch)
        pairs = [
            (ours.take(source), theirs.take(source) if theirs else None)
            for source in discover(corpus())
        ]
        yield pairs, ours.stages, theirs.stages if theirs else None


def test_stages(measured: tuple[Pairs, Stages, Stages | None]) -> None:
    pairs, stages, _ = measured
    files = [ours for ours, _ in pairs]
    total = total_of(files)
    print(f"\n{'file':56} {'pages':>5} {'OCR':>4} {'passages':>8} {'s':>7}")
    for file in files:
        print(f"{file.file:56.56} {file.pages:5} {file.ocr_pages:4} {file.passages:8} "
              f"{file.seconds:7.2f}")  # fmt: skip
    print(f"ingest: {len(files)} files, {total.line()}", *stages.lines(total.seconds), sep="\n")
    assert total.passages > 0


def test_beside_haystack(measured: tuple[Pairs, Stages, Stages | None]) -> None:
    """Files from which both took text, and no page of which had to be recognised."""
    pairs, _, stages = measured
    if stages is None:
        pytest.skip("the extra `bench` is missing: make bench")
    both = [(us, them) for us, them in pairs if them and them.passages and us.passages]
    alike = [(us, them) for us, them in both if not us.ocr_pages]
    ours, theirs = total_of(us for us, _ in alike), total_of(them for _, them in alike)
    empty = [us.file for us, them in pairs if us.passages and them and not them.passages]
    print(f"\n{len(alike)} files; Haystack gets no text from: {', '.join(empty) or 'none'}")
    print(f"ours     {ours.line()}\nhaystack {theirs.line()}")
    print(*stages.lines(total_of(them for _, them in pairs if them).seconds), sep="\n")
    for of in ("pages", "passages", "characters"):
        share = getattr(ours, of) / getattr(theirs, of)
        print(f"Haystack ÷ ours per {of}: seconds {theirs.seconds / ours.seconds * share:.2f}, "
              f"processor {theirs.processor / ours.processor * share:.2f}")  # fmt: skip
    print("(the passages differ in size: what compares is the time per character)")


def test_a_run_in_which_nothing_changed() -> None:
    with folders.quick_folder() as folder:
        write_small_documents(folder / "unterlagen", _SMALL)
        base = opened(folder / "daten")
        ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
        first = ingestion.run([folder / "unterlagen"])
        again = [ingestion.run([folder / "unterlagen"]) for _ in range(3)]
        base.close()
    assert all(report.counts == {"unchanged": _SMALL} for report in again)
    rates = [f"{_SMALL / report.seconds:.0f}" for report in again]
    print(f"\nsmall documents, scripted embedder: {_SMALL / first.seconds:.0f} a second; again, "
          f"nothing changed: {', '.join(rates)} a second")  # fmt: skip
    assert _SMALL / min(report.seconds for report in again) > 100


@pytest.mark.skipif("BENCH_SHEETS" not in os.environ, reason="takes many minutes")
def test_large_workbooks(tmp_path: Path) -> None:
    folder = sheets()
    if folder is None:
        pytest.skip("no workbooks beside the repository")
    command = [sys.executable, "-c", _COMMAND, "ingest", "--json"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path / "data"), str(folder)], stdout=subprocess.PIPE
    )
    with PeakMemory(process.pid) as memory:
        written, _ = process.communicate()
    for source in json.loads(written)["sources"]:
        print(f"\n{source['file']}: {source['status']}, {source['passages']} passages in "
              f"{source['seconds']:.0f} s, {source['passages'] / source['seconds']:.1f} a second; "
              f"service and reader together at most {memory.mib:.0f} MiB")  # fmt: skip
