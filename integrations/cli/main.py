"""The command `auskunft`: options in, one line and an exit code out when something is wrong.

Exit codes: 0 all good, 1 something failed or is partial, 2 wrong usage.
"""

import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from integrations.building_state import Plan
from integrations.cli import (
    admin,
    answers,
    documents,
    evaluation,
    generations,
    history,
    in_force,
    jobs,
    pausing,
    questions,
    slack,
    sources,
    testquestions,
    tokens,
    worklist,
)
from integrations.cli.context import Context, own_folder_for
from integrations.cli.explaining import show_explanation
from integrations.cli.in_service import service_runs
from integrations.cli.operations import operations
from integrations.cli.output import (
    console,
    print_json,
    problems,
    progress_bar,
    readable,
    show_answer,
    show_building,
    show_check,
    show_passages,
    show_report,
    show_synonyms,
)
from integrations.cli.watching import watched
from integrations.cli.widget import embedding
from integrations.settings import read_settings
from kb.errors import AuskunftError, InputError, SourceNotFoundError

app = typer.Typer(
    name="auskunft",
    help="Antworten mit genauer Quellenangabe aus den eigenen Unterlagen.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(admin.app, name="admin")
app.add_typer(answers.app, name="answers")
app.add_typer(documents.app, name="documents")
app.add_typer(evaluation.app, name="evaluate")
app.add_typer(generations.app, name="generations")
app.add_typer(jobs.app, name="jobs")
app.add_typer(questions.app, name="questions")
app.add_typer(slack.app, name="slack")
app.add_typer(sources.app, name="sources")
app.add_typer(testquestions.app, name="testquestions")
app.add_typer(tokens.app, name="token")
app.add_typer(worklist.app, name="worklist")
app.command()(history.audit)
app.command()(in_force.settings)
app.command()(pausing.pause)
app.command()(pausing.resume)

Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
Groups = Annotated[
    list[str] | None, typer.Option("--group", help="Für ein Mitglied dieser Gruppe (mehrfach).")
]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Stichtag der Antwort (JJJJ-MM-TT)."),
]


@app.callback()
def _options(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
) -> None:
    context.obj = Context(read_settings(), data)


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Dateien und Ordner.")],
    public: Annotated[
        bool, typer.Option("--public", help="Für alle sichtbar, wo nichts anderes steht.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Entfernen, was im Ordner nicht mehr da ist.")
    ] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Json = False,
) -> None:
    """Dateien und Ordner einlesen."""
    chosen = context.obj.with_data(data)
    folder = own_folder_for(chosen, paths)
    with operations(chosen.settings, folder) as ops, progress_bar("Einlesen", not as_json) as bar:
        report = ops.ingest(paths, public=public, prune=prune, progress=bar)
    if as_json:
        print_json(report)
    else:
        show_report(report)
    # an unchanged document that could be read only in part is still no success
    raise typer.Exit(1 if any(source["errors"] for source in report["sources"]) else 0)


@app.command()
def watch(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Ordner und Dateien.")],
    public: Annotated[
        bool, typer.Option("--public", help="Für alle sichtbar, wo nichts anderes steht.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Entfernen, was im Ordner nicht mehr da ist.")
    ] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
) -> None:
    """Einlesen und dabei bleiben: was sich ändert, wird gleich eingelesen (Ende mit Strg+C)."""
    chosen = context.obj.with_data(data)
    folder = own_folder_for(chosen, paths)
    for report in watched(chosen.settings, folder, paths, public=public, prune=prune):
        show_report(report)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Die Frage.")],
    as_of: AsOf = None,
    place: Annotated[str, typer.Option("--place", help="Ort, für den gefragt wird.")] = "",
    group: Groups = None,
    history: Annotated[
        list[str] | None, typer.Option("--history", help="Frühere Frage (mehrfach).")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Zeigen, wie die Antwort zustande kommt.")
    ] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Json = False,
) -> None:
    """Eine Frage beantworten."""
    chosen = context.obj.with_data(data)
    body: dict[str, Any] = {
        "question": readable(question),
        "groups": group or [],
        "history": [{"role": "user", "text": readable(earlier)} for earlier in history or []],
        "place": place or None,
        "as_of": as_of.date().isoformat() if as_of else None,
    }
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("POST", f"/api/v1/{'explain' if explain else 'answers'}", json=body)
    if as_json:
        print_json(found)
        return
    show_answer(found["answer"] if explain else found)
    if explain:
        show_explanation(found)


