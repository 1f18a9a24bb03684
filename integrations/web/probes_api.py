"""Operators' routes on the test questions and their runs."""

from typing import Any

from fastapi import APIRouter, Response

from assistant.evaluation import Change
from integrations.building_state import iso
from integrations.desk import Desk
from integrations.probes import described, new_id, write_probes
from integrations.probing import Compared
from integrations.web import probe_changes
from integrations.web.access import Caller
from integrations.web.probes_csv import probes_response
from integrations.web.schemas import TestQuestionBody, YamlBody
from kb.state.probes import ProbeRun

_TAGS: list[Any] = ["Testfragen"]


def add_probes(router: APIRouter, desk: Desk, editor: Any) -> None:
    """`editor` is the dependency that lets only editors in."""
    _add_questions(router, desk, editor)
    _add_runs(router, desk, editor)


def _add_questions(router: APIRouter, desk: Desk, editor: Any) -> None:
    @router.get("/test-questions", tags=_TAGS, summary="Die eigenen Testfragen")
    def listed(caller: Caller = editor) -> dict[str, Any]:
        probes = desk.probes.all()
        return {"total": len(probes), "questions": [described(probe) for probe in probes]}

    @router.get("/test-questions.yaml", include_in_schema=False)
    def exported(caller: Caller = editor) -> Response:
        return yaml_response(desk)

    @router.get("/test-questions.csv", include_in_schema=False)
    def table(caller: Caller = editor) -> Response:
        return probes_response(desk)

    @router.post("/test-questions", status_code=201, tags=_TAGS, summary="Eine Testfrage anlegen")
    def add(body: TestQuestionBody, caller: Caller = editor) -> dict[str, Any]:
        return described(probe_changes.put(desk, caller.name, new_id(), body))

    @router.post("/test-questions/import", tags=_TAGS, summary="Testfragen aus YAML übernehmen")
    def take_in(body: YamlBody, caller: Caller = editor) -> dict[str, Any]:
        return {"imported": probe_changes.take_in(desk, caller.name, body.yaml)}

    @router.put("/test-questions/{probe_id}", tags=_TAGS, summary="Eine Testfrage ändern")
    def change(probe_id: str, body: TestQuestionBody, caller: Caller = editor) -> dict[str, Any]:
        desk.probes.find(probe_id)
        return described(probe_changes.put(desk, caller.name, probe_id, body))

    @router.delete("/test-questions/{probe_id}", tags=_TAGS, summary="Eine Testfrage löschen")
    def remove(probe_id: str, caller: Caller = editor) -> dict[str, Any]:
        probe_changes.remove(desk, caller.name, probe_id)
        return {"removed": probe_id}


def _add_runs(router: APIRouter, desk: Desk, editor: Any) -> None:
    @router.get("/test-runs", tags=_TAGS, summary="Läufe der Testfragen, der neueste zuerst")
    def runs(caller: Caller = editor) -> dict[str, Any]:
        progress = desk.probing.progress
        return {
            "running": {"done": progress.done, "total": progress.total} if progress else None,
            "problem": desk.probing.problem,
            "newly_wrong": desk.probing.newly_wrong(),
            "runs": [_described(run) for run in desk.probes.runs()],
        }

    @router.post("/test-runs", status_code=202, tags=_TAGS, summary="Alle Testfragen jetzt stellen")
    def run(caller: Caller = editor) -> dict[str, Any]:
        probe_changes.run(desk, caller.name)
        return {"started": True}

    @router.get("/test-runs/{run_id}", tags=_TAGS, summary="Ein Lauf neben dem davor")
    def one(run_id: int, caller: Caller = editor) -> dict[str, Any]:
        return _compared(desk.probing.compared(run_id))


def yaml_response(desk: Desk) -> Response:
    """All test questions as a file."""
    headers = {"content-disposition": 'attachment; filename="testfragen.yaml"'}
    return Response(
        write_probes(desk.probes.all()), 200, headers, "application/yaml; charset=utf-8"
    )


def _described(run: ProbeRun) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "cause": run.cause.value,
        "began_at": iso(run.began_at),
        "finished_at": iso(run.finished_at),
        "total": len(run.verdicts),
        "wrong": sum(bool(verdict["reasons"]) for verdict in run.verdicts),
    }


def _compared(found: Compared) -> dict[str, Any]:
    return {
        **_described(found.run),
        "changes": {change.value: found.count(change) for change in Change},
        "verdicts": [
            {"change": change.value, **judged.as_dict()} for change, judged in found.verdicts
        ],
    }
