"""`/admin/ausprobieren`: ask as somebody else, and see how the answer comes about."""

import asyncio
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.question import MAX_LENGTH, read_question
from integrations.desk import Desk
from integrations.explained_words import ASKS, LANGUAGES, RANKED_BY, STATUS, decimal, percent
from integrations.web.access import Caller
from integrations.web.admin.documents import audiences_of
from integrations.web.admin.forms import day_of
from integrations.web.admin.frame import admin_page, needing
from integrations.web.explaining import explained_to, viewer_for
from kb.audience import PUBLIC
from kb.errors import InputError
from kb.roles import Role

TRYING = "/admin/ausprobieren"
_VALIDITY = {
    "current": ("gültig", "good"),
    "expired": ("abgelaufen", "bad"),
    "upcoming": ("noch nicht gültig", "soon"),
    "unknown": ("", ""),
}


def trying_routes(desk: Desk) -> APIRouter:
    """The page; what it shows is not recorded."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    @router.get(TRYING)
    async def trying(
        request: Request,
        frage: str = "",
        zielgruppe: str = PUBLIC,
        stichtag: str = "",
        caller: Caller = editor,
    ) -> HTMLResponse:
        found, errors = None, []
        if frage.strip():
            try:
                found = await _explained(desk, frage, zielgruppe, stichtag)
            except InputError as error:
                errors.append(str(error))
        return await asyncio.to_thread(
            admin_page,
            desk,
            request,
            caller,
            "admin/trying.html",
            status=422 if errors else 200,
            errors=errors,
            as_of=date.fromisoformat(found["understood"]["as_of"]) if found else None,
            values={"question": frage, "audience": zielgruppe, "as_of": stichtag},
            audiences=audiences_of(desk),
            longest=MAX_LENGTH,
            found=found,
            names=_NAMES,
            decimal=decimal,
            percent=percent,
        )

    return router


_NAMES = {
    "asks": ASKS,
    "languages": LANGUAGES,
    "status": STATUS,
    "ranked_by": RANKED_BY,
    "validity": _VALIDITY,
}


async def _explained(desk: Desk, text: str, audience: str, day: str) -> dict[str, Any]:
    """Raises InputError, RebuildingError, IndexMismatchError, EmbeddingError."""
    as_of = day_of(day, "Stichtag") or date.today()
    question = read_question(text, as_of=as_of, viewer=viewer_for([audience]))
    return await explained_to(desk, question)