@app.command()
def search(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Frage oder Suchworte.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 10,
    group: Groups = None,
    as_of: AsOf = None,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Json = False,
) -> None:
    """Fundstellen suchen."""
    chosen = context.obj.with_data(data)
    body = {
        "question": readable(question),
        "limit": limit,
        "groups": group or [],
        "as_of": as_of.date().isoformat() if as_of else None,
    }
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("POST", "/api/v1/search", json=body)
    if as_json:
        print_json(found)
    else:
        show_passages(found["passages"])


@app.command()
def status(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Json = False,
) -> None:
    """Zustand des Datenordners zeigen."""
    chosen = context.obj.with_data(data)
    running = service_runs(chosen.folder)
    with operations(chosen.settings, chosen.folder) as ops:
        state = {**ops.call("GET", "/api/v1/status"), "service": running}
    if as_json:
        print_json(state)
        return
    console.print(f"Datenordner: {state['data']}" + (" (Beispieldaten)" if state["demo"] else ""))
    console.print(f"Dienst: {'läuft' if running else 'läuft nicht'}")
    audiences = ", ".join(f"{count} {name}" for name, count in state["audiences"].items())
    console.print(f"Dokumente: {state['documents']} ({audiences or 'keine'})")
    console.print(f"Passagen: {state['passages']}")
    console.print(f"Sprachmodell: {state['model']}")
    console.print(
        f"Suchindex: {state['generation']}" + ("" if state["answering"] else " (unbrauchbar)")
    )
    if state["paused"]:
        console.print("Antworten: angehalten („auskunft resume“ setzt fort)", style="yellow")
    show_building(state)
    show_synonyms(state)
    console.print(f"Mit Warnungen: {state['warnings']}")


@app.command()
def serve(
    context: typer.Context,
    samples: Annotated[
        Path | None,
        typer.Option("--samples", help="Beispieldokumente für den ersten Start ohne eigene Daten."),
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535)] = None,
    host: Annotated[str | None, typer.Option("--host")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
) -> None:
    """Den Dienst starten (Webseite, API und lokaler Zugang)."""
    chosen = context.obj.with_data(data)
    changes = {name: value for name, value in (("port", port), ("host", host)) if value}
    from integrations.cli.serving import serve_folder  # noqa: PLC0415 - takes seconds

    serve_folder(chosen.settings.model_copy(update=changes), chosen, samples)


@app.command()
def widget(
    context: typer.Context,
    url: Annotated[
        str, typer.Option("--url", help="Adresse, unter der Besucher den Dienst erreichen.")
    ] = "",
) -> None:
    """Zeigen, wie das Widget in eine andere Website eingebunden wird."""
    console.print(embedding(context.obj.settings, url), markup=False, soft_wrap=True)


@app.command()
def rebuild(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Json = False,
) -> None:
    """Den Suchindex aus den Originalen neu aufbauen; der bisherige antwortet so lange."""
    chosen = context.obj.with_data(data)
    with (
        operations(chosen.settings, chosen.folder, answering=False) as ops,
        progress_bar("Neuaufbau", not as_json) as bar,
    ):
        report = ops.build(Plan.FRESH, bar)
    if as_json:
        print_json(report)
    else:
        show_report(report)
    raise typer.Exit(1 if "failed" in report["counts"] else 0)


@app.command()
def check(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Beheben, was zu beheben ist.")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Datenordner.")] = None,
    as_json: Json = False,
) -> None:
    """Prüfen, ob Register, Originale und Suchindex zusammenpassen."""
    chosen = context.obj.with_data(data)
    with (
        operations(chosen.settings, chosen.folder) as ops,
        progress_bar("Prüfen", not as_json) as bar,
    ):
        report = ops.check(repair=repair, progress=bar)
    if as_json:
        print_json(report)
    else:
        show_check(report)
    raise typer.Exit(0 if report["sound"] else 1)


def main() -> None:
    """Entry point; translates our errors to one line and an exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except AuskunftError as error:
        problems.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(2 if isinstance(error, InputError | SourceNotFoundError) else 1)
