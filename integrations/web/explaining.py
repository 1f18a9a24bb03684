"""Explaining an answer over HTTP: for editors, as whoever they want to ask as.

What is tried is neither recorded nor counted, and it goes on while answers are paused.
"""

from datetime import date
from typing import Any

from fastapi import APIRouter

from assistant.question import Question, Turn, read_question
from integrations.desk import Desk
from integrations.explained import explained
from integrations.web.access import Caller
from integrations.web.schemas import QuestionBody
from kb.audience import PUBLIC, Viewer


def add_explaining(router: APIRouter, desk: Desk, editor: Any) -> None:
    """`editor` is the dependency that lets only editors in; they may see all documents."""

    @router.post("/explain", tags=["Fragen"], summary="Eine Antwort mit ihrem Weg erklären")
    async def explain(body: QuestionBody, caller: Caller = editor) -> dict[str, Any]:
        question = read_question(
            body.question,
            as_of=body.as_of or date.today(),
            viewer=viewer_for(body.groups),
            history=[Turn(turn.role, turn.text) for turn in body.history],
            language=body.language,
        )
        return await explained_to(desk, question)


async def explained_to(desk: Desk, question: Question) -> dict[str, Any]:
    """The answer with its way there, as JSON. Raises RebuildingError, IndexMismatchError."""
    desk.require_serving()
    lane = desk.board.lane
    return explained(await lane.assistant.explain(question), lane.search.options)


def viewer_for(audiences: list[str]) -> Viewer:
    """A member of these audiences; the public where there is none. Raises InputError."""
    return Viewer.member_of(*(name for name in audiences if name != PUBLIC))
