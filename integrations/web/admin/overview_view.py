"""The overview's plots: counts by day and documents in, plots with a sentence each out (German)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.remembering.statistics import Counted, figures, together
from integrations.web.admin.periods import Period, Span
from integrations.web.admin.plots.chart import Chart, Series, lines, stacked
from integrations.web.admin.plots.numbers import duration, share, whole
from integrations.web.admin.plots.shares import Part, Shares, shares
from kb.state.registry import StoredDocument
from kb.validity import ValidityState

#: outcomes that are drawn, from the bottom: value, name
_OUTCOMES = (
    ("answered", "beantwortet"),
    ("partial", "teilweise beantwortet"),
    ("not_found", "nichts gefunden"),
)
_BESIDE = (
    ("refused", "abgewiesen (Pause oder Grenze)"),
    ("failed", "mit Fehler beendet"),
    ("broken_off", "abgebrochen"),
)
_STATES = (
    (ValidityState.CURRENT, "gilt", "current"),
    (ValidityState.UNKNOWN, "ohne Zeitraum", "unknown"),
    (ValidityState.UPCOMING, "gilt noch nicht", "upcoming"),
    (ValidityState.EXPIRED, "abgelaufen", "expired"),
)


@dataclass(frozen=True, slots=True)
class Usage:
    """How the service was used in a period."""

    questions: Chart
    beside: str
    helpful: Shares
    durations: Chart


def usage(period: Period, spans: Sequence[Span], days: Mapping[date, Counted]) -> Usage:
    """The plots on a period whose counts by day are given."""
    counted = [
        together(found for day, found in days.items() if span.first <= day <= span.last)
        for span in spans
    ]
    each, total = [figures(one) for one in counted], figures(together(counted))
    return Usage(
        questions=_questions(period, spans, each, total),
        beside=_beside(total["outcomes"]),
        helpful=_helpful(period, total["helpful"]),
        durations=_durations(period, spans, each, total),
    )


def documents_by_state(documents: Sequence[StoredDocument], today: date) -> Shares:
    """How many documents hold on a day."""
    counts = dict.fromkeys(ValidityState, 0)
    for document in documents:
        counts[document.head.validity.state(today)] += 1
    parts = [Part(name, mark, counts[state]) for state, name, mark in _STATES]
    number = len(documents)
    summary = "Noch keine Dokumente."
    if number:
        hidden = sum(document.head.audience != "public" for document in documents)
        summary = f"{_some(number, 'Dokument', 'Dokumente')}, davon {whole(hidden)} nur intern."
    return shares("dokumente", "Dokumente nach Gültigkeit", summary, parts)


def _questions(
    period: Period, spans: Sequence[Span], each: Sequence[dict[str, Any]], total: dict[str, Any]
) -> Chart:
    outcomes = total["outcomes"]
    asked = sum(outcomes[value] for value, _ in _OUTCOMES)
    summary = f"{period.within} keine Fragen."
    if asked:
        summary = (
            f"{period.within} {_some(asked, 'Frage', 'Fragen')}, "
            f"{share(outcomes['answered'], asked)} beantwortet, "
            f"{share(outcomes['partial'], asked)} teilweise, "
            f"bei {share(outcomes['not_found'], asked)} nichts gefunden."
        )
    series = [
        Series(name, value, tuple(one["outcomes"][value] for one in each))
        for value, name in _OUTCOMES
    ]
    title = "Fragen je Tag" if period.days else "Fragen je Monat"
    return stacked("fragen", title, summary, period.times(spans), series)


def _beside(outcomes: Mapping[str, int]) -> str:
    """What was asked without being answered on its merits, as a sentence; empty for nothing."""
    told = [f"{whole(outcomes[value])} {name}" for value, name in _BESIDE if outcomes[value]]
    return f"Nicht mitgezählt: {', '.join(told)}." if told else ""


def _helpful(period: Period, counted: Mapping[str, int]) -> Shares:
    number = counted["yes"] + counted["no"]
    summary = f"{period.within} keine Rückmeldungen."
    if number:
        summary = (
            f"{period.within} {_some(number, 'Rückmeldung', 'Rückmeldungen')}, "
            f"{share(counted['yes'], number)} hilfreich."
        )
    where = "/admin/rueckmeldungen?hilfreich="
    parts = [
        Part("hilfreich", "answered", counted["yes"], f"{where}ja"),
        Part("nicht hilfreich", "not_found", counted["no"], f"{where}nein"),
    ]
    return shares("hilfreich", "War die Antwort hilfreich?", summary, parts)


def _durations(
    period: Period, spans: Sequence[Span], each: Sequence[dict[str, Any]], total: dict[str, Any]
) -> Chart:
    whole_time = total["total_ms"]
    summary = f"{period.within} keine gemessenen Antworten."
    if whole_time["p50"] is not None:
        summary = (
            f"{period.within} kam die Hälfte der Antworten binnen etwa "
            f"{duration(whole_time['p50'])}, 95\u202f% kamen binnen etwa "
            f"{duration(whole_time['p95'])}."
        )
    series = [
        Series("Hälfte der Antworten", "median", tuple(one["total_ms"]["p50"] for one in each)),
        Series("95\u202f% der Antworten", "p95", tuple(one["total_ms"]["p95"] for one in each)),
    ]
    return lines("dauer", "Antwortzeit", summary, period.times(spans), series, duration)


def _some(number: int, one: str, many: str) -> str:
    return f"{whole(number)} {one if number == 1 else many}"
