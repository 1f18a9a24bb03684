"""The JSON API under /api/v1: asking and searching for everybody, the rest by role (`kb.roles`)."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, params
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.question import Question, Turn, read_question
from integrations.catalogue import described, find_documents, status_of
from integrations.desk import Desk
from integrations.web import document_changes
from integrations.web.access import Caller, caller_of
from integrations.web.accounts_api import add_accounts
from integrations.web.asking import admit, answer, events, way_of
from integrations.web.building_api import add_building
from integrations.web.explaining import add_explaining
from integrations.web.feedback_api import add_feedback
from integrations.web.forwarding import acting
from integrations.web.jobs_api import add_jobs, streamed
from integrations.web.limits import Limits
from integrations.web.probes_api import add_probes
from integrations.web.remembered_api import add_remembered
from integrations.web.schemas import CorrectionBody, IngestBody, QuestionBody, SearchBody
from integrations.web.settings_api import add_settings
from integrations.web.slack_api import add_slack
from integrations.web.sources_api import add_sources
from integrations.web.sse import STREAM_HEADERS
from integrations.web.written_api import add_written_answers
from kb.audience import Viewer
from kb.errors import InputError
from kb.index.port import Scope
from kb.passages import Kind
from kb.results import Query, ScoredPassage
from kb.roles import Role
from kb.state.registry import StoredDocument

#: documents by their ids, the beginnings of ids, or file names
Selected = Annotated[Sequence[str], params.Query()]


def api_router(desk: Desk, limits: Limits) -> APIRouter:
    """Routes of the API; `desk` is the opened data folder they work on."""
    router = APIRouter(prefix="/api/v1")
    _add_asking(router, desk, limits)
    add_explaining(router, desk, _needing(desk, Role.EDITOR))
    add_feedback(router, desk, limits)
    _add_documents(router, desk)
    _add_operations(router, desk)
    add_accounts(router, desk, _caller(desk), _needing(desk, Role.ADMIN))
    add_building(router, desk, _needing(desk, Role.ADMIN))
    add_jobs(router, desk, _needing(desk, Role.EDITOR), _needing(desk, Role.ADMIN))
    add_sources(router, desk, _needing(desk, Role.EDITOR))
    add_settings(router, desk, _needing(desk, Role.ADMIN))
    add_slack(router, desk, _needing(desk, Role.ADMIN))
    add_remembered(router, desk, _needing(desk, Role.EDITOR), _needing(desk, Role.ADMIN))
    add_written_answers(router, desk, _needing(desk, Role.EDITOR))
    add_probes(router, desk, _needing(desk, Role.EDITOR))
    return router


def _caller(desk: Desk) -> Any:
    def depend(request: Request) -> Caller:
        return caller_of(request, desk.tokens)

    return Depends(depend)


def _needing(desk: Desk, role: Role) -> Any:
    """The dependency that lets only callers in who may do what `role` may."""

    def depend(request: Request) -> Caller:
        caller = acting(request, caller_of(request, desk.tokens))
        caller.require(role)
        return caller

    return Depends(depend)


def _add_asking(router: APIRouter, desk: Desk, limits: Limits) -> None:
    @router.post("/answers", tags=["Fragen"], summary="Eine Frage beantworten")
    async def answers(
        body: QuestionBody, request: Request, caller: Caller = _caller(desk)
    ) -> Response:
        question = question_of(body, caller.viewer(body.groups))
        way, site = way_of(request, caller)
        admit(desk, limits, request, caller, way, site)
        asked = desk.remembered.asked(question, way, site)
        if "text/event-stream" in request.headers.get("accept", ""):
            asked.require(desk.require_serving)
            return StreamingResponse(
                events(desk, question, asked, lambda data: seen_by(caller, data)),
                media_type="text/event-stream",
                headers=STREAM_HEADERS,
            )
        return JSONResponse(seen_by(caller, await answer(desk, question, asked)))

    @router.get("/examples", tags=["Fragen"], summary="Beispielfragen für den Anfang")
    def examples(request: Request) -> dict[str, list[str]]:
        """From public documents only; none while they are still being made."""
        return {"questions": list(request.app.state.examples.current())}

    @router.post("/search", tags=["Fragen"], summary="Fundstellen suchen")
    async def search(
        body: SearchBody, request: Request, caller: Caller = _caller(desk)
    ) -> dict[str, Any]:
        as_of = body.as_of or date.today()
        viewer = caller.viewer(body.groups)
        if not caller.operator:
            limits.question(request, purpose="search")
        desk.require_serving()
        question = read_question(body.question, as_of=as_of, viewer=viewer)
        scope = Scope(viewer, kinds=_kinds(body.kinds), valid_on=as_of if body.valid_only else None)
        query = Query(question.text, scope, as_of, lexical=question.lexical)
        found = await desk.search.find_async(query, body.limit)
        return {
            "passages": [
                {**passage, "uri": place_for(caller, passage["uri"])}
                for passage in (passage_dict(scored, as_of) for scored in found.passages)
            ]
        }


def _add_documents(router: APIRouter, desk: Desk) -> None:
    registry = desk.knowledge.registry

    def for_editors(
        document: StoredDocument, reviews: Mapping[str, date] | None = None
    ) -> dict[str, Any]:
        document_id = document.head.document_id
        due = desk.reviews.find(document_id) if reviews is None else reviews.get(document_id)
        return {**described(document, date.today()), "review": due.isoformat() if due else ""}

    editor = _needing(desk, Role.EDITOR)

    @router.get("/documents", tags=["Dokumente"], summary="Dokumente auflisten")
    def documents(
        groups: Annotated[Sequence[str], params.Query()] = (),
        newest: Annotated[int, params.Query(ge=0, le=100)] = 0,
        caller: Caller = _caller(desk),
    ) -> dict[str, Any]:
        """With `groups` as somebody of these sees them; with `newest` so many, the latest first."""
        whole, viewer = caller.editor and not groups, caller.viewer(list(groups))
        seen = [one for one in registry.all() if whole or viewer.may_see(one.head.audience)]
        if newest:
            seen = sorted(seen, key=lambda one: one.ingested_at, reverse=True)[:newest]
        if not whole:
            return {"documents": [_public(described(one, date.today())) for one in seen]}
        reviews = desk.reviews.all()
        return {"documents": [for_editors(one, reviews) for one in seen]}

    @router.get("/documents/{document_id:path}", tags=["Dokumente"], summary="Ein Dokument lesen")
    def document(document_id: str, caller: Caller = _caller(desk)) -> dict[str, Any]:
        if caller.editor:
            stored = find_documents(desk, [document_id])[0]
            return {
                **for_editors(stored),
                "text": registry.text(stored.head.document_id).text,
            }
        stored = registry.get(document_id, caller.viewer([]))
        text = registry.text(document_id).text
        return {**_public(described(stored, date.today())), "text": text}

    @router.patch("/documents", tags=["Dokumente"], summary="Angaben zu Dokumenten berichtigen")
    def correct(
        body: CorrectionBody, select: Selected = (), caller: Caller = editor
    ) -> dict[str, Any]:
        chosen = find_documents(desk, list(select))
        values = body.model_dump(exclude_none=True, exclude={"review"})
        changed = chosen
        if values or body.review is None:
            changed = document_changes.correct(desk, caller.name, chosen, values)
        if body.review is not None:
            document_changes.plan_review(desk, caller.name, chosen, body.review or None)
        return {"documents": [for_editors(entry) for entry in changed]}

    @router.post(
        "/documents/reindex",
        tags=["Dokumente"],
        summary="Dokumente aus den Originalen neu einlesen",
    )
    async def reindex(select: Selected = (), caller: Caller = editor) -> Response:
        job = await asyncio.to_thread(document_changes.reindex, desk, caller.name, list(select))
        return streamed(desk, job)

    @router.delete("/documents", tags=["Dokumente"], summary="Dokumente löschen")
    def remove(select: Selected = (), caller: Caller = editor) -> dict[str, Any]:
        chosen = find_documents(desk, list(select))
        document_changes.remove(desk, caller.name, chosen)
        return {"removed": [entry.head.file for entry in chosen]}


def _add_operations(router: APIRouter, desk: Desk) -> None:
    remembered = desk.remembered
    editor, admin = _needing(desk, Role.EDITOR), _needing(desk, Role.ADMIN)

    @router.get("/status", tags=["Betrieb"], summary="Zustand des Dienstes")
    def status(caller: Caller = editor) -> dict[str, Any]:
        return status_of(desk, date.today())

    @router.post("/ingest", tags=["Betrieb"], summary="Dateien dieses Rechners einlesen")
    async def ingest(body: IngestBody, caller: Caller = admin) -> Response:
        desk.require_serving()
        handed_in = desk.jobs.ingest
        job = await asyncio.to_thread(handed_in, body.paths, public=body.public, prune=body.prune)
        await asyncio.to_thread(remembered.note, caller.name, "ingest.start", job.label)
        return streamed(desk, job)


def question_of(body: QuestionBody, viewer: Viewer) -> Question:
    """A request body as a question; raises InputError."""
    return read_question(
        body.question,
        as_of=body.as_of or date.today(),
        viewer=viewer,
        history=[Turn(turn.role, turn.text) for turn in body.history],
        language=body.language,
    )


def seen_by(caller: Caller, told: Mapping[str, Any]) -> dict[str, Any]:
    """An answer, or an event of one, with places as the caller may see them."""
    if "sources" not in told:
        return dict(told)
    sources = [{**source, "uri": place_for(caller, source["uri"])} for source in told["sources"]]
    return {**told, "sources": sources}


def place_for(caller: Caller, uri: str) -> str:
    """A document's full place; only editors learn the folders of this machine."""
    if caller.editor or not uri.startswith("file:"):
        return uri
    return f"file:///{uri.rsplit('/', 1)[-1]}"


