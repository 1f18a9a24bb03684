"""What a measurement of all sets says: a German table with verdicts, and the last state for the docs.

Both are Markdown. The gate is closed when a figure is worse or a set cannot be compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation import (
    Comparison,
    Mismatch,
    SetState,
    Verdict,
    compare,
    mismatch_of,
)
from kb.errors import InputError

BEGIN = "<!-- last state: written by `make eval-write` -->"
END = "<!-- end of last state -->"

_VERDICTS = {
    Verdict.BETTER: "besser",
    Verdict.SAME: "gleich",
    Verdict.WORSE: "**schlechter**",
}
_NAMED = 12


@dataclass(frozen=True, slots=True)
class SetReport:
    """One set: its state now, and either comparisons, or why there are none (nothing: not asked for).

    `changed` says which versions are others than those of the committed state.
    """

    name: str
    state: SetState
    comparisons: tuple[Comparison, ...] = ()
    problem: str = ""
    changed: tuple[str, ...] = ()

    @property
    def worse(self) -> tuple[Comparison, ...]:
        """The figures that fell by more than their noise."""
        return tuple(c for c in self.comparisons if c.verdict is Verdict.WORSE)

    def as_dict(self) -> dict[str, Any]:
        return {
            "questions": len(self.state.questions),
            "versions": dict(self.state.versions),
            "figures": self.state.means(),
            "comparisons": [comparison.as_dict() for comparison in self.comparisons],
            "problem": self.problem,
        }


def report_of(name: str, now: SetState, before: SetState | None) -> SetReport:
    """Compare a set with its committed state."""
    if before is None:
        return SetReport(name, now, problem="Es gibt noch keinen festgehaltenen Stand.")
    mismatch = mismatch_of(now, before)
    if mismatch is not None:
        return SetReport(name, now, problem=_explained(mismatch))
    changed = tuple(
        f"{part} {before.versions.get(part, '–')} → {version}"
        for part, version in now.versions.items()
        if before.versions.get(part) != version
    )
    return SetReport(name, now, compare(now.scores, before.scores), changed=changed)


def _explained(mismatch: Mismatch) -> str:
    parts = [
        f"{label}: {_listed(names)}"
        for label, names in (
            ("neue Fragen", mismatch.appeared),
            ("weggefallene Fragen", mismatch.vanished),
            ("andere Messwerte", mismatch.figures),
        )
        if names
    ]
    return "; ".join(parts) or "Wortlaut oder Erwartungen von Fragen haben sich geändert"


def _listed(names: Sequence[str]) -> str:
    more = f" und {len(names) - _NAMED} weitere" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def gate_open(reports: Sequence[SetReport]) -> bool:
    """Whether every set could be compared and nothing is worse."""
    return not any(report.worse or report.problem for report in reports)


def comparison_text(reports: Sequence[SetReport]) -> str:
    """The table of all sets, and what fell where or cannot be compared."""
    rows = [
        "| Satz | Messwert | Fragen | jetzt | zuvor | Differenz (95 %) | Urteil |",
        "|---|---|---:|---:|---:|---|---|",
    ]
    for report in reports:
        rows.extend(_row(report.name, comparison) for comparison in report.comparisons)
        if report.problem:
            rows.extend(_rows_alone(report))
    remarks = _remarks(reports)
    return "\n".join([*rows, "", *remarks] if remarks else rows)


def figures_text(reports: Sequence[SetReport]) -> str:
    """The same table without anything to compare with."""
    rows = ["| Satz | Messwert | Fragen | jetzt |", "|---|---|---:|---:|"]
    rows.extend(
        f"| {report.name} | {figure} | {len(report.state.scores[figure])} | {_number(mean)} |"
        for report in reports
        for figure, mean in report.state.means().items()
    )
    return "\n".join(rows)


def _row(name: str, comparison: Comparison) -> str:
    difference = (
        f"{_signed(comparison.difference)} "
        f"({_signed(comparison.low)} bis {_signed(comparison.high)})"
    )
    cells = (
        name,
        comparison.figure,
        str(comparison.questions),
        _number(comparison.now),
        _number(comparison.before),
        difference if comparison.fallen or comparison.risen else "–",
        _VERDICTS[comparison.verdict],
    )
    return f"| {' | '.join(cells)} |"


def _rows_alone(report: SetReport) -> list[str]:
    return [
        f"| {report.name} | {figure} | {len(report.state.scores[figure])} | {_number(mean)} "
        "| – | – | **nicht vergleichbar** |"
        for figure, mean in report.state.means().items()
    ]


def _remarks(reports: Sequence[SetReport]) -> list[str]:
    changed = dict.fromkeys(change for report in reports for change in report.changed)
    lines = [f"- Seit dem festgehaltenen Stand geändert: {change}" for change in changed]
    for report in reports:
        if report.problem:
            lines.append(f"- {report.name} ist nicht vergleichbar: {report.problem}")
        lines.extend(
            f"- {report.name}, {comparison.figure}: gefallen bei {_listed(comparison.fallen)}"
            + (f"; gestiegen bei {_listed(comparison.risen)}" if comparison.risen else "")
            for comparison in report.worse
        )
    return lines


def conclusion(reports: Sequence[SetReport]) -> str:
    """What follows for a change that is to land."""
    worse = sum(len(report.worse) for report in reports)
    lines: list[str] = []
    if worse:
        figures = "Ein Messwert ist" if worse == 1 else f"{worse} Messwerte sind"
        lines.append(
            f"{figures} um mehr als das Rauschen gefallen. Ist das gewollt, den Stand mit „make "
            "eval-write“ erneuern und den Grund in docs/evaluation.md nennen."
        )
    if any(report.problem for report in reports):
        lines.append("Was nicht vergleichbar ist, braucht einen neuen Stand: „make eval-write“.")
    return "\n".join(lines) or "Kein Messwert ist um mehr als das Rauschen gefallen."


def _number(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace(".", ",").replace("-", "−")


@dataclass(frozen=True, slots=True)
class LastStatePage:
    """A Markdown page with two markers, between which the last state stands."""

    file: Path
    before: str
    after: str

    @classmethod
    def read(cls, file: Path) -> "LastStatePage":
        """Raises InputError where the page or a marker is missing."""
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise InputError(f"{file}: Die Seite lässt sich nicht lesen: {error}") from error
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end):
            raise InputError(f"{file}: Die Marken {BEGIN!r} und {END!r} fehlen.")
        return cls(file, before, after)

    def with_states(self, states: Mapping[str, SetState]) -> str:
        """The page's text with these states between the markers."""
        return f"{self.before}{BEGIN}\n\n{_last_state(states)}\n\n{END}{self.after}"

    def write(self, states: Mapping[str, SetState]) -> None:
        """Renew the page."""
        self.file.write_text(self.with_states(states), encoding="utf-8")


def _last_state(states: Mapping[str, SetState]) -> str:
    """A table for each kind of set: sets with the same figures stand together."""
    by_figures: dict[tuple[str, ...], list[str]] = {}
    for name, state in states.items():
        by_figures.setdefault(tuple(state.scores), []).append(name)
    tables = []
    for figures, names in by_figures.items():
        rows = [
            f"| set | questions | {' | '.join(figures)} | measured |",
            f"|---|---:|{'---:|' * len(figures)}---|",
        ]
        for name in names:
            state = states[name]
            means = " | ".join(f"{mean:.3f}" for mean in state.means().values())
            rows.append(f"| {name} | {len(state.questions)} | {means} | {state.day} |")
        tables.append("\n".join(rows))
    by_versions: dict[str, list[str]] = {}
    for name, state in states.items():
        versions = ", ".join(f"{part} `{value}`" for part, value in state.versions.items())
        by_versions.setdefault(versions, []).append(name)
    made = [
        f"Made with {versions}" + (f": {', '.join(names)}." if len(by_versions) > 1 else ".")
        for versions, names in by_versions.items()
    ]
    return "\n\n".join([*tables, *made])
