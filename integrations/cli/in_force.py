"""`auskunft settings`: what is in force, without secrets."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import operations
from integrations.cli.output import console, print_json
from integrations.in_force_words import ORIGINS, disk_rows, shown_value, version_rows


def settings(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")] = False,
) -> None:
    """Einstellungen zeigen, die gelten, mit Versionen und Platz; Geheimnisse bleiben verborgen."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder, answering=False) as ops:
        found = ops.call("GET", "/api/v1/settings")
    if as_json:
        print_json(found)
        return
    table = Table("Einstellung", "Wert", "Herkunft", "Bedeutung")
    for one in found["settings"]:
        style = None if one["origin"] == "default" else "bold"
        told = (one["name"], shown_value(one), ORIGINS[one["origin"]], one["description"])
        table.add_row(*map(escape, told), style=style)
    console.print(table)
    for title, rows in (
        ("Versionen", version_rows(found["versions"])),
        (f"Platz in {found['disk']['folder']}", disk_rows(found["disk"])),
    ):
        console.print(f"\n{escape(title)}", style="bold")
        for label, value in rows:
            console.print(f"{label}: {value}", markup=False)
