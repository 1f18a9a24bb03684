"""Who in Slack sees which documents, and who may look after them there."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from kb.audience import PUBLIC, parse_audience
from kb.errors import InputError, NotFoundError
from kb.state.database import Database
from kb.state.slack_mapping import SlackMapping, require_possible
from kb.state.slack_tables import SlackAdminRow, SlackMappingRow


class SlackMappings:
    """Thread-safe; what is not here is public only and nobody's admin.

    What is `fixed` goes before what is stored for the same id, and cannot be changed here.
    """

    def __init__(self, database: Database, fixed: Sequence[SlackMapping] = ()) -> None:
        self._database = database
        self._fixed = {one.slack_id: one for one in fixed}

    def all(self) -> list[SlackMapping]:
        """Every mapping, by id."""
        seen: dict[str, set[str]] = {}
        with self._database.session() as session:
            for row in session.scalars(select(SlackMappingRow)):
                seen.setdefault(row.slack_id, set()).add(row.audience)
            admins = set(session.scalars(select(SlackAdminRow.slack_id)))
        stored = {
            slack_id: SlackMapping(slack_id, frozenset(seen.get(slack_id, ())), slack_id in admins)
            for slack_id in seen.keys() | admins
        }
        mapped = stored | self._fixed
        return [mapped[slack_id] for slack_id in sorted(mapped)]

    def audiences(self) -> dict[str, frozenset[str]]:
        """The audiences by the id of channel or user group."""
        return {one.slack_id: one.audiences for one in self.all() if one.audiences}

    def admins(self) -> frozenset[str]:
        """Ids of the people and user groups that may look after the documents."""
        return frozenset(one.slack_id for one in self.all() if one.admin)

    def put(self, slack_id: str, audiences: Iterable[str], *, admin: bool = False) -> SlackMapping:
        """Allow this and nothing else; nothing at all takes the mapping away.

        Raises InputError for an id that is none, for an audience that is no name, for what an id of
        its kind cannot be allowed, and for an id that the settings name.
        """
        names = frozenset(parse_audience(audience) for audience in audiences) - {PUBLIC}
        require_possible(slack_id, names, admin=admin)
        if slack_id in self._fixed:
            raise InputError(
                f"{slack_id} ist in den Einstellungen zugeordnet (AUSKUNFT_SLACK_MAPPINGS, "
                "AUSKUNFT_SLACK_ADMINS) und lässt sich nur dort ändern."
            )
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
