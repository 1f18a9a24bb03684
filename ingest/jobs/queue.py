"""The queue that wakes the worker: huey on SQLite or, by configuration, on PostgreSQL.

It carries job ids and nothing else. What is to be done and how far it is stands in the state
database; a queue that was lost is filled again from there at the next start.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from huey import Huey, PostgresHuey, SqliteHuey, crontab  # type: ignore[import-untyped]
from huey.consumer import Consumer  # type: ignore[import-untyped]

_NAME = "auskunft"
_SECONDS_BETWEEN_LOOKS = 0.25
_END_WITHIN = 20


class Queue:
    """One worker thread that runs `work` for each job id, and `tick` once a minute."""

    def __init__(
        self, database_url: str, file: Path, work: Callable[[str], None], tick: Callable[[], None]
    ) -> None:
        self._huey = _huey(database_url, file)
        self._task = self._huey.task(name="job")(work)
        self._huey.periodic_task(crontab(minute="*"), name="tick")(tick)
        self._consumer: Consumer | None = None

    def put(self, job_id: str, delay: float = 0.0) -> None:
        """Have a job run, in `delay` seconds at the earliest."""
        self._task.schedule(args=(job_id,), delay=delay) if delay else self._task(job_id)

    def clear(self) -> None:
        """Forget what is queued."""
        self._huey.storage.flush_all()

    def start(self) -> None:
        """Begin to work, in threads of this process."""
        logging.getLogger("huey").setLevel(logging.WARNING)
        self._consumer = _Consumer(
            self._huey,
            workers=1,
            max_delay=_SECONDS_BETWEEN_LOOKS,
            check_worker_health=False,
            shutdown_timeout=_END_WITHIN,
        )
        self._consumer.start()

    def stop(self) -> None:
        """No more jobs; the one in work has been told by whoever calls this."""
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
            self._consumer = None
        self._huey.storage.close()


class _Consumer(Consumer):  # type: ignore[misc]
    """Leaves signals to the service that it works in."""

    def _set_signal_handlers(self) -> None:
        pass


def _huey(database_url: str, file: Path) -> Huey:
    if database_url.startswith("postgresql"):
        dsn = "postgresql:" + database_url.split(":", 1)[1]
        return PostgresHuey(_NAME, dsn=dsn, results=False)
    return SqliteHuey(_NAME, filename=str(file), fsync=True, results=False)
