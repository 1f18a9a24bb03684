"""Shared by the tests of the edges: data folders, the command, running services."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from integrations.cli import main
from tests import folders
from tests.integrations.running import Outcome, Service, demo_service


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of the test's own, on a memory disk where there is one: a new index is quicker there."""
    with folders.quick_folder() as folder:
        yield folder


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSKUNFT_THREADS", "1")
    monkeypatch.setenv("AUSKUNFT_RESERVE_MB", "1")
    monkeypatch.delenv("AUSKUNFT_DATA", raising=False)
    monkeypatch.setattr("integrations.desk.make_embedder", folders.loaded_once)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "daten"


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """The command in this process: everything from the arguments to the exit code, quickly."""

    def run(*arguments: object, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["auskunft", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
                code: object = 0
            except SystemExit as end:
                code = end.code
        return Outcome(int(code or 0), out.getvalue(), err.getvalue())  # type: ignore[call-overload]

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service as `make run` starts it: first start, samples, demo folder. Reading only."""
    with demo_service(tmp_path_factory.mktemp("demo")) as service:
        yield service
