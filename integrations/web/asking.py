"""Asking over HTTP: who may ask now, and the answer as JSON or as events, recorded either way."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from assistant.question import Question
from integrations.desk import Desk
from integrations.remembering.asked import Asked
from integrations.web.access import Caller
from integrations.web.forwarding import forwarded
from integrations.web.guards import LOCAL
from integrations.web.limits import Limits, contact_clause
from integrations.web.sse import sse
from kb.errors import AuskunftError, LimitReachedError, PausedError
from kb.questions import Way

UNEXPECTED = "Es ist ein unerwarteter Fehler aufgetreten."
UNEXPECTED_DETAIL = "Der Fehler wurde protokolliert. Bitte später noch einmal versuchen."
_SAME_SITE = "same-origin"
_log = logging.getLogger(__name__)


def way_of(request: Request, caller: Caller) -> tuple[Way, str]:
    """How a question to the API comes in, and the foreign website it comes from, if any.

    Browsers name the website in `Origin`; what has none is our own page or a program.
    """
    passed_on = forwarded(request, caller)
    if passed_on is not None:
        return passed_on.way, ""
    if request.scope.get(LOCAL):
        return Way.CLI, ""
    origin = request.headers.get("origin", "")
    own = urlsplit(origin).netloc == request.headers.get("host", "")
    if request.headers.get("sec-fetch-site") == _SAME_SITE or (origin and own):
        return Way.WEB, ""
    return (Way.WIDGET, origin) if origin else (Way.API, "")


def admit(
    desk: Desk, limits: Limits, request: Request, caller: Caller, way: Way, site: str = ""
) -> None:
    """Raise PausedError or LimitReachedError for a question that is not answered now."""
    try:
        if desk.remembered.paused is not None:
            raise PausedError(
                "Die Auskunft macht gerade eine Pause und beantwortet bald wieder Fragen. Bitte "
                "versuchen Sie es später noch einmal"
                f"{contact_clause(desk.settings.contacts)}. Die Dokumente bleiben lesbar."
            )
        passed_on = forwarded(request, caller)
        if passed_on is not None:
            limits.question_of(passed_on.asker)
        elif not caller.operator:
            limits.question(request, site)
    except (PausedError, LimitReachedError):
        desk.remembered.refused(way)
        raise


async def answer(desk: Desk, question: Question, asked: Asked) -> dict[str, Any]:
    """The whole answer as JSON."""
    with asked:
        desk.require_serving()
        return asked.answered((await desk.assistant.answer(question)).as_dict())


async def events(
    desk: Desk,
    question: Question,
    asked: Asked,
    shown: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> AsyncIterator[bytes]:
    """The answer piece by piece; `shown` makes of an event what the caller may see.

    `status`, `answer` and `done` carry the `answer_id`. Leaving early is fine.
    """
    try:
        with asked:
            async for event in desk.assistant.stream(question):
                data = event.data
                if event.name == "answer":
                    data = asked.answered(data)
                elif event.name in ("status", "done"):
                    data = {**data, "answer_id": asked.answer_id}
                if event.name in ("statement", "answer"):
                    asked.said()
                yield sse(event.name, shown(data))
    except AuskunftError as error:
        yield sse("error", {"title": "Die Frage konnte nicht beantwortet werden.",
                            "detail": str(error)})  # fmt: skip
    except Exception:
        _log.exception("answering failed")
        yield sse("error", {"title": UNEXPECTED, "detail": UNEXPECTED_DETAIL})
