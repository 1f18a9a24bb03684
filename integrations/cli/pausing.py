"""`auskunft pause` and `auskunft resume`: answer nothing for a while, and answer again."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.operations import operations
from integrations.cli.output import console

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]


def pause(
    context: typer.Context,
    reason: Annotated[str, typer.Option("--reason", help="Grund, nur für Mitarbeitende.")] = "",
    data: Data = None,
) -> None:
    """Keine Fragen mehr beantworten; die Seiten bleiben lesbar."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        ops.call("POST", "/api/v1/pause", json={"reason": reason})
    console.print("Angehalten. „auskunft resume“ setzt fort.")


def resume(context: typer.Context, data: Data = None) -> None:
    """Wieder Fragen beantworten."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        was_paused = ops.call("GET", "/api/v1/pause")["paused"]
        ops.call("DELETE", "/api/v1/pause")
    console.print("Es wird wieder geantwortet." if was_paused else "Es war nicht angehalten.")
