"""Who in Slack sees which documents, and who may look after them there."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from kb.audience import PUBLIC, parse_audience
from kb.errors import InputError, NotFoundError
from kb.state.database import Database
from kb.state.slack_tables import SlackAdminRow, SlackMappingRow

_CHANNELS, _GROUP, _PEOPLE = ("C", "G"), "S", ("U", "W")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class SlackMapping:
    """What a channel (`C…`, `G…`), user group (`S…`) or person (`U…`, `W…`) of Slack is allowed.

    `audiences` come on top of the public one; people have none of their own, groups have.
    """

    slack_id: str
    audiences: frozenset[str] = frozenset()
    admin: bool = False


class SlackMappings:
    """Thread-safe; what is not here is public only and nobody's admin."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SlackMapping]:
        """Every mapping, by id."""
        seen: dict[str, set[str]] = {}
        with self._database.session() as session:
            for row in session.scalars(select(SlackMappingRow)):
                seen.setdefault(row.slack_id, set()).add(row.audience)
            admins = set(session.scalars(select(SlackAdminRow.slack_id)))
        return [
            SlackMapping(slack_id, frozenset(seen.get(slack_id, ())), slack_id in admins)
            for slack_id in sorted(seen.keys() | admins)
        ]

    def audiences(self) -> dict[str, frozenset[str]]:
        """The audiences by the id of channel or user group."""
        return {one.slack_id: one.audiences for one in self.all() if one.audiences}

    def admins(self) -> frozenset[str]:
        """Ids of the people and user groups that may look after the documents."""
        return frozenset(one.slack_id for one in self.all() if one.admin)

    def put(self, slack_id: str, audiences: Iterable[str], *, admin: bool = False) -> SlackMapping:
        """Allow this and nothing else; nothing at all takes the mapping away.

        Raises InputError for an id that is none, for an audience that is no name, and for what an
        id of its kind cannot be allowed.
        """
        names = frozenset(parse_audience(audience) for audience in audiences) - {PUBLIC}
        _check(slack_id, names, admin)
        with self._database.session() as session:
            for table in (SlackMappingRow, SlackAdminRow):
                session.execute(delete(table).where(table.slack_id == slack_id))
            session.add_all(SlackMappingRow(slack_id=slack_id, audience=name) for name in names)
            if admin:
                session.add(SlackAdminRow(slack_id=slack_id))
        return SlackMapping(slack_id, names, admin)

    def remove(self, slack_id: str) -> None:
        """Raises NotFoundError where nothing is mapped."""
        if slack_id not in {one.slack_id for one in self.all()}:
            raise NotFoundError(
                f"{slack_id!r} ist nicht zugeordnet. „auskunft slack list“ zeigt alle."
            )
        self.put(slack_id, ())


def _check(slack_id: str, audiences: frozenset[str], admin: bool) -> None:
    plain = slack_id.isascii() and slack_id.isalnum() and slack_id.upper() == slack_id
    if not plain or len(slack_id) > _LONGEST or slack_id[0] not in (*_CHANNELS, _GROUP, *_PEOPLE):
        raise InputError(
            f"{slack_id!r} ist weder ein Kanal (C…, G…) noch eine Nutzergruppe (S…) noch eine Person "
            "(U…) von Slack. Die Kennung steht in Slack ganz unten in den Details."
        )
    if audiences and slack_id.startswith(_PEOPLE):
        raise InputError(
            f"{slack_id} ist eine einzelne Person. Zielgruppen bekommt in Slack eine Nutzergruppe "
            "(S…) oder ein Kanal (C…, G…)."
        )
    if admin and slack_id.startswith(_CHANNELS):
        raise InputError(
            f"{slack_id} ist ein Kanal. Dokumente pflegen dürfen nur Personen (U…) und "
            "Nutzergruppen (S…)."
        )
