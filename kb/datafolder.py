"""The data folder: where everything lives that Auskunft writes, owned by one process at a time.

auskunft.sqlite   state          auskunft.sock   the running service (mode 0600)
index/            generations    originals/      content-addressed files
cache/            may be deleted auskunft.lock   who owns the folder
inbox/            files on their way in
jobs.sqlite       wakes the worker; may be deleted, what is to be done stands in the state
DEMO              present when the folder holds invented sample documents
"""

import errno
import fcntl
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from kb.errors import DataFolderError, DataFolderInUseError, StorageFullError

_DEMO_TEXT = "Dieser Ordner enthält erfundene Beispieldaten.\n"


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that holds a data folder."""

    pid: int
    command: str


class DataFolder:
    """Paths of a data folder and the lock on it. Creating the object touches nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self._lock: IO[str] | None = None

    @property
    def database(self) -> Path:
        return self.path / "auskunft.sqlite"

    @property
    def socket(self) -> Path:
        return self.path / "auskunft.sock"

    @property
    def index(self) -> Path:
        return self.path / "index"

    @property
    def originals(self) -> Path:
        return self.path / "originals"

    @property
    def inbox(self) -> Path:
        """Files that were handed in over the network and are not taken in yet."""
        return self.path / "inbox"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def page_images(self) -> Path:
        """Pictures of documents' pages, made when somebody looks at them."""
        return self.cache / "pages"

    @property
    def demo(self) -> bool:
        """Whether the folder holds the invented samples; such a folder stays a demo for ever."""
        return (self.path / "DEMO").exists()

    def mark_as_demo(self) -> None:
        (self.path / "DEMO").write_text(_DEMO_TEXT, encoding="utf-8")

    def acquire(self) -> "DataFolder":
        """Create the folder if need be and take ownership.

        Raises DataFolderInUseError naming the owner, or DataFolderError when it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "auskunft.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise _unusable(self.path, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = self.owner()
            lock.close()
            by = f"{owner.command} (Prozess {owner.pid})" if owner else "einem anderen Prozess"
            raise DataFolderInUseError(
                f"Der Datenordner {self.path} wird gerade von {by} benutzt. Bitte diesen Prozess "
                "beenden oder mit --data einen anderen Ordner wählen."
            ) from error
        try:
            lock.truncate(0)
            lock.write(json.dumps({"pid": os.getpid(), "command": _command()}))
            lock.flush()
        except OSError as error:
            lock.close()
            raise _unusable(self.path, error) from error
        self._lock = lock
        return self

    def owner(self) -> Owner | None:
        """The process named in the lock file; it may have ended since."""
        try:
            content = json.loads((self.path / "auskunft.lock").read_text(encoding="utf-8"))
            return Owner(int(content["pid"]), str(content["command"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def require_room(self, megabytes: int) -> None:
        """Raise StorageFullError when less than this is free on the folder's disk."""
        free = shutil.disk_usage(self.path).free // (1024 * 1024)
        if free < megabytes:
            raise StorageFullError(
                f"Auf dem Datenträger von {self.path} sind nur noch {free} MB frei, nötig sind "
                f"{megabytes} MB. Was bereits gespeichert ist, bleibt unverändert. Bitte Platz "
                "schaffen und erneut starten."
            )

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "DataFolder":
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]


def _unusable(path: Path, error: OSError) -> DataFolderError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFullError(
            f"Kein Platz mehr auf dem Datenträger von {path}. Bitte Platz schaffen."
        )
    reason = os.strerror(error.errno or errno.EIO)
    return DataFolderError(
        f"Der Datenordner {path} lässt sich nicht benutzen ({reason}). Bitte Rechte prüfen oder mit "
        "--data einen anderen Ordner wählen."
    )
