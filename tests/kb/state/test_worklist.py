"""The work list, the audit log and the pause switch on both databases."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from kb.errors import NotFoundError
from kb.questions import WorkKind, WorkState
from kb.state.audit import AuditEntry, AuditLog
from kb.state.database import Database
from kb.state.pauses import Pauses
from kb.state.worklist import ALIKE, Wording, Worklist

NOW = datetime(2026, 11, 22, 12)
PERSON = {"name": "Erika", "phone": "0211 123456", "email": "", "when": ""}


@pytest.fixture
def worklist(database: Database) -> Worklist:
    return Worklist(database)


def wording(text: str, cosine: float, model: str = "m") -> Wording:
    """A text whose vector has this cosine to that of `wording(…, 1)`."""
    return Wording(text, model, np.array([cosine, (1 - cosine**2) ** 0.5], np.float32))


def titles(worklist: Worklist, **wanted: object) -> list[tuple[str, int]]:
    return [(item.title, item.times) for item in worklist.page(**wanted)[0]]  # type: ignore[arg-type]


def test_a_like_question_joins_and_an_unlike_one_opens_an_item(worklist: Worklist) -> None:
    first = worklist.join(wording("Zuschuss Lastenrad?", 1), NOW)
    near = worklist.join(wording("Förderung Lastenrad?", ALIKE + 0.01), NOW + timedelta(hours=1))
    far = worklist.join(wording("Parkausweis?", 0.1), NOW)
    assert near == first and far != first
    assert titles(worklist) == [("Förderung Lastenrad?", 2), ("Parkausweis?", 1)]
    item = worklist.find(first)
    assert (item.created_at, item.last_at) == (NOW, NOW + timedelta(hours=1))


def test_the_nearest_of_several_is_joined(worklist: Worklist) -> None:
    far = worklist.join(wording("fern", 0.0), NOW)
    near = worklist.join(wording("nah", 1.0), NOW)
    assert worklist.join(wording("neu", 0.97), NOW) == near
    assert worklist.join(wording("neu2", 0.05), NOW) == far


def test_another_models_cosine_is_put_on_the_bundled_models_scale(worklist: Worklist) -> None:
    first = worklist.join(wording("a", 1), NOW)
    assert worklist.join(wording("b", 0.7), NOW, lambda cosine: cosine + 0.25) == first


def test_without_vectors_or_with_another_model_only_the_same_words_join(worklist: Worklist) -> None:
    first = worklist.join(wording("Öffnungszeiten?", 1), NOW)
    assert worklist.join(Wording("öffnungszeiten?"), NOW) == first
    assert worklist.join(wording("Wann offen?", 1, "anderes"), NOW) != first


def test_what_is_settled_takes_in_nothing_more(worklist: Worklist) -> None:
    first = worklist.join(wording("a", 1), NOW)
    worklist.change(first, state=WorkState.IN_WORK)
    assert worklist.join(wording("b", 1), NOW) == first
    worklist.change(first, state=WorkState.ANSWERED)
    assert worklist.join(wording("b", 1), NOW) != first


def test_a_title_of_ones_own_stays_and_outlives_the_questions(worklist: Worklist) -> None:
    kept = worklist.join(wording("wie lastenrad geld", 1), NOW)
    changed = worklist.change(
        kept, title=wording("Lastenräder", 0.99), assignee="Frau Kern", note="Merkblatt folgt"
    )
    assert (changed.title, changed.kept) == ("Lastenräder", True)
    assert worklist.join(wording("noch einmal lastenrad", 0.98), NOW) == kept
    plain = worklist.join(wording("Parkausweis?", 0.1), NOW)
    assert worklist.forget(WorkKind.QUESTION, NOW + timedelta(seconds=1)) == 1
    left = worklist.find(kept)
    assert (left.title, left.times, left.assignee, left.note) == (
        "Lastenräder",
        2,
        "Frau Kern",
        "Merkblatt folgt",
    )
    with pytest.raises(NotFoundError):
        worklist.find(plain)


def test_call_backs_have_a_time_of_their_own(worklist: Worklist) -> None:
    item = worklist.call_back("Wer hilft?", PERSON, NOW)
    assert worklist.find(item.item_id) == item
    assert dict(item.person) == PERSON and item.kind is WorkKind.CALLBACK
    assert worklist.join(Wording("Wer hilft?"), NOW) != item.item_id
    assert titles(worklist, kind=WorkKind.CALLBACK) == [("Wer hilft?", 1)]
    worklist.change(item.item_id, title=Wording("Rückruf"))
    assert worklist.forget(WorkKind.QUESTION, NOW + timedelta(1)) == 1
    assert worklist.forget(WorkKind.CALLBACK, NOW) == 0
    assert worklist.forget(WorkKind.CALLBACK, NOW + timedelta(seconds=1)) == 1


def test_removing_and_unknown_items(worklist: Worklist) -> None:
    item = worklist.call_back("", PERSON, NOW)
    worklist.remove(item.item_id)
    for act in (worklist.find, worklist.remove, worklist.change):
        with pytest.raises(NotFoundError, match="Arbeitsliste"):
            act(item.item_id)
    assert worklist.page() == ([], 0)


def test_states_filter_and_pages(worklist: Worklist) -> None:
    for number in range(5):
        item = worklist.join(Wording(f"Frage {number}"), NOW + timedelta(minutes=number))
    worklist.change(item, state=WorkState.DISMISSED)
    page, total = worklist.page(states=(WorkState.OPEN,), limit=2, offset=1)
    assert [one.title for one in page] == ["Frage 2", "Frage 1"] and total == 4


def test_the_audit_log_grows_and_is_read_backwards(database: Database) -> None:
    audit = AuditLog(database)
    for number, verb in enumerate(("token.create", "document.correct", "document.remove")):
        at = NOW - timedelta(days=2 - number)
        audit.add(AuditEntry(at, "Frau Kern", verb, "x" * 600, "vorher", "nachher"))
    entries, total = audit.page()
    assert total == 3 and entries[0].verb == "document.remove"
    assert len(entries[0].object) == 500 and entries[0].object.endswith("…")
    assert [one.verb for one in audit.page(verb="document")[0]] == [
        "document.remove",
        "document.correct",
    ]
    assert audit.page(verb="doc")[1] == 0 and audit.page(verb="token.create")[1] == 1
    assert audit.page(first=date(2026, 11, 21), last=date(2026, 11, 21))[1] == 1
    assert audit.page(limit=1, offset=2)[0][0].verb == "token.create"
    assert audit.forget(NOW - timedelta(days=1)) == 1 and audit.page()[1] == 2


def test_entries_cannot_be_altered_by_any_method() -> None:
    public = {name for name in vars(AuditLog) if not name.startswith("_")}
    assert public == {"add", "page", "forget"}


def test_the_pause_switch(database: Database) -> None:
    pauses = Pauses(database)
    assert pauses.current() is None and pauses.end(NOW) is False
    assert pauses.begin("Umbau", NOW).reason == "Umbau"
    again = pauses.begin("Doch länger", NOW + timedelta(hours=1))
    assert (again.since, again.reason) == (NOW, "Doch länger")
    assert pauses.end(NOW) is True and pauses.current() is None
