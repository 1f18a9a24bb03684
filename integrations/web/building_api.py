"""Routes on generations of the index: rebuild, go back, list, delete; progress as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from ingest.progress import Step
from ingest.report import RunReport
from integrations.building_state import BuildState, Plan
from integrations.catalogue import generations_of
from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.sse import STREAM_HEADERS, sse
from kb.errors import AuskunftError, InputError

_News = BuildState | RunReport | AuskunftError


def add_building(router: APIRouter, desk: Desk, admin: Any) -> None:
    """`admin` is the dependency that lets only admins in."""
    note = desk.remembered.note

    @router.post("/rebuild", tags=["Betrieb"], summary="Den Suchindex neu aufbauen")
    async def rebuild(caller: Caller = admin) -> Response:
        await asyncio.to_thread(note, caller.name, "index.rebuild", "Suchindex")
        return _stream(_events(desk, Plan.FRESH))

    @router.get("/generations", tags=["Betrieb"], summary="Generationen des Suchindex auflisten")
    def generations(caller: Caller = admin) -> dict[str, Any]:
        return {"generations": generations_of(desk)}

    @router.delete("/generations", tags=["Betrieb"], summary="Die frühere Generation löschen")
    def drop(caller: Caller = admin) -> dict[str, Any]:
        dropped = desk.building.drop_kept()
        note(caller.name, "index.drop", ", ".join(dropped))
        return {"dropped": dropped}

    @router.post(
        "/generations/rollback", tags=["Betrieb"], summary="Zur früheren Generation zurückschalten"
    )
    async def rollback(caller: Caller = admin) -> Response:
        await asyncio.to_thread(note, caller.name, "index.rollback", "Suchindex")
        return _stream(_events(desk, Plan.BACK))


def _stream(events: AsyncIterator[bytes]) -> Response:
    return StreamingResponse(events, media_type="text/event-stream", headers=STREAM_HEADERS)


async def _events(desk: Desk, plan: Plan) -> AsyncIterator[bytes]:
    """Progress, then the report or the error; the rebuild goes on when nobody listens any more."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[_News] = asyncio.Queue()

    def hear(news: _News) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, news)

    try:
        end = await asyncio.to_thread(desk.building.start, plan, hear)
    except InputError as error:
        yield sse("error", {"code": error.code, "detail": str(error)})
        return
    try:
        while True:
            news = await queue.get()
            if isinstance(news, BuildState):
                yield sse(
                    "progress", Step(news.done, news.total, news.name, share=news.share).as_dict()
                )
            elif isinstance(news, RunReport):
                yield sse("report", news.as_dict())
                return
            else:
                yield sse("error", {"code": news.code, "detail": str(news)})
                return
    finally:
        end()
