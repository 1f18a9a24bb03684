"""Jobs of a data folder: handing them in, having them done by the service or here, following them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ingest.jobs.queue import Queue
from ingest.jobs.work import Work
from ingest.progress import Progress, nobody
from ingest.sources import require_paths
from integrations.building_state import iso
from integrations.inbox import Inbox
from integrations.tasks import ANSWER, CHECK, INGEST, REREAD, SOURCE, UPLOAD, Tasks
from kb.errors import InputError
from kb.state.database import Database
from kb.state.jobs import Job, Jobs, JobState

_LABELLED = 3
#: more than are kept once they are over
_ALL = 1_000
_FILES_GONE = (
    "Die Dateien dieses Auftrags sind nicht mehr da. Bitte laden Sie sie noch einmal hoch."
)


class JobDesk:
    """`start` makes this process do jobs in the background; without it, `run` does one here."""

    def __init__(
        self,
        database: Database,
        database_url: str,
        file: Path,
        tasks: Tasks,
        inbox: Inbox,
        ended: Callable[[Job], None] = lambda job: None,
    ) -> None:
        """`inbox` has the files of uploads; `ended` hears of each job that is over in the background."""
        self._jobs = Jobs(database)
        self._where = database_url, file
        self._work = Work(self._jobs, tasks.kinds, tasks.break_off)
        self._queue: Queue | None = None
        self._inbox = inbox
        self._ended = ended

    def start(self, tick: Callable[[], None]) -> None:
        """Do jobs from now on, first what an earlier process has left; `tick` comes every minute.

        Files of uploads that an earlier process did not receive to their end are deleted.
        """
        self._queue = Queue(*self._where, self._one, tick)
        self._queue.clear()
        left = self._jobs.revive()
        self._inbox.tidy([*left, *self._jobs.recent(_ALL)])
        for job in left:
            self._queue.put(job.job_id)
        self._queue.start()

    def close(self) -> None:
        """End the work; what is under way goes on at the next start."""
        self._work.end()
        if self._queue is not None:
            self._queue.stop()
            self._queue = None

    @property
    def works(self) -> bool:
        """Whether this process does jobs in the background."""
        return self._queue is not None

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._work.busy

    def ingest(self, paths: Sequence[str], *, public: bool, prune: bool) -> Job:
        """Hand in a run over files and folders of this machine.

        Raises SourceNotFoundError when there is no such path.
        """
        require_paths([Path(path) for path in paths])
        order = {"paths": list(paths), "public": public, "prune": prune}
        return self._hand_in(INGEST, order, f"Einlesen: {_some([Path(one).name for one in paths])}")

    def source(self, source_id: str, label: str) -> Job:
        """Hand in the reading of a source."""
        return self._hand_in(SOURCE, {"source_id": source_id}, label)

    def upload(
        self,
        inbox: str,
        names: Sequence[str],
        *,
        public: bool,
        stated: Mapping[str, str] = MappingProxyType({}),
        refused: Sequence[str] = (),
    ) -> Job:
        """Hand in files that lie in a folder of the inbox, with what is `stated` of all of them.

        `refused` says what was handed in with them and not taken, for those who look at the job.
        """
        order = {"inbox": inbox, "public": public, "stated": dict(stated), "refused": list(refused)}
        return self._hand_in(UPLOAD, order, f"Hochgeladen: {_some(names)}")

    def written_answer(self, answer_id: str, inbox: str, stated: Mapping[str, str]) -> Job:
        """Hand in an approved answer whose file lies in a folder of the inbox."""
        order = {"answer_id": answer_id, "inbox": inbox, "public": False, "stated": dict(stated)}
        return self._hand_in(ANSWER, order, f"Geschriebene Antwort {answer_id}")

    def reread(self, document_ids: Sequence[str], names: Sequence[str]) -> Job:
        """Hand in the reading of kept originals once more; of all documents when none is named."""
        order = {"document_ids": list(document_ids)}
        label = f"Neu einlesen: {_some(names) if document_ids else 'alle Dokumente'}"
        return self._hand_in(REREAD, order, label)

    def check(self, *, repair: bool) -> Job:
        """Hand in a comparison of registry, originals and index."""
        label = "Bestand prüfen und reparieren" if repair else "Bestand prüfen"
        return self._hand_in(CHECK, {"repair": repair}, label)

    def reads(self, source_id: str) -> bool:
        """Whether a job waits or works on a source."""
        return any(job.order.get("source_id") == source_id for job in self._jobs.unfinished())

    def will_read(self, source_id: str) -> bool:
        """Whether a job on a source waits for its turn."""
        return any(
            job.order.get("source_id") == source_id and job.state is JobState.WAITING
            for job in self._jobs.unfinished()
        )

    def find(self, job_id: str) -> Job:
        """Raises NotFoundError."""
        return self._jobs.find(job_id)

    def recent(self, limit: int) -> list[Job]:
        """The latest first."""
        return self._jobs.recent(limit)

    def unfinished(self) -> list[Job]:
        """What waits or is under way, in the order in which it came."""
        return self._jobs.unfinished()

    def stop(self, job_id: str) -> Job:
        """Break a job off; an upload's files are deleted. Raises NotFoundError, InputError."""
        job = self._work.stop(job_id)
        if job.over:
            self._inbox.let_go(job)
        return job

    def retry(self, job_id: str) -> Job:
        """Hand in once more what failed or was broken off.

        Raises NotFoundError, InputError where it is not over, or its files are gone.
        """
        job = self._jobs.find(job_id)
        if not job.over:
            raise InputError(f"Der Auftrag {job_id} ist noch nicht zu Ende.")
        if not self._inbox.holds(job):
            raise InputError(_FILES_GONE)
        return self._hand_in(job.kind, job.order, job.label)

    def repeatable(self, job: Job) -> bool:
        """Whether `retry` would take the job."""
        return job.over and self._inbox.holds(job)

    def described(self, job: Job) -> dict[str, Any]:
        """A job as JSON, with its progress of this moment."""
        return {
            "job_id": job.job_id,
            "kind": job.kind,
            "label": job.label,
            "state": job.state.value,
            "attempts": job.attempts,
            "progress": dict(self._work.step(job)),
            "report": dict(job.report) if job.report is not None else None,
            "error": job.error,
            "error_code": job.error_code,
            "created_at": iso(job.created_at),
            "started_at": iso(job.started_at),
            "finished_at": iso(job.finished_at),
            "retry_at": iso(job.retry_at),
        }

    def run(self, job: Job, progress: Progress = nobody) -> Job:
        """Do it here and now, where no service does."""
        self._work.run(job.job_id, progress)
        return self._over(job.job_id)

    def _hand_in(self, kind: str, order: Mapping[str, Any], label: str) -> Job:
        job = self._jobs.add(kind, order, label)
        if self._queue is not None:
            self._queue.put(job.job_id)
        return job

    def _one(self, job_id: str) -> None:
        pause = self._work.run(job_id)
        if pause is not None and self._queue is not None:
            self._queue.put(job_id, pause)
            return
        job = self._over(job_id)
        if job.over:
            self._ended(job)

    def _over(self, job_id: str) -> Job:
        """The job as it is after a run, without files that it needs no more."""
        job = self._jobs.find(job_id)
        if job.over:
            self._inbox.let_go(job)
        return job


def _some(names: Sequence[str]) -> str:
    more = f" und {len(names) - _LABELLED} weitere" if len(names) > _LABELLED else ""
    return ", ".join(names[:_LABELLED]) + more
