"""A real full disk: an error in our own words, and nothing that was stored is lost.

The disk is a file with an ext4 file system, mounted by root; elsewhere these tests are skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.audience import Viewer
from kb.errors import StorageFullError
from kb.expansion import QueryExpander
from kb.index.edge import EdgeIndex
from kb.index.port import Scope
from kb.results import Query
from kb.search import Search
from kb.synonyms import Synonyms
from kb.vocabulary import Vocabulary
from tests.kb.disk_filler import PASSAGES, version
from tests.kb.scripted import DIMENSION, TODAY, Opened, ScriptedEmbedder, opened

PUBLIC = Scope(Viewer.public())


@pytest.fixture(params=[50])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A mounted disk of so many megabytes."""
    image, disk = tmp_path / "abbild", tmp_path / "platte"
    disk.mkdir()
    if os.geteuid() != 0 or not all(map(shutil.which, ("mkfs.ext4", "mount", "umount"))):
        pytest.skip("only root can mount a small disk")
    with image.open("wb") as file:
        file.truncate(request.param * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    mount = ["mount", "-o", "loop", str(image), str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, repo_root: Path, *options: str) -> tuple[int, list[str]]:
    """The exit code of a process that writes until it cannot any more, and what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.kb.disk_filler", str(disk / "daten"), *options],
        cwd=repo_root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, ended.stdout.splitlines() + ended.stderr.splitlines()[-3:]


def acknowledged(said: list[str]) -> list[int]:
    return [int(line.split()[1]) for line in said if line.startswith("done")]


def check(base: Opened, numbers: list[int]) -> None:
    """These documents are whole and can be found; there is no half of any other."""
    base.knowledge.repair()
    stored = {document.head.file for document in base.registry.all()}
    assert {f"dokument{number}.md" for number in numbers} <= stored
    assert base.index.total() == PASSAGES * len(stored)
    search = Search(
        base.index,
        base.registry,
        ScriptedEmbedder(),
        QueryExpander(Vocabulary(base.registry), Synonyms()),
    )
    for number in numbers:
        made = version(number)
        texts = [entry.passage.text for entry in made.passages]
        found = base.index.document_passages(made.document_id, PUBLIC)
        assert [passage.text for passage in found] == texts
        assert base.registry.text(made.document_id).text == "\n".join(texts)
        assert base.knowledge.originals.read(made.document.content_hash) == made.original
        best = search.find(Query(f"Kennwort{number}", PUBLIC, TODAY), 60).passages[0]
        assert best.passage.document.document_id == made.document_id


def on_a_larger_disk(disk: Path, tmp_path: Path) -> Path:
    moved = tmp_path / "groesser"
    copy = ["cp", "-a", "--sparse=always", str(disk / "daten"), str(moved)]
    subprocess.run(copy, check=True)
    return moved


def test_a_full_disk_stops_with_a_message_and_loses_nothing(
    small_disk: Path, tmp_path: Path, repo_root: Path
) -> None:
    code, said = fill(small_disk, repo_root)
    numbers = acknowledged(said)
    assert code == 0, said[-6:]
    assert any(line.startswith("full") and "Platz schaffen" in line for line in said)
    assert f"live {len(numbers)}" in said
    assert len(numbers) > 3
    assert "removed 0" in said
    kept = numbers[1:]
    base = opened(small_disk / "daten")
    check(base, kept)
    with pytest.raises(StorageFullError, match="Platz schaffen"):
        for number in range(1_000, 1_020):
            version(number).write_to(base.knowledge)
            kept.append(number)
    base.close()
    base = opened(on_a_larger_disk(small_disk, tmp_path))
    check(base, kept)
    version(2_000).write_to(base.knowledge)
    check(base, [*kept, 2_000])
    base.close()


@pytest.mark.parametrize("small_disk", [12, 24], indirect=True)
def test_a_disk_that_others_fill_may_end_the_process_but_loses_nothing(
    small_disk: Path, tmp_path: Path, repo_root: Path
) -> None:
    code, said = fill(small_disk, repo_root, "unguarded")
    assert code in (0, 1, -signal.SIGBUS), said[-6:]
    base = opened(on_a_larger_disk(small_disk, tmp_path))
    numbers = acknowledged(said)
    check(base, numbers[1:] if "removed 0" in said else numbers)
    base.close()


def test_an_index_is_not_opened_where_opening_could_end_the_process(small_disk: Path) -> None:
    EdgeIndex(small_disk / "shard", DIMENSION).close()
    with (small_disk / "fremd").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - 2 * 1024 * 1024)
    with pytest.raises(StorageFullError, match="Platz schaffen"):
        EdgeIndex(small_disk / "shard", DIMENSION)
