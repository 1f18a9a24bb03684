"""How the CLI speaks: plain German text for people, JSON for programs, a progress bar on terminals."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ingest.progress import Progress as Report
from ingest.progress import Stage, Step
from kb.audience import STAFF

_UNWRAPPED = 10_000

# lines are wrapped for people only: a pipe gets each as it is
console = Console(highlight=False, width=None if sys.stdout.isatty() else _UNWRAPPED)
problems = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _UNWRAPPED)

_SHOWN_PROBLEMS = 20
_VALIDITY = {
    "current": "gültig",
    "expired": "abgelaufen",
    "upcoming": "künftig",
    "unknown": "Gültigkeit unbekannt",
}

_POORLY_READ = "(aus einem Scan erkannt, bitte im Original prüfen)"


def readable(text: str) -> str:
    """An argument as text that can be encoded: bytes that are no UTF-8 become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@contextmanager
def progress_bar(title: str, shown: bool) -> Iterator[Report]:
    """A progress bar on a terminal; a function that does nothing elsewhere."""
    if not (shown and problems.is_terminal):
        yield lambda step: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}"),
    )
    with Progress(*columns, console=problems, transient=True) as bar:
        task = bar.add_task(title, total=1.0, name="", count="", rate="")
        begin = time.monotonic()

        def report(step: Step) -> None:
            made = step.passages + (step.part if step.stage is Stage.EMBEDDING else 0)
            bar.update(
                task,
                completed=step.share,
                count=f"{step.done}/{step.total}",
                rate=f"{made / max(time.monotonic() - begin, 0.1):.0f} Stellen/s" if made else "",
                name=escape(_doing(step)),
            )

        yield report


def _doing(step: Step) -> str:
    """The file in work, and how far it is where that takes long."""
    units = {Stage.READING: "gelesen", Stage.EMBEDDING: "eingebettet"}
    inside = ""
    if step.stage is not None and step.parts > 1:
        inside = f" ({step.part} von {step.parts} {units[step.stage]})"
    return step.name[:40] + inside


def show_answer(answer: dict[str, Any]) -> None:
    """An answer as a person reads it in a terminal; several questions each above its statements."""
    several = len(answer["parts"]) > 1
    if not several and answer["asked_as"] != answer["question"]:
        console.print(f"Verstanden als: {escape(answer['asked_as'])}\n", style="dim")
    for part in answer["parts"]:
        if several:
            console.print(escape(part["asked_as"]), style="bold")
        for index in part["statements"]:
            _show_statement(answer["statements"][index])
        if several:
            console.print("" if part["statements"] else "Dazu nichts gefunden.\n")
    if answer["message"]:
        console.print(escape(answer["message"]))
    for notice in answer["notices"]:
        console.print(f"\nHinweis: {escape(notice['text'])}", style="yellow")
    if answer["sources"]:
        console.print("\nQuellen", style="bold")
    for source in answer["sources"]:
        page = f", S. {source['page']}" if source["page"] else ""
        state = _VALIDITY[source["validity"]["state"]]
        place = f"{source['title']} – {source['locator']}{page} ({source['file']}; {state})"
        number = escape(f"[{source['n']}]")
        console.print(f"{number} {escape(place)}")
        console.print(f"    „{escape(source['quote'])}“", style="dim")
        if source["poorly_read"]:
            console.print(f"    {_POORLY_READ}", style="yellow")
    for contact in answer["contacts"]:
        parts = (contact["name"], contact["text"], contact["phone"], contact["email"])
        console.print("\nAnsprechpartner: " + escape(" · ".join(part for part in parts if part)))


def _show_statement(statement: dict[str, Any]) -> None:
    marks = "".join(f"[{n}]" for n in statement["citations"])
    console.print(f"{escape(statement['text'])} {escape(marks)}")


_STATUS = {"indexed": "neu oder geändert", "unchanged": "unverändert", "partial": "teilweise",
           "failed": "fehlgeschlagen", "removed": "entfernt"}  # fmt: skip
_SHOWN_SOURCES = 50


def show_report(report: dict[str, Any]) -> None:
    """What a run did, what failed and why, and what is for staff only."""
    counts = ", ".join(f"{count} {_STATUS[name]}" for name, count in report["counts"].items())
    console.print(f"{counts or 'Keine Dateien gefunden'} ({report['seconds']:.1f} s)")
    if report.get("stopped"):
        console.print("Der Lauf wurde abgebrochen; was fertig war, ist eingelesen.", style="yellow")
    recognised = sum(
        source["ocr_pages"]
        for source in report["sources"]
        if source["status"] in ("indexed", "partial")
    )
    if recognised:
        number = "1 Seite" if recognised == 1 else f"{recognised} Seiten"
        console.print(f"{number} mit Texterkennung (OCR) gelesen")
    _show_sources_of_run(report["sources"])
    troubled = [source for source in report["sources"] if source["errors"]]
    for source in troubled[:_SHOWN_PROBLEMS]:
        style = "red" if source["status"] == "failed" else "yellow"
        for message in source["errors"][:3]:
            problems.print(f"- {message}", style=style, markup=False, soft_wrap=True)
    if len(troubled) > _SHOWN_PROBLEMS:
        problems.print(f"… und {len(troubled) - _SHOWN_PROBLEMS} weitere (alle mit --json).")
    staff = sum(
        source["audience"] == STAFF and source["status"] != "removed"
        for source in report["sources"]
    )
    if staff:
        number = "1 Dokument" if staff == 1 else f"{staff} Dokumente"
        console.print(
            f"{number} nur für Mitarbeitende; veröffentlichen mit "
            "„auskunft documents set --audience public DATEI …“.",
            markup=False,
            soft_wrap=True,
        )


