"""The start page: ask a question; without a script the form is posted and the page answers."""

from datetime import date
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from assistant.question import read_question
from integrations.desk import Desk
from integrations.examples import Examples
from integrations.web.access import caller_of, viewer_of
from integrations.web.asking import admit, answer
from integrations.web.limits import Limits
from integrations.web.pages import render_ask
from integrations.web.visitor.context import page_context
from kb.questions import Way


def add_asking(app: FastAPI, desk: Desk, limits: Limits, examples: Examples) -> None:
    """`/`, with `examples` to begin with."""

    @app.get("/", include_in_schema=False)
    def ask(request: Request) -> HTMLResponse:
        return HTMLResponse(render_ask(page_context(desk, request), examples=examples.current()))

    @app.post("/", include_in_schema=False)
    async def ask_without_script(request: Request) -> HTMLResponse:
        question = (await form_of(request)).get("question", "")
        context = page_context(desk, request)
        read = read_question(
            question, as_of=date.today(), viewer=viewer_of(request), language=context.language
        )
        admit(desk, limits, request, caller_of(request, desk.tokens), Way.WEB)
        found = await answer(desk, read, desk.remembered.asked(read, Way.WEB))
        return HTMLResponse(render_ask(context, question=question, answer=found))


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a posted form, the first value of each."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}
