"""What `auskunft evaluate …` does: ingest a set into a data folder of its own, and measure."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from assistant.evaluation import (
    SetState,
    evaluate_golden,
    evaluate_retrieval,
    read_baseline,
    read_retrieval_set,
    write_baseline,
)
from integrations.cli.context import Context
from integrations.cli.evaluation_desk import EvaluationDesk, kept_desk, temporary_desk
from integrations.cli.evaluation_report import (
    LastStatePage,
    SetReport,
    comparison_text,
    conclusion,
    figures_text,
    gate_open,
    report_of,
)
from integrations.cli.evaluation_sets import BeirSet, EvaluationSets, GoldenSet, read_sets
from integrations.cli.output import console, print_json, problems, progress_bar
from integrations.settings import Settings
from kb.errors import InputError


def measure_golden(context: Context, file: Path, corpus: list[Path], *, as_json: bool) -> None:
    """Answers to a set of questions."""
    with _desk(context) as desk, progress_bar("Einlesen", not as_json) as bar:
        report = desk.ingest(corpus, bar)
        for source in report.sources:
            for message in source.errors:
                problems.print(f"- {message}", markup=False)
        measured = evaluate_golden(file, desk.answer, desk.passages)
    result = {**measured, "ingested": report.counts}
    if as_json:
        print_json(result)
    else:
        _show({name: value for name, value in result.items() if name not in ("items", "topics")})


def measure_retrieval(context: Context, folder: Path, *, as_json: bool) -> None:
    """The search on a BEIR set; each entry is a document."""
    measured = read_retrieval_set(folder)
    with _desk(context) as desk, progress_bar("Einlesen", not as_json) as bar:
        desk.ingest_entries(measured, bar)
        result = evaluate_retrieval(measured, desk.rank)
    if as_json:
        print_json(result)
    else:
        _show(result)


def measure_sets(
    settings: Settings,
    file: Path,
    *,
    quick: bool,
    only: list[str] | None,
    baseline: Path | None,
    write: bool,
    page: Path | None,
    cache: Path | None,
    as_json: bool,
) -> bool:
    """All sets against the state held on to; whether none is worse. Raises InputError."""
    if baseline is None and (write or page is not None):
        raise InputError("--write und --page brauchen --baseline.")
    described = read_sets(file)
    renewed = LastStatePage.read(page) if page is not None and write else None
    before = read_baseline(baseline) if baseline is not None else {}
    measured = _measured(settings, described, _chosen(described, quick, only), cache)
    if baseline is not None and write:
        states = {entry.name: before.get(entry.name) for entry in described.all} | measured
        kept = {name: state for name, state in states.items() if state is not None}
        write_baseline(baseline, kept)
        if renewed is not None:
            renewed.write(kept)
    if baseline is None:
        reports = [SetReport(name, state) for name, state in measured.items()]
    else:
        reports = [report_of(name, state, before.get(name)) for name, state in measured.items()]
    if as_json:
        print_json({report.name: report.as_dict() for report in reports})
    else:
        _tell(reports, baseline, write)
    return write or gate_open(reports)


def _chosen(
    described: EvaluationSets, quick: bool, only: list[str] | None
) -> list[GoldenSet | BeirSet]:
    """The sets asked for whose files are there; says which are not."""
    unknown = set(only or ()) - {entry.name for entry in described.all}
    if unknown:
        names = ", ".join(entry.name for entry in described.all)
        raise InputError(f"Einen Satz {min(unknown)!r} gibt es nicht. Es gibt: {names}.")
    chosen: list[GoldenSet | BeirSet] = []
    for entry in described.all:
        if (quick and not entry.quick) or (only and entry.name not in only):
            continue
        missing = [path for path in entry.paths if not path.exists()]
        if missing:
            problems.print(f"{entry.name}: übersprungen, {missing[0]} fehlt.", markup=False)
        else:
            chosen.append(entry)
    if not chosen:
        raise InputError("Von den gewünschten Sätzen ist keiner da.")
    return chosen


def _measured(
    settings: Settings,
    described: EvaluationSets,
    chosen: list[GoldenSet | BeirSet],
    cache: Path | None,
) -> dict[str, SetState]:
    """Measure each set on a desk of its own; how long it took goes to standard error."""
    states: dict[str, SetState] = {}
    for entry in chosen:
        begin = time.perf_counter()
        with (
            temporary_desk(settings, described.as_of, cache) as desk,
            progress_bar(entry.name, True) as bar,
        ):
            states[entry.name] = state = entry.measure(desk, bar)
            passages, embedded = desk.passages_held, desk.embedded
        seconds = time.perf_counter() - begin
        problems.print(
            f"{entry.name}: {len(state.questions)} Fragen, {passages} Passagen "
            f"({embedded} neu eingebettet), {seconds:.0f} s",
            markup=False,
        )
    return states


def _tell(reports: list[SetReport], baseline: Path | None, written: bool) -> None:
    text = figures_text(reports) if baseline is None else comparison_text(reports)
    console.print(text, markup=False, soft_wrap=True)
    if baseline is not None:
        renewed = f"Der Stand in {baseline} ist erneuert."
        end = renewed if written else conclusion(reports)
        console.print(f"\n{end}", markup=False, soft_wrap=True)


@contextmanager
def _desk(context: Context) -> Iterator[EvaluationDesk]:
    if context.data is not None:
        with kept_desk(context.settings, context.data) as desk:
            yield desk
    else:
        with temporary_desk(context.settings, date.today()) as desk:
            yield desk


def _show(values: dict[str, Any]) -> None:
    for name, value in values.items():
        console.print(f"{name}: {value}", markup=False)