def passage_dict(scored: ScoredPassage, as_of: date) -> dict[str, Any]:
    """A found passage as JSON."""
    passage = scored.passage
    head = passage.document
    return {
        "document_id": head.document_id,
        "file": head.file,
        "uri": head.uri,
        "title": head.title,
        "kind": head.kind.value,
        "locator": passage.locator,
        "page": passage.page,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "confidence": None if passage.confidence is None else round(passage.confidence, 2),
        "poorly_read": passage.poorly_read,
        "score": round(scored.score, 4),
        "dense": round(scored.dense, 4),
        "lexical": round(scored.sparse, 4),
        "validity": head.validity.state(as_of).value,
        "link": f"/dokumente/{head.document_id}?von={passage.start}&bis={passage.end}#zitat",
    }


def _public(document: dict[str, Any]) -> dict[str, Any]:
    """Without what only editors need to know."""
    hidden = {"warnings", "origins", "corrections", "revision", "uri"}
    return {name: value for name, value in document.items() if name not in hidden}


def _kinds(names: list[str]) -> frozenset[Kind]:
    try:
        return frozenset(Kind(name) for name in names)
    except ValueError as error:
        known = ", ".join(kind.value for kind in Kind)
        raise InputError(f"Dokumentart unbekannt: {error}. Erlaubt sind {known}.") from error
