"""`auskunft jobs …`: list, show, follow, cancel, retry."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.operations import call
from integrations.cli.output import console, print_json, show_jobs, show_report

app = typer.Typer(help="Aufträge ansehen, abbrechen und wiederholen.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
JobId = Annotated[str, typer.Argument(help="Kennung des Auftrags.")]


@app.command("list")
def list_jobs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 20,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Die letzten Aufträge auflisten, die neuesten zuerst."""
    found = call(context, data, "GET", "/api/v1/jobs", params={"limit": limit})
    print_json(found) if as_json else show_jobs(found["jobs"])


@app.command()
def show(context: typer.Context, job: JobId, data: Data = None, as_json: Json = False) -> None:
    """Einen Auftrag mit seinem Bericht zeigen."""
    found = call(context, data, "GET", f"/api/v1/jobs/{job}")
    if as_json:
        print_json(found)
        return
    show_jobs([found])
    if found["error"]:
        console.print(found["error"], style="red", markup=False, soft_wrap=True)
    if found["report"]:
        show_report(found["report"])


@app.command()
def cancel(context: typer.Context, job: JobId, data: Data = None, as_json: Json = False) -> None:
    """Einen Auftrag abbrechen; was schon eingelesen ist, bleibt."""
    found = call(context, data, "POST", f"/api/v1/jobs/{job}/cancel")
    print_json(found) if as_json else show_jobs([found])


@app.command()
def retry(context: typer.Context, job: JobId, data: Data = None, as_json: Json = False) -> None:
    """Einen beendeten Auftrag noch einmal ausführen; ohne laufenden Dienst bei dessen Start."""
    found = call(context, data, "POST", f"/api/v1/jobs/{job}/retry")
    print_json(found) if as_json else show_jobs([found])
