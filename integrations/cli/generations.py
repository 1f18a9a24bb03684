"""`auskunft generations …`: the builds of the index that are kept: list, go back, delete."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.building_state import Plan
from integrations.cli.operations import operations
from integrations.cli.output import console, print_json, progress_bar, show_report

app = typer.Typer(
    help="Generationen des Suchindex: ansehen, zurückschalten, löschen.", no_args_is_help=True
)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
_STATES = {
    "current": "in Gebrauch",
    "building": "im Bau",
    "former": "frühere",
    "set_aside": "zurückgestellt",
    "dropped": "wird gelöscht",
}


@app.command("list")
def list_generations(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Alle Generationen auflisten."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", "/api/v1/generations")["generations"]
    if as_json:
        print_json({"generations": found})
    else:
        console.print(_table(found))


@app.command()
def rollback(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Zur früheren Generation zurückschalten; was sich seither geändert hat, wird nachgeholt."""
    chosen = context.obj.with_data(data)
    with (
        operations(chosen.settings, chosen.folder, answering=False) as ops,
        progress_bar("Zurückschalten", not as_json) as bar,
    ):
        report = ops.build(Plan.BACK, bar)
    if as_json:
        print_json(report)
    else:
        show_report(report)
    raise typer.Exit(1 if "failed" in report["counts"] else 0)


@app.command()
def drop(context: typer.Context, data: Data = None) -> None:
    """Die frühere Generation löschen, um Platz zu gewinnen."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        dropped = ops.call("DELETE", "/api/v1/generations")["dropped"]
    for name in dropped:
        console.print(f"Gelöscht: {name}", markup=False)
    if not dropped:
        console.print("Es gibt keine frühere Generation.")


def _table(generations: list[dict[str, Any]]) -> Table:
    table = Table("Name", "Zustand", "Sprachmodell", "Textanalyse", "Zerlegung", "Gebaut", "Größe")
    for one in generations:
        size = "–" if one["bytes"] is None else f"{one['bytes'] / 1024 / 1024:.0f} MB"
        made = one["fingerprint"]
        table.add_row(
            one["name"],
            _STATES.get(one["state"], one["state"]),
            escape(str(made.get("model", ""))),
            str(made.get("analyser", "")),
            str(made.get("chunker", "")),
            one["created_at"][:16].replace("T", " "),
            size,
        )
    return table
