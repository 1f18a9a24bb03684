"""`/admin/protokoll`: who changed what and when."""

import re
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.admin.audit_words import SUBJECTS, verb_name
from integrations.web.admin.frame import admin_page, needing
from integrations.web.admin.listing import PER_PAGE, Wanted, listed
from integrations.web.admin.moments import local_moment
from kb.roles import Role

LOG = "/admin/protokoll"
_VERB = re.compile(r"[a-z]+(?:\.[a-z]+)?")


def audit_routes(desk: Desk) -> APIRouter:
    """The audit log."""
    router, admin = APIRouter(include_in_schema=False), needing(desk, Role.ADMIN)

    @router.get(LOG)
    def log(request: Request, caller: Caller = admin) -> HTMLResponse:
        wanted = Wanted.of(request.query_params, ("was", "wer", "von", "bis"))
        verb = wanted.get("was") if _VERB.fullmatch(wanted.get("was")) else ""
        first, last, who = wanted.day("von"), wanted.day("bis"), wanted.get("wer")
        found, total = desk.remembered.audit.page(
            first=first, last=last, verb=verb, who=who, limit=PER_PAGE, offset=wanted.offset
        )
        export = {
            "verb": verb,
            "who": who,
            "from": first.isoformat() if first else "",
            "to": last.isoformat() if last else "",
        }
        rows = [
            {
                "at": local_moment(entry.at),
                "who": entry.who,
                "what": verb_name(entry.verb),
                "verb": entry.verb,
                "object": entry.object,
                "before": entry.before,
                "after": entry.after,
            }
            for entry in found
        ]
        return admin_page(
            desk,
            request,
            caller,
            "admin/audit.html",
            wanted=wanted,
            listed=listed(rows, total, wanted),
            subjects=SUBJECTS,
            days=desk.settings.audit_days,
            export=urlencode({name: value for name, value in export.items() if value}),
        )

    return router
