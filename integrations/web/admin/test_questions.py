"""`/admin/testfragen`: the operator's own test questions, how they went last, and what has changed."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant.evaluation import Change, Judged
from integrations.desk import Desk
from integrations.probes import NOT_FOUND, new_id
from integrations.probing import Compared
from integrations.web import probe_changes
from integrations.web.access import Caller
from integrations.web.admin.documents import audiences_of
from integrations.web.admin.editing import mark_of, require_unchanged
from integrations.web.admin.forms import Form, day_of, posted
from integrations.web.admin.frame import admin_page, done, needing
from integrations.web.probe_words import CAUSES, CHANGES, REASONS, expected_in_words
from integrations.web.probes_api import yaml_response
from integrations.web.schemas import ExpectedSourceBody, TestQuestionBody
from kb.audience import PUBLIC
from kb.errors import AuskunftError, InputError
from kb.roles import Role
from kb.state.probes import Probe

TEST_QUESTIONS = "/admin/testfragen"
_LONGEST = 2_000


def test_question_routes(desk: Desk) -> APIRouter:
    """The list with its last run, one question's form, import and export, running now."""
    router, editor = APIRouter(include_in_schema=False), needing(desk, Role.EDITOR)

    def page(
        request: Request, caller: Caller, yaml: str = "", errors: tuple[str, ...] = ()
    ) -> HTMLResponse:
        probes, latest = desk.probes.all(), desk.probing.latest()
        return admin_page(
            desk,
            request,
            caller,
            "admin/test_questions.html",
            status=422 if errors else 200,
            errors=errors,
            rows=_rows(probes, latest),
            latest=_summary(latest) if latest else None,
            earlier=[_listed(desk, run.run_id) for run in desk.probes.runs(6)[1:]],
            progress=desk.probing.progress,
            problem=desk.probing.problem,
            yaml=yaml,
        )

    @router.get(TEST_QUESTIONS)
    def test_questions(request: Request, caller: Caller = editor) -> HTMLResponse:
        return page(request, caller)

    @router.post(f"{TEST_QUESTIONS}/pruefen")
    def run(request: Request, caller: Caller = editor) -> Response:
        try:
            probe_changes.run(desk, caller.name)
        except AuskunftError as error:
            return page(request, caller, errors=(str(error),))
        return done(TEST_QUESTIONS, "testlauf-begonnen")

    @router.get(f"{TEST_QUESTIONS}/testfragen.yaml")
    def exported(caller: Caller = editor) -> Response:
        return yaml_response(desk)

    @router.post(f"{TEST_QUESTIONS}/uebernehmen")
    def take_in(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        yaml = form.get("yaml")
        try:
            count = probe_changes.take_in(desk, caller.name, yaml)
        except InputError as error:
            return page(request, caller, yaml, (str(error),))
        return done(TEST_QUESTIONS, "testfragen-uebernommen", count)

    _add_forms(router, desk, editor)
    return router


def _add_forms(router: APIRouter, desk: Desk, editor: Any) -> None:
    def form_page(
        request: Request,
        caller: Caller,
        probe_id: str,
        values: Mapping[str, Any],
        errors: tuple[str, ...] = (),
    ) -> HTMLResponse:
        latest = desk.probing.latest()
        rows = latest.verdicts if latest else ()
        went = next((_went(change, one) for change, one in rows if one.id == probe_id), None)
        return admin_page(
            desk,
            request,
            caller,
            "admin/test_question.html",
            status=422 if errors else 200,
            errors=errors,
            probe_id=probe_id,
            values=values,
            mark=mark_of(_values(desk.probes.find(probe_id))) if probe_id else "",
            went=went,
            audiences=audiences_of(desk),
            files=sorted({entry.head.file for entry in desk.knowledge.registry.live().values()}),
        )

    @router.get(f"{TEST_QUESTIONS}/neu")
    def empty(request: Request, frage: str = "", caller: Caller = editor) -> HTMLResponse:
        return form_page(request, caller, "", _from_log(desk, frage) if frage else _values(None))

    @router.get(f"{TEST_QUESTIONS}/frage/{{probe_id}}")
    def one(request: Request, probe_id: str, caller: Caller = editor) -> HTMLResponse:
        return form_page(request, caller, probe_id, _values(desk.probes.find(probe_id)))

    def save(request: Request, caller: Caller, probe_id: str, form: Form) -> Response:
        try:
            if probe_id:
                require_unchanged(form, _values(desk.probes.find(probe_id)), "Speichern")
            probe_changes.put(desk, caller.name, probe_id or new_id(), _body(form))
        except InputError as error:
            return form_page(request, caller, probe_id, _given(form), (str(error),))
        return done(TEST_QUESTIONS, "gespeichert")

    @router.post(TEST_QUESTIONS)
    def add(request: Request, form: Form = posted(), caller: Caller = editor) -> Response:
        return save(request, caller, "", form)

    @router.post(f"{TEST_QUESTIONS}/frage/{{probe_id}}")
    def change(
        request: Request, probe_id: str, form: Form = posted(), caller: Caller = editor
    ) -> Response:
        return save(request, caller, probe_id, form)

    @router.post(f"{TEST_QUESTIONS}/frage/{{probe_id}}/loeschen")
    def remove(probe_id: str, caller: Caller = editor) -> Response:
        probe_changes.remove(desk, caller.name, probe_id)
        return done(TEST_QUESTIONS, "testfrage-geloescht")


def _values(probe: Probe | None) -> dict[str, Any]:
    """What the form shows; there is always an empty pair of document and quote."""
    expected = probe.expected if probe else {}
    sources = [(one["file"], one["quote"]) for one in expected.get("sources", ())]
    return {
        "question": probe.text if probe else "",
        "audience": probe.audience if probe else PUBLIC,
        "as_of": expected.get("as_of", ""),
        "not_found": expected.get("status") == NOT_FOUND,
        "sources": [*sources, ("", "")],
        "contains": "\n".join(expected.get("contains", ())),
        "excludes": "\n".join(expected.get("excludes", ())),
    }


def _from_log(desk: Desk, answer_id: str) -> dict[str, Any]:
    """A question that was asked, with what its answer cited as what is expected.

    Raises NotFoundError.
    """
    desk.remembered.flush()
    asked = desk.remembered.questions.find(answer_id)
    live = desk.knowledge.registry.live()
    files = [live[cited].head.file for cited in asked.cited if cited in live]
    return _values(None) | {
        "question": asked.question,
        "audience": asked.audience,
        "sources": [*((file, "") for file in files), ("", "")],
    }


def _given(form: Form) -> dict[str, Any]:
    pairs = zip(form.all("file"), form.all("quote"), strict=False)
    return {
        **{
            name: form.get(name)
            for name in ("question", "audience", "as_of", "contains", "excludes")
        },
        "not_found": form.get("expected") == NOT_FOUND,
        "sources": [*(pair for pair in pairs if any(pair)), ("", "")],
    }


def _body(form: Form) -> TestQuestionBody:
    """Raises InputError."""
    given = _given(form)
    if not given["question"]:
        raise InputError("Bitte eine Frage eingeben.")
    if any(len(part) > _LONGEST for part in (given["question"], *form.all("quote"))):
        raise InputError(f"Frage und Stelle dürfen je höchstens {_LONGEST} Zeichen lang sein.")
    lines = {
        name: [line.strip() for line in given[name].splitlines() if line.strip()]
        for name in ("contains", "excludes")
    }
    return TestQuestionBody.model_construct(
        question=given["question"],
        audience=given["audience"] or PUBLIC,
        not_found=given["not_found"],
        as_of=day_of(given["as_of"], "Stichtag"),
        sources=[
            ExpectedSourceBody.model_construct(file=file, quote=quote)
            for file, quote in given["sources"]
        ],
        contains=lines["contains"],
        excludes=lines["excludes"],
    )


def _rows(probes: list[Probe], latest: Compared | None) -> list[dict[str, Any]]:
    """The most urgent first, then what was never asked."""
    by_id = {probe.probe_id: probe for probe in probes}
    verdicts = latest.verdicts if latest else ()
    judged = {one.id: _went(change, one) for change, one in verdicts if one.id in by_id}
    order = [*judged, *(probe_id for probe_id in by_id if probe_id not in judged)]
    return [
        {"probe": by_id[name], "expected": expected_in_words(by_id[name]), "went": judged.get(name)}
        for name in order
    ]


def _went(change: Change, judged: Judged) -> dict[str, Any]:
    name, tone = CHANGES[change]
    reasons = [REASONS[reason] for reason in judged.reasons]
    return {"name": name, "tone": tone, "reasons": reasons, "judged": judged}


def _summary(found: Compared) -> dict[str, Any]:
    run = found.run
    finished = run.finished_at.replace(tzinfo=UTC).astimezone()
    return {
        "finished": f"{finished:%d.%m.%Y %H:%M}",
        "cause": CAUSES[run.cause],
        "total": len(found.verdicts),
        "wrong": found.wrong,
        "newly_wrong": found.count(Change.NEWLY_WRONG),
        "newly_right": found.count(Change.NEWLY_RIGHT),
    }


def _listed(desk: Desk, run_id: int) -> dict[str, Any]:
    return _summary(desk.probing.compared(run_id))
