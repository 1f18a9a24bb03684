"""The folders of the inbox: files on their way in, each folder for one job, gone when nobody needs it.

A job that waits, runs or has failed still needs its files. Broken off, an upload needs them no more:
whoever breaks it off does not want the files here. At a start there may be files of uploads
that never became a job.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from integrations.tasks import UPLOAD
from kb.state.jobs import Job, JobState


class Inbox:
    """`path` need not exist."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def holds(self, job: Job) -> bool:
        """Whether the files are there that a job takes in; True for one that takes in none."""
        name = _folder_of(job)
        return not name or (self._path / name).is_dir()

    def let_go(self, job: Job) -> None:
        """Delete the files of a job that needs them no more."""
        name = _folder_of(job)
        if name and not _needed(job):
            shutil.rmtree(self._path / name, ignore_errors=True)

    def tidy(self, jobs: Iterable[Job]) -> None:
        """Delete what none of these jobs needs; only while nothing is being handed in."""
        needed = {_folder_of(job) for job in jobs if _needed(job)}
        if not self._path.is_dir():
            return
        for folder in self._path.iterdir():
            if folder.is_dir() and folder.name not in needed:
                shutil.rmtree(folder, ignore_errors=True)


def _folder_of(job: Job) -> str:
    return str(job.order.get("inbox", ""))


def _needed(job: Job) -> bool:
    """An approved answer that was broken off can be taken in later: it is still approved."""
    kept = {JobState.DONE, JobState.STOPPED} if job.kind == UPLOAD else {JobState.DONE}
    return job.state not in kept