def _show_sources_of_run(sources: list[dict[str, Any]]) -> None:
    """A line for each source that is not as before, unless there are too many to read."""
    changed = [source for source in sources if source["status"] != "unchanged"]
    if not changed or len(changed) > _SHOWN_SOURCES:
        return
    table = Table("Datei", "Ergebnis", "Textstellen", "OCR-Seiten", "Sekunden")
    for source in changed:
        table.add_row(
            escape(source["file"]),
            _STATUS[source["status"]],
            str(source["passages"] or ""),
            str(source["ocr_pages"] or ""),
            f"{source['seconds']:.1f}",
        )
    console.print(table)


def show_synonyms(state: dict[str, Any]) -> None:
    """How many groups of synonyms there are, and each line that cannot be read."""
    synonyms = state["synonyms"]
    if synonyms["groups"] or synonyms["problems"]:
        groups = "1 Gruppe" if synonyms["groups"] == 1 else f"{synonyms['groups']} Gruppen"
        console.print(f"Synonyme: {groups} aus {synonyms['file']}", markup=False, soft_wrap=True)
    for problem in synonyms["problems"]:
        console.print(f"  {problem}", style="yellow", markup=False, soft_wrap=True)


def show_building(state: dict[str, Any]) -> None:
    """What a status says of a rebuild that is under way, or that is needed."""
    building = state["building"]
    if building is None:
        if state["mismatch"]:
            console.print(state["mismatch"], style="yellow", markup=False, soft_wrap=True)
        elif state["rebuild_needed"]:
            console.print(
                "Die Einstellungen verlangen einen anderen Suchindex. Der Dienst baut ihn bei seinem "
                "nächsten Start, „auskunft rebuild“ jetzt; bis dahin antwortet der bisherige.",
                style="yellow",
                soft_wrap=True,
            )
        return
    phases = {
        "filling": "im Gange",
        "switching": "fast fertig",
        "paused": "unterbrochen, wird wieder versucht",
        "interrupted": "unterbrochen; „auskunft rebuild“ oder der nächste Start des Dienstes führt fort",
    }
    console.print(
        f"Neuaufbau: {building['generation']} mit {building['model']}, "
        f"{building['done']} von {building['total']} Dokumenten ({building['percent']} %), "
        f"{phases[building['phase']]}",
        markup=False,
        soft_wrap=True,
    )
    if building["error"]:
        console.print(building["error"], style="red", markup=False, soft_wrap=True)


def show_check(report: dict[str, Any]) -> None:
    """What a check found, and what is left to be done."""
    number = report["documents"]
    seen = "1 Dokument geprüft" if number == 1 else f"{number} Dokumente geprüft"
    console.print(f"{seen}: " + ("alles in Ordnung." if not report["findings"] else ""))
    for finding in report["findings"]:
        place = finding["file"] or finding["document_id"]
        state = "behoben" if finding["repaired"] else "offen"
        style = "green" if finding["repaired"] else "red"
        console.print(
            f"- {place}: {finding['problem']} ({state})", style=style, markup=False, soft_wrap=True
        )
    if not report["sound"]:
        console.print(
            "„auskunft check --repair“ behebt, was sich beheben lässt; fehlende Originale bitte neu "
            "einlesen.",
            soft_wrap=True,
        )


_JOB_STATES = {
    "waiting": "wartet",
    "running": "läuft",
    "stopping": "wird abgebrochen",
    "done": "fertig",
    "failed": "fehlgeschlagen",
    "stopped": "abgebrochen",
}


def show_jobs(jobs: list[dict[str, Any]]) -> None:
    """Jobs as a table."""
    table = Table("Kennung", "Auftrag", "Zustand", "Fortschritt", "Begonnen", "Beendet")
    for job in jobs:
        step = job["progress"]
        table.add_row(
            job["job_id"],
            escape(job["label"]),
            _JOB_STATES[job["state"]],
            f"{step['done']}/{step['total']}" if step else "",
            job["started_at"] or "",
            job["finished_at"] or "",
        )
    console.print(table)


def show_sources(sources: list[dict[str, Any]]) -> None:
    """Sources as a table."""
    table = Table("Kennung", "Orte", "Zielgruppe", "Zeitplan", "Nächstes Mal", "Letzter Auftrag")
    for source in sources:
        when = (
            f"alle {source['every_minutes']} Minuten" if source["every_minutes"] else "auf Befehl"
        )
        table.add_row(
            source["source_id"],
            escape(", ".join(source["places"] + source["sitemaps"])),
            "öffentlich" if source["public"] else "Mitarbeitende",
            when + (", beobachtet" if source["watch"] else ""),
            source["next_at"] or "",
            source["last_job"],
        )
    console.print(table)


def show_documents(documents: list[dict[str, Any]]) -> None:
    """Documents as a table."""
    table = Table("Kennung", "Datei", "Titel", "Art", "Zielgruppe", "Gültigkeit", "Passagen")
    for document in documents:
        table.add_row(
            document["document_id"][:8],
            escape(document["file"]),
            escape(document["title"]),
            document["kind"],
            escape(document["audience"]),
            _VALIDITY[document["validity"]],
            str(document["passages"]),
        )
    console.print(table)


def show_passages(passages: list[dict[str, Any]]) -> None:
    """Found passages, best first."""
    for number, passage in enumerate(passages, 1):
        page = f", S. {passage['page']}" if passage["page"] else ""
        console.print(
            f"{number}. {escape(passage['title'])} – {escape(passage['locator'])}{page} "
            f"({escape(passage['file'])})  {passage['score']:.2f}",
            style="bold",
        )
        console.print(f"   {escape(' '.join(passage['text'].split())[:400])}")
        if passage["poorly_read"]:
            console.print(f"   {_POORLY_READ}", style="yellow")
    if not passages:
        console.print("Keine Fundstellen.")
