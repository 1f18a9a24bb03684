"""The pages that a public body needs, from the operator's texts."""

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from integrations.desk import Desk
from integrations.web.pages import render_page
from integrations.web.phrases import PHRASES
from integrations.web.visitor.context import page_context
from integrations.web.visitor.operator_texts import NAMES, OperatorTexts


def add_texts(app: FastAPI, desk: Desk) -> None:
    """`/impressum`, `/datenschutz`, `/barrierefreiheit`, `/leichte-sprache`, `/gebaerdensprache`."""
    texts = OperatorTexts.of(desk)

    def add(name: str) -> None:
        @app.get(f"/{name}", include_in_schema=False, name=name)
        def text(request: Request) -> HTMLResponse:
            context = page_context(desk, request)
            page = texts.page(name, context.language)
            title = page.title or PHRASES[context.language][f"text_{name}"]
            barriers = name == "barrierefreiheit"
            return HTMLResponse(
                render_page("text.html", context, title=title, page=page, barriers=barriers)
            )

    for name in NAMES:
        add(name)
