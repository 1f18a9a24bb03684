"""Routes on the Slack bot: who in Slack sees which documents, and who may look after them there."""

from typing import Any

from fastapi import APIRouter

from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.schemas import SlackMappingBody
from kb.state.slack_mapping import SlackMapping
from kb.state.slack_mappings import SlackMappings


def add_slack(router: APIRouter, desk: Desk, admin: Any) -> None:
    """`admin` is the dependency that lets only admins in."""
    mappings = SlackMappings(desk.parts.database, desk.settings.slack_rights)

    @router.get("/slack/mappings", tags=["Slack"], summary="Zuordnungen von Slack auflisten")
    def listed(caller: Caller = admin) -> dict[str, Any]:
        return {"mappings": [mapping_dict(one) for one in mappings.all()]}

    @router.put(
        "/slack/mappings/{slack_id}", tags=["Slack"], summary="Kanal oder Gruppe von Slack zuordnen"
    )
    def put(slack_id: str, body: SlackMappingBody, caller: Caller = admin) -> dict[str, Any]:
        made = mappings.put(slack_id, body.groups, admin=body.admin)
        rights = ", ".join([*sorted(made.audiences), *(["admin"] if made.admin else [])])
        desk.remembered.note(caller.name, "slack.map", slack_id, after=rights or "public")
        return mapping_dict(made)

    @router.delete(
        "/slack/mappings/{slack_id}", tags=["Slack"], summary="Eine Zuordnung von Slack aufheben"
    )
    def remove(slack_id: str, caller: Caller = admin) -> dict[str, Any]:
        mappings.remove(slack_id)
        desk.remembered.note(caller.name, "slack.unmap", slack_id)
        return {"removed": slack_id}


def mapping_dict(mapping: SlackMapping) -> dict[str, Any]:
    """A mapping as JSON."""
    return {
        "slack_id": mapping.slack_id,
        "groups": sorted(mapping.audiences),
        "admin": mapping.admin,
        "fixed": mapping.fixed,
    }
