"""Questions in the state database: what was asked, what came of it, whether it helped.

A question and the counts of its day are written in one transaction. Texts come in masked (see
`kb.masking`) and go after their time; the counts stay.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from kb.errors import InputError, NotFoundError
from kb.questions import Outcome, Way
from kb.state.daily_counts import count, duration_class
from kb.state.database import Database
from kb.state.question_tables import QuestionRow

FEEDBACK_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """`asked_at` is UTC, `day` the operator's day; `cited` are document ids, durations milliseconds.

    `audience` is `public` or `staff`, never a person. `keep` is False where nothing but counts is
    to be left, not even a receipt for feedback.
    """

    answer_id: str
    asked_at: datetime
    day: date
    way: Way
    outcome: Outcome
    site: str = ""
    language: str = "de"
    audience: str = "public"
    question: str = ""
    asked_as: str = ""
    cited: tuple[str, ...] = ()
    first_ms: int | None = None
    total_ms: int | None = None
    helpful: bool | None = None
    comment: str = ""
    keep: bool = True


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """Which questions are wanted: all that is given must hold; days are the operator's.

    `judged`: somebody said whether the answer helped; `commented`: and wrote why.
    """

    outcomes: tuple[Outcome, ...] = ()
    first: date | None = None
    last: date | None = None
    text: str = ""
    helpful: bool | None = None
    judged: bool = False
    commented: bool = False


class Questions:
    """Thread-safe; every method is its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, asked: Sequence[AskedQuestion]) -> None:
        """Write questions and count them, all or none."""
        days: dict[date, Counter[tuple[str, str]]] = {}
        for one in asked:
            days.setdefault(one.day, Counter()).update(_measures(one))
        with self._database.session() as session:
            session.add_all(_row(one) for one in asked if one.keep)
            session.flush()
            for day in sorted(days):
                count(session, day, days[day])

    def find(self, answer_id: str) -> AskedQuestion:
        """Raises NotFoundError."""
        with self._database.session() as session:
            row = session.get(QuestionRow, answer_id)
            if row is None:
                raise _unknown()
            return _question(row)

    def page(
        self, wanted: QuestionFilter, limit: int = 50, offset: int = 0
    ) -> tuple[list[AskedQuestion], int]:
        """The latest first, and how many there are altogether."""
        conditions = _conditions(wanted)
        rows = (
            select(QuestionRow)
            .where(*conditions)
            .order_by(QuestionRow.asked_at.desc(), QuestionRow.answer_id)
            .limit(limit)
            .offset(offset)
        )
        total = select(func.count()).select_from(QuestionRow).where(*conditions)
        with self._database.session() as session:
            found = [_question(row) for row in session.scalars(rows)]
            return found, session.scalar(total) or 0

    def judge(self, answer_id: str, helpful: bool, comment: str, now: datetime) -> None:
        """Remember whether an answer helped; within 24 hours the judgement may be changed.

        Raises NotFoundError for an unknown answer, InputError when it is too late.
        """
        mine = QuestionRow.answer_id == answer_id
        with self._database.session() as session:
            # writing first holds the row (SQLite: the database), so that two judgements take turns
            session.execute(update(QuestionRow).where(mine).values(answer_id=answer_id))
            row = session.get(QuestionRow, answer_id)
            if row is None:
                raise _unknown()
            if now - row.asked_at > FEEDBACK_WITHIN:
                raise InputError(
                    "Eine Rückmeldung ist nur innerhalb von 24 Stunden nach der Antwort möglich."
                )
            counted = Counter({("helpful", _yes_or_no(helpful)): 1})
            if row.helpful is not None:
                counted["helpful", _yes_or_no(row.helpful)] -= 1
            row.helpful = helpful
            row.comment = comment
            session.flush()
            count(session, row.day, counted)

    def forget(self, before: datetime) -> int:
        """Delete what was asked before a moment (UTC); returns how many."""
        return self._delete(QuestionRow.asked_at < before)

    def forget_texts(self) -> int:
        """Delete all questions that have a text; returns how many."""
        return self._delete(QuestionRow.question != "")

    def remove(self, answer_id: str) -> None:
        """Delete one question; it stays counted. Raises NotFoundError."""
        if not self._delete(QuestionRow.answer_id == answer_id):
            raise _unknown()

    def _delete(self, *conditions: ColumnElement[bool]) -> int:
        with self._database.session() as session:
            gone = session.execute(delete(QuestionRow).where(*conditions))
            return int(gone.rowcount)  # type: ignore[attr-defined]


def _conditions(wanted: QuestionFilter) -> Iterable[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [QuestionRow.question != ""]
    if wanted.outcomes:
        conditions.append(QuestionRow.outcome.in_(wanted.outcomes))
    if wanted.first:
        conditions.append(QuestionRow.day >= wanted.first)
    if wanted.last:
        conditions.append(QuestionRow.day <= wanted.last)
    if wanted.helpful is not None:
        conditions.append(QuestionRow.helpful.is_(wanted.helpful))
    if wanted.judged:
        conditions.append(QuestionRow.helpful.is_not(None))
    if wanted.commented:
        conditions.append(QuestionRow.comment != "")
    if wanted.text:
        text = wanted.text.lower()
        columns = (QuestionRow.question, QuestionRow.asked_as, QuestionRow.comment)
        conditions.append(
            or_(*(func.lower(column).contains(text, autoescape=True) for column in columns))
        )
    return conditions


def _measures(asked: AskedQuestion) -> Counter[tuple[str, str]]:
    counted = Counter({("outcome", asked.outcome.value): 1, ("way", asked.way.value): 1})
    if asked.first_ms is not None:
        counted["first_ms", duration_class(asked.first_ms)] += 1
    if asked.total_ms is not None:
        counted["total_ms", duration_class(asked.total_ms)] += 1
    return counted


def _yes_or_no(helpful: bool) -> str:
    return "yes" if helpful else "no"


def _unknown() -> NotFoundError:
    return NotFoundError("Diese Antwort ist nicht (mehr) bekannt.")


def _row(asked: AskedQuestion) -> QuestionRow:
    values = asdict(asked)
    del values["keep"]
    return QuestionRow(**{**values, "cited": list(asked.cited)})


def _question(row: QuestionRow) -> AskedQuestion:
    return AskedQuestion(
        answer_id=row.answer_id,
        asked_at=row.asked_at,
        day=row.day,
        way=Way(row.way),
        outcome=Outcome(row.outcome),
        site=row.site,
        language=row.language,
        audience=row.audience,
        question=row.question,
        asked_as=row.asked_as,
        cited=tuple(row.cited),
        first_ms=row.first_ms,
        total_ms=row.total_ms,
        helpful=row.helpful,
        comment=row.comment,
    )
