"""`auskunft slack …`: who in Slack sees which documents, and who may look after them there."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.operations import call
from integrations.cli.output import console, print_json
from integrations.slack.manifest import as_json as manifest_json
from integrations.slack.manifest import as_yaml as manifest_yaml
from integrations.slack.manifest import manifest as app_manifest
from kb.datafolder import DataFolder
from kb.errors import InputError

app = typer.Typer(help="Der Bot in Slack.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
SlackId = Annotated[
    str, typer.Argument(help="Kennung aus Slack: Kanal C…/G…, Nutzergruppe S…, Person U….")
]


@app.command("map")
def map_(
    context: typer.Context,
    slack_id: SlackId,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", help="Zielgruppe, deren Dokumente dort zu sehen sind (mehrfach)."),
    ] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="Darf in Slack Dokumente pflegen (S… oder U…).")
    ] = False,
    data: Data = None,
) -> None:
    """Kanal oder Nutzergruppe Zielgruppen zuordnen; was nicht zugeordnet ist, sieht nur Öffentliches."""
    body = {"groups": group or [], "admin": admin}
    made = call(context, data, "PUT", f"/api/v1/slack/mappings/{slack_id}", json=body)
    console.print(_line(made), markup=False, soft_wrap=True)


@app.command()
def unmap(context: typer.Context, slack_id: SlackId, data: Data = None) -> None:
    """Eine Zuordnung aufheben; es gilt ab der nächsten Frage."""
    call(context, data, "DELETE", f"/api/v1/slack/mappings/{slack_id}")
    console.print(f"Aufgehoben: {slack_id}", markup=False)


@app.command("list")
def list_mappings(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")] = False,
    data: Data = None,
) -> None:
    """Alle Zuordnungen auflisten."""
    listed = call(context, data, "GET", "/api/v1/slack/mappings")
    if as_json:
        print_json(listed)
        return
    for mapping in listed["mappings"]:
        console.print(_line(mapping), markup=False, soft_wrap=True)
    if not listed["mappings"]:
        console.print("Nichts zugeordnet: In Slack ist überall nur Öffentliches zu sehen.")


@app.command()
def run(
    context: typer.Context,
    service: Annotated[str, typer.Option("--service", help="Adresse des Dienstes.")] = "",
    data: Data = None,
) -> None:
    """Den Bot als eigenen Prozess betreiben; er fragt den Dienst über HTTP."""
    from integrations.slack.process import run as run_bot  # noqa: PLC0415 - takes a second

    chosen = context.obj.with_data(data)
    changes = {"slack_service": service} if service else {}
    run_bot(chosen.settings.model_copy(update=changes), DataFolder(chosen.folder))


@app.command()
def manifest(
    context: typer.Context,
    http: Annotated[
        str,
        typer.Option(
            "--http", help="Adresse, unter der Slack den Dienst aufruft; sonst Socket Mode."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON statt YAML ausgeben.")] = False,
) -> None:
    """Das Manifest der Slack-App ausgeben: was sie darf, und wofür."""
    if http and not http.startswith("https://"):
        raise InputError(f"Slack ruft nur https-Adressen auf, nicht {http!r}.")
    made = app_manifest(context.obj.settings.display_name, http)
    shown = manifest_json(made) if as_json else manifest_yaml(made)
    console.print(shown, markup=False, highlight=False, soft_wrap=True)


@app.command()
def check(context: typer.Context, data: Data = None) -> None:
    """Tokens, Rechte und Verbindungen prüfen; sagt je Zeile, was fehlt und was zu tun ist."""
    from integrations.slack.checking import findings  # noqa: PLC0415 - takes a second

    chosen = context.obj.with_data(data)
    good = True
    for finding in findings(chosen.settings, DataFolder(chosen.folder)):
        good &= finding.good
        mark, style = ("✓", "green") if finding.good else ("✗", "red")
        console.print(f"{mark} {finding.text}", style=style, markup=False, soft_wrap=True)
    if good:
        console.print(
            "Welche Ereignisse Slack schickt, verrät es nicht: Bitte den Bot in einem Kanal erwähnen.",
            soft_wrap=True,
        )
    raise typer.Exit(0 if good else 1)


def _line(mapping: dict[str, object]) -> str:
    groups = mapping["groups"]
    assert isinstance(groups, list)
    seen = ", ".join(["public", *groups])
    notes = {"admin": "darf pflegen", "fixed": "aus den Einstellungen"}
    told = [note for name, note in notes.items() if mapping[name]]
    return "  ".join([str(mapping["slack_id"]), seen, *told])
