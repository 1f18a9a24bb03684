"""The pages for visitors: asking, searching, documents, contact, and the operator's own texts."""

from fastapi import FastAPI

from integrations.desk import Desk
from integrations.examples import Examples
from integrations.web.limits import Limits
from integrations.web.visitor.asking import add_asking
from integrations.web.visitor.contact import add_contact
from integrations.web.visitor.documents import add_documents
from integrations.web.visitor.searching import add_search
from integrations.web.visitor.texts import add_texts


def add_pages(app: FastAPI, desk: Desk, limits: Limits, examples: tuple[str, ...] = ()) -> None:
    """All pages for visitors; `examples` are questions to suggest instead of the documents' own."""
    app.state.examples = Examples(desk, examples)
    add_asking(app, desk, limits, app.state.examples)
    add_search(app, desk)
    add_documents(app, desk)
    add_contact(app, desk)
    add_texts(app, desk)
