"""What only the embedded engine must do: survive a crash, refuse a second owner."""

import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from kb.audience import Viewer
from kb.errors import DataFolderError
from kb.index.edge import EdgeIndex
from kb.index.port import Scope
from tests.forks import context
from tests.kb.scripted import DIMENSION, entries, head
from tests.kb.scripted_tokens import coded, codes_of

PUBLIC = Scope(Viewer.public())


def open_index(folder: Path) -> EdgeIndex:
    return EdgeIndex(folder, DIMENSION)


def texts_of(index: EdgeIndex, name: str) -> list[str]:
    return [p.text for p in index.document_passages(head(name).document_id, PUBLIC)]


def test_everything_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    index = open_index(tmp_path / "shard")
    index.write(entries(head("a.md"), "r1", [f"Absatz {number}" for number in range(150)]))
    index.write(entries(head("b.md"), "r1", ["weg"]))
    index.delete_document(head("b.md").document_id)
    index.update_head(head("a.md", title="Neuer Titel"))
    index.close()
    again = open_index(tmp_path / "shard")
    assert texts_of(again, "a.md") == [f"Absatz {number}" for number in range(150)]
    [title] = {p.document.title for p in again.document_passages(head("a.md").document_id, PUBLIC)}
    assert title == "Neuer Titel"
    assert again.total() == 150
    again.close()


@pytest.mark.parametrize("optimised", [False, True])
def test_token_codes_are_there_after_closing_and_opening(tmp_path: Path, optimised: bool) -> None:
    made = coded(head("a.md"), "r1", [f"Absatz {number} zum Zuschuss" for number in range(130)])
    bare = entries(head("ohne.md"), "r1", ["Zuschuss"])
    index = EdgeIndex(tmp_path / "shard", DIMENSION, tokens=True)
    index.write(made + bare)
    ids, query = [entry.point_id for entry in made + bare], codes_of("Absatz 77")
    before = index.late(query, PUBLIC, ids)
    if optimised:
        index.optimise()
        assert index.late(query, PUBLIC, ids) == before
    index.close()
    again = EdgeIndex(tmp_path / "shard", DIMENSION, tokens=True)
    assert again.late(query, PUBLIC, ids) == before
    assert before[0].point_id == made[77].point_id and len(before) == 130
    found = again.token_codes(ids, PUBLIC)
    assert set(found) == {entry.point_id for entry in made}
    for entry in made:
        assert entry.tokens is not None
        assert np.array_equal(found[entry.point_id].codes, entry.tokens.codes)
        assert found[entry.point_id].ends.tolist() == entry.tokens.ends.tolist()
    again.write(coded(head("b.md"), "r1", ["später"]))
    again.delete_document(head("a.md").document_id)
    assert again.late(query, PUBLIC, ids) == [] and again.total() == 2
    again.close()


def test_token_codes_survive_kill_9(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from kb.index.edge import EdgeIndex\n"
        "from tests.kb.scripted import DIMENSION, head\n"
        "from tests.kb.scripted_tokens import coded\n"
        "index = EdgeIndex(Path(sys.argv[1]), DIMENSION, tokens=True)\n"
        "index.write(coded(head('a.md'), 'r1', ['Zuschuss für Betriebe', 'Frist']))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = tmp_path / "shard"
    ended = subprocess.run([sys.executable, "-c", script, str(folder)], check=False)
    assert ended.returncode == -9
    index = EdgeIndex(folder, DIMENSION, tokens=True)
    made = coded(head("a.md"), "r1", ["Zuschuss für Betriebe", "Frist"])
    ids = [entry.point_id for entry in made]
    assert [hit.point_id for hit in index.late(codes_of("Frist"), PUBLIC, ids)] == ids[::-1]
    assert set(index.token_codes(ids, PUBLIC)) == set(ids)
    index.close()


def _write_and_tell(folder: Path, parent: Connection) -> None:
    index = open_index(folder)
    for number in range(10_000):
        index.write(entries(head(f"{number}.md"), "r1", [f"Text {number}", "zweiter"]))
        if number % 3 == 2:
            index.delete_document(head(f"{number - 1}.md").document_id)
            index.update_head(head(f"{number - 2}.md", title=f"Titel {number}"))
        parent.send(number)


def test_every_acknowledged_write_survives_kill_9(tmp_path: Path) -> None:
    here, there = context.Pipe(duplex=False)
    writer = context.Process(target=_write_and_tell, args=(tmp_path / "shard", there))
    writer.start()
    there.close()
    acknowledged = -1
    while acknowledged < 60:
        acknowledged = here.recv()
    writer.kill()
    writer.join()
    assert writer.exitcode == -9
    while True:
        try:
            acknowledged = here.recv()
        except EOFError:
            break
    index = open_index(tmp_path / "shard")
    for number in range(acknowledged + 1):
        name = f"{number}.md"
        found = index.document_passages(head(name).document_id, PUBLIC)
        done_with_group = number - number % 3 + 2 <= acknowledged
        if number % 3 == 1 and done_with_group:
            assert found == []
        elif number % 3 != 1:
            assert [p.text for p in found] == [f"Text {number}", "zweiter"]
        if number % 3 == 0 and done_with_group:
            assert {p.document.title for p in found} == {f"Titel {number + 2}"}
    index.close()


def test_a_second_owner_is_refused_in_german_with_the_remedy(tmp_path: Path) -> None:
    index = open_index(tmp_path / "shard")
    with pytest.raises(DataFolderError) as caught:
        open_index(tmp_path / "shard")
    assert str(tmp_path / "shard") in str(caught.value)
    assert "lässt sich nicht öffnen" in str(caught.value)
    assert "auskunft rebuild" in str(caught.value)
    index.write(entries(head("a.md"), "r1", ["weiter"]))
    assert texts_of(index, "a.md") == ["weiter"]
    index.close()


def test_a_damaged_index_is_an_error_that_names_the_remedy(tmp_path: Path) -> None:
    open_index(tmp_path / "shard").close()
    (tmp_path / "shard" / "edge_config.json").write_text("{kaputt")
    with pytest.raises(DataFolderError, match="auskunft rebuild"):
        open_index(tmp_path / "shard")


@pytest.mark.parametrize("step", range(7))
def test_an_index_whose_making_was_interrupted_opens_and_filters(tmp_path: Path, step: int) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from kb.index import edge\n"
        "class Dying(edge.EdgeIndex):\n"
        "    left = int(sys.argv[2])\n"
        "    def _update(self, operation):\n"
        "        if self.left == 0:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        self.left -= 1\n"
        "        super()._update(operation)\n"
        f"index = Dying(Path(sys.argv[1]), {DIMENSION})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = tmp_path / "shard"
    ended = subprocess.run([sys.executable, "-c", script, str(folder), str(step)], check=False)
    assert ended.returncode == -9
    index = open_index(folder)
    index.write(entries(head("a.md"), "r1", ["Zuschuss"]))
    index.write(entries(head("b.md", audience="staff"), "r1", ["Zuschuss"]))
    assert index.count(PUBLIC) == 1
    index.close()
