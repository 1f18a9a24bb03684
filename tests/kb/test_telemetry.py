"""No library we import phones home, or leaves anything in the home directory.

onnxruntime speaks HTTP from C++, which no audit hook sees; but with its telemetry on it also leaves a
device id in the home directory, and that is seen. It is silent by itself where CI is set.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

PROBE = """
import json, os, sys
asked = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        asked.append([event, repr(arguments[1:])])
sys.addaudithook(watch)
import integrations.cli
import ingest.run, kb.index.edge, kb.index.server, onnxruntime
onnxruntime.SessionOptions()
from haystack import Pipeline
from haystack.telemetry import _telemetry
from ingest.steps import Chunker
pipeline = Pipeline()
pipeline.add_component("chunker", Chunker())
print(json.dumps({
    "asked": asked,
    "telemetry": _telemetry.telemetry is not None,
    "environment": {name: os.environ.get(name, "") for name in (
        "HAYSTACK_TELEMETRY_ENABLED", "HF_HUB_DISABLE_TELEMETRY", "ORT_DISABLE_TELEMETRY",
        "DO_NOT_TRACK")},
}))
"""


def test_importing_everything_asks_nobody_and_leaves_the_home_empty(
    tmp_path: Path, repo_root: Path
) -> None:
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**environment, "HOME": str(tmp_path)},
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    seen = json.loads(ended.stdout.splitlines()[-1])
    assert seen["asked"] == []
    assert seen["telemetry"] is False
    assert seen["environment"] == {
        "HAYSTACK_TELEMETRY_ENABLED": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
    }
    assert not (tmp_path / ".haystack").exists()
    assert list(tmp_path.iterdir()) == []
