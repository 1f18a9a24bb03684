"""The search page `/suche`: a GET form, so that every search has an address of its own."""

from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from assistant.question import read_question
from integrations.desk import Desk
from integrations.web.access import viewer_of
from integrations.web.pages import render_page
from integrations.web.visitor.context import page_context
from integrations.web.visitor.search_request import SearchRequest, read_search
from integrations.web.visitor.search_view import SearchView, search_view
from kb.audience import Viewer
from kb.browsing import Results, browse
from kb.errors import InputError
from kb.index.port import Scope
from kb.results import Query
from kb.state.registry import LiveDocuments


def add_search(app: FastAPI, desk: Desk) -> None:
    """`/suche`"""

    @app.get("/suche", include_in_schema=False)
    def search(request: Request) -> HTMLResponse:
        context, viewer = page_context(desk, request), viewer_of(request)
        wanted = read_search(request.query_params, date.today())
        view = _found(desk, wanted, viewer, context.language)
        documents = sum(viewer.may_see(live.head.audience) for live in _live(desk).values())
        html = render_page("search.html", context, view=view, wanted=wanted, documents=documents)
        return HTMLResponse(html, 200 if not view.problem else 422)


def _live(desk: Desk) -> LiveDocuments:
    return desk.knowledge.registry.live()


def _found(desk: Desk, wanted: SearchRequest, viewer: Viewer, language: str) -> SearchView:
    """What was found; without words to look for, an empty view."""
    if not wanted.text:
        return search_view(wanted, None, language)
    desk.require_serving()
    try:
        question = read_question(wanted.text, as_of=wanted.as_of, viewer=viewer)
    except InputError as error:
        return search_view(wanted, None, language, problem=str(error))
    scope = Scope(viewer, valid_on=wanted.as_of if wanted.valid_only else None)
    query = Query(question.text, scope, wanted.as_of, lexical=question.lexical)
    results: Results = browse(desk.search, _live(desk), query, wanted.choice)
    return search_view(wanted, results, language)
