"""`auskunft evaluate …`: ingest an evaluation set into a data folder of its own and measure."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Antworten und Suche messen.", no_args_is_help=True)

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Datenordner, der behalten wird (sonst ein temporärer)."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]


@app.command()
def golden(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Fragensatz (YAML).")],
    corpus: Annotated[list[Path], typer.Option("--corpus", help="Ordner oder Dateien (mehrfach).")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Antworten auf einen Fragensatz messen."""
    from integrations.cli.evaluating import measure_golden  # noqa: PLC0415 - takes seconds

    measure_golden(context.obj.with_data(data), file, corpus, as_json=as_json)


@app.command()
def retrieval(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Ordner im BEIR-Format.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Die Suche auf einem BEIR-Satz messen; jeder Eintrag ist ein Dokument."""
    from integrations.cli.evaluating import measure_retrieval  # noqa: PLC0415 - takes seconds

    measure_retrieval(context.obj.with_data(data), folder, as_json=as_json)


@app.command()
def sets(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Liste der Sätze (TOML).")],
    quick: Annotated[bool, typer.Option("--quick", help="Nur die schnellen Sätze.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Nur dieser Satz (mehrfach).")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Festgehaltener Stand (JSON).")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Diesen Stand erneuern.")] = False,
    page: Annotated[
        Path | None, typer.Option("--page", help="Seite mit dem letzten Stand (Markdown).")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Ordner für Sprachmodell und Vektoren.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Alle Sätze messen und mit dem festgehaltenen Stand vergleichen (Exit-Code 1: schlechter)."""
    from integrations.cli.evaluating import measure_sets  # noqa: PLC0415 - takes seconds

    as_before = measure_sets(
        context.obj.settings,
        file,
        quick=quick,
        only=only,
        baseline=baseline,
        write=write,
        page=page,
        cache=cache,
        as_json=as_json,
    )
    raise typer.Exit(0 if as_before else 1)
