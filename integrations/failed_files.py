"""Files that could not be read when they were tried last: which, why, and by which job.

The jobs' reports say so. Each report is looked through once; what succeeded or went away later is
forgotten, and so is what failed too long ago.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from ingest.report import Status
from kb.state.clock import utc_now
from kb.state.jobs import Job, Jobs

#: days for which a failure is remembered that nobody mended
REMEMBERED_DAYS = 30


@dataclass(frozen=True, slots=True)
class FailedFile:
    """`reason` says in German what is wrong and what to do; `at` is UTC."""

    uri: str
    file: str
    reason: str
    job_id: str
    at: datetime


class FailedFiles:
    """Thread-safe."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._lock = Lock()
        self._failed: dict[str, FailedFile] = {}
        self._until = utc_now() - timedelta(days=REMEMBERED_DAYS)

    def all(self) -> list[FailedFile]:
        """The latest first."""
        with self._lock:
            for job in self._jobs.ended_since(self._until):
                self._look_through(job)
                self._until = max(self._until, job.finished_at or self._until)
            oldest = utc_now() - timedelta(days=REMEMBERED_DAYS)
            kept = [failed for failed in self._failed.values() if failed.at >= oldest]
            self._failed = {failed.uri: failed for failed in kept}
            return sorted(kept, key=lambda failed: (failed.at, failed.uri), reverse=True)

    def _look_through(self, job: Job) -> None:
        for source in (job.report or {}).get("sources", ()):
            uri = source["uri"]
            if source["status"] != Status.FAILED:
                self._failed.pop(uri, None)
            elif job.finished_at is not None:
                reason = " ".join(source["errors"])
                self._failed[uri] = FailedFile(
                    uri, source["file"], reason, job.job_id, job.finished_at
                )
