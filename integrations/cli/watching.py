"""`auskunft watch`: ingest, then again whenever something changes, until interrupted."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from watchfiles import watch

from ingest.sources import require_paths
from integrations.cli.operations import operations
from integrations.cli.output import progress_bar
from integrations.settings import Settings


def watched(
    settings: Settings, folder: Path, paths: Sequence[Path], *, public: bool, prune: bool
) -> Iterator[dict[str, Any]]:
    """A report for the beginning and for each change. Raises SourceNotFoundError.

    The data folder is free for others between two runs.
    """
    changes = watch(*require_paths(paths), raise_interrupt=False, yield_on_timeout=False)
    while True:
        with (
            operations(settings, folder) as ops,
            progress_bar("Einlesen", shown=True) as bar,
        ):
            yield ops.ingest(paths, public=public, prune=prune, progress=bar)
        if next(changes, None) is None:
            return
