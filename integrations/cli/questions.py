"""`auskunft questions …`: list, export, stats."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import operations
from integrations.cli.output import console, print_json
from kb.questions import Outcome

app = typer.Typer(help="Gestellte Fragen ansehen, ausgeben und auszählen.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
First = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="Erster Tag (JJJJ-MM-TT)."),
]
Last = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="Letzter Tag (JJJJ-MM-TT)."),
]
Outcomes = Annotated[
    list[Outcome] | None, typer.Option("--outcome", help="Nur mit diesem Ergebnis (mehrfach).")
]
Text = Annotated[
    str, typer.Option("--text", help="Nur mit diesen Zeichen in Frage oder Anmerkung.")
]

OUTCOMES = {
    "answered": "beantwortet",
    "partial": "teilweise",
    "not_found": "nicht gefunden",
    "refused": "abgewiesen",
    "failed": "Fehler",
    "broken_off": "abgebrochen",
}


def span(first: datetime | None, last: datetime | None) -> dict[str, str]:
    """Days as the API takes them."""
    given = {"from": first, "to": last}
    return {name: day.date().isoformat() for name, day in given.items() if day}


@app.command("list")
def list_questions(
    context: typer.Context,
    outcome: Outcomes = None,
    first: First = None,
    last: Last = None,
    text: Text = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 50,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Gestellte Fragen auflisten, die neuesten zuerst."""
    chosen = context.obj.with_data(data)
    wanted = {**_filter(outcome, first, last, text), "limit": limit}
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", "/api/v1/questions", params=wanted)
    if as_json:
        print_json(found)
        return
    table = Table("Gefragt (UTC)", "Weg", "Ergebnis", "Hilfreich", "Frage", "Anmerkung")
    for one in found["questions"]:
        helpful = {None: "", True: "ja", False: "nein"}[one["helpful"]]
        when = one["asked_at"][:16].replace("T", " ")
        result = OUTCOMES[one["outcome"]]
        table.add_row(
            when, one["way"], result, helpful, escape(one["question"]), escape(one["comment"])
        )
    console.print(table)
    console.print(f"{len(found['questions'])} von {found['total']}")


@app.command()
def export(
    context: typer.Context,
    outcome: Outcomes = None,
    first: First = None,
    last: Last = None,
    text: Text = "",
    to_file: Annotated[
        Path | None, typer.Option("--file", help="In diese Datei statt zur Ausgabe.")
    ] = None,
    data: Data = None,
) -> None:
    """Gestellte Fragen als CSV für Excel ausgeben."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        table = ops.fetch("/api/v1/questions.csv", params=_filter(outcome, first, last, text))
    if to_file is None:
        sys.stdout.write(table.decode())
    else:
        to_file.write_bytes(table)
        console.print(f"Geschrieben: {to_file}", markup=False)


@app.command()
def stats(
    context: typer.Context,
    first: First = None,
    last: Last = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Zahlen je Tag zeigen: Ergebnisse, Rückmeldungen, Antwortzeiten."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", "/api/v1/statistics", params=span(first, last))
    if as_json:
        print_json(found)
        return
    heads = ("Tag", "Fragen", *OUTCOMES.values(), "hilfreich ja/nein", "p50/p95 in ms")
    table = Table(*heads)
    for day in found["days"]:
        if day["questions"]:
            table.add_row(day["day"], *_cells(day))
    table.add_row("Zusammen", *_cells(found["total"]), style="bold")
    console.print(table)


def _cells(day: dict[str, Any]) -> list[str]:
    outcomes = [str(day["outcomes"][name]) for name in OUTCOMES]
    helpful = f"{day['helpful']['yes']}/{day['helpful']['no']}"
    times = [str(value) for value in day["total_ms"].values() if value is not None]
    return [str(day["questions"]), *outcomes, helpful, "/".join(times) or "–"]


def _filter(
    outcome: list[Outcome] | None, first: datetime | None, last: datetime | None, text: str
) -> dict[str, Any]:
    wanted: dict[str, Any] = {**span(first, last), "text": text}
    return {**wanted, "outcome": [one.value for one in outcome or []]}
