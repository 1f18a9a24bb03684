"""`auskunft audit`: who changed what and when."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import operations
from integrations.cli.output import console, print_json
from integrations.cli.questions import First, Last, span


def audit(
    context: typer.Context,
    verb: Annotated[
        str, typer.Option("--verb", help="Nur dies, etwa „document“ oder „token.create“.")
    ] = "",
    first: First = None,
    last: Last = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 50,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")] = False,
) -> None:
    """Das Änderungsprotokoll zeigen, das Neueste zuerst."""
    chosen = context.obj.with_data(data)
    wanted: dict[str, Any] = {**span(first, last), "verb": verb, "limit": limit}
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", "/api/v1/audit", params=wanted)
    if as_json:
        print_json(found)
        return
    table = Table("Zeit (UTC)", "Wer", "Was", "Gegenstand", "Vorher", "Nachher")
    for entry in found["entries"]:
        values = (entry[name] for name in ("who", "verb", "object", "before", "after"))
        table.add_row(entry["at"][:16].replace("T", " "), *(escape(value) for value in values))
    console.print(table)
