"""The API's route on what is in force: settings without secrets, versions, use of the disk."""

from typing import Any

from fastapi import APIRouter

from integrations.desk import Desk
from integrations.in_force import in_force
from integrations.web.access import Caller


def add_settings(router: APIRouter, desk: Desk, admin: Any) -> None:
    """`admin` is the dependency that lets only admins in."""

    @router.get(
        "/settings",
        tags=["Betrieb"],
        summary="Einstellungen, Versionen und Platz, ohne Geheimnisse",
    )
    def settings(caller: Caller = admin) -> dict[str, Any]:
        return in_force(desk).as_dict()
