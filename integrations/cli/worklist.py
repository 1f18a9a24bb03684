"""`auskunft worklist …`: list, set, remove."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import call
from integrations.cli.output import console, print_json
from kb.errors import InputError
from kb.questions import WorkKind, WorkState

app = typer.Typer(
    help="Arbeitsliste: unbeantwortete Fragen und Rückrufbitten.", no_args_is_help=True
)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
ItemId = Annotated[str, typer.Argument(help="Kennung des Eintrags.")]
_KINDS = {"question": "Frage", "callback": "Rückruf"}
_STATES = {
    "open": "offen",
    "in_work": "in Arbeit",
    "answered": "beantwortet",
    "dismissed": "verworfen",
}


@app.command("list")
def list_items(
    context: typer.Context,
    kind: Annotated[WorkKind | None, typer.Option("--kind", help="Nur diese Art.")] = None,
    state: Annotated[
        list[WorkState] | None, typer.Option("--state", help="Nur in diesem Zustand (mehrfach).")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 50,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Einträge auflisten, das Häufigste zuerst."""
    wanted: dict[str, Any] = {"limit": limit, "state": [one.value for one in state or []]}
    if kind is not None:
        wanted["kind"] = kind.value
    found = call(context, data, "GET", "/api/v1/worklist", params=wanted)
    print_json(found) if as_json else _show(found["items"])


@app.command("set")
def set_values(
    context: typer.Context,
    item: ItemId,
    state: Annotated[WorkState | None, typer.Option("--state", help="Neuer Zustand.")] = None,
    assignee: Annotated[str | None, typer.Option("--assignee", help="Wer sich kümmert.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="Notiz.")] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="Eigener Titel; der Eintrag bleibt dann.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Einen Eintrag bearbeiten."""
    given = {"state": state, "assignee": assignee, "note": note, "title": title}
    body = {name: value for name, value in given.items() if value is not None}
    if not body:
        raise InputError("Es ist nichts angegeben, was geändert werden soll.")
    found = call(context, data, "PATCH", f"/api/v1/worklist/{item}", json=body)
    print_json(found) if as_json else _show([found])


@app.command()
def remove(context: typer.Context, item: ItemId, data: Data = None) -> None:
    """Einen Eintrag mit allen Angaben darin löschen."""
    call(context, data, "DELETE", f"/api/v1/worklist/{item}")
    console.print(f"Gelöscht: {item}", markup=False)


def _show(items: list[dict[str, Any]]) -> None:
    table = Table(
        "Kennung", "Art", "Zustand", "Anzahl", "Zuletzt (UTC)", "Zuständig", "Titel", "Wen"
    )
    for item in items:
        person = item["person"] or {}
        reach = [person.get(name, "") for name in ("name", "phone", "email", "when")]
        table.add_row(
            item["item_id"],
            _KINDS[item["kind"]],
            _STATES[item["state"]],
            str(item["times"]),
            item["last_at"][:16].replace("T", " "),
            escape(item["assignee"]),
            escape(item["title"]),
            escape(" · ".join(part for part in reach if part)),
        )
    console.print(table)
