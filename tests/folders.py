"""Real data folders for tests, cheap: the model is written and the samples are ingested once a run.

Opening a desk loads the model (a second, 250 MB); in this process all desks share one.
`AUSKUNFT_TEST_CACHE` names a folder that keeps the model between runs.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from integrations.desk import Desk, make_embedder, open_desk
from integrations.settings import BUNDLED, Settings
from kb.embedding.late import LateInteraction
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import Embedder
from kb.embedding.token_codec import TokenCodec
from tests.run_folder import made_once, run_folder

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLES = REPOSITORY / "samples" / "documents"
SAMPLE_DAY = "2026-11-22"


def settings(**changes: Any) -> Settings:
    """Settings as they are without a word in the environment; one thread, for other tests' sake."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(**{**plain, "threads": 1, "reserve_mb": 1, **changes})


def _memory_disk() -> Path | None:
    disk = Path("/dev/shm")
    return disk if disk.is_dir() and shutil.disk_usage(disk).free > 2 * 1024**3 else None


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for one test, on a memory disk where there is one."""
    with TemporaryDirectory(prefix="auskunft-test-", dir=_memory_disk()) as name:
        yield Path(name)


@cache
def model_folder() -> Path:
    """The bundled model's folder, written once."""
    kept = os.environ.get("AUSKUNFT_TEST_CACHE")
    return ensure_model_folder(Path(kept) if kept else run_folder() / "cache")


def prepared(folder: Path) -> Path:
    """A data folder whose cache already has the model, for processes of their own."""
    cached = folder / "cache"
    cached.mkdir(parents=True, exist_ok=True)
    link = cached / model_folder().name
    if not link.exists():
        link.symlink_to(model_folder(), target_is_directory=True)
    return folder


@cache
def _bundled() -> OnnxE5:
    return OnnxE5(model_folder(), threads=1)


def loaded_once(chosen: Settings, cached: Path, tell: Callable[[str], None]) -> Embedder:
    """Stands in for `make_embedder`: the same real model, loaded once a session."""
    if chosen.embedder != BUNDLED:
        return make_embedder(chosen, cached, tell)
    return LateInteraction(_bundled(), TokenCodec())


def opened(folder: Path, **changes: Any) -> Desk:
    """An opened desk on a data folder."""
    with patch("integrations.desk.make_embedder", loaded_once):
        return open_desk(settings(**changes), folder)


def samples_folder() -> Path:
    """A closed data folder with the samples; copy it, do not open it."""
    return made_once("beispiele", _with_samples)


def _with_samples(folder: Path) -> None:
    with opened(folder) as desk:
        report = desk.ingestion.run([SAMPLES], desk.ingest_options)
        assert report.complete, report.as_dict()


def copy_of_samples(folder: Path) -> Path:
    """A copy of the data folder with the samples."""
    shutil.copytree(samples_folder(), folder, symlinks=True)
    return folder
