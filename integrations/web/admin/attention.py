"""What needs somebody's attention now, most urgent first, each with the page where it is seen to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from integrations.building_state import now
from integrations.desk import Desk
from integrations.web.admin.plots.numbers import whole
from kb.questions import WorkKind, WorkState, WrittenState
from kb.state.jobs import JobState
from kb.state.registry import StoredDocument
from kb.validity import ValidityState

#: days before its end from which a document is to be seen to
EXPIRES_WITHIN = 30
_DOCUMENTS, _QUESTIONS, _ANSWERS = "/admin/dokumente", "/admin/fragen", "/admin/antworten"
_JOBS, _INDEX = "/admin/auftraege", "/admin/suchindex"
_OPEN = (WorkState.OPEN, WorkState.IN_WORK)
_FAILED_FOR = timedelta(days=7)
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Attention:
    """`state` is a badge's (`bad`, `warn`, `soon`), `word` what stands in the badge."""

    state: str
    word: str
    text: str
    href: str


def attention(desk: Desk, today: date) -> list[Attention]:
    """Everything that is not as it should be, or under way."""
    documents = desk.knowledge.registry.all()
    return [*_answering(desk), *_work(desk), *_jobs(desk), *_documents(documents, today)]


def expiring(documents: list[StoredDocument], today: date) -> list[StoredDocument]:
    """Those whose validity ends soon, the next one first."""
    last = today + timedelta(days=EXPIRES_WITHIN)
    ends = [
        (until, document)
        for document in documents
        if (until := document.head.validity.valid_until) and today <= until <= last
    ]
    return [document for _, document in sorted(ends, key=lambda pair: pair[0])]


def _answering(desk: Desk) -> Iterator[Attention]:
    if (state := desk.building.state) is not None:
        text = f"Der Suchindex wird neu aufgebaut: {state.percent} %."
        yield Attention("soon", "läuft", text, _DOCUMENTS)
    elif desk.building.needed():
        text = "Der Suchindex passt nicht mehr zu den Einstellungen; er ist neu aufzubauen."
        yield Attention("bad", "dringend", text, _DOCUMENTS)


def _work(desk: Desk) -> Iterator[Attention]:
    worklist = desk.remembered.worklist
    _, calls = worklist.page(kind=WorkKind.CALLBACK, states=_OPEN, limit=1)
    if calls:
        text = _some(
            calls, "Person wartet auf einen Rückruf.", "Personen warten auf einen Rückruf."
        )
        yield Attention("bad", "dringend", text, f"{_QUESTIONS}?art=callback")
    _, asked = worklist.page(kind=WorkKind.QUESTION, states=_OPEN, limit=1)
    if asked:
        text = _some(asked, "Frage ist ohne Antwort.", "Fragen sind ohne Antwort.")
        yield Attention("warn", "offen", text, f"{_QUESTIONS}?art=question")
    drafts = sum(answer.state is WrittenState.DRAFT for answer in desk.answers.all())
    if drafts:
        text = _some(
            drafts,
            "geschriebene Antwort wartet auf die Freigabe.",
            "geschriebene Antworten warten auf die Freigabe.",
        )
        yield Attention("warn", "offen", text, _ANSWERS)


def _jobs(desk: Desk) -> Iterator[Attention]:
    recent = desk.jobs.recent(_LOOKED_AT)
    running = sum(not job.over for job in recent)
    if running:
        text = _some(running, "Auftrag läuft oder wartet.", "Aufträge laufen oder warten.")
        yield Attention("soon", "läuft", text, _DOCUMENTS)
    since = now() - _FAILED_FOR
    latest = {job.label: job for job in reversed(recent)}.values()  # of each the last one counts
    failed = sum(
        job.state is JobState.FAILED and job.finished_at is not None and job.finished_at > since
        for job in latest
    )
    if failed:
        text = _some(
            failed,
            "Auftrag der letzten 7 Tage ist gescheitert.",
            "Aufträge der letzten 7 Tage sind gescheitert.",
        )
        yield Attention("bad", "dringend", text, _DOCUMENTS)
    unread = sum(
        any(one["status"] == "failed" for one in (job.report or {}).get("sources", ()))
        for job in latest
        if job.finished_at is not None and job.finished_at > since
    )
    if unread:
        text = _some(
            unread,
            "Auftrag konnte nicht alle Dateien lesen.",
            "Aufträge konnten nicht alle Dateien lesen.",
        )
        yield Attention("bad", "dringend", text, _DOCUMENTS)


def _documents(documents: list[StoredDocument], today: date) -> Iterator[Attention]:
    ending = len(expiring(documents, today))
    if ending:
        text = _some(
            ending,
            f"Dokument läuft in den nächsten {EXPIRES_WITHIN} Tagen ab.",
            f"Dokumente laufen in den nächsten {EXPIRES_WITHIN} Tagen ab.",
        )
        yield Attention("warn", "bald", text, _DOCUMENTS)
    over = sum(
        document.head.validity.state(today) is ValidityState.EXPIRED for document in documents
    )
    if over:
        text = _some(over, "Dokument ist abgelaufen.", "Dokumente sind abgelaufen.")
        yield Attention("warn", "prüfen", text, _DOCUMENTS)
    warned = sum(bool(document.warnings) for document in documents)
    if warned:
        text = _some(
            warned,
            "Dokument wurde nur mit Hinweisen gelesen.",
            "Dokumente wurden nur mit Hinweisen gelesen.",
        )
        yield Attention("warn", "prüfen", text, _DOCUMENTS)


def _some(number: int, one: str, many: str) -> str:
    return f"{whole(number)} {one if number == 1 else many}"
