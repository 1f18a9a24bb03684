"""Answers written by hand on both databases, and the filters that the desk needs."""

from datetime import date, datetime

import pytest

from kb.errors import InputError, NotFoundError
from kb.questions import Outcome, Way, WrittenState
from kb.state.audit import AuditEntry, AuditLog
from kb.state.database import Database
from kb.state.questions import AskedQuestion, QuestionFilter, Questions
from kb.state.written_answers import WrittenAnswers, WrittenContent
from kb.validity import Validity

NOW = datetime(2026, 11, 22, 12)
CONTENT = WrittenContent(
    questions=("Wie lange?", "Bis wann?"),
    text="Drei Tage.\n\nNicht länger.",
    kind="reference",
    audience="public",
    contact="Amt",
    validity=Validity(date(2026, 1, 1), None),
)
OTHER = WrittenContent(("Wie lange?",), "Vier Tage.", "reference", "staff")


def test_from_the_draft_to_the_withdrawal(database: Database) -> None:
    answers = WrittenAnswers(database)
    draft = answers.add(CONTENT, "Rita", NOW, "abc")
    assert answers.find(draft.answer_id) == draft and draft.content == CONTENT
    assert (draft.state, draft.published, draft.version) == (WrittenState.DRAFT, False, 1)
    approved = answers.approve(draft.answer_id, 1, "Anna", NOW)
    assert (approved.state, approved.published) == (WrittenState.APPROVED, True)
    assert (approved.written_by, approved.approved_by) == ("Rita", "Anna")
    with pytest.raises(InputError, match="nur ein Entwurf"):
        answers.approve(draft.answer_id, 1, "Anna", NOW)
    revised = answers.revise(draft.answer_id, OTHER, "Rolf", NOW)
    assert (revised.state, revised.published, revised.version) == (WrittenState.DRAFT, True, 2)
    assert (revised.content, revised.written_by, revised.approved_by) == (OTHER, "Rolf", "")
    with pytest.raises(InputError, match="inzwischen geändert"):
        answers.approve(draft.answer_id, 1, "Anna", NOW)
    gone = answers.withdraw(draft.answer_id)
    assert (gone.state, gone.published) == (WrittenState.WITHDRAWN, False)
    assert [one.answer_id for one in answers.all()] == [draft.answer_id]
    with pytest.raises(NotFoundError, match="auskunft answers list"):
        answers.find("gibt-es-nicht")


def test_questions_by_feedback_and_changes_by_person(database: Database) -> None:
    questions = Questions(database)
    judged = {"a": (None, ""), "b": (True, ""), "c": (False, "Zahl fehlt.")}
    questions.keep(
        [
            AskedQuestion(
                answer_id=name,
                asked_at=NOW,
                day=NOW.date(),
                way=Way.WEB,
                outcome=Outcome.ANSWERED,
                question=f"Frage {name}",
                helpful=helpful,
                comment=comment,
            )
            for name, (helpful, comment) in judged.items()
        ]
    )

    def found(wanted: QuestionFilter) -> set[str]:
        return {one.answer_id for one in questions.page(wanted)[0]}

    assert found(QuestionFilter()) == {"a", "b", "c"}
    assert found(QuestionFilter(judged=True)) == {"b", "c"}
    assert found(QuestionFilter(commented=True)) == {"c"}
    log = AuditLog(database)
    for who in ("Rita Redaktion", "Token 100%"):
        log.add(AuditEntry(NOW, who, "pause.begin", "Antworten"))
    assert [entry.who for entry in log.page(who="rita")[0]] == ["Rita Redaktion"]
    assert [entry.who for entry in log.page(who="%")[0]] == ["Token 100%"]
