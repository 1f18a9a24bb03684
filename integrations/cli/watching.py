"""`auskunft watch`: ingest, then again whenever something changes, until interrupted."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

from watchfiles import watch

from ingest.sources import require_paths
from integrations.cli.operations import operations
from integrations.cli.output import progress_bar
from integrations.settings import Settings

_LOOKING = 0.5


def watched(
    settings: Settings, folder: Path, paths: Sequence[Path], *, public: bool, prune: bool
) -> Iterator[dict[str, Any]]:
    """A report for the beginning and for each change. Raises SourceNotFoundError.

    What changes while something is being read is read again afterwards. The data folder is free for
    others between two runs.
    """
    changed, ended = Event(), Event()
    roots = require_paths(paths)
    Thread(target=_notice, args=(roots, changed, ended), daemon=True).start()
    try:
        while True:
            changed.clear()
            with (
                operations(settings, folder) as ops,
                progress_bar("Einlesen", shown=True) as bar,
            ):
                yield ops.ingest(paths, public=public, prune=prune, progress=bar)
            while not changed.wait(_LOOKING):
                """Interrupts come through between two looks."""
    except KeyboardInterrupt:
        return
    finally:
        ended.set()


def _notice(roots: Sequence[Path], changed: Event, ended: Event) -> None:
    for _ in watch(*roots, stop_event=ended):
        changed.set()
