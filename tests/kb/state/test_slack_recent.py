"""Everybody's own questions: few, young, and gone when their asker says so."""

from datetime import datetime, timedelta

from kb.state.database import Database
from kb.state.slack_recent import KEPT, MOST, SlackRecent

NOW = datetime(2026, 11, 1)


def asked(recent: SlackRecent, user: str = "UA", now: datetime = NOW) -> list[str]:
    return [one.question for one in recent.of(user, now)]


def test_latest_first_once_and_at_most_ten(database: Database) -> None:
    recent = SlackRecent(database)
    for number in range(MOST + 3):
        recent.add("UA", f"Frage {number}", NOW)
    recent.add("UA", "Frage 5", NOW)
    recent.add("UB", "Andere", NOW)
    assert asked(recent)[:2] == ["Frage 5", "Frage 12"] and len(asked(recent)) == MOST
    assert asked(recent, "UB") == ["Andere"]


def test_one_or_all_of_ones_own_are_deleted(database: Database) -> None:
    recent = SlackRecent(database)
    for user, question in (("UA", "Eins"), ("UA", "Zwei"), ("UA", "Drei"), ("UB", "Andere")):
        recent.add(user, question, NOW)
    foreign = recent.of("UB", NOW)[0].recent_id
    recent.remove("UA", foreign)
    recent.remove("UA", recent.of("UA", NOW)[1].recent_id)
    assert (asked(recent), asked(recent, "UB")) == (["Drei", "Eins"], ["Andere"])
    recent.remove("UA")
    assert (asked(recent), asked(recent, "UB")) == ([], ["Andere"])


def test_old_questions_are_neither_shown_nor_kept(database: Database) -> None:
    recent = SlackRecent(database)
    recent.add("UA", "Alt", NOW)
    later = NOW + KEPT + timedelta(seconds=1)
    assert asked(recent, now=later) == [] and asked(recent) == ["Alt"]
    recent.forget(later)
    assert asked(recent) == []
