"""The installed command as a process of its own: start to end, output streams, exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Outcome, environment, executed

SCRIPT = Path(sys.executable).with_name("auskunft")


def test_ingest_ask_and_errors(tmp_path: Path) -> None:
    data = folders.prepared(tmp_path / "daten")
    given = documents.write(tmp_path / "unterlagen")
    (given / "leer.md").touch()
    ran = executed("ingest", "--data", data, given, "--json")
    assert (ran.code, ran.json["counts"]) == (1, {"indexed": 2, "failed": 1})
    # the folder also comes from the environment, and a hash seed changes nothing
    asked = executed(
        *("ask", documents.PUBLIC_QUESTION, "--json"), AUSKUNFT_DATA=str(data), PYTHONHASHSEED="7"
    )
    assert (asked.code, asked.err) == (0, "")
    assert "1.250 Euro" in asked.json["statements"][0]["text"]
    again = executed("ingest", "--data", data, given, "--json", PYTHONHASHSEED="8")
    assert again.json["counts"] == {"unchanged": 2, "failed": 1}
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"daten", "unterlagen"}


@pytest.mark.skipif(not SCRIPT.exists(), reason="the command is not installed")
def test_installed_script() -> None:
    done = subprocess.run(
        [SCRIPT, "ask", "--data", "/dev/null", "x"],
        env=environment(),
        capture_output=True,
        check=False,
    )
    ended = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1 and "/dev/null lässt sich nicht benutzen" in ended.err
