"""The process that works on a generation for a running service: `python -m integrations.builder`.

The order comes as one line of JSON on standard input, which then stays open: its end means that the
service is gone, and this process ends at once. Progress goes out as lines of JSON on standard output.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ingest.rebuild import Advance
from integrations.desk import make_embedder
from integrations.filling import fill, tidy
from integrations.parts import Parts, open_parts
from integrations.settings import Settings
from kb.datafolder import DataFolder
from kb.errors import AuskunftError
from kb.state.generations import Generation

_NICENESS = 5
_LOST = 3


def main() -> None:
    """Carry out the order; the exit code says whether it went well."""
    os.nice(_NICENESS)
    out = _own_output()
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_service, daemon=True).start()
    try:
        _carry_out(order, lambda event: _say(out, event))
    except AuskunftError as error:
        _say(out, {"event": "error", "code": error.code, "detail": str(error)})
        sys.exit(1)


def _carry_out(order: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
    settings = Settings(**{**order["settings"], "threads": 1})
    folder = DataFolder(Path(order["folder"]))
    parts = open_parts(
        settings, folder, lambda chosen: make_embedder(chosen, folder.cache, lambda line: None)
    )
    try:
        generation = _named(parts, order["generation"])
        if order["task"] == "tidy":
            tidy(parts, generation)
            return
        embedder = parts.embedder(generation.embedder)
        try:
            fill(parts, generation, embedder, lambda advance: tell(_event(advance)))
        finally:
            embedder.close()
    finally:
        parts.close()


def _named(parts: Parts, name: str) -> Generation:
    return next(one for one in parts.ledger.all() if one.name == name)


def _event(advance: Advance) -> dict[str, Any]:
    return {
        "event": "progress",
        "done": advance.done,
        "total": advance.total,
        "share": advance.share,
        "name": advance.name,
    }


def _own_output() -> IO[str]:
    """Standard output for events alone; whatever libraries print goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _say(out: IO[str], event: dict[str, Any]) -> None:
    out.write(json.dumps(event) + "\n")
    out.flush()


def _end_with_service() -> None:
    sys.stdin.read()
    os._exit(_LOST)


if __name__ == "__main__":
    main()
