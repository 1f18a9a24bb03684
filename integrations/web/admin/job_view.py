"""A job as its page shows it: state in words, rate and remaining time, results with their warnings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from ingest.progress import Stage, Step
from kb.state.clock import utc_now
from kb.state.jobs import Job, JobState

STATES: Mapping[JobState, tuple[str, str]] = {
    JobState.WAITING: ("wartet", "soon"),
    JobState.RUNNING: ("läuft", "soon"),
    JobState.STOPPING: ("wird abgebrochen", "warn"),
    JobState.DONE: ("fertig", "good"),
    JobState.FAILED: ("fehlgeschlagen", "bad"),
    JobState.STOPPED: ("abgebrochen", "warn"),
}
RESULTS: Mapping[str, tuple[str, str]] = {
    "indexed": ("eingelesen", "good"),
    "unchanged": ("unverändert", ""),
    "partial": ("mit Hinweisen", "warn"),
    "failed": ("fehlgeschlagen", "bad"),
    "removed": ("entfernt", ""),
}
_ORDER = ("failed", "partial", "indexed", "removed", "unchanged")
_PAGE = re.compile(r"S\. (\d+): ")
_MOST_ROWS = 500
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class JobView:
    """One job; `share` is 0…1, `left` the remaining time in words, `more` rows are not shown."""

    job: Job
    state: str
    tone: str
    step: Mapping[str, Any]
    share: float
    rate: str
    left: str
    counts: Sequence[tuple[str, str, int]]
    rows: Sequence[Mapping[str, Any]]
    more: int
    findings: Sequence[Mapping[str, Any]]
    refused: Sequence[str]
    repeatable: bool

    @property
    def restarted(self) -> bool:
        """Whether it began again by itself because the service had ended in the middle of it."""
        return self.job.attempts - self.job.failures > 1

    @property
    def created(self) -> str:
        """Day and minute in this machine's time zone."""
        here = self.job.created_at.replace(tzinfo=UTC).astimezone()
        return here.strftime("%d.%m.%Y %H:%M")

    @property
    def over(self) -> bool:
        return self.job.over

    @property
    def troubled(self) -> bool:
        """Whether somebody should look at what came of it."""
        return self.job.state is JobState.FAILED or any(
            tone in ("bad", "warn") for _, tone, _ in self.counts
        )


def job_view(
    job: Job, step: Mapping[str, Any], now: datetime | None = None, *, repeatable: bool = True
) -> JobView:
    """`step` is the progress of this moment; `now` is UTC without a zone.

    `repeatable`: what the job needs is still there.
    """
    state, tone = STATES[job.state]
    step = {**Step(0, 0).as_dict(), **step}
    report = job.report or {}
    sources = sorted(report.get("sources", ()), key=_rank)
    share = float(step["share"])
    seconds = _running_for(job, now or utc_now())
    counted = report.get("counts", {})
    return JobView(
        job=job,
        state=state,
        tone=tone,
        step=step,
        share=share,
        rate=_rate(step, seconds),
        left=spoken(seconds * (1 - share) / share) if share > 0 and not job.over else "",
        counts=[(*RESULTS[name], counted[name]) for name in _ORDER if counted.get(name)],
        rows=[_row(source) for source in sources[:_MOST_ROWS]],
        more=max(len(sources) - _MOST_ROWS, 0),
        findings=report.get("findings", ()),
        refused=job.order.get("refused", ()),
        repeatable=repeatable,
    )


def by_page(warnings: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Warnings by the page that they name, 0 for those about the whole document."""
    found = [(_page_of(text), _PAGE.sub("", text, count=1)) for text in warnings]
    found.sort(key=lambda entry: entry[0])
    return [(page, [text for _, text in run]) for page, run in groupby(found, key=lambda e: e[0])]


def spoken(seconds: float) -> str:
    """A remaining time as people say it."""
    if seconds < _MINUTE:
        return "weniger als eine Minute"
    if seconds < _HOUR:
        minutes = round(seconds / _MINUTE)
        return "etwa eine Minute" if minutes == 1 else f"etwa {minutes} Minuten"
    hours = seconds / _HOUR
    return "etwa eine Stunde" if hours < 1.5 else f"etwa {hours:.0f} Stunden"


def _page_of(text: str) -> int:
    found = _PAGE.match(text)
    return int(found[1]) if found else 0


def _rank(source: Mapping[str, Any]) -> tuple[int, str]:
    return _ORDER.index(source["status"]), source["file"].casefold()


def _row(source: Mapping[str, Any]) -> dict[str, Any]:
    result, tone = RESULTS[source["status"]]
    there = source["status"] not in ("failed", "removed")
    return {
        "file": source["file"],
        "document_id": source["document_id"] if there else "",
        "result": result,
        "tone": tone,
        "passages": source["passages"],
        "warnings": by_page(source["errors"]),
    }


def _running_for(job: Job, now: datetime) -> float:
    if job.started_at is None:
        return 0.0
    return max(((job.finished_at or now) - job.started_at).total_seconds(), 0.0)


def _rate(step: Mapping[str, Any], seconds: float) -> str:
    """How fast it goes, in passages: they are what takes the time."""
    made = step["passages"] + (step["part"] if step["stage"] == Stage.EMBEDDING else 0)
    if not made or seconds < 1:
        return ""
    rate = made / seconds
    return f"{rate:.0f} Stellen je Sekunde" if rate >= 2 else f"{rate * 60:.0f} Stellen je Minute"
