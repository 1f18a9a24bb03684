"""Files on their way in: kept as long as a job needs them, and no longer."""

from collections.abc import Iterator

import pytest

from integrations.desk import Desk
from integrations.inbox import Inbox
from kb.errors import InputError
from kb.state.jobs import Jobs, JobState
from tests import folders


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as opened:
        yield opened


def handed_in(desk: Desk, inbox: str, name: str = "a.md") -> str:
    """The id of the job that waits to take a file in."""
    folder = desk.folder.inbox / inbox
    folder.mkdir(parents=True)
    (folder / name).write_text("# Reise\n\nDer Zuschuss beträgt 87 Euro.", "utf-8")
    return desk.jobs.upload(inbox, [name], public=False).job_id


def test_files_of_an_upload_that_is_taken_in_are_gone(desk: Desk) -> None:
    job = desk.jobs.find(handed_in(desk, "eins"))
    done = desk.jobs.run(job)
    assert done.state is JobState.DONE and not (desk.folder.inbox / "eins").exists()
    assert not desk.jobs.repeatable(done)


def test_files_of_a_cancelled_upload_are_gone_and_it_cannot_be_repeated(desk: Desk) -> None:
    job_id = handed_in(desk, "zwei")
    assert desk.jobs.stop(job_id).state is JobState.STOPPED
    assert not (desk.folder.inbox / "zwei").exists()
    with pytest.raises(InputError, match="noch einmal hoch"):
        desk.jobs.retry(job_id)


def test_files_of_a_failed_upload_stay_for_another_try(desk: Desk) -> None:
    job_id = handed_in(desk, "drei")
    Jobs(desk.parts.database).finish(job_id, JobState.FAILED, error="Kein Platz")
    desk.jobs.stop(handed_in(desk, "vier"))
    stray = desk.folder.inbox / "halb"
    stray.mkdir()
    (stray / "b.pdf").write_bytes(b"%PDF-1.7")
    Inbox(desk.folder.inbox).tidy(desk.jobs.recent(10))
    assert [folder.name for folder in desk.folder.inbox.iterdir()] == ["drei"]
    again = desk.jobs.run(desk.jobs.retry(job_id))
    assert again.state is JobState.DONE and list(desk.folder.inbox.iterdir()) == []


def test_a_folder_without_an_inbox_has_nothing_to_tidy(desk: Desk) -> None:
    Inbox(desk.folder.path / "gibt-es-nicht").tidy([])
