"""`auskunft answers …`: answers written by hand, from the draft to the document and back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import call, operations
from integrations.cli.output import console, print_json
from kb.errors import InputError
from kb.questions import WrittenState

app = typer.Typer(
    help="Antworten von Hand schreiben, freigeben und zurückziehen.", no_args_is_help=True
)

_ADDRESS = "/api/v1/written-answers"
STATES = {"draft": "Entwurf", "approved": "freigegeben", "withdrawn": "zurückgezogen"}
Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
AnswerId = Annotated[str, typer.Argument(help="Kennung der Antwort.")]
Questions = Annotated[
    list[str] | None, typer.Option("--question", help="Frage, zu der sie gehört (mehrfach).")
]
TextFile = Annotated[
    Path | None, typer.Option("--file", help="Datei mit dem Text der Antwort (UTF-8).")
]
Audience = Annotated[str | None, typer.Option("--audience", help="Zielgruppe, sonst „staff“.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Dokumentart, sonst „reference“.")]
Contact = Annotated[str | None, typer.Option("--contact", help="Ansprechstelle.")]
_DAY = ["%Y-%m-%d"]
From = Annotated[
    datetime | None, typer.Option("--valid-from", formats=_DAY, help="Gilt ab (JJJJ-MM-TT).")
]
Until = Annotated[
    datetime | None, typer.Option("--valid-until", formats=_DAY, help="Gilt bis (JJJJ-MM-TT).")
]


@app.command("list")
def list_answers(
    context: typer.Context,
    state: Annotated[
        list[WrittenState] | None, typer.Option("--state", help="Nur in diesem Zustand (mehrfach).")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Geschriebene Antworten auflisten, die neuesten zuerst."""
    wanted = {"state": [one.value for one in state or []]}
    found = call(context, data, "GET", _ADDRESS, params=wanted)
    print_json(found) if as_json else _show(found["answers"])


@app.command()
def show(
    context: typer.Context, answer: AnswerId, data: Data = None, as_json: Json = False
) -> None:
    """Eine geschriebene Antwort ganz zeigen."""
    found = call(context, data, "GET", f"{_ADDRESS}/{answer}")
    if as_json:
        print_json(found)
        return
    _show([found])
    for question in found["questions"]:
        console.print(f"Frage: {question}", markup=False)
    console.print(found["text"], markup=False)


@app.command()
def write(
    context: typer.Context,
    question: Questions = None,
    text_file: TextFile = None,
    audience: Audience = None,
    kind: Kind = None,
    contact: Contact = None,
    valid_from: From = None,
    valid_until: Until = None,
    item: Annotated[
        str,
        typer.Option(
            "--item", help="Kennung des Eintrags der Arbeitsliste, der damit erledigt ist."
        ),
    ] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Eine Antwort als Entwurf schreiben."""
    given = _given(question, text_file, audience, kind, contact, valid_from, valid_until)
    body = {"questions": [], "text": "", **given, "item_id": item}
    found = call(context, data, "POST", _ADDRESS, json=body)
    print_json(found) if as_json else _show([found])


@app.command()
def revise(
    context: typer.Context,
    answer: AnswerId,
    question: Questions = None,
    text_file: TextFile = None,
    audience: Audience = None,
    kind: Kind = None,
    contact: Contact = None,
    valid_from: From = None,
    valid_until: Until = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Neu fassen; was nicht angegeben ist, bleibt. Bis zur Freigabe gilt die frühere Fassung."""
    given = _given(question, text_file, audience, kind, contact, valid_from, valid_until)
    if not given:
        raise InputError("Es ist nichts angegeben, was geändert werden soll.")
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        before = ops.call("GET", f"{_ADDRESS}/{answer}")
        names = ("questions", "text", "kind", "audience", "contact", "valid_from", "valid_until")
        kept = {name: before[name] or None for name in names if before[name]}
        found = ops.call("PUT", f"{_ADDRESS}/{answer}", json={**kept, **given})
    print_json(found) if as_json else _show([found])


@app.command()
def approve(
    context: typer.Context, answer: AnswerId, data: Data = None, as_json: Json = False
) -> None:
    """Freigeben: Die Antwort wird ein Dokument und der Eintrag der Arbeitsliste ist erledigt."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        version = ops.call("GET", f"{_ADDRESS}/{answer}")["version"]
        found = ops.call("POST", f"{_ADDRESS}/{answer}/approve", params={"version": version})
    print_json(found) if as_json else _show([found])


@app.command()
def withdraw(context: typer.Context, answer: AnswerId, data: Data = None) -> None:
    """Zurückziehen: Sofort wird nichts mehr daraus beantwortet."""
    call(context, data, "DELETE", f"{_ADDRESS}/{answer}")
    console.print(f"Zurückgezogen: {answer}", markup=False)


def _given(
    question: list[str] | None,
    text_file: Path | None,
    audience: str | None,
    kind: str | None,
    contact: str | None,
    valid_from: datetime | None,
    valid_until: datetime | None,
) -> dict[str, Any]:
    """What somebody said on the command line, as the API takes it. Raises InputError."""
    values: dict[str, Any] = {
        "questions": question,
        "text": _text_of(text_file),
        "audience": audience,
        "kind": kind,
        "contact": contact,
        "valid_from": valid_from and valid_from.date().isoformat(),
        "valid_until": valid_until and valid_until.date().isoformat(),
    }
    return {name: value for name, value in values.items() if value is not None}


def _text_of(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: Die Datei ist nicht als UTF-8 lesbar ({error}).") from error


def _show(answers: list[dict[str, Any]]) -> None:
    table = Table("Kennung", "Zustand", "Fassung", "Zielgruppe", "Geschrieben", "Frage", "Dokument")
    for one in answers:
        table.add_row(
            one["answer_id"],
            STATES[one["state"]],
            str(one["version"]),
            escape(one["audience"]),
            escape(one["written_by"]),
            escape(one["questions"][0]),
            (one["document_id"] or "–")[:8],
        )
    console.print(table)
