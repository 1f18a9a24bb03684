"""What needs somebody's attention now, most urgent first, each with the page where it is seen to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from integrations.desk import Desk
from integrations.web.admin.document_list import SOON_DAYS
from integrations.web.admin.plots.numbers import whole
from kb.questions import WorkKind, WorkState, WrittenState
from kb.state.clock import utc_now
from kb.state.jobs import JobState
from kb.validity import ValidityState

_DOCUMENTS, _QUESTIONS, _ANSWERS = "/admin/dokumente", "/admin/fragen", "/admin/antworten"
_PROBES = "/admin/testfragen"
_JOBS, _INDEX = "/admin/auftraege", "/admin/suchindex"
_OPEN = (WorkState.OPEN, WorkState.IN_WORK)
_FAILED_FOR = timedelta(days=7)
_LOOKED_AT = 50
#: sentences behind a number of documents: for one, for many
_FAILED = ("Datei ließ sich nicht einlesen.", "Dateien ließen sich nicht einlesen.")
_ENDING = (
    f"Dokument läuft in den nächsten {SOON_DAYS} Tagen ab.",
    f"Dokumente laufen in den nächsten {SOON_DAYS} Tagen ab.",
)
_OVER = ("Dokument ist abgelaufen.", "Dokumente sind abgelaufen.")
_DUE = ("Dokument ist zur Prüfung fällig.", "Dokumente sind zur Prüfung fällig.")
_WARNED = (
    "Dokument wurde nur mit Hinweisen gelesen.",
    "Dokumente wurden nur mit Hinweisen gelesen.",
)


@dataclass(frozen=True, slots=True)
class Attention:
    """`state` is a badge's (`bad`, `warn`, `soon`), `word` what stands in the badge."""

    state: str
    word: str
    text: str
    href: str


def attention(desk: Desk, today: date) -> list[Attention]:
    """Everything that is not as it should be, or under way."""
    return [*_answering(desk), *_work(desk), *_probes(desk), *_jobs(desk), *_documents(desk, today)]


def _answering(desk: Desk) -> Iterator[Attention]:
    if (state := desk.building.state) is not None:
        text = f"Der Suchindex wird neu aufgebaut: {state.percent} %."
        yield Attention("soon", "läuft", text, _INDEX)
    elif desk.building.needed():
        text = "Der Suchindex passt nicht mehr zu den Einstellungen; er ist neu aufzubauen."
        yield Attention("bad", "dringend", text, _INDEX)


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


def _probes(desk: Desk) -> Iterator[Attention]:
    wrong = desk.probing.newly_wrong()
    if wrong:
        text = _some(
            wrong,
            "Testfrage wird neuerdings falsch beantwortet.",
            "Testfragen werden neuerdings falsch beantwortet.",
        )
        yield Attention("bad", "dringend", text, _PROBES)


def _jobs(desk: Desk) -> Iterator[Attention]:
    running = len(desk.jobs.unfinished())
    if running:
        text = _some(running, "Auftrag läuft oder wartet.", "Aufträge laufen oder warten.")
        yield Attention("soon", "läuft", text, _JOBS)
    since = utc_now() - _FAILED_FOR
    latest = {job.label: job for job in reversed(desk.jobs.recent(_LOOKED_AT))}.values()
    failed = sum(
        job.state is JobState.FAILED and job.finished_at is not None and job.finished_at > since
        for job in latest  # of those alike the last one counts
    )
    if failed:
        text = _some(
            failed,
            "Auftrag der letzten 7 Tage ist gescheitert.",
            "Aufträge der letzten 7 Tage sind gescheitert.",
        )
        yield Attention("bad", "dringend", text, _JOBS)


def _documents(desk: Desk, today: date) -> Iterator[Attention]:
    documents = desk.knowledge.registry.all()
    ids = {document.head.document_id for document in documents}
    states = [document.head.validity.state(today) for document in documents]
    ends = [document.head.validity.valid_until for document in documents]
    last = today + timedelta(days=SOON_DAYS)
    found = (
        ("bad", "dringend", len(desk.failed_files.all()), _FAILED, "status=fehlgeschlagen"),
        (
            *("warn", "bald", sum(end is not None and today <= end <= last for end in ends)),
            *(_ENDING, "auffaellig=laeuft-ab"),
        ),
        ("warn", "prüfen", states.count(ValidityState.EXPIRED), _OVER, "auffaellig=abgelaufen"),
        ("warn", "prüfen", len(ids & set(desk.reviews.due(today))), _DUE, "auffaellig=pruefung"),
        (
            *("warn", "prüfen", sum(bool(document.warnings) for document in documents)),
            *(_WARNED, "auffaellig=hinweise"),
        ),
    )
    for state, word, number, words, query in found:
        if number:
            yield Attention(state, word, _some(number, *words), f"{_DOCUMENTS}?{query}")


def _some(number: int, one: str, many: str) -> str:
    return f"{whole(number)} {one if number == 1 else many}"
