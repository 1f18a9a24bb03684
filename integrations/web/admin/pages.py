"""All pages of the admin's desk, in the order of the navigation; a new page is one line in `PAGES`."""

from dataclasses import dataclass

from fastapi import FastAPI

from integrations.desk import Desk
from integrations.web.admin.documents import document_routes
from integrations.web.admin.frame import HOME, Routes, Section, add_frame
from integrations.web.admin.overview import overview_routes


@dataclass(frozen=True, slots=True)
class Page:
    """A section of the navigation with the routes below its address."""

    section: Section
    routes: Routes


PAGES: tuple[Page, ...] = (
    Page(Section(HOME, "Überblick"), overview_routes),
    Page(Section("/admin/dokumente", "Dokumente"), document_routes),
)


def add_admin(app: FastAPI, desk: Desk) -> None:
    """The admin's desk; what the navigation shows depends on the role."""
    add_frame(app, [page.section for page in PAGES])
    for page in PAGES:
        app.include_router(page.routes(desk))
