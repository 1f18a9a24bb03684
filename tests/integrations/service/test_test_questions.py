"""Test questions of a running service: added, asked, and asked again when the documents change."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Outcome, Service, running
from tests.integrations.service.test_jobs import hand_in, over, until

Cli = Callable[..., Outcome]
QUOTE = "Der Meisterbonus beträgt 1.250 Euro je bestandener Meisterprüfung."


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Service, Path]]:
    with folders.quick_folder() as folder:
        given = documents.write(folder / "unterlagen")
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as desk:
            assert desk.ingestion.run([given], desk.ingest_options).complete
        with running(data) as service:
            yield service, given


@pytest.fixture
def ask(cli: Cli, place: tuple[Service, Path]) -> Cli:
    """The command on this service's data folder, without any test question to begin with."""
    service, _ = place
    with service.local() as local:
        for one in local.get("/api/v1/test-questions").json()["questions"]:
            assert local.delete(f"/api/v1/test-questions/{one['id']}").is_success
    return lambda *arguments: cli("--data", service.data, "testquestions", *arguments)


def ingested(local: httpx.Client, path: Path) -> None:
    until(local, hand_in(local, path), over)


def runs(local: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = local.get("/api/v1/test-runs").json()
    return found


def rest(local: httpx.Client, more_than: int) -> dict[str, Any]:
    """Until a run has ended that was not there before."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = runs(local)
        if not found["running"] and len(found["runs"]) > more_than:
            return found
        time.sleep(0.1)
    raise AssertionError("the test questions are not asked")


def test_a_changed_document_makes_an_answer_newly_wrong(
    ask: Cli, place: tuple[Service, Path]
) -> None:
    service, given = place
    expected = ["--file", documents.PUBLIC_NAME, "--quote", QUOTE]
    bonus = ask("add", documents.PUBLIC_QUESTION, *expected, "--json").json["id"]
    ask("add", documents.UNKNOWN_QUESTION, "--not-found")
    ask("add", documents.STAFF_QUESTION, "--file", documents.STAFF_NAME, "--audience", "staff")
    silent = ask("add", documents.STAFF_QUESTION, "--not-found", "--json").json["id"]
    shown = ask("list")
    assert documents.PUBLIC_NAME in shown.out and "nichts gefunden" in shown.out
    first = ask("run", "--json")
    assert first.code == 0, first.out
    assert {one["change"] for one in first.json["verdicts"]} == {"right"}
    assert (first.json["cause"], first.json["total"]) == ("hand", 4)
    with service.local() as local:
        before = len(runs(local)["runs"])
        ingested(local, given)  # nothing has changed
        changed = documents.PUBLIC_TEXT.replace(
            "beträgt 1.250 Euro je bestandener Meisterprüfung", "ist auf 900 Euro gekürzt"
        )
        (given / documents.PUBLIC_NAME).write_text(changed, "utf-8")
        ingested(local, given)
        found = rest(local, before)
        assert (found["newly_wrong"], found["problem"]) == (1, "")
        assert "1 Testfrage wird neuerdings falsch beantwortet." in local.get("/admin").text
        assert len(found["runs"]) == before + 1, "only what changed something is a reason"
        last = local.get(f"/api/v1/test-runs/{found['runs'][0]['run_id']}").json()
        assert (last["cause"], last["wrong"], last["changes"]["newly_wrong"]) == ("change", 1, 1)
        worst = last["verdicts"][0]
        assert (worst["id"], worst["change"], worst["reasons"]) == (bonus, "newly_wrong", ["quote"])
        assert "900 Euro" in worst["said"] and worst["files"] == [documents.PUBLIC_NAME]
        asked = local.get("/api/v1/questions").json()["questions"]
        assert asked == [], "test questions are nobody's questions"
    again = ask("run")
    assert again.code == 1 and "weiter falsch" in again.out and "3 von 4 richtig" in again.out
    with service.local() as local:
        assert runs(local)["newly_wrong"] == 0
    assert ask("remove", silent).code == 0
    assert "gibt es nicht" in ask("remove", silent).err


def test_out_as_yaml_and_in_again(ask: Cli, tmp_path: Path) -> None:
    file = tmp_path / "fragen.yaml"
    file.write_text(
        """
- id: hoehe
  question: Wie hoch ist der Meisterbonus?
  status: answered
  topic: amount
  as_of: 2026-11-22
  sources: [{file: Richtlinie_Meisterbonus.md, contains: "1.250 Euro"}]
  answer_contains: ['re:1\\.250']
- {id: und, question: "Und wann?", status: answered, follow_up_to: hoehe, audience: staff}
- {id: rakete, question: "Welche Farbe hat die Mondrakete?", status: not_found}
""",
        "utf-8",
    )
    assert "3 Testfragen" in ask("import", file).out
    listed = ask("list", "--json").json
    out = tmp_path / "heraus.yaml"
    assert ask("export", out).code == 0
    items = {item["id"]: item for item in yaml.safe_load(out.read_text("utf-8"))}
    assert items["und"]["earlier"] == ["Wie hoch ist der Meisterbonus?"]
    assert items["hoehe"]["sources"] == [
        {"file": "Richtlinie_Meisterbonus.md", "contains": "1.250 Euro"}
    ]
    assert ask("import", out).code == 0
    assert ask("list", "--json").json == listed, "twice is as good as once"
    file.write_text(file.read_text("utf-8").replace("re:1", "re:(1"), "utf-8")
    refused = ask("import", file)
    assert refused.code == 2 and "kein regulärer Ausdruck" in refused.err
    assert ask("list", "--json").json == listed
    assert "lässt sich nicht lesen" in ask("import", tmp_path / "fehlt.yaml").err


def test_what_makes_no_sense_is_refused(ask: Cli, place: tuple[Service, Path]) -> None:
    service, _ = place
    assert "noch keine Testfragen" in ask("run").err
    with service.local() as local:
        for body, status, words in (
            ({"question": "   "}, 422, ""),
            ({"question": "Was?", "audience": "a b"}, 422, "Zielgruppe"),
            (
                {"question": "Was?", "not_found": True, "contains": ["x"]},
                422,
                "verträgt sich nicht",
            ),
            ({"question": "Was?", "contains": ["re:("]}, 422, "kein regulärer Ausdruck"),
            ({"frage": "Was?"}, 422, ""),
        ):
            response = local.post("/api/v1/test-questions", json=body)
            assert (response.status_code, words in response.text) == (status, True), response.text
        for yaml_text in ("[]", "- {id: -a, question: Was, status: answered}", "a: [", "text"):
            response = local.post("/api/v1/test-questions/import", json={"yaml": yaml_text})
            assert response.status_code == 422 and response.json()["detail"], yaml_text
        assert local.put("/api/v1/test-questions/x", json={"question": "Was?"}).status_code == 404
        assert local.get("/api/v1/test-runs/99999").status_code == 404
