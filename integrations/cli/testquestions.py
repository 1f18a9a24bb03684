"""`auskunft testquestions …`: list, add, remove, import, export, run."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import Operations, operations
from integrations.cli.output import console, print_json
from kb.errors import InputError, ServiceError

app = typer.Typer(
    help="Eigene Testfragen: Kommt noch heraus, was herauskommen soll?", no_args_is_help=True
)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
_QUESTIONS, _RUNS = "/api/v1/test-questions", "/api/v1/test-runs"
_CHANGES = {
    "newly_wrong": "neu falsch",
    "wrong": "falsch",
    "still_wrong": "weiter falsch",
    "newly_right": "neu richtig",
    "right": "richtig",
    "still_right": "weiter richtig",
}


@app.command("list")
def list_questions(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Testfragen auflisten."""
    with _opened(context, data) as ops:
        found = ops.call("GET", _QUESTIONS)
    if as_json:
        print_json(found)
        return
    table = Table("Kennung", "Frage", "Zielgruppe", "Erwartet")
    for one in found["questions"]:
        table.add_row(*map(escape, (one["id"], one["question"], one["audience"], _expected(one))))
    console.print(table)


@app.command()
def add(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Die Frage.")],
    file: Annotated[str, typer.Option("--file", help="Dateiname des erwarteten Dokuments.")] = "",
    quote: Annotated[str, typer.Option("--quote", help="Erwartete Stelle, wörtlich.")] = "",
    not_found: Annotated[
        bool, typer.Option("--not-found", help="Es soll nichts gefunden werden.")
    ] = False,
    audience: Annotated[str, typer.Option("--audience", help="Für wen gefragt wird.")] = "public",
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Stichtag.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Eine Testfrage anlegen."""
    body: dict[str, Any] = {
        "question": question,
        "audience": audience,
        "not_found": not_found,
        "sources": [{"file": file, "quote": quote}] if file or quote else [],
        "as_of": as_of.date().isoformat() if as_of else None,
    }
    with _opened(context, data) as ops:
        found = ops.call("POST", _QUESTIONS, json=body)
    print_json(found) if as_json else console.print(f"Angelegt: {found['id']}", markup=False)


@app.command()
def remove(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Kennung der Testfrage.")],
    data: Data = None,
) -> None:
    """Eine Testfrage löschen."""
    with _opened(context, data) as ops:
        ops.call("DELETE", f"{_QUESTIONS}/{question}")
    console.print(f"Gelöscht: {question}", markup=False)


@app.command("import")
def take_in(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="YAML-Datei (Format wie samples/questions.yaml) oder CSV-Datei.")
    ],
    data: Data = None,
) -> None:
    """Testfragen aus einer YAML- oder CSV-Datei übernehmen; gleiche Kennungen werden ersetzt."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file} lässt sich nicht lesen ({error}). Bitte eine YAML- oder CSV-Datei in UTF-8 angeben."
        ) from error
    with _opened(context, data) as ops:
        found = ops.call("POST", f"{_QUESTIONS}/import", json={"yaml": text})
    console.print(f"Übernommen: {found['imported']} Testfragen", markup=False)


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Wohin die YAML-Datei geschrieben wird.")],
    data: Data = None,
) -> None:
    """Testfragen als YAML-Datei schreiben."""
    with _opened(context, data) as ops:
        content = ops.fetch(f"{_QUESTIONS}.yaml")
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputError(
            f"{file} lässt sich nicht schreiben ({error.strerror}). Bitte einen anderen Ort angeben."
        ) from error
    console.print(f"Geschrieben: {file}", markup=False)


@app.command()
def run(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Alle Testfragen stellen; Exit-Code 1, wenn eine falsch beantwortet wird."""
    with _opened(context, data) as ops:
        found = _run(ops)
    print_json(found) if as_json else _show(found)
    if found["wrong"]:
        raise typer.Exit(1)


def _run(ops: Operations) -> dict[str, Any]:
    """Begin a run, or wait for the one under way; the last run beside the one before."""
    before = [one["run_id"] for one in ops.call("GET", _RUNS)["runs"]]
    ops.call("POST", _RUNS)
    while (state := ops.call("GET", _RUNS))["running"]:
        time.sleep(0.5)
    if state["problem"] or [one["run_id"] for one in state["runs"]] == before:
        why = state["problem"] or "Der Dienst ist beendet worden."
        raise ServiceError(f"Die Testfragen sind nicht zu Ende gestellt worden. {why}")
    return ops.call("GET", f"{_RUNS}/{state['runs'][0]['run_id']}")


def _show(found: dict[str, Any]) -> None:
    table = Table("Kennung", "Ergebnis", "Antwort")
    for one in found["verdicts"]:
        table.add_row(escape(one["id"]), _CHANGES[one["change"]], escape(one["said"] or "–"))
    console.print(table)
    console.print(f"{found['total'] - found['wrong']} von {found['total']} richtig", markup=False)


def _expected(one: dict[str, Any]) -> str:
    if one["status"] == "not_found":
        return "nichts gefunden"
    named = [" – ".join(filter(None, (s["file"], s["quote"]))) for s in one["sources"]]
    return "; ".join((*named, *one["contains"])) or "eine Antwort"


def _opened(context: typer.Context, data: Path | None) -> Any:
    chosen = context.obj.with_data(data)
    return operations(chosen.settings, chosen.folder)
