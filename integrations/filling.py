"""Work on a generation that is not in use: filling it, the long part of a rebuild, and tidying up.

Done in this process for the command line, and in a process of its own for the service
(`integrations.builder`), because writing and optimising would hold up answers. Only one process
fills at a time; who comes while another still does waits for its end.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.parsing.parser import Parser
from ingest.rebuild import Advance, Rebuild, take_out
from integrations.parts import (
    Parts,
    answers_with,
    embedder_for,
    fingerprint_of,
    stored_in,
)
from kb.embedding.cache import CachedEmbedder
from kb.errors import (
    DataFolderError,
    DataFolderInUseError,
    IndexMismatchError,
    StorageFullError,
)
from kb.index.port import Index
from kb.state.generations import Generation

#: exact search is quick enough below this number of passages, and exact
_OPTIMISED_FROM = 20_000
_PATIENCE = 60.0


def fill(
    parts: Parts,
    generation: Generation,
    embedder: CachedEmbedder,
    advanced: Callable[[Advance], None],
) -> None:
    """Make the generation's data if need be and catch up with the registry; may be repeated.

    Raises StorageFullError, EmbeddingError, DataFolderInUseError; what was done is kept.
    """
    mismatch = fingerprint_of(embedder).mismatch(stored_in(generation), generation.name)
    if not answers_with(embedder, stored_in(generation)):
        raise mismatch or IndexMismatchError(generation.name)
    with _alone(parts.folder.path / "rebuild.lock"):
        index = _open_or_create(parts, generation)
        try:
            rebuild = rebuild_of(parts, generation, index, embedder)
            before = index.total()
            rebuild.catch_up(advanced)
            if index.total() >= max(_OPTIMISED_FROM, 2 * before):
                index.optimise()
            index.flush()
        finally:
            index.close()


def tidy(parts: Parts, generation: Generation) -> None:
    """Erase from a generation that is kept what has been removed or replaced since it was in use."""
    with _alone(parts.folder.path / "rebuild.lock"):
        index = parts.generations.open(generation.name, stored_in(generation))
        try:
            gap = parts.ledger.gap(generation.name)
            take_out(generation.name, index, parts.ledger, (*gap.removals, *gap.content))
        finally:
            index.close()


def rebuild_of(
    parts: Parts, generation: Generation, index: Index, embedder: CachedEmbedder
) -> Rebuild:
    """What brings an opened generation in line with the registry."""
    model = embedder_for(stored_in(generation), embedder)
    return Rebuild(
        generation.name,
        index,
        parts.registry,
        parts.ledger,
        parts.originals,
        model,
        Parser(parts.settings.parse_limits),
    )


def _open_or_create(parts: Parts, generation: Generation) -> Index:
    """Data that is not there, or not whole, is made anew; then nothing counts as held any more."""
    try:
        return parts.generations.open(generation.name, stored_in(generation))
    except StorageFullError:
        raise
    except (DataFolderError, IndexMismatchError):
        parts.ledger.clear(generation.name)
        return parts.generations.create(generation.name, stored_in(generation))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise DataFolderInUseError(
                        "Ein anderer Prozess baut den Suchindex dieses Datenordners gerade neu auf. "
                        "Bitte sein Ende abwarten."
                    ) from error
                time.sleep(0.1)
        yield
