"""Counts by day: all that is left of questions after their time, and what the overview is made of.

Durations are counted in classes of about 19 % width, so that percentiles survive without the values.
"""

import math
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.state.database import Database
from kb.state.question_tables import DailyCountRow

#: measure and value → how often
Counted = Mapping[tuple[str, str], int]

_PER_DOUBLING = 4
_LAST_CLASS = 80


class DailyCounts:
    """The counts in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def between(self, first: date, last: date) -> dict[date, dict[tuple[str, str], int]]:
        """The counts of each day that has any, both ends included."""
        query = select(DailyCountRow).where(DailyCountRow.day.between(first, last))
        found: dict[date, dict[tuple[str, str], int]] = {}
        with self._database.session() as session:
            for row in session.scalars(query):
                found.setdefault(row.day, {})[row.measure, row.value] = row.number
        return found


def count(session: Session, day: date, counted: Counted) -> None:
    """Add to a day's counts within a transaction; always in one order, so that none waits in a ring."""
    rows = [
        {"day": day, "measure": measure, "value": value, "number": number}
        for (measure, value), number in sorted(counted.items())
        if number
    ]
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(DailyCountRow)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[DailyCountRow.day, DailyCountRow.measure, DailyCountRow.value],
            set_={"number": DailyCountRow.number + insert.excluded.number},
        ).values(rows)
    )


def duration_class(milliseconds: float) -> str:
    """The class of a duration; class n reaches up to 2^(n/4) milliseconds."""
    number = math.ceil(math.log2(max(milliseconds, 1.0)) * _PER_DOUBLING)
    return str(min(number, _LAST_CLASS))


def percentile(classes: Mapping[str, int], share: float) -> int | None:
    """The middle of the class in which the given share (0 to 1) is reached, in milliseconds."""
    total = sum(classes.values())
    if not total:
        return None
    reached = 0
    for name in sorted(classes, key=int):
        reached += classes[name]
        if reached >= share * total:
            return round(2 ** ((int(name) - 0.5) / _PER_DOUBLING))
    return None
