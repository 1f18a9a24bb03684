"""`/admin/einstellungen`: what is in force, to be read only; it is changed where the service starts."""

from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from integrations.desk import Desk
from integrations.in_force import in_force
from integrations.in_force_words import ORIGINS, disk_rows, shown_value, version_rows
from integrations.web.access import Caller
from integrations.web.admin.frame import admin_page, needing
from kb.roles import Role

SETTINGS = "/admin/einstellungen"


def settings_routes(desk: Desk) -> APIRouter:
    """The page of settings, for admins."""
    router, admin = APIRouter(include_in_schema=False), needing(desk, Role.ADMIN)

    @router.get(SETTINGS)
    def settings(request: Request, caller: Caller = admin) -> HTMLResponse:
        found = in_force(desk).as_dict()
        rows = [
            {
                **one,
                "shown": shown_value(one),
                "from": ORIGINS[one["origin"]],
                "usual": one["origin"] == "default",
            }
            for one in found["settings"]
        ]
        return admin_page(
            desk,
            request,
            caller,
            "admin/settings.html",
            groups=[(name, list(group)) for name, group in groupby(rows, lambda row: row["group"])],
            changed=sum(not row["usual"] for row in rows),
            versions=version_rows(found["versions"]),
            disk=disk_rows(found["disk"]),
            folder=found["disk"]["folder"],
        )

    return router
