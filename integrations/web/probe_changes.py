"""What operators do with test questions, over the API and on the pages alike; all of it is audited."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.evaluation import ExpectedSource, GoldenQuestion
from integrations.desk import Desk
from integrations.probes import ANSWERED, NOT_FOUND, golden_of, probe_of, read_probes
from integrations.web.probe_tables import is_table, read_table
from integrations.web.schemas import TestQuestionBody
from kb.state.probes import Cause, Probe


def put(desk: Desk, who: str, probe_id: str, body: TestQuestionBody) -> Probe:
    """Write a new test question, or an earlier one anew. Raises InputError."""
    known = {probe.probe_id: probe for probe in desk.probes.all()}.get(probe_id)
    probe = probe_of(_golden(probe_id, body, known))
    desk.probes.put([probe])
    verb = "testquestion.change" if known else "testquestion.add"
    desk.remembered.note(who, verb, probe_id, _told(known), _told(probe))
    return probe


def remove(desk: Desk, who: str, probe_id: str) -> None:
    """Raises NotFoundError."""
    before = desk.probes.find(probe_id)
    desk.probes.remove(probe_id)
    desk.remembered.note(who, "testquestion.remove", probe_id, _told(before))


def take_in(desk: Desk, who: str, text: str) -> int:
    """Import all of a YAML list or a table, or none; those with a known id are replaced.

    Raises InputError.
    """
    if is_table(text):
        probes = read_table(text, {probe.probe_id: probe for probe in desk.probes.all()})
    else:
        probes = read_probes(text)
    desk.probes.put(probes)
    desk.remembered.note(who, "testquestion.import", f"{len(probes)} Testfragen")
    return len(probes)


def run(desk: Desk, who: str) -> None:
    """Begin a run in the background. Raises InputError, RebuildingError, IndexMismatchError."""
    desk.probing.start(Cause.HAND)
    desk.remembered.note(who, "testquestion.run", "alle Testfragen")


def _golden(probe_id: str, body: TestQuestionBody, known: Probe | None) -> GoldenQuestion:
    """What a form does not show of an earlier test question stays: topic, notices, questions before."""
    empty = Probe(probe_id, body.question, body.audience, _NOTHING)
    return replace(
        golden_of(known or empty),
        text=body.question,
        audience=body.audience,
        status=NOT_FOUND if body.not_found else ANSWERED,
        as_of=body.as_of.isoformat() if body.as_of else "",
        sources=tuple(
            ExpectedSource(one.file.strip(), one.quote.strip())
            for one in body.sources
            if one.file.strip() or one.quote.strip()
        ),
        contains=tuple(body.contains),
        excludes=tuple(body.excludes),
    )


_NOTHING: Mapping[str, Any] = {
    "status": ANSWERED,
    "topic": "",
    "as_of": "",
    **{name: [] for name in ("sources", "contains", "excludes", "notices", "earlier")},
}


def _told(probe: Probe | None) -> str:
    """What the audit log says of a test question; it keeps no wordings of questions."""
    if probe is None:
        return ""
    if probe.expected["status"] == NOT_FOUND:
        return "erwartet: nichts gefunden"
    files = [one["file"] for one in probe.expected["sources"] if one["file"]]
    return f"erwartet: {', '.join(files) or 'eine Antwort'}"
