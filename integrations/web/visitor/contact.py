"""The way to a person: whom to call or write to, and the request to be called back.

With a script the form is sent to the API; without one it is posted here and handed to the same API
inside the application, so that one place checks, limits and stores it.
"""

import json
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from integrations.desk import Desk
from integrations.web.pages import PageContext, render_page
from integrations.web.phrases import PHRASES
from integrations.web.visitor.asking import form_of
from integrations.web.visitor.context import CALLBACKS, page_context

FIELDS = ("name", "phone", "email", "question", "when")
_ACCEPTED = 300


def add_contact(app: FastAPI, desk: Desk) -> None:
    """`/ansprechpartner` and `/rueckruf`"""

    @app.get("/ansprechpartner", include_in_schema=False)
    def contact(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(page_context(desk, request), {}))

    @app.get("/rueckruf", include_in_schema=False)
    def form(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(page_context(desk, request), {}))

    @app.post("/rueckruf", include_in_schema=False)
    async def send(request: Request) -> HTMLResponse:
        """The filled-in form; with nothing but a question it is the form that is wanted."""
        context, form = page_context(desk, request), await form_of(request)
        given = {name: form.get(name, "").strip() for name in FIELDS}
        if "absenden" not in form:
            return HTMLResponse(_page(context, given))
        words = PHRASES[context.language]
        if problem := _problem(given, "consent" in form, words):
            return HTMLResponse(_page(context, given, problem=problem), 422)
        reply = await _handed_on(app, request, {**given, "consent": True})
        if reply.status_code >= _ACCEPTED:
            problem = _detail(reply) or words["callback_failed"]
            return HTMLResponse(_page(context, given, problem=problem), reply.status_code)
        return HTMLResponse(_page(context, {}, sent=True))


def _page(
    context: PageContext, given: dict[str, str], *, problem: str = "", sent: bool = False
) -> str:
    values = {name: given.get(name, "") for name in FIELDS}
    return render_page("contact.html", context, values=values, problem=problem, sent=sent)


def _problem(given: dict[str, str], consent: bool, words: Any) -> str:
    """What is missing, in words; the browser's own check may be switched off."""
    if not given["name"]:
        return str(words["callback_no_name"])
    if not (given["phone"] or given["email"]):
        return str(words["callback_no_way"])
    return "" if consent else str(words["callback_no_consent"])


async def _handed_on(app: FastAPI, request: Request, body: dict[str, Any]) -> httpx.Response:
    """The API's reply; it sees the visitor as the sender, and nothing of who is signed in."""
    passed = {"host", "x-forwarded-for", "x-forwarded-proto", "origin", "sec-fetch-site"}
    headers = {name: value for name, value in request.headers.items() if name in passed}
    client = (request.client.host, request.client.port) if request.client else ("127.0.0.1", 0)
    transport = httpx.ASGITransport(app=app, client=client)
    base = str(request.base_url)
    async with httpx.AsyncClient(transport=transport, base_url=base) as inside:
        return await inside.post(CALLBACKS, json=body, headers=headers)


def _detail(reply: httpx.Response) -> str:
    try:
        return str(reply.json().get("detail", ""))
    except (json.JSONDecodeError, AttributeError):
        return ""
