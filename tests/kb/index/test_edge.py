"""What only the embedded engine must do: survive a crash, refuse a second owner."""

import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kb.audience import Viewer
from kb.errors import DataFolderError
from kb.index.edge import EdgeIndex
from kb.index.port import Scope
from tests.kb.scripted import DIMENSION, entries, head

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


def _write_and_tell(folder: Path, parent: Connection) -> None:
    index = open_index(folder)
    for number in range(10_000):
        index.write(entries(head(f"{number}.md"), "r1", [f"Text {number}", "zweiter"]))
        if number % 3 == 2:
            index.delete_document(head(f"{number - 1}.md").document_id)
            index.update_head(head(f"{number - 2}.md", title=f"Titel {number}"))
        parent.send(number)


def test_every_acknowledged_write_survives_kill_9(tmp_path: Path) -> None:
    context = get_context("forkserver")
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
