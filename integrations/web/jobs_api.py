"""Routes on jobs: hand in, list, follow as server-sent events, break off, once more."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from ingest.report import RunReport
from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.schemas import IngestBody
from integrations.web.sse import STREAM_HEADERS, sse
from kb.state.jobs import Job, JobState

_BETWEEN_LOOKS = 0.2
_WAITING = "Ein anderer Lauf ist noch im Gange, dieser folgt danach."


def add_jobs(router: APIRouter, desk: Desk, editor: Any, admin: Any) -> None:
    """`editor` and `admin` are the dependencies that let only those in.

    Only admins name files of the service's machine: it reads whatever its user may read.
    """
    jobs, remembered = desk.jobs, desk.remembered

    @router.post(
        "/jobs", tags=["Aufträge"], summary="Dateien dieses Rechners einlesen", status_code=202
    )
    def hand_in(body: IngestBody, caller: Caller = admin) -> dict[str, Any]:
        desk.require_serving()
        job = jobs.ingest(body.paths, public=body.public, prune=body.prune)
        remembered.note(caller.name, "ingest.start", job.label)
        return jobs.described(job)

    @router.post(
        "/check", tags=["Aufträge"], summary="Register, Originale und Suchindex vergleichen"
    )
    def check(repair: bool = False, caller: Caller = editor) -> Response:
        desk.require_serving()
        if repair:
            remembered.note(caller.name, "check.repair", "Bestand")
        return streamed(desk, jobs.check(repair=repair))

    @router.get("/jobs", tags=["Aufträge"], summary="Aufträge auflisten, die neuesten zuerst")
    def recent(limit: int = 50, caller: Caller = editor) -> dict[str, Any]:
        return {"jobs": [jobs.described(job) for job in jobs.recent(min(max(limit, 1), 500))]}

    @router.get(
        "/jobs/{job_id}", tags=["Aufträge"], summary="Ein Auftrag mit Fortschritt und Bericht"
    )
    def job(job_id: str, caller: Caller = editor) -> dict[str, Any]:
        return jobs.described(jobs.find(job_id))

    @router.get("/jobs/{job_id}/events", tags=["Aufträge"], summary="Einen Auftrag verfolgen")
    def events(job_id: str, caller: Caller = editor) -> Response:
        return streamed(desk, jobs.find(job_id))

    @router.post("/jobs/{job_id}/cancel", tags=["Aufträge"], summary="Einen Auftrag abbrechen")
    def cancel(job_id: str, caller: Caller = editor) -> dict[str, Any]:
        stopped = jobs.stop(job_id)
        remembered.note(caller.name, "job.cancel", stopped.label)
        return jobs.described(stopped)

    @router.post(
        "/jobs/{job_id}/retry",
        tags=["Aufträge"],
        summary="Einen Auftrag wiederholen",
        status_code=202,
    )
    def retry(job_id: str, caller: Caller = editor) -> dict[str, Any]:
        again = jobs.retry(job_id)
        remembered.note(caller.name, "job.retry", again.label)
        return jobs.described(again)


def streamed(desk: Desk, job: Job) -> Response:
    """A job's events; it goes on when nobody listens any more."""
    return StreamingResponse(
        _events(desk, job), media_type="text/event-stream", headers=STREAM_HEADERS
    )


async def _events(desk: Desk, job: Job) -> AsyncIterator[bytes]:
    """`job` first, then `waiting` or `progress` as it comes, then `report` or `error`."""
    yield sse("job", {"job_id": job.job_id})
    last: dict[str, Any] = {}
    while True:
        job = await asyncio.to_thread(desk.jobs.find, job.job_id)
        now = desk.jobs.described(job)
        if job.over:
            break
        told = job.state.value == last.get("state")
        if job.state is JobState.WAITING and not told and (job.error or desk.jobs.busy):
            yield sse("waiting", {"text": job.error or _WAITING, "retry_at": now["retry_at"]})
        elif now["progress"] and now["progress"] != last.get("progress"):
            yield sse("progress", now["progress"])
        last = now
        await asyncio.sleep(_BETWEEN_LOOKS)
    if now["progress"] != last.get("progress"):
        yield sse("progress", now["progress"])
    if job.state is JobState.FAILED:
        yield sse("error", {"code": job.error_code, "detail": job.error})
    else:
        yield sse("report", now["report"] or RunReport(stopped=True).as_dict())
