"""`/admin/auftraege`: what is being read in or was; progress, results, cancelling, once more."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.documents import JOBS
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.admin.job_view import JobView, job_view
from kb.errors import InputError
from kb.roles import Role
from kb.state.jobs import Job

_LISTED = 50


def job_routes(desk: Desk) -> APIRouter:
    """The list of jobs and the page of each."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    def view(job: Job) -> JobView:
        step = desk.jobs.described(job)["progress"]
        return job_view(job, step, repeatable=desk.jobs.repeatable(job))

    def page(
        request: Request, caller: Caller, job_id: str, errors: tuple[str, ...] = ()
    ) -> HTMLResponse:
        shown = view(desk.jobs.find(job_id))
        status = 422 if errors else 200
        return admin_page(
            desk, request, caller, "admin/job.html", status=status, errors=errors, view=shown
        )

    @router.get(JOBS)
    def jobs(request: Request, caller: Caller = editor) -> HTMLResponse:
        views = [view(job) for job in desk.jobs.recent(_LISTED)]
        return admin_page(desk, request, caller, "admin/jobs.html", views=views)

    @router.get(f"{JOBS}/{{job_id}}")
    def job(request: Request, job_id: str, caller: Caller = editor) -> HTMLResponse:
        return page(request, caller, job_id)

    @router.post(f"{JOBS}/{{job_id}}/abbrechen")
    def cancel(request: Request, job_id: str, caller: Caller = editor) -> Response:
        try:
            stopped = desk.jobs.stop(job_id)
        except InputError as error:
            return page(request, caller, job_id, (str(error),))
        desk.remembered.note(caller.name, "job.cancel", stopped.label)
        return done(f"{JOBS}/{job_id}", "auftrag-abgebrochen")

    @router.post(f"{JOBS}/{{job_id}}/wiederholen")
    def retry(request: Request, job_id: str, caller: Caller = editor) -> Response:
        try:
            again = desk.jobs.retry(job_id)
        except InputError as error:
            return page(request, caller, job_id, (str(error),))
        desk.remembered.note(caller.name, "job.retry", again.label)
        return done(f"{JOBS}/{again.job_id}", "auftrag-angelegt")

    return router
