"""What the CLI asks for, whoever does the work: the running service, or this process.

Everything but ingestion goes through the HTTP API: over the Unix socket when a service runs, else
by calling the application in this process. One set of routes, one behaviour.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import typer

from ingest.progress import Progress
from integrations.building_state import Plan
from integrations.cli.in_service import InService, service_runs
from integrations.settings import Settings


class Operations(Protocol):
    """The operations of a data folder. All raise the AuskunftError that ended them."""

    def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One API call."""

    def fetch(self, path: str, **arguments: Any) -> bytes:
        """What an address of the API holds, as it is."""

    def ingest(
        self, paths: Sequence[Path], *, public: bool, prune: bool, progress: Progress
    ) -> dict[str, Any]:
        """Ingest files; the report as JSON."""

    def read_source(self, source_id: str, *, progress: Progress) -> dict[str, Any]:
        """Read a source now; the report as JSON."""

    def reindex(self, documents: Sequence[str], *, progress: Progress) -> dict[str, Any]:
        """Read documents, or all of them, once more from the originals; the report as JSON."""

    def check(self, *, repair: bool, progress: Progress) -> dict[str, Any]:
        """Compare registry, originals and index; the report as JSON."""

    def build(self, plan: Plan, progress: Progress) -> dict[str, Any]:
        """A rebuild, or the way back from one; the report as JSON."""


@contextmanager
def operations(settings: Settings, folder: Path, *, answering: bool = True) -> Iterator[Operations]:
    """The running service of a data folder if there is one, else the folder opened here.

    Where nothing has to be answered, `answering=False` opens it without loading another model.
    """
    if service_runs(folder):
        yield InService(folder)
        return
    from integrations.cli.in_process import opened  # noqa: PLC0415 - takes seconds

    with opened(settings, folder, answering=answering) as here:
        yield here


def call(
    context: typer.Context, data: Path | None, method: str, path: str, **arguments: Any
) -> dict[str, Any]:
    """A command that is one API call: `data` is the folder that it names, if it does."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        return ops.call(method, path, **arguments)
