"""Starting and watching the process that works on a generation (`integrations.builder`)."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.rebuild import Advance
from integrations.settings import Settings
from kb.errors import AuskunftError, EmbeddingError, ServiceError, StorageFullError

_COMMAND = (sys.executable, "-m", "integrations.builder")
_BY_CODE: dict[str, type[AuskunftError]] = {
    kind.code: kind for kind in (EmbeddingError, StorageFullError)
}


class Child:
    """One builder process; it ends by itself when this process does."""

    def __init__(
        self, settings: Settings, folder: Path, generation: str, task: str = "fill"
    ) -> None:
        """`task` is fill or tidy."""
        self._process = subprocess.Popen(
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.pid = self._process.pid
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(_order(settings, folder, generation, task) + "\n")
            self._process.stdin.flush()

    def follow(self, advanced: Callable[[Advance], None]) -> None:
        """Until its end; raises the error that it reported, or ServiceError when it just died."""
        assert self._process.stdout is not None
        failure: AuskunftError | None = None
        for line in self._process.stdout:
            event: dict[str, Any] = json.loads(line)
            if event["event"] == "progress":
                advanced(Advance(event["done"], event["total"], event["share"], event["name"]))
            elif event["event"] == "error":
                failure = _BY_CODE.get(event["code"], ServiceError)(event["detail"])
        code = self._process.wait()
        if failure is not None:
            raise failure
        if code:
            raise ServiceError(
                f"Der Prozess, der den Suchindex neu aufbaut, ist abgebrochen (Code {code})."
            )

    def kill(self) -> None:
        """From any thread; what it has done is kept."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """When nobody follows it any more: kill it if it still runs, and let go of it."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _order(settings: Settings, folder: Path, generation: str, task: str) -> str:
    """One line with all that the process needs to know, keys included: it is not for logs."""
    values = {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in settings.model_dump().items()
    }
    order = {
        "settings": values,
        "folder": str(folder),
        "generation": generation,
        "task": task,
    }
    return json.dumps(order, default=str)
