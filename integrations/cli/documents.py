"""`auskunft documents …`: list, show, set, remove."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from integrations.cli.operations import operations
from integrations.cli.output import (
    console,
    print_json,
    progress_bar,
    show_documents,
    show_report,
)
from kb.errors import InputError

app = typer.Typer(help="Dokumente ansehen, berichtigen und löschen.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
Chosen = Annotated[
    list[str], typer.Argument(help="Kennung (ab 6 Zeichen), Dateiname oder Muster wie '*.pdf'.")
]


@app.command("list")
def list_documents(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Alle Dokumente auflisten."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        documents = ops.call("GET", "/api/v1/documents")["documents"]
    if as_json:
        print_json({"documents": documents})
    else:
        show_documents(documents)


@app.command()
def show(context: typer.Context, document: str, data: Data = None, as_json: Json = False) -> None:
    """Ein Dokument mit Angaben, Herkunft der Angaben und Text zeigen."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", f"/api/v1/documents/{quote(document)}")
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        origin = found["origins"].get(name, "")
        shown = value != "" or origin
        if name not in ("text", "origins", "warnings", "corrections") and shown:
            console.print(f"{name}: {value}" + (f"  ({origin})" if origin else ""), markup=False)
    for warning in found["warnings"]:
        console.print(f"Warnung: {warning}", markup=False, style="yellow")
    console.print("\n" + found["text"], markup=False)


@app.command("set")
def set_values(
    context: typer.Context,
    documents: Chosen,
    audience: Annotated[str | None, typer.Option(help="public, staff oder Gruppe")] = None,
    title: Annotated[str | None, typer.Option(help="Titel")] = None,
    kind: Annotated[
        str | None, typer.Option(help="guideline, plan, role, minutes oder reference")
    ] = None,
    publisher: Annotated[str | None, typer.Option(help="Herausgeber")] = None,
    day: Annotated[str | None, typer.Option("--date", help="Stand (JJJJ-MM-TT)")] = None,
    valid_from: Annotated[str | None, typer.Option(help="gültig ab (JJJJ-MM-TT)")] = None,
    valid_until: Annotated[str | None, typer.Option(help="gültig bis (JJJJ-MM-TT)")] = None,
    supersedes: Annotated[
        str | None, typer.Option(help="Dateiname der Fassung, die dieses Dokument ersetzt")
    ] = None,
    review: Annotated[
        str | None, typer.Option(help="erneut prüfen am (JJJJ-MM-TT), leer: nie")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Angaben zu einem oder vielen Dokumenten berichtigen."""
    chosen = context.obj.with_data(data)
    values = {
        "audience": audience,
        "title": title,
        "kind": kind,
        "publisher": publisher,
        "date": day,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "supersedes": supersedes,
        "review": review,
    }
    body = {name: value for name, value in values.items() if value is not None}
    if not body:
        raise InputError("Bitte angeben, was geändert werden soll, zum Beispiel --audience public.")
    with operations(chosen.settings, chosen.folder) as ops:
        changed = ops.call("PATCH", "/api/v1/documents", params={"select": documents}, json=body)[
            "documents"
        ]
    if as_json:
        print_json({"documents": changed})
    else:
        show_documents(changed)


@app.command()
def reindex(
    context: typer.Context,
    documents: Annotated[
        list[str] | None,
        typer.Argument(help="Kennung (ab 6 Zeichen), Dateiname oder Muster wie '*.pdf'."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Alle Dokumente.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Dokumente aus den aufbewahrten Originalen neu einlesen."""
    chosen = context.obj.with_data(data)
    if bool(documents) is everything:
        raise InputError("Bitte Dokumente angeben oder mit --all alle neu einlesen.")
    with (
        operations(chosen.settings, chosen.folder) as ops,
        progress_bar("Neu einlesen", not as_json) as bar,
    ):
        report = ops.reindex(documents or [], progress=bar)
    print_json(report) if as_json else show_report(report)
    raise typer.Exit(1 if "failed" in report["counts"] else 0)


@app.command()
def remove(
    context: typer.Context,
    documents: Chosen,
    yes: Annotated[bool, typer.Option("--yes", help="Ohne Rückfrage.")] = False,
    data: Data = None,
) -> None:
    """Dokumente samt Original endgültig löschen."""
    chosen = context.obj.with_data(data)
    if not yes:
        typer.confirm(f"{', '.join(documents)} endgültig löschen?", abort=True)
    with operations(chosen.settings, chosen.folder) as ops:
        removed = ops.call("DELETE", "/api/v1/documents", params={"select": documents})["removed"]
    for file in removed:
        console.print(f"Gelöscht: {file}", markup=False)
