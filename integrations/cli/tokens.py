"""`auskunft token …`: create, list, revoke tokens for the HTTP API, each with its scopes."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.operations import operations
from integrations.cli.output import console

app = typer.Typer(help="Tokens für die HTTP-API.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="Datenordner.")]


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Wofür das Token ist.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="Umfang: ask, ask:staff, documents oder admin (mehrfach; sonst admin)."
        ),
    ] = None,
    data: Data = None,
) -> None:
    """Ein Token erstellen; es wird nur dieses eine Mal gezeigt."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        params = {"name": name, "scope": scope or ["admin"]}
        created = ops.call("POST", "/api/v1/tokens", params=params)
    console.print(created["secret"], markup=False, soft_wrap=True)


@app.command("list")
def list_tokens(context: typer.Context, data: Data = None) -> None:
    """Alle Tokens auflisten, ohne ihre Geheimnisse."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        for token in ops.call("GET", "/api/v1/tokens")["tokens"]:
            state = "widerrufen" if token["revoked"] else "gültig"
            columns = (
                token["token_id"],
                token["created_at"][:16],
                state,
                " ".join(token["scopes"]),
            )
            console.print("  ".join((*columns, token["name"])), markup=False, soft_wrap=True)


@app.command()
def revoke(context: typer.Context, token_id: str, data: Data = None) -> None:
    """Ein Token widerrufen; es gilt sofort nicht mehr."""
    chosen = context.obj.with_data(data)
    with operations(chosen.settings, chosen.folder) as ops:
        ops.call("DELETE", f"/api/v1/tokens/{token_id}")
    console.print(f"Widerrufen: {token_id}", markup=False)
