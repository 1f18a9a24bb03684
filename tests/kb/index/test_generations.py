"""Generations of the embedded index, and the fingerprint that says what each was built with."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import IndexMismatchError
from kb.index.fingerprint import Fingerprint
from kb.index.generations import Generations

BUILT = Fingerprint("multilingual-e5-small/1", 384, "de-3", "1")


def test_there_is_no_generation_before_the_first_switch(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "index")
    assert generations.current() is None
    name = generations.create(BUILT)
    assert generations.current() is None
    generations.switch(name)
    assert Generations(tmp_path / "index").current() == name


def test_generations_are_numbered_on_and_keep_what_they_were_built_with(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    other = replace(BUILT, model="anderes", dimension=768)
    first, second = generations.create(BUILT), generations.create(other)
    assert first < second
    assert generations.shard(first) != generations.shard(second)
    assert generations.fingerprint(first) == BUILT
    assert generations.fingerprint(second) == other


def test_dropping_the_others_leaves_the_one_in_use(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    names = [generations.create(BUILT) for _ in range(3)]
    generations.switch(names[1])
    generations.drop_others(names[1])
    assert generations.fingerprint(generations.current() or "") == BUILT
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [names[1]]
    assert generations.create(BUILT) > names[1]


def test_a_reader_sees_the_former_or_the_new_generation_and_nothing_else(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.switch("g0001")
    seen: set[str | None] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(generations.current())

    reader = threading.Thread(target=read)
    reader.start()
    switches = 0
    while switches < 200 or (len(seen) < 2 and switches < 20_000):
        switches += 1
        generations.switch(f"g{switches % 2 + 1:04d}")
    stop.set()
    reader.join()
    assert seen == {"g0001", "g0002"}
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


@pytest.mark.parametrize("content", [None, "", "{kaputt", "[1]", "null", '{"dimension": "viel"}'])
def test_an_unreadable_manifest_is_an_error_that_names_the_remedy(
    tmp_path: Path, content: str | None
) -> None:
    generations = Generations(tmp_path)
    name = generations.create(BUILT)
    manifest = tmp_path / name / "manifest.json"
    manifest.unlink() if content is None else manifest.write_text(content)
    with pytest.raises(IndexMismatchError, match="auskunft rebuild"):
        generations.fingerprint(name)


def test_allocated_room_counts_and_preallocated_room_does_not(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    name = generations.create(BUILT)
    before = generations.bytes_on_disk(name)
    with (tmp_path / name / "vorbelegt").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / name / "daten").write_bytes(b"x" * 100_000)
    assert 100_000 <= generations.bytes_on_disk(name) - before < 200_000


@pytest.mark.parametrize(
    ("built", "part", "label"),
    [
        (replace(BUILT, model="anderes/2"), "'anderes/2'", "Sprachmodell"),
        (replace(BUILT, dimension=768), "768 statt 384", "Vektorlänge"),
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
