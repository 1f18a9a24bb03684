"""The test questions as a table, one in each row, with how they went in the last run."""

from collections.abc import Iterator
from datetime import UTC

from fastapi.responses import Response

from assistant.evaluation import Change, Judged
from integrations.desk import Desk
from integrations.explained_words import STATUS
from integrations.web.csv_export import Cell, csv_response
from integrations.web.probe_tables import COLUMNS, cells_of
from integrations.web.probe_words import CAUSES, CHANGES, REASONS
from kb.state.probes import ProbeRun

_RESULTS = (
    *("Ergebnis", "Gründe", "Antwort", "Beginn der Antwort", "Quellen", "Gefragt am", "Anlass"),
)
HEADS = (*COLUMNS, *_RESULTS)


def probes_response(desk: Desk) -> Response:
    """The table as a file; a cell with several values has a line for each."""
    return csv_response("testfragen", HEADS, _rows(desk))


def _rows(desk: Desk) -> Iterator[list[Cell]]:
    latest = desk.probing.latest()
    went = {judged.id: (change, judged) for change, judged in latest.verdicts} if latest else {}
    for probe in desk.probes.all():
        found = went.get(probe.probe_id)
        told = _went(latest.run, *found) if latest and found else [""] * len(_RESULTS)
        yield [*cells_of(probe), *told]


def _went(run: ProbeRun, change: Change, judged: Judged) -> list[Cell]:
    finished = run.finished_at.replace(tzinfo=UTC).astimezone()
    return [
        CHANGES[change][0],
        "\n".join(REASONS[reason] for reason in judged.reasons),
        STATUS[judged.status],
        judged.said,
        "\n".join(judged.files),
        f"{finished:%d.%m.%Y %H:%M}",
        CAUSES[run.cause],
    ]
