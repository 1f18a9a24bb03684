"""`auskunft admin …`: one-time links, accounts, sessions, revoking any of them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from integrations.cli.operations import call, operations
from integrations.cli.output import console, print_json
from kb.errors import InputError

app = typer.Typer(help="Anmeldelinks, Konten und Sitzungen.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]
Json = Annotated[bool, typer.Option("--json", help="JSON statt Text ausgeben.")]
_STATES = {
    "open": "offen",
    "used": "benutzt",
    "revoked": "zurückgezogen",
    "expired": "abgelaufen",
}


@app.command()
def invite(
    context: typer.Context,
    name: Annotated[str, typer.Option("--name", help="Für wen der Link ist.")] = "",
    role: Annotated[
        str, typer.Option("--role", help="Rolle: viewer, staff, editor oder admin.")
    ] = "viewer",
    group: Annotated[
        list[str] | None,
        typer.Option("--group", help="Gruppe, zu der die Person gehört (mehrfach)."),
    ] = None,
    hours: Annotated[
        int, typer.Option("--hours", min=1, max=8760, help="Stunden, die der Link gilt.")
    ] = 24,
    account: Annotated[
        str, typer.Option("--account", help="Für dieses Konto, das schon eingeladen war.")
    ] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Einen Link erstellen, mit dem sich jemand einmal anmelden kann; er wird nur jetzt gezeigt."""
    body = {
        "name": name,
        "role": role,
        "groups": group or [],
        "hours": hours,
        "account_id": account,
    }
    made = call(context, data, "POST", "/api/v1/invites", json=body)
    if as_json:
        print_json(made)
    else:
        console.print(made["link"], markup=False, soft_wrap=True)


@app.command()
def accounts(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Konten und Einladungen auflisten."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", "/api/v1/accounts") | ops.call("GET", "/api/v1/invites")
    if as_json:
        print_json(found)
        return
    console.print(_account_table(found["accounts"]))
    unused = [one for one in found["invites"] if one["state"] != "used"]
    if unused:
        console.print(_invite_table(unused))


@app.command()
def sessions(context: typer.Context, data: Data = None, as_json: Json = False) -> None:
    """Laufende Sitzungen auflisten."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        found = ops.call("GET", "/api/v1/sessions")
        names = {
            one["account_id"]: one["name"] or one["email"]
            for one in ops.call("GET", "/api/v1/accounts")["accounts"]
        }
    if as_json:
        print_json(found)
        return
    table = Table("Kennung", "Konto", "Name", "Begonnen", "Zuletzt benutzt", "Endet spätestens")
    for one in found["sessions"]:
        times = [_minute(one[name]) for name in ("created_at", "seen_at", "expires_at")]
        table.add_row(
            one["session_id"], one["account_id"], escape(names[one["account_id"]]), *times
        )
    console.print(table)


@app.command()
def revoke(
    context: typer.Context,
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="Kennung (acc-…, ses-… oder inv-…).")
    ],
    data: Data = None,
) -> None:
    """Ein Konto sperren, eine Sitzung beenden oder eine Einladung zurückziehen; gilt sofort."""
    kind = identifier.partition("-")[0]
    if kind == "acc":
        change = {"disabled": True}
        call(context, data, "PATCH", f"/api/v1/accounts/{identifier}", json=change)
        console.print(f"Gesperrt und überall abgemeldet: {identifier}", markup=False)
    elif kind == "ses":
        call(context, data, "DELETE", f"/api/v1/sessions/{identifier}")
        console.print(f"Beendet: {identifier}", markup=False)
    elif kind == "inv":
        call(context, data, "DELETE", f"/api/v1/invites/{identifier}")
        console.print(f"Zurückgezogen: {identifier}", markup=False)
    else:
        raise InputError(
            f"{identifier!r} ist keine Kennung eines Kontos (acc-…), einer Sitzung (ses-…) oder "
            "einer Einladung (inv-…). „auskunft admin accounts“ und „… sessions“ zeigen alle."
        )


@app.command()
def enable(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ID", help="Kennung des Kontos.")],
    data: Data = None,
) -> None:
    """Ein gesperrtes Konto wieder zulassen."""
    change = {"disabled": False}
    call(context, data, "PATCH", f"/api/v1/accounts/{account}", json=change)
    console.print(f"Wieder zugelassen: {account}", markup=False)


@app.command()
def rights(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ID", help="Kennung des Kontos.")],
    role: Annotated[
        str | None, typer.Option("--role", help="Neue Rolle: viewer, staff, editor oder admin.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option("--group", help="Gruppe, zu der die Person gehört (mehrfach); statt aller."),
    ] = None,
    no_groups: Annotated[bool, typer.Option("--no-groups", help="Keine Gruppe mehr.")] = False,
    data: Data = None,
) -> None:
    """Rolle oder Gruppen eines eingeladenen Kontos ändern; gilt sofort, auch wo es angemeldet ist."""
    change: dict[str, Any] = {} if role is None else {"role": role}
    if group or no_groups:
        change["groups"] = [] if no_groups else group
    if not change or (group and no_groups):
        raise InputError(
            "Bitte angeben, was sich ändern soll: --role ROLLE, --group GRUPPE oder --no-groups."
        )
    changed = call(context, data, "PATCH", f"/api/v1/accounts/{account}", json=change)
    told = ", ".join([changed["role"], *changed["groups"]])
    console.print(f"Geändert: {account} ({told})", markup=False)


@app.command()
def remove(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ID", help="Kennung des Kontos.")],
    data: Data = None,
) -> None:
    """Ein Konto mit allem löschen, was von der Person gespeichert ist."""
    call(context, data, "DELETE", f"/api/v1/accounts/{account}")
    console.print(f"Gelöscht: {account}", markup=False)


def _account_table(accounts: list[dict[str, Any]]) -> Table:
    table = Table(
        "Kennung", "Name", "E-Mail", "Rolle", "Gruppen", "Anmeldung", "Zuletzt", "Zustand"
    )
    for one in accounts:
        table.add_row(
            one["account_id"],
            escape(one["name"]),
            escape(one["email"]),
            one["role"],
            escape(", ".join(one["groups"])),
            "Link" if one["issuer"] == "invite" else "OpenID",
            _minute(one["signed_in_at"]),
            "gesperrt" if one["disabled"] else "",
        )
    return table


def _invite_table(invites: list[dict[str, Any]]) -> Table:
    table = Table("Einladung", "Name", "Rolle", "Gruppen", "Gilt bis", "Zustand")
    for one in invites:
        table.add_row(
            one["invite_id"],
            escape(one["name"]),
            one["role"],
            escape(", ".join(one["groups"])),
            _minute(one["expires_at"]),
            _STATES[one["state"]],
        )
    return table


def _minute(moment: str | None) -> str:
    """A moment in UTC, to the minute."""
    return "" if moment is None else moment[:16].replace("T", " ")
