"""All pages of the admin's desk, in the order of the navigation; a new page is one line in `PAGES`."""

from dataclasses import dataclass

from fastapi import FastAPI

from integrations.desk import Desk
from integrations.web.admin.answers import answer_routes
from integrations.web.admin.asked import asked_routes, feedback_routes
from integrations.web.admin.audit import audit_routes
from integrations.web.admin.document import one_document_routes
from integrations.web.admin.documents import document_routes
from integrations.web.admin.frame import HOME, Routes, Section, add_frame
from integrations.web.admin.jobs import job_routes
from integrations.web.admin.overview import overview_routes
from integrations.web.admin.search_index import index_routes
from integrations.web.admin.settings import settings_routes
from integrations.web.admin.sources import source_routes
from integrations.web.admin.test_questions import test_question_routes
from integrations.web.admin.trying import trying_routes
from integrations.web.admin.upload import upload_routes
from integrations.web.admin.work import work_routes
from kb.roles import Role


@dataclass(frozen=True, slots=True)
class Page:
    """A section of the navigation with the routes below its address."""

    section: Section
    routes: Routes


#: pages that are not in the navigation
_FIRST: tuple[Routes, ...] = (upload_routes, job_routes, answer_routes)
PAGES: tuple[Page, ...] = (
    Page(Section(HOME, "Überblick"), overview_routes),
    Page(Section("/admin/dokumente", "Dokumente", also=("/admin/auftraege",)), document_routes),
    Page(Section("/admin/fragen", "Offene Fragen", also=("/admin/antworten",)), work_routes),
    Page(Section("/admin/rueckmeldungen", "Rückmeldungen"), feedback_routes),
    Page(Section("/admin/fragenprotokoll", "Gestellte Fragen"), asked_routes),
    Page(Section("/admin/quellen", "Quellen"), source_routes),
    Page(Section("/admin/ausprobieren", "Ausprobieren"), trying_routes),
    Page(Section("/admin/testfragen", "Testfragen"), test_question_routes),
    Page(Section("/admin/suchindex", "Suchindex", Role.ADMIN), index_routes),
    Page(Section("/admin/einstellungen", "Einstellungen", Role.ADMIN), settings_routes),
    Page(Section("/admin/protokoll", "Protokoll", Role.ADMIN), audit_routes),
)


def add_admin(app: FastAPI, desk: Desk) -> None:
    """The admin's desk; what the navigation shows depends on the role."""
    add_frame(app, [page.section for page in PAGES])
    for routes in (*_FIRST, *(page.routes for page in PAGES), one_document_routes):
        app.include_router(routes(desk))
