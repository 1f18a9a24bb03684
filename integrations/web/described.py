"""What is remembered as JSON and as rows of a table for Excel, each kind in one place."""

from datetime import UTC, datetime
from typing import Any

from integrations.building_state import iso
from integrations.web.csv_export import Cell
from kb.state.audit import AuditEntry
from kb.state.questions import AskedQuestion
from kb.state.worklist import WorkItem

QUESTION_HEADS = (
    *("Gefragt am", "Weg", "Website", "Sprache", "Zielgruppe", "Frage", "Verstanden als"),
    *(
        "Ergebnis",
        "Zitierte Dokumente",
        "Erster Satz (ms)",
        "Gesamt (ms)",
        "Hilfreich",
        "Anmerkung",
    ),
)
WORK_HEADS = (
    *("Kennung", "Art", "Titel", "Zustand", "Zuständig", "Notiz", "Anzahl", "Zuletzt", "Seit"),
    *("Name", "Telefon", "E-Mail", "Gewünschte Zeit"),
)
AUDIT_HEADS = ("Zeit", "Wer", "Was", "Gegenstand", "Vorher", "Nachher")
DAY_HEADS = (
    *("Tag", "Fragen", "Beantwortet", "Teilweise", "Nicht gefunden", "Abgewiesen", "Fehler"),
    *("Abgebrochen", "Hilfreich ja", "Hilfreich nein", "Web", "Widget", "API", "Slack", "Kommando"),
    *("Erster Satz p50 (ms)", "Erster Satz p95 (ms)", "Gesamt p50 (ms)", "Gesamt p95 (ms)"),
)


def question_dict(asked: AskedQuestion) -> dict[str, Any]:
    """A question as JSON."""
    return {
        "answer_id": asked.answer_id,
        "asked_at": iso(asked.asked_at),
        "way": asked.way.value,
        "site": asked.site,
        "language": asked.language,
        "audience": asked.audience,
        "question": asked.question,
        "asked_as": asked.asked_as,
        "outcome": asked.outcome.value,
        "cited": list(asked.cited),
        "first_ms": asked.first_ms,
        "total_ms": asked.total_ms,
        "helpful": asked.helpful,
        "comment": asked.comment,
    }


def question_row(asked: AskedQuestion) -> list[Cell]:
    """A question as a row under `QUESTION_HEADS`."""
    helpful = "" if asked.helpful is None else ("ja" if asked.helpful else "nein")
    return [
        *(_local(asked.asked_at), asked.way.value, asked.site, asked.language, asked.audience),
        *(asked.question, asked.asked_as, asked.outcome.value, " ".join(asked.cited)),
        *(asked.first_ms, asked.total_ms, helpful, asked.comment),
    ]


def work_dict(item: WorkItem) -> dict[str, Any]:
    """An item of the work list as JSON; `person` is null for questions."""
    return {
        "item_id": item.item_id,
        "kind": item.kind.value,
        "title": item.title,
        "kept": item.kept,
        "state": item.state.value,
        "assignee": item.assignee,
        "note": item.note,
        "times": item.times,
        "created_at": iso(item.created_at),
        "last_at": iso(item.last_at),
        "person": dict(item.person) or None,
    }


def work_row(item: WorkItem) -> list[Cell]:
    """An item of the work list as a row under `WORK_HEADS`."""
    person = [item.person.get(name, "") for name in ("name", "phone", "email", "when")]
    what: list[Cell] = [item.item_id, item.kind.value, item.title, item.state.value]
    work: list[Cell] = [item.assignee, item.note, item.times]
    return [*what, *work, _local(item.last_at), _local(item.created_at), *person]


def audit_dict(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the audit log as JSON."""
    return {
        "at": iso(entry.at),
        "who": entry.who,
        "verb": entry.verb,
        "object": entry.object,
        "before": entry.before,
        "after": entry.after,
    }


def audit_row(entry: AuditEntry) -> list[Cell]:
    """An entry of the audit log as a row under `AUDIT_HEADS`."""
    return [
        *(_local(entry.at), entry.who, entry.verb, entry.object, entry.before, entry.after),
    ]


def day_row(day: dict[str, Any]) -> list[Cell]:
    """A day of the statistics as a row under `DAY_HEADS`."""
    durations: list[Cell] = [
        day[measure][share] for measure in ("first_ms", "total_ms") for share in day[measure]
    ]
    return [
        *(day["day"], day["questions"], *day["outcomes"].values()),
        *(*day["helpful"].values(), *day["ways"].values(), *durations),
    ]


def _local(moment: datetime) -> str:
    """A UTC moment in this machine's time zone, as Excel reads it."""
    return f"{moment.replace(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M:%S}"
