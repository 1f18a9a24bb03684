"""Generations in both engines, and the fingerprint that says what each was built with."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from qdrant_client import QdrantClient

from kb.audience import Viewer
from kb.errors import DataFolderError, IndexMismatchError
from kb.index.collections import CollectionGenerations
from kb.index.fingerprint import Fingerprint
from kb.index.folders import FolderGenerations
from kb.index.generations import Generations
from kb.index.port import Scope
from kb.points import key_of, revision_key
from tests.kb.scripted import DIMENSION, ScriptedEmbedder, entries, head

BUILT = Fingerprint("multilingual-e5-small/1", DIMENSION, "de-3", "1")
PUBLIC = Scope(Viewer.public())
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning")


@pytest.fixture(params=["edge", "memory", "server"])
def generations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Generations]:
    if request.param == "edge":
        yield FolderGenerations(tmp_path / "index")
        return
    url = os.environ.get("AUSKUNFT_TEST_QDRANT_URL", "")
    if request.param == "server" and not url:
        pytest.skip("AUSKUNFT_TEST_QDRANT_URL is not set")
    client = QdrantClient(url=url) if request.param == "server" else QdrantClient(":memory:")
    made = CollectionGenerations(client, f"test_{uuid4().hex}")
    yield made
    for name in made.names():
        made.drop(name)
    made.close()


def test_names_count_on_whatever_is_dropped(generations: Generations) -> None:
    first = generations.next_name([])
    generations.create(first, BUILT).close()
    second = generations.next_name([])
    third = generations.next_name([second])
    assert first < second < third
    assert generations.names() == [first]


def test_there_is_no_mark_before_the_first(generations: Generations) -> None:
    first, second = generations.next_name([]), generations.next_name(["x"])
    assert generations.marked() is None
    generations.create(first, BUILT).close()
    assert generations.marked() is None
    generations.mark(first)
    generations.mark(first)
    assert generations.marked() == first
    second = generations.next_name([])
    generations.create(second, BUILT).close()
    generations.mark(second)
    assert generations.marked() == second


def test_what_is_written_to_one_generation_is_in_no_other(generations: Generations) -> None:
    other = replace(BUILT, model="anderes")
    first, second = generations.next_name([]), generations.next_name([generations.next_name([])])
    old, new = generations.create(first, BUILT), generations.create(second, other)
    old.write(entries(head("a.md"), "r1", ["alt"]))
    new.write(entries(head("a.md"), "r2", ["neu eins", "neu zwei"]))
    query = ScriptedEmbedder().embed_query("alt")
    keys = {name: revision_key(head("a.md").document_id, name) for name in ("r1", "r2")}
    assert {key_of(hit.point_id) for hit in old.dense(query, PUBLIC, 10)} == {keys["r1"]}
    generations.mark(second)
    assert {key_of(hit.point_id) for hit in old.dense(query, PUBLIC, 10)} == {keys["r1"]}
    old.close()
    new.optimise()
    new.close()
    assert (generations.fingerprint(first), generations.fingerprint(second)) == (BUILT, other)
    again = generations.open(second, other)
    assert {key_of(hit.point_id) for hit in again.dense(query, PUBLIC, 10)} == {keys["r2"]}
    again.close()


def test_a_dropped_generation_is_gone_and_the_others_stay(generations: Generations) -> None:
    first = generations.next_name([])
    generations.create(first, BUILT).close()
    second = generations.next_name([])
    kept = generations.create(second, BUILT)
    kept.write(entries(head("a.md"), "r1", ["Zuschuss"]))
    generations.drop(first)
    generations.drop(first)
    assert generations.names() == [second]
    with pytest.raises(DataFolderError, match="auskunft rebuild"):
        generations.open(first, BUILT)
    assert kept.total() == 1
    kept.close()


def test_making_one_again_leaves_nothing_of_the_one_before(generations: Generations) -> None:
    name = generations.next_name([])
    index = generations.create(name, BUILT)
    index.write(entries(head("a.md"), "r1", ["Zuschuss"]))
    index.close()
    index = generations.create(name, BUILT)
    assert index.total() == 0
    index.close()


def test_a_reader_sees_one_mark_or_the_other_and_nothing_else(tmp_path: Path) -> None:
    generations = FolderGenerations(tmp_path)
    generations.mark("g0001")
    seen: set[str | None] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(generations.marked())

    reader = threading.Thread(target=read)
    reader.start()
    switches = 0
    while switches < 200 or (len(seen) < 2 and switches < 20_000):
        switches += 1
        generations.mark(f"g{switches % 2 + 1:04d}")
    stop.set()
    reader.join()
    assert seen == {"g0001", "g0002"}
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


@pytest.mark.parametrize("content", [None, "", "{kaputt", "[1]", "null", '{"dimension": "viel"}'])
def test_an_unreadable_manifest_is_an_error_that_names_the_remedy(
    tmp_path: Path, content: str | None
) -> None:
    generations = FolderGenerations(tmp_path)
    generations.create("g0001", BUILT).close()
    manifest = tmp_path / "g0001" / "manifest.json"
    assert json.loads(manifest.read_text()) == BUILT.as_dict()
    manifest.unlink() if content is None else manifest.write_text(content)
    with pytest.raises(IndexMismatchError, match="auskunft rebuild"):
        generations.fingerprint("g0001")


def test_a_generation_half_deleted_is_not_opened(tmp_path: Path) -> None:
    generations = FolderGenerations(tmp_path)
    generations.create("g0001", BUILT).close()
    (tmp_path / "g0001" / "manifest.json").unlink()
    with pytest.raises(DataFolderError, match=r"nicht \(mehr\) da"):
        generations.open("g0001", BUILT)


def test_allocated_room_counts_and_preallocated_room_does_not(tmp_path: Path) -> None:
    generations = FolderGenerations(tmp_path)
    (tmp_path / "g0001").mkdir()
    before = generations.bytes_on_disk("g0001") or 0
    with (tmp_path / "g0001" / "vorbelegt").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "g0001" / "daten").write_bytes(b"x" * 100_000)
    assert 100_000 <= (generations.bytes_on_disk("g0001") or 0) - before < 200_000


@pytest.mark.parametrize(
    ("built", "part", "label"),
    [
        (replace(BUILT, model="anderes/2"), "'anderes/2'", "Sprachmodell"),
        (replace(BUILT, dimension=768), "768 statt 32", "Vektorlänge"),
        (replace(BUILT, analyser="de-2"), "'de-2' statt 'de-3'", "Textanalyse"),
        (replace(BUILT, chunker="0"), "'0' statt '1'", "Textzerlegung"),
    ],
)
def test_a_mismatch_names_the_part_that_differs_and_the_remedy(
    built: Fingerprint, part: str, label: str
) -> None:
    with pytest.raises(IndexMismatchError) as caught:
        BUILT.require(built, "index/g0001")
    message = str(caught.value)
    assert part in message
    assert "index/g0001" in message
    assert "auskunft rebuild" in message
    labels = {"Sprachmodell", "Vektorlänge", "Textanalyse", "Textzerlegung"}
    assert {name for name in labels if name in message} == {label}


def test_the_same_fingerprint_is_accepted() -> None:
    BUILT.require(Fingerprint.from_dict(dict(BUILT.as_dict())), "index/g0001")


def test_a_fingerprint_of_nothing_differs_in_every_part() -> None:
    with pytest.raises(IndexMismatchError) as caught:
        BUILT.require(Fingerprint.from_dict({}), "der Sammlung")
    assert str(caught.value).count("statt") == 4
