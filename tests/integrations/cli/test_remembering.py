"""Questions, audit log and pause by the command alone, without a running service."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integrations import documents
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]


@pytest.fixture
def filled(cli: Cli, data: Path, tmp_path: Path) -> Path:
    given = documents.write(tmp_path / "unterlagen")
    assert cli("ingest", "--data", data, given).code == 0
    return data


def verbs(cli: Cli, data: Path) -> list[str]:
    return [entry["verb"] for entry in cli("audit", "--data", data, "--json").json["entries"]]


def test_what_was_asked_is_there_for_the_next_command(cli: Cli, filled: Path) -> None:
    answer = cli("ask", "--data", filled, documents.PUBLIC_QUESTION, "--json").json
    cli("ask", "--data", filled, documents.UNKNOWN_QUESTION)
    cli("ask", "--data", filled, "--group", "staff", documents.STAFF_QUESTION)
    found = cli("questions", "list", "--data", filled, "--json").json
    assert found["total"] == 3
    by_text = {one["question"]: one for one in found["questions"]}
    mine = by_text[documents.PUBLIC_QUESTION]
    assert (mine["answer_id"], mine["way"]) == (answer["answer_id"], "cli")
    assert mine["cited"] == [answer["sources"][0]["document_id"]]
    assert by_text[documents.STAFF_QUESTION]["audience"] == "staff"
    assert by_text[documents.UNKNOWN_QUESTION]["outcome"] == "not_found"
    items = cli("worklist", "list", "--data", filled, "--json").json["items"]
    assert [item["title"] for item in items] == [documents.UNKNOWN_QUESTION]
    exported = cli("questions", "export", "--data", filled, "--outcome", "not_found").out
    assert documents.UNKNOWN_QUESTION in exported and exported.count("\n") == 2
    assert cli("questions", "stats", "--data", filled, "--json").json["total"]["ways"]["cli"] == 3


def test_changes_by_the_command_are_in_the_audit_log(
    cli: Cli, filled: Path, tmp_path: Path
) -> None:
    cli("documents", "set", "--data", filled, "--title", "Anders", documents.PUBLIC_NAME)
    cli("check", "--data", filled)
    cli("check", "--data", filled, "--repair")
    cli("rebuild", "--data", filled)
    cli("generations", "rollback", "--data", filled)
    cli("sources", "add", "--data", filled, tmp_path / "unterlagen")
    source = cli("sources", "list", "--data", filled, "--json").json["sources"][0]["source_id"]
    cli("sources", "read", "--data", filled, source)
    cli("documents", "remove", "--data", filled, "--yes", documents.PUBLIC_NAME)
    assert verbs(cli, filled) == [
        *("document.remove", "source.read", "source.add", "index.rollback", "index.rebuild"),
        *("check.repair", "document.correct", "ingest.start"),
    ]
    shown = cli("audit", "--data", filled, "--verb", "document.correct")
    assert "Kommandozeile" in shown.out and "title: Anders" in shown.out


def test_a_pause_holds_for_the_command_too(cli: Cli, filled: Path) -> None:
    assert cli("pause", "--data", filled, "--reason", "Umbau").code == 0
    refused = cli("ask", "--data", filled, documents.PUBLIC_QUESTION)
    assert refused.code == 1 and "macht gerade eine Pause" in refused.err
    assert cli("search", "--data", filled, "Meisterbonus").code == 0
    assert cli("status", "--data", filled, "--json").json["paused"] is True
    assert cli("resume", "--data", filled).code == 0
    assert cli("ask", "--data", filled, documents.PUBLIC_QUESTION).code == 0
    assert verbs(cli, filled)[:2] == ["pause.end", "pause.begin"]


def test_a_written_answer_without_a_service(cli: Cli, filled: Path, tmp_path: Path) -> None:
    question = "Muss ich den Gesellenbrief im Original vorlegen?"
    text = tmp_path / "antwort.txt"
    text.write_text("Eine beglaubigte Kopie des Gesellenbriefs genügt.\n", "utf-8")
    said = ("--question", question, "--file", text, "--audience", "public")
    written = cli("answers", "write", "--data", filled, *said, "--json").json
    answer = written["answer_id"]
    assert (written["state"], written["document_id"]) == ("draft", None)
    approved = cli("answers", "approve", "--data", filled, answer, "--json").json
    found = cli("ask", "--data", filled, question, "--json").json
    assert found["sources"][0]["document_id"] == approved["document_id"]
    revised = cli("answers", "revise", "--data", filled, answer, "--contact", "Amt", "--json").json
    assert (revised["version"], revised["questions"], revised["published"]) == (2, [question], True)
    assert cli("answers", "withdraw", "--data", filled, answer).code == 0
    shown = cli("answers", "show", "--data", filled, answer)
    assert "zurückgezogen" in shown.out and "Kopie des Gesellenbriefs" in shown.out
    unreadable = cli("answers", "write", "--data", filled, "--file", tmp_path / "fehlt.txt")
    assert unreadable.code != 0 and "fehlt.txt" in unreadable.err
