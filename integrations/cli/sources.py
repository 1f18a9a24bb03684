"""`auskunft sources …`: add, list, read, remove."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.operations import call, operations
from integrations.cli.output import console, print_json, progress_bar, show_report, show_sources

app = typer.Typer(
    help="Ordner und Webadressen, aus denen immer wieder gelesen wird.", no_args_is_help=True
)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
SourceId = Annotated[str, typer.Argument(help="Kennung der Quelle.")]
Many = list[str] | None


@app.command()
def add(
    context: typer.Context,
    places: Annotated[Many, typer.Argument(help="Ordner und Dateien, oder Webadressen.")] = None,
    sitemap: Annotated[Many, typer.Option("--sitemap", help="Sitemap einer Website.")] = None,
    include: Annotated[
        Many, typer.Option("--include", help="Nur Pfade wie '/foerderung/*'.")
    ] = None,
    exclude: Annotated[Many, typer.Option("--exclude", help="Diese Pfade nicht.")] = None,
    host: Annotated[Many, typer.Option("--host", help="Auch Seiten dieses Rechners.")] = None,
    every: Annotated[
        int, typer.Option("--every", min=0, help="Alle so viele Minuten lesen, 0: nur auf Befehl.")
    ] = 0,
    watch: Annotated[
        bool, typer.Option("--watch", help="Lesen, sobald sich im Ordner etwas ändert.")
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Für alle sichtbar, wo nichts anderes steht.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Entfernen, was nicht mehr da ist.")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Eine Quelle anlegen; der Dienst liest sie nach ihrem Zeitplan."""
    web = [place.startswith(("http://", "https://")) for place in places or []]
    given = places or []
    body = {
        "places": given if any(web) else [str(Path(one).expanduser().resolve()) for one in given],
        "sitemaps": sitemap or [],
        "include": include or [],
        "exclude": exclude or [],
        "hosts": host or [],
        "public": public,
        "prune": prune,
        "watch": watch,
        "every_minutes": every,
    }
    found = call(context, data, "POST", "/api/v1/sources", json=body)
    print_json(found) if as_json else show_sources([found])


@app.command("list")
def list_sources(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Alle Quellen auflisten."""
    found = call(context, data, "GET", "/api/v1/sources")
    print_json(found) if as_json else show_sources(found["sources"])


@app.command()
def read(
    context: typer.Context, source: SourceId, data: Data = None, as_json: Json = False
) -> None:
    """Eine Quelle jetzt lesen."""
    chosen = context.obj.with_data(data)
    with (
        operations(chosen.settings, chosen.folder) as ops,
        progress_bar("Lesen", not as_json) as bar,
    ):
        report = ops.read_source(source, progress=bar)
    print_json(report) if as_json else show_report(report)
    raise typer.Exit(1 if any(entry["errors"] for entry in report["sources"]) else 0)


@app.command()
def remove(context: typer.Context, source: SourceId, data: Data = None) -> None:
    """Eine Quelle vergessen; ihre Dokumente bleiben, bis sie gelöscht werden."""
    call(context, data, "DELETE", f"/api/v1/sources/{source}")
    console.print(f"Vergessen: {source}", markup=False)
