"""`auskunft evaluate …`: ingest an evaluation set into a data folder of its own and measure."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.evaluation import (
    RetrievalSet,
    evaluate_golden,
    evaluate_retrieval,
    read_retrieval_set,
)
from assistant.question import Turn, read_question
from integrations.cli.context import Context
from integrations.cli.output import console, print_json, problems, progress_bar
from integrations.desk import Desk, open_desk
from kb.audience import PUBLIC, Viewer
from kb.index.port import Scope

app = typer.Typer(help="Antworten und Suche messen.", no_args_is_help=True)

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Datenordner, der behalten wird (sonst ein temporärer)."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
_PASSAGES = 60


@app.command()
def golden(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Fragensatz (YAML).")],
    corpus: Annotated[list[Path], typer.Option("--corpus", help="Ordner oder Dateien (mehrfach).")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Antworten auf einen Fragensatz messen."""
    with _desk(context.obj.with_data(data)) as desk, progress_bar("Einlesen", not as_json) as bar:
        options = _public(desk)
        report = desk.ingestion.run(corpus, options, bar)
        for source in report.sources:
            for message in source.errors:
                problems.print(f"- {message}", markup=False)
        result = {
            **evaluate_golden(file, lambda *asked: _answer(desk, *asked)),
            "ingested": report.counts,
        }
    if as_json:
        print_json(result)
    else:
        _show({name: value for name, value in result.items() if name not in ("items", "topics")})


@app.command()
def retrieval(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Ordner im BEIR-Format.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Die Suche auf einem BEIR-Satz messen; jeder Eintrag ist ein Dokument."""
    measured = read_retrieval_set(folder)
    with _desk(context.obj.with_data(data)) as desk, progress_bar("Einlesen", not as_json) as bar:
        ids = _ingest_entries(desk, measured, bar)
        result = evaluate_retrieval(measured, lambda query, limit: _rank(desk, ids, query, limit))
    if as_json:
        print_json(result)
    else:
        _show(result)


@contextmanager
def _desk(context: Context) -> Iterator[Desk]:
    if context.data is not None:
        with open_desk(context.settings, context.data) as desk:
            yield desk
        return
    with (
        tempfile.TemporaryDirectory(prefix="auskunft-") as folder,
        open_desk(context.settings, Path(folder)) as desk,
    ):
        yield desk


def _public(desk: Desk) -> Any:
    options = desk.ingest_options
    return type(options)(
        public=True, prune=True, max_bytes=options.max_bytes, reserve_mb=options.reserve_mb
    )


def _answer(
    desk: Desk, question: str, as_of: str, audience: str, earlier: Sequence[str]
) -> dict[str, Any]:
    viewer = Viewer.public() if audience == PUBLIC else Viewer.member_of(audience)
    asked = read_question(
        question,
        as_of=date.fromisoformat(as_of) if as_of else date.today(),
        viewer=viewer,
        history=[Turn("user", text) for text in earlier],
    )
    return asyncio.run(desk.assistant.answer(asked)).as_dict()


def _ingest_entries(desk: Desk, measured: RetrievalSet, bar: Any) -> dict[str, str]:
    """Write each entry as a text file, ingest the folder; returns entry ids by file name."""
    with tempfile.TemporaryDirectory(prefix="auskunft-") as name:
        folder = Path(name)
        names: dict[str, str] = {}
        for number, (entry, text) in enumerate(measured.corpus.items()):
            file = f"{number:06d}.txt"
            names[file] = entry
            (folder / file).write_text(text, encoding="utf-8")
        desk.ingestion.run([folder], _public(desk), bar)
    return names


def _rank(desk: Desk, names: dict[str, str], query: str, limit: int) -> list[str]:
    scope = Scope(Viewer.public())
    found = desk.search.search_now(query, scope, date.today(), _PASSAGES)
    ranked = dict.fromkeys(names[scored.passage.document.file] for scored in found)
    return list(ranked)[:limit]


def _show(values: dict[str, Any]) -> None:
    for name, value in values.items():
        console.print(f"{name}: {value}", markup=False)
